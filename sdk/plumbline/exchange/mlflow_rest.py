"""Owns asking an MLflow server by its REST API: pages, retries, errors in plain words. Does not know what it means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import stamina

from plumbline.config import web_address
from plumbline.errors import Unreachable
from plumbline.exchange.content import Damaged

_API = "/api/2.0/mlflow"
_AJAX = "/ajax-api/2.0/mlflow"
_TIMEOUT = httpx.Timeout(120, connect=5)
_ATTEMPTS = 6
_PAGE = 1000
_POINTS = 25_000
_CHUNK = 1 << 20
# folders in folders: more than any run has, and an end for a server that lists a folder in itself
_DEPTH = 50


class MlflowRest:
    """One server; reading only. Use it in a `with` block."""

    def __init__(self, url: str, *, token: str = "", user: str = "", password: str = "") -> None:
        self.url = web_address(url)
        self._http = httpx.Client(
            base_url=self.url,
            timeout=_TIMEOUT,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            auth=(user, password) if user and not token else None,
        )

    def __enter__(self) -> MlflowRest:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def experiments(self, view: str) -> Iterator[dict[str, Any]]:
        return self._search("experiments/search", "experiments", {"view_type": view})

    def runs(self, experiment_id: str, view: str) -> Iterator[dict[str, Any]]:
        """Runs of an experiment, oldest first."""
        wanted = {
            "experiment_ids": [experiment_id],
            "run_view_type": view,
            "order_by": ["attributes.start_time ASC", "attributes.run_id ASC"],
        }
        return self._search("runs/search", "runs", wanted)

    def run(self, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._json("GET", f"{_API}/runs/get", params={"run_id": run_id})["run"]
        return found

    def history(self, run_id: str, key: str) -> Iterator[list[dict[str, Any]]]:
        """Every point of a series, in pages."""
        query: dict[str, Any] = {"run_id": run_id, "metric_key": key, "max_results": _POINTS}
        while True:
            page = self._json("GET", f"{_API}/metrics/get-history", params=query)
            yield page.get("metrics", [])
            if not page.get("next_page_token"):
                return
            query["page_token"] = page["next_page_token"]

    def run_files(self, run_id: str) -> Iterator[str]:
        """Paths of all files of a run, sorted."""
        return self._files(f"{_API}/artifacts/list", {"run_id": run_id}, "path")

    def model_files(self, model_id: str) -> Iterator[str]:
        """Paths of all files of a logged model, sorted."""
        return self._files(f"{_AJAX}/logged-models/{model_id}/artifacts/directories", {}, "artifact_directory_path")

    def fetch_run_file(self, run_id: str, path: str, target: Path) -> None:
        self._fetch("/get-artifact", {"run_uuid": run_id, "run_id": run_id, "path": path}, target)

    def fetch_model_file(self, model_id: str, path: str, target: Path) -> None:
        self._fetch(f"{_AJAX}/logged-models/{model_id}/artifacts/files", {"artifact_file_path": path}, target)

    def logged_models(self, experiment_id: str) -> list[dict[str, Any]]:
        """Logged models of an experiment; a server that is too old for them has none."""
        try:
            wanted = {"experiment_ids": [experiment_id]}
            return list(self._search("logged-models/search", "models", wanted))
        except _Absent:
            return []

    def registered_models(self) -> Iterator[dict[str, Any]]:
        return self._pages("registered-models/search", "registered_models", {})

    def model_versions(self, name: str) -> Iterator[dict[str, Any]]:
        quoted = name.replace("'", "''")
        return self._pages("model-versions/search", "model_versions", {"filter": f"name='{quoted}'"})

    def _search(self, path: str, items: str, wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
        body = {"max_results": _PAGE, **wanted}
        if path.startswith("logged-models"):
            body["max_results"] = 50
        while True:
            page = self._json("POST", f"{_API}/{path}", json=body)
            yield from page.get(items, [])
            if not page.get("next_page_token"):
                return
            body["page_token"] = page["next_page_token"]

    def _pages(self, path: str, items: str, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        wanted = {"max_results": _PAGE, **query}
        while True:
            page = self._json("GET", f"{_API}/{path}", params=wanted)
            yield from page.get(items, [])
            if not page.get("next_page_token"):
                return
            wanted["page_token"] = page["next_page_token"]

    def _files(self, address: str, query: dict[str, Any], name: str, below: str = "", depth: int = 0) -> Iterator[str]:
        if depth > _DEPTH:
            raise Damaged(f"folders are nested more than {_DEPTH} deep", f"{address} {below[:200]}")
        wanted = {**query, **({name: below} if below else {})}
        found: list[dict[str, Any]] = []
        while True:
            page = self._json("GET", address, params=wanted)
            found += page.get("files", [])
            if not page.get("next_page_token"):
                break
            wanted["page_token"] = page["next_page_token"]
        for file in sorted(found, key=lambda one: str(one["path"])):
            if file.get("is_dir"):
                yield from self._files(address, query, name, str(file["path"]), depth + 1)
            else:
                yield str(file["path"])

    def _json(self, method: str, path: str, **parts: Any) -> dict[str, Any]:
        for attempt in stamina.retry_context(on=Unreachable, attempts=_ATTEMPTS, timeout=120):
            with attempt:
                try:
                    answer = self._http.request(method, path, **parts)
                except httpx.TransportError as error:
                    raise self._away(error) from error
                self._check(answer, path)
                return _document(answer, f"{self.url}{path}")
        raise AssertionError("unreachable: the retry loop returns or raises")

    def _fetch(self, path: str, query: dict[str, str], target: Path) -> None:
        for attempt in stamina.retry_context(on=Unreachable, attempts=_ATTEMPTS, timeout=600):
            with attempt, target.open("wb") as stream:
                try:
                    with self._http.stream("GET", path, params=query) as answer:
                        if answer.is_error:
                            answer.read()
                        self._check(answer, path)
                        for chunk in answer.iter_bytes(_CHUNK):
                            stream.write(chunk)
                except httpx.TransportError as error:
                    raise self._away(error) from error

    def _check(self, answer: httpx.Response, path: str) -> None:
        if answer.status_code in (429, 502, 503, 504):
            raise Unreachable(f"{self.url} answered {answer.status_code}.")
        if not answer.is_error:
            return
        told = _told(answer)
        place = f"{self.url}{path}"
        if answer.status_code in (401, 403):
            raise Damaged(f"the server refuses ({told}): give --source-token, or --source-user and a password", place)
        if answer.status_code in (404, 405, 501):
            raise _Absent(f"the server has no such thing ({told})", place)
        raise Damaged(f"the server answered {answer.status_code} ({told})", place)

    def _away(self, error: httpx.TransportError) -> Unreachable:
        return Unreachable(f"{self.url} does not answer ({str(error) or type(error).__name__}).")


class _Absent(Damaged):
    """The server does not know the route or the thing."""


def _told(answer: httpx.Response) -> str:
    try:
        document = answer.json()
        return str(document["message"])[:300] if isinstance(document, dict) else str(answer.status_code)
    except (ValueError, KeyError):
        return answer.text[:100].strip() or str(answer.status_code)


def _document(answer: httpx.Response, place: str) -> dict[str, Any]:
    try:
        document = answer.json()
    except ValueError as error:
        raise Damaged("this is no answer of an MLflow server: check the address", place) from error
    if not isinstance(document, dict):
        raise Damaged("this is no answer of an MLflow server: check the address", place)
    return document
