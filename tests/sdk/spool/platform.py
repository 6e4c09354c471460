"""Owns a platform as the spool meets it: it takes requests in this process, and fails as a test says."""

from __future__ import annotations

import json
import threading
from typing import Any

from plumbline.errors import PlumblineError


class Platform:
    """Stands for a `Client`. A repeated (writer, sequence) has no second effect, as on the real one."""

    url = "https://plumbline.example"

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.is_there = threading.Event()
        self.is_there.set()
        self.asked = threading.Event()
        self.attempts: list[str] = []
        self.batches: dict[tuple[str, int], list[dict[str, Any]]] = {}
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.files: dict[str, bytes] = {}
        self.status = "RUNNING"

    def send(self, path: str, body: bytes, key: str, method: str = "POST") -> dict[str, Any]:
        self.asked.set()
        self.is_there.wait()
        self.attempts.append(path)
        if self.failures:
            raise self.failures.pop(0)
        document = json.loads(body)
        action = path.removeprefix("/v1/runs/").partition(":")[2]
        if "series" in document:
            self.batches.setdefault((document["writer"], document["sequence"]), document["series"])
        elif path == "/v1/runs":
            return {"id": "run_1", "inputs": []}
        elif action == "prepare":
            return {"put_url": document["path"], "upload_id": "upl"}
        elif action == "complete":
            return {"path": "stored"}
        else:
            self.posts.append((action or method, document))
        return {"id": "run_1"}

    def get(self, path: str) -> dict[str, Any]:
        return {"status": self.status}

    def put_bytes(self, url: str, content: bytes) -> None:
        self.files[url] = content

    def put_file(self, url: str, file: Any) -> None:
        self.files[url] = file.read_bytes()

    def fail(self, error: PlumblineError, times: int = 1_000_000) -> None:
        self.failures = [error] * times

    def steps(self, key: str) -> list[float]:
        return [
            step
            for series in self.batches.values()
            for column in series
            if column["key"] == key
            for step in column["steps"]
        ]
