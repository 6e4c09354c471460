"""Owns a real receiver of webhooks: an HTTP server that keeps what it gets and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names are lower-case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"thanks"
    after_s: float = 0.0


Answers = Callable[[Request], Answer]


class Receiver:
    """`answers` decides about each request; all are kept in the order in which they came."""

    def __init__(self, answers: Answers = lambda _: Answer(), port: int = 0) -> None:
        self.requests: list[Request] = []
        self.answers = answers
        self._server = ThreadingHTTPServer((LOOPBACK, port), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/hook"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                request = Request(self.path, headers, body)
                receiver.requests.append(request)
                answer = receiver.answers(request)
                time.sleep(answer.after_s)
                try:
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer.body)))
                    self.end_headers()
                    self.wfile.write(answer.body)
                except OSError:
                    return  # the sender has read enough

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                """Nothing is printed between the tests."""

        return Handler


@contextmanager
def receiving(answers: Answers = lambda _: Answer(), port: int = 0) -> Iterator[Receiver]:
    receiver = Receiver(answers, port)
    try:
        yield receiver
    finally:
        receiver.stop()
