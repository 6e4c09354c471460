"""Owns how errors look over HTTP: `application/problem+json` (RFC 9457) with the same reason as over gRPC."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from kit import telemetry
from kit.errors import PlumbError

MEDIA_TYPE = "application/problem+json"
_RETRY_AFTER_S = {429: "5", 503: "1"}


def problem(error: PlumbError) -> JSONResponse:
    """The answer for a failed request."""
    return _answer(error.http_status, type(error).__name__, error.message, error.reason, error.metadata)


def install(app: FastAPI) -> None:
    """Answer every failure of the app as a problem."""

    @app.exception_handler(PlumbError)
    async def on_error(_request: Request, error: PlumbError) -> JSONResponse:
        return problem(error)

    @app.exception_handler(HTTPException)
    async def on_http(_request: Request, error: HTTPException) -> JSONResponse:
        reason = {404: "ROUTE_UNKNOWN", 405: "METHOD_NOT_ALLOWED", 413: "BODY_TOO_LARGE"}.get(
            error.status_code, "HTTP_ERROR"
        )
        return _answer(error.status_code, "HTTP", str(error.detail), reason, {})


def _answer(status: int, title: str, detail: str, reason: str, metadata: dict[str, str]) -> JSONResponse:
    body = {
        "type": f"urn:plumbline:{reason.lower()}",
        "title": title,
        "status": status,
        "detail": detail,
        "reason": reason,
        "metadata": metadata,
        "trace_id": telemetry.current_trace_id(),
    }
    headers = {"Retry-After": _RETRY_AFTER_S[status]} if status in _RETRY_AFTER_S else None
    return JSONResponse(body, status, headers, MEDIA_TYPE)
