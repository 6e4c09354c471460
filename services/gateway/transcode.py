"""Owns REST: one route for every `google.api.http` binding of the contract, JSON in and out by proto JSON.

Nothing here knows a method by name. Bodies, path and query become the request message; unknown fields are refused.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from google.api import annotations_pb2
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.json_format import ParseError
from google.protobuf.message import Message

from kit import contract, documents
from kit.app import App
from kit.errors import Invalid
from services.gateway.caller import Callers
from services.gateway.lanes import Lanes

PREFIX = "/api"
IDEMPOTENCY_HEADER = "idempotency-key"
_VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Binding:
    """One REST route of one method."""

    service: str
    method: MethodDescriptor
    verb: str
    template: str
    has_body: bool

    @property
    def path(self) -> str:
        return PREFIX + self.template

    @property
    def variables(self) -> list[str]:
        return _VARIABLE.findall(self.template)


def bindings() -> list[Binding]:
    """All routes, verbs such as `:publish` first: `{id}` would match `id:publish` too."""
    found = [
        Binding(service, method, verb, template, bool(rule.body))
        for service, descriptor in contract.SERVICES.items()
        for method in descriptor.methods
        for rule in [method.GetOptions().Extensions[annotations_pb2.http]]
        for verb, template in _verb(rule)
    ]
    return sorted(found, key=lambda binding: (":" not in binding.template, binding.template, binding.verb))


def _verb(rule: Any) -> Iterator[tuple[str, str]]:
    verb = rule.WhichOneof("pattern")
    if verb:
        yield verb.upper(), getattr(rule, verb)


def install(web: FastAPI, lanes: Lanes, app: App, callers: Callers) -> None:
    """Add every derived route to the web application."""
    for binding in bindings():
        endpoint = _endpoint(binding, app, callers)
        lanes.add(binding.verb, binding.path, endpoint)
        web.add_api_route(
            binding.path,
            endpoint,
            methods=[binding.verb],
            include_in_schema=False,
            name=f"{binding.service}.{binding.method.name}",
        )


def _endpoint(binding: Binding, app: App, callers: Callers) -> Callable[[Request], Awaitable[Response]]:
    path = contract.path(binding.method)
    request_class = message_factory.GetMessageClass(binding.method.input_type)

    async def endpoint(request: Request) -> Response:
        envelope = await callers.envelope(request)
        message = _message(request_class, await _fields(binding, request))
        answer = await app.peers(envelope).call(binding.service, path, message)
        return Response(to_json(answer), media_type="application/json")

    return endpoint


def to_json(message: Message) -> bytes:
    """A message as UTF-8 JSON with the proto's own field names; scalar fields appear even when zero."""
    return orjson.dumps(documents.document(message))


async def _fields(binding: Binding, request: Request) -> dict[str, Any]:
    if binding.has_body:
        if request.query_params:
            raise Invalid("Send the fields of this route in the body, not as parameters.", reason="PARAMETER_UNKNOWN")
        fields = await _body(request)
    else:
        fields = _query(binding.method, request)
    fields.update(request.path_params)
    key = request.headers.get(IDEMPOTENCY_HEADER)
    if key and "request_id" in binding.method.input_type.fields_by_name:
        fields.setdefault("request_id", key)
    return fields


async def _body(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise Invalid("Send a JSON body with Content-Type: application/json.", reason="CONTENT_TYPE_INVALID")
    try:
        document = orjson.loads(await request.body() or b"{}")
    except ValueError as error:
        raise Invalid(f"The body is not JSON: {error}.", reason="BODY_INVALID") from error
    if not isinstance(document, dict):
        raise Invalid("The body must be a JSON object.", reason="BODY_INVALID")
    return document


def _query(method: MethodDescriptor, request: Request) -> dict[str, Any]:
    known = method.input_type.fields_by_name
    fields: dict[str, Any] = {}
    for name in request.query_params:
        if name not in known:
            raise Invalid(f"There is no parameter `{name}` here.", reason="PARAMETER_UNKNOWN")
        values = [_scalar(known[name], value) for value in request.query_params.getlist(name)]
        fields[name] = values if known[name].is_repeated else values[-1]
    return fields


def _scalar(field: Any, value: str) -> Any:
    if field.type == FieldDescriptor.TYPE_BOOL and value in ("true", "false"):
        return value == "true"
    return value


def _message(request_class: type[Message], fields: dict[str, Any]) -> Message:
    try:
        return documents.message(request_class, fields)
    except (ParseError, RecursionError, ValueError, TypeError) as error:
        raise Invalid(f"The request is not understood: {error}", reason="FIELD_INVALID") from error
