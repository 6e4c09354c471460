"""Owns who a request speaks for: turns a token or a session cookie into the signed identity for the calls behind.

Does not decide permissions of derived routes: the service called does. Hand-written routes ask `Callers.require`.
"""

from __future__ import annotations

import hashlib
import time

from fastapi import Request

from kit import access, telemetry
from kit.app import App
from kit.errors import Forbidden, Unauthenticated
from kit.identity import ANONYMOUS, Principal
from kit.peers import Envelope
from plumbapi.auth import v1 as auth

ACCESS_COOKIE = "plumb_access"
CSRF_HEADER = "x-plumb-csrf"
_SAFE = {"GET", "HEAD"}
_DEADLINE_S = 60.0
# a revoked token is refused everywhere within this time
_CACHE_S = 20.0
_CACHE_SIZE = 10_000


class Callers:
    """Identities of requests; answers of the auth service are kept for seconds, by the token's sha256."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: dict[bytes, tuple[float, str]] = {}

    async def envelope(self, request: Request) -> Envelope:
        """What to send along with the calls of this request.

        Raises:
            Unauthenticated: the token or the session is not valid.
            Forbidden: a browser's write without the header that only our own pages can set.
        """
        header = request.headers.get("authorization", "")
        if header:
            scheme, _, token = header.partition(" ")
            if scheme.lower() != "bearer" or not token.strip():
                raise Unauthenticated("Send the token as `Authorization: Bearer plumb_...`.")
            return self._seal(await self._exchange(token.strip()))
        session = request.cookies.get(ACCESS_COOKIE, "")
        if session and request.method not in _SAFE and not request.headers.get(CSRF_HEADER):
            raise Forbidden(f"Writes with a session need the header {CSRF_HEADER}.", reason="CSRF_HEADER_MISSING")
        return self._seal(session)

    async def require(self, request: Request, row: str) -> tuple[Envelope, Principal]:
        """The envelope and the principal of a request to a hand-written route, if `row` allows it."""
        return self._allowed(await self.envelope(request), row)

    async def require_token(self, token: str, row: str) -> tuple[Envelope, Principal]:
        """Like `require` for a token that came in another way than as a bearer."""
        return self._allowed(self._seal(await self._exchange(token)), row)

    def _allowed(self, envelope: Envelope, row: str) -> tuple[Envelope, Principal]:
        who = self._app.identity.verify(envelope.token) if envelope.token else ANONYMOUS
        access.require(row, who)
        return envelope, who

    def _seal(self, identity: str) -> Envelope:
        return Envelope(identity, telemetry.current_traceparent(), _DEADLINE_S)

    async def _exchange(self, token: str) -> str:
        key = hashlib.sha256(token.encode()).digest()
        now = time.monotonic()
        expires, identity = self._known.get(key, (0.0, ""))
        if expires > now:
            return identity
        answer = await self._app.peers(self._seal("")).auth.Authenticate(auth.AuthenticateRequest(token=token))
        if len(self._known) >= _CACHE_SIZE:
            self._known.clear()
        self._known[key] = (now + _CACHE_S, answer.access_token)
        return answer.access_token
