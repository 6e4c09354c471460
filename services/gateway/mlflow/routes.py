"""Owns the way in for MLflow clients: who asks, which fields, which translator, how a failure is said.

Does not know any operation: each noun has a module with its `ROUTES`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import httpx
import structlog
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from kit import access
from kit.app import App
from kit.errors import PlumbError, Unauthenticated
from kit.identity import ANONYMOUS, Principal
from kit.peers import Envelope
from services.gateway.caller import Callers
from services.gateway.lanes import Lanes
from services.gateway.mlflow import (
    artifacts,
    errors,
    experiments,
    fields,
    inputs,
    logged_models,
    metrics,
    model_versions,
    registered_models,
    run_logging,
    runs,
    server,
    uploads,
    webhooks,
    wording,
)
from services.gateway.mlflow.asking import Asked, Route
from services.gateway.mlflow.encoding import answer
from services.gateway.mlflow.errors import NOT_IMPLEMENTED, MlflowError, translate

_log = structlog.get_logger(__name__)

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Everything else below these is MLflow's, and not offered.
PREFIXES = (
    "/api/2.0/mlflow",
    "/api/2.0/mlflow-artifacts",
    "/api/3.0/mlflow",
    "/ajax-api/2.0/mlflow",
    "/ajax-api/2.0/mlflow-artifacts",
    "/ajax-api/3.0/mlflow",
)
_STORE_TIMEOUT = httpx.Timeout(60, connect=5)
_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "5"}, 503: {"Retry-After": "1"}}

# Most frequent first: routes are tried in this order.
ROUTES: Sequence[Route] = (
    *run_logging.ROUTES,
    *runs.ROUTES,
    *metrics.ROUTES,
    *artifacts.ROUTES,
    *experiments.ROUTES,
    *inputs.ROUTES,
    *uploads.ROUTES,
    *registered_models.ROUTES,
    *model_versions.ROUTES,
    *logged_models.ROUTES,
    *server.ROUTES,
    *webhooks.ROUTES,
)


def install(web: FastAPI, lanes: Lanes, app: App, callers: Callers) -> None:
    """Add every route; paths of MLflow that none of them has answer 501."""
    entrance = _Entrance(app, callers)
    absent = [Route(verb, f"{prefix}/{{operation:path}}", _not_offered) for prefix in PREFIXES for verb in VERBS]
    for route in (*ROUTES, *absent):
        endpoint = entrance.endpoint(route)
        lanes.add(route.verb, route.path, endpoint)
        web.add_route(route.path, endpoint, methods=[route.verb], include_in_schema=False)


class _Entrance:
    """What all routes share."""

    def __init__(self, app: App, callers: Callers) -> None:
        self._app = app
        self._callers = callers
        self._default_experiments: dict[str, str] = {}
        self._store = httpx.AsyncClient(timeout=_STORE_TIMEOUT, trust_env=False)

    def endpoint(self, route: Route) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            given: dict[str, Any] = {}
            try:
                envelope, who = await _require(self._callers, request, route.row)
                given.update(await _given(route, request), **request.path_params)
                found = {**fields.read(route.fields, given), **request.path_params}
                said = await route.handler(
                    Asked(request, found, who, envelope, self._app, self._default_experiments, self._store)
                )
                return said if isinstance(said, Response) else answer(said)
            except Exception as error:
                return _failed(_as_mlflow(error, route, given))

        return endpoint


def _as_mlflow(error: Exception, route: Route, given: Mapping[str, Any]) -> MlflowError:
    if isinstance(error, MlflowError):
        return error
    if isinstance(error, PlumbError):
        return translate(error, given, {**wording.COMMON, **route.wordings})
    if isinstance(error, HTTPException):
        return MlflowError("BAD_REQUEST", str(error.detail))
    _log.error("mlflow request failed", route=route.row, exc_info=error)
    return MlflowError("INTERNAL_ERROR", "Something went wrong inside the platform; the log has the details.")


async def _require(callers: Callers, request: Request, row: str) -> tuple[Envelope, Principal]:
    """MLflow sends its token as a bearer, or as the password of a name that does not matter.

    What is open to the world is so for a token that has expired too: a client learns there what the server can do.
    """
    if access.allowed(row, access.ANONYMOUS):
        return Envelope(), ANONYMOUS
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return await callers.require(request, row)
    try:
        _, _, token = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Unauthenticated("The Authorization header is not understood.") from error
    return await callers.require_token(token, row)


async def _given(route: Route, request: Request) -> Mapping[str, Any]:
    if not route.reads_body:
        return {}
    if route.verb == "GET":
        return _query(route, request)
    return fields.decode(await request.body())


def _query(route: Route, request: Request) -> Mapping[str, Any]:
    query = request.query_params
    found: dict[str, Any] = {}
    for field in route.fields:
        for name in (field.name, field.alias):
            if name and name in query:
                found[name] = query.getlist(name) if field.parse is fields.texts else query[name]
    return found


def _failed(error: MlflowError) -> Response:
    said = answer(error.document(), error.status)
    said.headers.update(_HEADERS.get(error.status, {}))
    return said


async def _not_offered(asked: Asked) -> Mapping[str, Any]:
    raise errors.MlflowError(
        NOT_IMPLEMENTED,
        f"Plumbline does not offer {asked.request.method} {asked.request.url.path}: it speaks MLflow's experiments, "
        "runs, metrics, artifacts, logged models, model registry and webhooks.",
    )
