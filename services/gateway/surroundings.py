"""Owns what stands around every answer: security headers, a limit for bodies, and what each request took."""

from __future__ import annotations

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit import telemetry
from kit.settings import Platform

MAX_BODY = 32 * 1024 * 1024
# What passes through to the object store, which takes no more at once; it is never in memory as a whole.
MAX_FILE = 5 * 1024**3
_FILES = "/api/2.0/mlflow-artifacts/artifacts/"


class Around:
    """ASGI middleware: security headers on every answer, a limit for bodies, and what each request took."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith(("/api/", "/ajax-api/")):
                    # what a member may see must not be left in the caches of browsers and proxies
                    headers.setdefault("Cache-Control", "no-store")
                _measure(scope, message["status"], time.perf_counter() - started)
            await send(message)

        return await self._app(scope, limited(scope, receive), send_with_headers)


def security_headers(settings: Platform) -> dict[str, str]:
    """What every answer tells browsers."""
    return {
        "Content-Security-Policy": _content_policy(settings),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def limited(scope: Scope, receive: Receive) -> Receive:
    """Raises where the body is read, so that the answer is a problem like every other."""
    announced = Headers(scope=scope).get("content-length", "")
    size = int(announced) if announced.isdecimal() else 0
    received = 0
    # without a length it would have to be kept until its end is seen
    is_file = scope["method"] == "PUT" and size and scope["path"].startswith(_FILES)
    most = MAX_FILE if is_file else MAX_BODY

    async def receive_limited() -> Message:
        nonlocal received
        message = {"type": "http.request"} if size > most else await receive()
        received += len(message.get("body", b""))
        if max(size, received) > most:
            raise HTTPException(413, f"A body may have {most // 2**20} MiB; send images to the object store.")
        return message

    return receive_limited


def _measure(scope: Scope, status: int, seconds: float) -> None:
    """Count an answer; a stream counts when it begins."""
    measure(getattr(scope.get("route"), "path", "unmatched"), scope["method"], status, seconds)


def measure(route: str, method: str, status: int, seconds: float) -> None:
    """Count an answer, and the time until it began."""
    telemetry.http_requests.labels(route, method, str(status)).inc()
    telemetry.http_duration.labels(route, method).observe(seconds)


def _content_policy(settings: Platform) -> str:
    public = urlsplit(settings.s3_public_endpoint or settings.s3_endpoint)
    store = f"{public.scheme}://{public.netloc}"
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            # Mantine sets CSS variables in style attributes
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' blob: data: {store}",
            f"connect-src 'self' {store}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
