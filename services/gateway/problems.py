"""Owns how errors look over HTTP: `application/problem+json` (RFC 9457) with the same reason as over gRPC."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from kit import telemetry
from kit.errors import Invalid, PlumbError

MEDIA_TYPE = "application/problem+json"
_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "5"}, 503: {"Retry-After": "1"}}
_REASONS = {404: "ROUTE_UNKNOWN", 405: "METHOD_NOT_ALLOWED", 413: "BODY_TOO_LARGE"}


def problem(error: PlumbError) -> JSONResponse:
    """The answer for a failed request."""
    return _answer(error.http_status, error.message, error.reason, error.metadata, _HEADERS.get(error.http_status))


def of_http(error: HTTPException) -> JSONResponse:
    """The answer for a failure that HTTP itself has a status for."""
    reason = _REASONS.get(error.status_code, "HTTP_ERROR")
    return _answer(error.status_code, str(error.detail), reason, {}, error.headers)


def install(app: FastAPI) -> None:
    """Answer every failure of the app as a problem."""

    @app.exception_handler(PlumbError)
    async def on_error(_request: Request, error: PlumbError) -> JSONResponse:
        return problem(error)

    @app.exception_handler(HTTPException)
    async def on_http(_request: Request, error: HTTPException) -> JSONResponse:
        return of_http(error)

    @app.exception_handler(RequestValidationError)
    async def on_validation(_request: Request, error: RequestValidationError) -> JSONResponse:
        parts = [f"{'.'.join(str(step) for step in item['loc'][1:])}: {item['msg']}" for item in error.errors()]
        return problem(Invalid("; ".join(parts), reason="FIELD_INVALID"))

    @app.exception_handler(Exception)
    async def on_bug(_request: Request, _error: Exception) -> JSONResponse:
        return problem(PlumbError("Something went wrong inside the platform; the log has the details."))


def _answer(
    status: int, detail: str, reason: str, metadata: Mapping[str, str], headers: Mapping[str, str] | None
) -> JSONResponse:
    body = {
        "type": f"urn:plumbline:{reason.lower()}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "reason": reason,
        "metadata": dict(metadata),
        "trace_id": telemetry.current_trace_id(),
    }
    return JSONResponse(body, status, headers, MEDIA_TYPE)
