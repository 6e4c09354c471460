"""Owns one keep-alive HTTP connection, the same for both sides: nothing of a client library is measured."""

from __future__ import annotations

import http.client
import socket
import time
from typing import Any

import orjson

_TIMEOUT_S = 600.0
# both servers close a connection that was idle for five seconds
_FRESH_S = 3.0


class Line:
    """Requests one after the other on one connection.

    Args:
        port: on this machine.
        token: sent as a bearer; empty sends none.
    """

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._used = -_FRESH_S

    def post(self, path: str, body: bytes) -> bytes:
        """The answer to JSON that was encoded before."""
        return self._exchange("POST", path, body, {**self._headers, "Content-Type": "application/json"})

    def get(self, path: str) -> bytes:
        return self._exchange("GET", path, None, self._headers)

    def ask(self, path: str, document: Any = None) -> Any:
        """For preparations: JSON out of JSON; GET without a document."""
        if document is None:
            return orjson.loads(self.get(path))
        return orjson.loads(self.post(path, orjson.dumps(document)) or b"{}")

    def close(self) -> None:
        self._connection.close()

    def _exchange(self, verb: str, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        if time.monotonic() - self._used > _FRESH_S:
            self._connect()
        try:
            status, content = self._answer(verb, path, body, headers)
        except (ConnectionError, http.client.BadStatusLine):
            # the peer's supervisor ends workers that are slow to answer it: the request goes to another one
            self._connect()
            status, content = self._answer(verb, path, body, headers)
        self._used = time.monotonic()
        if status != 200:
            raise RuntimeError(f"{verb} {path[:100]} answered {status}: {content[:500].decode(errors='replace')}")
        return content

    def _answer(self, verb: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request(verb, path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def _connect(self) -> None:
        self._connection.close()
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
