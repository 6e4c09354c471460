"""Owns one side of the comparison: runs cases with the plain MLflow client against one server.

A program for the environment of the client. Reads one case name per line (`experiments.create`), answers one JSON
document per line: what the case returned, with everything that differs between servers replaced.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import secrets
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import mlflow
import requests
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

# Around now, in milliseconds; the times that cases set themselves are small.
_NOW = range(1_700_000_000_000, 2_500_000_000_000)
_RUN_ID = re.compile(r"\brun_[0-9a-f]{32}\b|\b[0-9a-f]{32}\b")
_MODEL_ID = re.compile(r"\bm-[0-9a-f]{32}\b")


class Side:
    """What a case works with."""

    def __init__(self, url: str, token: str, name: str, folder: Path) -> None:
        self.url = url
        # a name of its own each time, so that a case may meet a server that it has met before
        self.name = f"{name} {secrets.token_hex(4)}"
        self.folder = folder
        self.client = MlflowClient(url, url)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._known = {self.name: name}

    def experiment(self, suffix: str = "", **options: Any) -> str:
        """A fresh experiment named after the case; answers its id."""
        made = self.client.create_experiment(self.name + suffix, **options)
        self._known[made] = f"<experiment{suffix}>"
        return made

    def run(self, experiment_id: str | None = None, name: str = "a run", **options: Any) -> Run:
        """A run, in an experiment of its own unless said otherwise."""
        return self.client.create_run(experiment_id or self.experiment(), run_name=name, **options)

    def know(self, text: str, alias: str) -> None:
        """Let `text` appear as `<alias>` in what is compared."""
        self._known[text] = f"<{alias}>"

    def ask(self, verb: str, path: str, /, **options: Any) -> list[Any]:
        """Status and document of a raw request; `path` below /api/2.0/mlflow unless it starts with a slash."""
        at = path if path.startswith("/") else f"/api/2.0/mlflow/{path}"
        answer = requests.request(verb, self.url + at, headers=self._headers, timeout=60, **options)
        try:
            return [answer.status_code, without_empty(answer.json())]
        except ValueError:
            return [answer.status_code, answer.text]

    def post(self, path: str, /, **body: Any) -> list[Any]:
        return self.ask("POST", path, json=body)

    def get(self, path: str, /, **query: Any) -> list[Any]:
        return self.ask("GET", path, params=query)

    def refused(self, work: Callable[[], Any]) -> dict[str, Any]:
        """The refusal of a call of the client."""
        try:
            work()
        except MlflowException as error:
            return {"error_code": error.error_code, "message": error.message}
        raise AssertionError("this was not refused")

    def plain(self, value: Any) -> Any:
        """A value that is the same for both servers when they answered alike."""
        if isinstance(value, dict):
            return {self.plain(key): self.plain(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(one) for one in _in_order(value)]
        if isinstance(value, bool | None):
            return value
        if isinstance(value, int):
            return "<time>" if value in _NOW else value
        if isinstance(value, float):
            return value if value == value and abs(value) != float("inf") else str(value)
        if isinstance(value, str):
            return self._text(value)
        return self.plain(_described(value))

    def _text(self, text: str) -> str:
        for pattern, noun in ((_RUN_ID, "run"), (_MODEL_ID, "model")):
            for found in pattern.findall(text):
                self._known.setdefault(found, f"<{noun} {sum(noun in alias for alias in self._known.values()) + 1}>")
        for known in sorted(self._known, key=len, reverse=True):
            text = re.sub(rf"(?<![\w-]){re.escape(known)}(?![\w-])", self._known[known], text)
        return text


def without_empty(document: Any) -> Any:
    """A document without empty lists and objects: a field that holds nothing may be left out."""
    if isinstance(document, dict):
        kept = {key: without_empty(value) for key, value in document.items()}
        return {key: value for key, value in kept.items() if value not in ({}, [])}
    if isinstance(document, list):
        return [without_empty(one) for one in document]
    return document


def _in_order(values: Sequence[Any]) -> Sequence[Any]:
    """Params and tags by their keys: servers list them in any order."""
    if values and all(isinstance(one, dict) and "key" in one and one.keys() <= {"key", "value"} for one in values):
        return sorted(values, key=lambda one: one["key"])
    return values


def _described(entity: Any) -> Any:
    if hasattr(entity, "to_dictionary"):
        return without_empty(entity.to_dictionary())
    found = {}
    for name in dir(type(entity)):
        if isinstance(getattr(type(entity), name), property) and not name.startswith("_"):
            found[name] = getattr(entity, name)
    return found or repr(entity)


def _answer(url: str, token: str, case: str) -> dict[str, Any]:
    module, _, function = case.partition(".")
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        side = Side(url, token, case, Path(folder))
        mlflow.set_tracking_uri(url)
        mlflow.set_registry_uri(url)
        try:
            said = getattr(importlib.import_module(f"cases.{module}"), function)(side)
            return {"said": side.plain(said)}
        except Exception:
            return {"failed": traceback.format_exc()}


def main() -> None:
    url, token = os.environ["MLFLOW_TRACKING_URI"], os.environ.get("MLFLOW_TRACKING_TOKEN", "")
    for line in sys.stdin:
        print(json.dumps(_answer(url, token, line.strip()), sort_keys=True), flush=True)


if __name__ == "__main__":
    main()
