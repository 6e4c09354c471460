"""Owns the HTTP server itself: health, headers, metrics, the web UI's files. Does not answer API calls."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

from kit import telemetry
from kit.app import App
from kit.errors import Invalid
from kit.settings import Platform
from services.gateway import openapi
from services.gateway.problems import problem
from services.gateway.settings import GatewaySettings

MAX_BODY = 32 * 1024 * 1024


def install(web: FastAPI, app: App) -> None:
    """Add what surrounds every route: health, the document, headers, metrics, readable validation errors."""
    policy = _content_policy(app.settings)
    web.add_middleware(GZipMiddleware, minimum_size=1024)

    @web.get("/healthz", tags=["health"])
    async def healthz() -> dict[str, str]:
        """Whether the process lives; touches no dependency."""
        return {"status": "ok"}

    @web.get("/readyz", tags=["health"])
    async def readyz() -> dict[str, str]:
        """Whether requests can be answered: the gateway's database answers."""
        await app.db.ping()
        return {"status": "ok"}

    @web.get("/api/openapi.json", include_in_schema=False)
    async def get_openapi() -> JSONResponse:
        return JSONResponse(openapi.document(web))

    @web.exception_handler(RequestValidationError)
    async def on_validation(_request: Request, error: RequestValidationError) -> JSONResponse:
        parts = [f"{'.'.join(str(step) for step in item['loc'][1:])}: {item['msg']}" for item in error.errors()]
        return problem(Invalid("; ".join(parts), reason="FIELD_INVALID"))

    @web.middleware("http")
    async def around(request: Request, call_next: RequestResponseEndpoint) -> Response:
        started = time.perf_counter()
        response = await call_next(request)
        route = getattr(request.scope.get("route"), "path", "unmatched")
        labels = {"route": route, "method": request.method}
        telemetry.http_requests.add(1, {**labels, "status": str(response.status_code)})
        telemetry.http_duration.record(time.perf_counter() - started, labels)
        response.headers.update(
            {
                "Content-Security-Policy": policy,
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "same-origin",
                "Cross-Origin-Opener-Policy": "same-origin",
            }
        )
        return response


def serve_pages(web: FastAPI, folder: Path, settings: Platform) -> None:
    """Serve the built web UI: hashed assets for ever, every other address gets the page that routes itself."""
    if not (folder / "index.html").is_file():

        @web.get("/", include_in_schema=False)
        async def no_pages() -> JSONResponse:
            raise HTTPException(
                404, f"The web UI is not built: run `make web`. The API is at {settings.public_url}/api."
            )

        return
    web.mount("/assets", StaticFiles(directory=folder / "assets"))
    files = {entry.name: entry for entry in folder.iterdir() if entry.is_file()}

    @web.get("/{path:path}", include_in_schema=False)
    async def page(path: str) -> FileResponse:
        if path.startswith("api/"):
            raise HTTPException(404, "There is no such route: see /api/openapi.json.")
        return FileResponse(files.get(path, files["index.html"]), headers={"Cache-Control": "no-cache"})


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
    await server.serve()


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
