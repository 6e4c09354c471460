"""Owns the short way to routes that are plain functions of a request: found by a look into a table, answered at once.

The framework has the same routes behind it, and answers whatever is not found here: other methods, other paths, pages.
Around each answer stands the same as there: a span, the limit of bodies, headers, compression, problems, metrics.
"""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from opentelemetry.trace import SpanKind, Status, StatusCode
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from kit import telemetry
from kit.errors import PlumbError
from kit.settings import Platform
from services.gateway import problems, surroundings

_log = structlog.get_logger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]

# `/api/v1/runs`: paths with variables are searched among those that begin alike
_COMMON_PARTS = 4
_LEAST_COMPRESSED = 1024
_FASTEST = 1


@dataclass(frozen=True, slots=True)
class Lane:
    """One route: its template, and what answers it."""

    verb: str
    path: str
    pattern: re.Pattern[str]
    convertors: Mapping[str, Any]
    endpoint: Endpoint

    def variables(self, path: str) -> dict[str, Any] | None:
        """The variables of a path, None when it is another path."""
        found = self.pattern.match(path)
        if found is None:
            return None
        return {name: self.convertors[name].convert(value) for name, value in found.groupdict().items()}


class Lanes:
    """Routes by verb and path. The first one added that fits answers, as in the framework."""

    def __init__(self) -> None:
        self._fixed: dict[tuple[str, str], Lane] = {}
        self._alike: dict[tuple[str, str], list[Lane]] = {}

    def add(self, verb: str, path: str, endpoint: Endpoint) -> None:
        pattern, _, convertors = compile_path(path)
        lane = Lane(verb, path, pattern, convertors, endpoint)
        if convertors:
            self._alike.setdefault((verb, _beginning(path)), []).append(lane)
        else:
            self._fixed.setdefault((verb, path), lane)

    def find(self, verb: str, path: str) -> tuple[Lane, dict[str, Any]] | None:
        """The lane of a request and the variables of its path."""
        fixed = self._fixed.get((verb, path))
        if fixed is not None:
            return fixed, {}
        for lane in self._alike.get((verb, _beginning(path)), ()):
            if (variables := lane.variables(path)) is not None:
                return lane, variables
        return None


class Web(FastAPI):
    """The web application with its lanes in front."""

    def __init__(self, lanes: Lanes, settings: Platform, **options: Any) -> None:
        super().__init__(**options)
        self._lanes = lanes
        headers = {**surroundings.security_headers(settings), "Cache-Control": "no-store"}
        self._around = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._lanes.find(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if found is None:
            return await super().__call__(scope, receive, send)
        started = time.perf_counter()
        lane, scope["path_params"] = found
        scope["app"] = self
        request = Request(scope, surroundings.limited(scope, receive))
        facts = {"http.request.method": lane.verb, "http.route": lane.path}
        traceparent = request.headers.get("traceparent", "")
        with telemetry.span(f"{lane.verb} {lane.path}", SpanKind.SERVER, traceparent, **facts) as span:
            response = await _answer(lane, request)
            span.current.set_attribute("http.response.status_code", response.status_code)
            if response.status_code >= 500:
                span.current.set_status(Status(StatusCode.ERROR))
            self._finish(request, response)
            surroundings.measure(lane.path, lane.verb, response.status_code, time.perf_counter() - started)
            await response(scope, receive, send)

    def _finish(self, request: Request, response: Response) -> None:
        """Add the headers that an answer does not have itself, and make a long one short."""
        if not isinstance(response, StreamingResponse):
            _compress(request, response)
        has = {name for name, _ in response.raw_headers}
        response.raw_headers += [header for header in self._around if header[0] not in has]


async def _answer(lane: Lane, request: Request) -> Response:
    """The answer of a route; a failure is a problem like every other."""
    try:
        return await lane.endpoint(request)
    except PlumbError as error:
        return problems.problem(error)
    except HTTPException as error:
        return problems.of_http(error)
    except Exception:
        _log.exception("request failed", route=lane.path)
        return problems.problem(PlumbError("Something went wrong inside the platform; the log has the details."))


def _compress(request: Request, response: Response) -> None:
    body = getattr(response, "body", b"")
    if len(body) < _LEAST_COMPRESSED or "gzip" not in request.headers.get("accept-encoding", ""):
        return
    if "content-encoding" in response.headers:
        return
    response.body = gzip.compress(body, _FASTEST)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.body))
    response.headers.add_vary_header("Accept-Encoding")


def _beginning(path: str) -> str:
    return "/".join(path.split("/", _COMMON_PARTS)[:_COMMON_PARTS])
