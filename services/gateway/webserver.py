"""Owns the HTTP server itself: health, headers, metrics, the web UI's files. Does not answer API calls."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from kit.app import App
from kit.settings import Platform
from services.gateway import openapi
from services.gateway.settings import GatewaySettings
from services.gateway.surroundings import Around, security_headers


def install(web: FastAPI, app: App) -> None:
    """Add what surrounds every route: health, the document, headers, metrics."""
    web.add_middleware(GZipMiddleware, minimum_size=1024)
    web.add_middleware(Around, headers=security_headers(app.settings))

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
