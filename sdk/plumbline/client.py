"""Owns the HTTP connection: token, retries, problems as errors, paging. Does not know any resource."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import httpx
import stamina

from plumbline import config
from plumbline.annotations import Annotations
from plumbline.datasets import Datasets
from plumbline.errors import PlumblineError, Unreachable, from_problem
from plumbline.events import Events
from plumbline.models import Models
from plumbline.projects import Projects
from plumbline.runs import Runs
from plumbline.webhooks import Webhooks
from plumbline.workspace import Workspace

_TIMEOUT = httpx.Timeout(120, connect=5)
_ATTEMPTS = 6
_CHUNK = 1 << 20
_IDEMPOTENT = {"GET", "PUT", "DELETE"}


def connect(url: str = "", token: str = "") -> Client:
    """A client for `url` and `token`, or for the environment's or the stored ones.

    Raises:
        SignedOut: nothing says where the platform is or who calls.
    """
    known = config.load(url, token)
    return Client(known.url, known.token)


class Client:
    """The platform as one person or machine sees it; safe to share between threads.

    Requests that can be repeated without a second effect are retried while the platform does not answer: reads, and
    writes that carry an idempotency key.
    """

    def __init__(self, url: str, token: str = "") -> None:
        self.url = config.web_address(url)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=f"{self.url}/api",
            headers=headers,
            timeout=_TIMEOUT,
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=16),
        )
        # the object store gets neither our token nor our base address
        self._store = httpx.Client(timeout=_TIMEOUT)

    def get(self, path: str, /, **query: Any) -> dict[str, Any]:
        """GET `/v1/...`; parameters that are None or empty are left out."""
        return self._request(
            "GET", path, params={key: value for key, value in query.items() if value not in (None, "")}
        )

    def post(self, path: str, body: dict[str, Any] | None = None, *, once: bool = False) -> dict[str, Any]:
        """POST a JSON body. `once` adds an idempotency key, so that a retry has no second effect."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if once else {}
        return self._request("POST", path, json=body or {}, headers=headers)

    def send(self, path: str, body: bytes, key: str, method: str = "POST") -> dict[str, Any]:
        """Send JSON that is bytes already, under an idempotency key, once: whoever calls has a patience of its own."""
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return self._once(method, path, headers, {"content": body})

    def patch(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._request("PATCH", path, json=body)

    def delete(self, path: str) -> dict[str, Any]:
        return self._request("DELETE", path)

    def pages(self, path: str, items: str, /, **query: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, page by page; `items` is the field that holds them."""
        token = ""
        while True:
            page = self.get(path, **{"page_size": 500, **query, "page_token": token})
            yield from page[items]
            token = page["next_page_token"]
            if not token:
                return

    def stream(self, path: str, /, **query: Any) -> Iterator[str]:
        """Lines of an endless answer, such as server-sent events.

        Raises:
            Unreachable: the connection broke, or nothing came for a minute.
        """
        try:
            with self._http.stream("GET", path, params=query, timeout=httpx.Timeout(60, connect=5)) as answer:
                if answer.is_error:
                    answer.read()
                    raise from_problem(answer.status_code, _document(answer))
                yield from answer.iter_lines()
        except httpx.TransportError as error:
            raise self._unreachable(error) from error

    def is_ready(self) -> bool:
        """Whether the platform says that it can answer requests; needs no token.

        Raises:
            Unreachable: nothing answers there.
        """
        try:
            return self._http.get(f"{self.url}/readyz").is_success
        except httpx.TransportError as error:
            raise self._unreachable(error) from error

    def put_bytes(self, url: str, content: bytes) -> None:
        """Send bytes to a presigned URL."""
        self._from_store("PUT", url, content=content)

    def get_bytes(self, url: str) -> bytes:
        """Fetch bytes from a presigned URL."""
        return self._from_store("GET", url).content

    def put_file(self, url: str, file: Path) -> None:
        """Send a file to a presigned URL, in pieces."""
        for attempt in stamina.retry_context(on=Unreachable, attempts=_ATTEMPTS, timeout=120):
            with attempt, file.open("rb") as content:
                self._once_from_store("PUT", url, content)

    def get_file(self, url: str, target: Path) -> None:
        """Write what a presigned URL gives to a file, in pieces; the caller checks its digest."""
        for attempt in stamina.retry_context(on=Unreachable, attempts=_ATTEMPTS, timeout=120):
            with attempt, target.open("wb") as stream:
                self._stream_from_store(url, stream)

    def close(self) -> None:
        self._http.close()
        self._store.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def datasets(self) -> Datasets:
        return Datasets(self)

    @cached_property
    def projects(self) -> Projects:
        return Projects(self)

    @cached_property
    def annotations(self) -> Annotations:
        return Annotations(self)

    @cached_property
    def runs(self) -> Runs:
        return Runs(self)

    @cached_property
    def models(self) -> Models:
        return Models(self)

    @cached_property
    def workspace(self) -> Workspace:
        return Workspace(self)

    @cached_property
    def events(self) -> Events:
        return Events(self)

    @cached_property
    def webhooks(self) -> Webhooks:
        return Webhooks(self)

    def _request(self, method: str, path: str, headers: dict[str, str] | None = None, **parts: Any) -> dict[str, Any]:
        repeatable = method in _IDEMPOTENT or "Idempotency-Key" in (headers or {})
        for attempt in stamina.retry_context(on=Unreachable, attempts=_ATTEMPTS if repeatable else 1, timeout=60):
            with attempt:
                return self._once(method, path, headers, parts)
        raise AssertionError("unreachable: the retry loop returns or raises")

    def _once(self, method: str, path: str, headers: dict[str, str] | None, parts: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, headers=headers, **parts)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        if answer.is_error:
            raise from_problem(answer.status_code, _document(answer), answer.headers.get("retry-after", ""))
        document = _document(answer)
        if not document and answer.content.strip() != b"{}":
            raise PlumblineError(f"{self.url} answers, but not as Plumbline does: check the address.")
        return document

    def _unreachable(self, error: httpx.TransportError) -> Unreachable:
        return Unreachable(f"{self.url} does not answer ({str(error) or type(error).__name__}).")

    def _from_store(self, method: str, url: str, content: bytes | None = None) -> httpx.Response:
        # a context, not the decorator: that would write addresses and bytes into the log of every retry
        for attempt in stamina.retry_context(on=Unreachable, attempts=_ATTEMPTS, timeout=120):
            with attempt:
                return self._once_from_store(method, url, content)
        raise AssertionError("unreachable: the retry loop returns or raises")

    def _once_from_store(self, method: str, url: str, content: bytes | IO[bytes] | None) -> httpx.Response:
        try:
            answer = self._store.request(method, url, content=content)
        except httpx.TransportError as error:
            raise _store_away(error) from error
        _check_store(answer)
        return answer

    def _stream_from_store(self, url: str, target: IO[bytes]) -> None:
        try:
            with self._store.stream("GET", url) as answer:
                _check_store(answer)
                for chunk in answer.iter_bytes(_CHUNK):
                    target.write(chunk)
        except httpx.TransportError as error:
            raise _store_away(error) from error


def _store_away(error: httpx.TransportError) -> Unreachable:
    return Unreachable(f"The object store does not answer ({str(error) or type(error).__name__}).")


def _check_store(answer: httpx.Response) -> None:
    if answer.status_code >= 500:
        raise Unreachable(f"The object store answered {answer.status_code}.")
    if answer.is_error:
        raise from_problem(answer.status_code, {"detail": f"The object store refused ({answer.status_code})."})


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
