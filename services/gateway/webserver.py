"""Owns the HTTP server itself: health, headers, metrics, the web UI's files. Does not answer API calls."""

from __future__ import annotations

import asyncio
import json
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit import telemetry
from kit.app import App
from kit.settings import Platform
from services.gateway import openapi
from services.gateway.settings import GatewaySettings

MAX_BODY = 32 * 1024 * 1024
# What passes through to the object store, which takes no more at once; it is never in memory as a whole.
MAX_FILE = 5 * 1024**3
_FILES = "/api/2.0/mlflow-artifacts/artifacts/"


def install(web: FastAPI, app: App) -> None:
    """Add what surrounds every route: health, the document, headers, metrics."""
    web.add_middleware(GZipMiddleware, minimum_size=1024)
    web.add_middleware(_Around, policy=_content_policy(app.settings))

    @web.get("/healthz", tags=["health"])
    async def healthz() -> dict[str, str]:
        """Whether the process lives; touches no dependency."""
        return {"status": "ok"}

    @web.get("/readyz", tags=["health"])
    async def readyz() -> dict[str, str]:
        """Whether requests can be answered: the gateway's database answers."""
        await app.db.ping()
        return {"status": "ok"}

    @cache
    def schema() -> bytes:
        return json.dumps(openapi.document(web), separators=(",", ":")).encode()

    @web.get("/api/openapi.json", include_in_schema=False)
    async def get_openapi() -> Response:
        return Response(schema(), media_type="application/json")


class _Around:
    """ASGI middleware: security headers on every answer, a limit for bodies, and what each request took."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

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

        return await self._app(scope, _limited(scope, receive), send_with_headers)


def _limited(scope: Scope, receive: Receive) -> Receive:
    """Raises where the body is read, so that the answer is a problem like every other."""
    announced = Headers(scope=scope).get("content-length", "")
    size = int(announced) if announced.isdecimal() else 0
    received = 0
    # without a length it would have to be kept until its end is seen
    is_file = scope["method"] == "PUT" and size and scope["path"].startswith(_FILES)
    most = MAX_FILE if is_file else MAX_BODY

    async def limited() -> Message:
        nonlocal received
        message = {"type": "http.request"} if size > most else await receive()
        received += len(message.get("body", b""))
        if max(size, received) > most:
            raise HTTPException(413, f"A body may have {most // 2**20} MiB; send images to the object store.")
        return message

    return limited


def _measure(scope: Scope, status: int, seconds: float) -> None:
    """Count an answer; a stream counts when it begins."""
    labels = {"route": getattr(scope.get("route"), "path", "unmatched"), "method": scope["method"]}
    telemetry.http_requests.add(1, {**labels, "status": str(status)})
    telemetry.http_duration.record(seconds, labels)


class _Assets(StaticFiles):
    """Files whose names carry a hash of their content: they never change."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def serve_pages(web: FastAPI, folder: Path, settings: Platform) -> None:
    """Serve the built web UI: hashed assets for ever, every other address gets the page that routes itself."""
    index = folder / "index.html"
    built = index.is_file()
    files = {entry.name: entry for entry in folder.iterdir() if entry.is_file()} if built else {}
    if built:
        web.mount("/assets", _Assets(directory=folder / "assets"))

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path.startswith("/api/") or scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(404, "There is no such route: see /api/openapi.json.")
        if not built:
            raise HTTPException(
                404, f"The web UI is not built: run `make web`. The API is at {settings.public_url}/api."
            )
        file = files.get(path.removeprefix("/"), index)
        await FileResponse(file, headers={"Cache-Control": "no-cache"})(scope, receive, send)

    # not a route: a route for every path would also answer for methods and paths that the API does not have
    web.router.default = page


async def run(web: FastAPI, settings: GatewaySettings) -> None:
    """Serve until cancelled."""
    config = uvicorn.Config(
        web,
        host=settings.gateway_host,
        port=settings.gateway_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    # signals belong to the process, which may run other services too
    server.capture_signals = _no_signals  # type: ignore[method-assign,assignment]
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving  # running requests end first
        raise


class _no_signals:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


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
