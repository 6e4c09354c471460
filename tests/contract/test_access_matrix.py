"""The permission table against every method and route there is: no row, no call; no part in the row, no step taken.

The cells come from the descriptors and from the gateway's own route list, so a new method or route is here by itself.
Behind the edge stand recorders instead of services: what is measured is whether a call got through at all.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from kit import access, contract
from kit.app import App
from kit.bus import Bus
from kit.channel import LocalChannel
from kit.errors import Forbidden, Unauthenticated
from kit.host import object_store
from kit.identity import Identity, Principal
from kit.peers import Channel, Envelope
from kit.rpc import Call
from kit.settings import Platform
from services.gateway.caller import ACCESS_COOKIE, CSRF_HEADER
from services.gateway.feed import Outlet
from services.gateway.service import application
from services.gateway.transcode import Binding, bindings
from tests.contract.samples import sample

CALLERS = (*access.ROLES, access.JOB, access.SERVICE)
KEY = base64.b64encode(bytes(range(32))).decode()


def methods(services: Iterable[ServiceDescriptor]) -> list[MethodDescriptor]:
    return [method for service in services for method in service.methods]


def row_of(method: MethodDescriptor) -> str:
    return contract.permission(contract.path(method))


def rows_of(web: FastAPI) -> set[str]:
    """The rows that the routes of the web application need; a derived route carries its method's row as its name."""
    derived = {(binding.verb, binding.path) for binding in bindings()}
    found = {(verb, route.path) for route in iter_route_contexts(web.routes) for verb in route.methods or {"ANY"}}
    return {f"{verb} {path}" for verb, path in found - derived if verb != "HEAD"}


METHODS = methods([*contract.SERVICES.values(), contract.AUDIT])
BINDINGS = bindings()


@dataclass
class Recorder:
    """Answers every method with an empty message and notes that it did."""

    reached: list[str] = field(default_factory=list)

    def handler(self, method: MethodDescriptor) -> grpc.RpcMethodHandler:
        async def answer(_request: Message, _call: Call) -> Message:
            self.reached.append(row_of(method))
            return contract.response_class(contract.path(method))()

        return grpc.unary_unary_rpc_method_handler(answer)

    def taken(self) -> list[str]:
        """What was reached since the last time this was asked."""
        reached, self.reached = self.reached, []
        return reached


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    return Recorder()


@pytest_asyncio.fixture(scope="module")
async def apps(recorder: Recorder) -> AsyncIterator[dict[str, App]]:
    """The edge of every service. The addresses lead nowhere: a call that needed one would fail, not pass."""
    names = (*contract.SERVICES, "gateway")
    nowhere = {f"database_url_{name}": "postgresql+asyncpg://nowhere.invalid/x" for name in names}
    settings = Platform(identity_key=KEY, s3_access_key="unused", s3_secret_key="unused", **nowhere)
    channels: dict[str, Channel] = {}
    store, bus = object_store(settings), Bus("nats://nowhere.invalid:4222")
    made = {name: App(name, settings, store, bus, channels) for name in names}
    for name, service in contract.SERVICES.items():
        channels[name] = LocalChannel(made[name].endpoint)
        for method in methods([service, contract.AUDIT]):
            made[name].endpoint.registry.handlers[contract.path(method)] = recorder.handler(method)
    yield made
    for app in made.values():
        await app.close()


@pytest.fixture(scope="module")
def web(apps: dict[str, App]) -> FastAPI:
    gateway = apps["gateway"]
    return application(gateway, Outlet(gateway.db, gateway.bus))


@pytest_asyncio.fixture(scope="module")
async def http(web: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(web, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://plumb.test") as client:
        yield client


def signed(role: str) -> str:
    kind = role if role in (access.JOB, access.SERVICE) else "PERSON"
    return Identity(KEY).sign(Principal(workspace_id="ws_matrix", member_id="mem_1", name="Mia", role=role, kind=kind))


def service_of(method: MethodDescriptor) -> str:
    return contract.path(method).split(".")[1] if method.containing_service != contract.AUDIT else "storage"


async def dispatch(apps: dict[str, App], method: MethodDescriptor, token: str) -> Message:
    endpoint = apps[service_of(method)].endpoint
    return await endpoint.dispatch(contract.path(method), sample(method.input_type), Envelope(token))


def missing(needed: Iterable[str]) -> set[str]:
    return set(needed) - set(access.TABLE)


def test_every_method_has_a_row() -> None:
    assert not missing(row_of(method) for method in METHODS)


def test_every_hand_written_route_has_a_row(web: FastAPI) -> None:
    assert not missing(rows_of(web))


def test_every_row_belongs_to_a_method_or_a_route(web: FastAPI) -> None:
    assert not set(access.TABLE) - {row_of(method) for method in METHODS} - rows_of(web)


def test_every_role_of_a_row_exists() -> None:
    known = {*CALLERS, access.ANONYMOUS}
    assert not {row: roles - known for row, roles in access.TABLE.items() if roles - known}


def test_a_method_without_a_row_would_be_found_and_is_closed_to_everybody() -> None:
    dummy = _dummy_service()
    rows = [row_of(method) for method in methods([dummy])]
    assert missing(rows) == {"dummy.DeleteEverything"}
    for role in CALLERS:
        with pytest.raises(Forbidden):
            access.require(rows[0], Principal(workspace_id="ws", member_id="mem", name="Mia", role=role))
    with pytest.raises(Unauthenticated):
        access.require(rows[0], Principal(workspace_id="", member_id="", name="", role=access.ANONYMOUS))


def test_a_route_without_a_row_would_be_found(apps: dict[str, App]) -> None:
    gateway = apps["gateway"]
    web = application(gateway, Outlet(gateway.db, gateway.bus))
    web.add_api_route("/api/v1/everything", lambda: None, methods=["DELETE"])
    web.add_route("/api/v1/plain", lambda request: None, methods=["POST"])
    router = APIRouter()
    router.add_api_route("/api/v1/included", lambda: None, methods=["PUT"])
    web.include_router(router)
    assert missing(rows_of(web)) == {"DELETE /api/v1/everything", "POST /api/v1/plain", "PUT /api/v1/included"}


def _dummy_service() -> ServiceDescriptor:
    file = descriptor_pb2.FileDescriptorProto(name="dummy.proto", package="plumbapi.dummy.v1", syntax="proto3")
    file.message_type.add(name="Empty")
    method = file.service.add(name="DummyService").method.add(name="DeleteEverything")
    method.input_type = method.output_type = ".plumbapi.dummy.v1.Empty"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool.FindServiceByName("plumbapi.dummy.v1.DummyService")


@pytest.mark.parametrize("role", CALLERS)
@pytest.mark.parametrize("method", METHODS, ids=row_of)
async def test_a_call_passes_exactly_for_the_roles_of_its_row(
    apps: dict[str, App], recorder: Recorder, method: MethodDescriptor, role: str
) -> None:
    recorder.taken()
    row = row_of(method)
    if access.TABLE[row] & {role, access.ANONYMOUS}:
        await dispatch(apps, method, signed(role))
        assert recorder.taken() == [row]
    else:
        with pytest.raises(Forbidden) as refused:
            await dispatch(apps, method, signed(role))
        assert refused.value.reason == "FORBIDDEN"
        assert not recorder.taken()


@pytest.mark.parametrize("method", METHODS, ids=row_of)
async def test_without_an_identity_only_open_methods_pass(
    apps: dict[str, App], recorder: Recorder, method: MethodDescriptor
) -> None:
    recorder.taken()
    if access.ANONYMOUS in access.TABLE[row_of(method)]:
        await dispatch(apps, method, "")
        assert recorder.taken()
    else:
        with pytest.raises(Unauthenticated):
            await dispatch(apps, method, "")
        assert not recorder.taken()


def _forged() -> str:
    other = base64.b64encode(bytes(reversed(range(32)))).decode()
    return Identity(other).sign(Principal(workspace_id="ws_matrix", member_id="mem_1", name="Mia", role="OWNER"))


def _expired() -> str:
    who = Principal(workspace_id="ws_matrix", member_id="mem_1", name="Mia", role="OWNER")
    return Identity(KEY).sign(who, ttl_s=-60)


@pytest.mark.parametrize("make", [_forged, _expired, lambda: "not.a.token"], ids=["forged", "expired", "nonsense"])
@pytest.mark.parametrize("method", METHODS, ids=row_of)
async def test_an_identity_that_does_not_verify_passes_nowhere(
    apps: dict[str, App], recorder: Recorder, method: MethodDescriptor, make: Callable[[], str]
) -> None:
    recorder.taken()
    with pytest.raises(Unauthenticated):
        await dispatch(apps, method, make())
    assert not recorder.taken()


async def request(http: httpx.AsyncClient, binding: Binding, token: str) -> httpx.Response:
    """Call a derived route with the smallest request it understands."""
    fields = MessageToDict(sample(binding.method.input_type), preserving_proto_field_name=True)
    path = binding.path
    for name in binding.variables:
        number = binding.method.input_type.fields_by_name[name].type != 9
        path = path.replace(f"{{{name}}}", "1" if number else "sample")
        fields.pop(name, None)
    sent: dict[str, Any] = {"json": fields} if binding.has_body else {"params": fields}
    headers = {CSRF_HEADER: "1"} | ({"cookie": f"{ACCESS_COOKIE}={token}"} if token else {})
    return await http.request(binding.verb, path, headers=headers, **sent)


@pytest.mark.parametrize("role", [*CALLERS, access.ANONYMOUS])
async def test_a_route_answers_403_exactly_where_its_method_does(
    http: httpx.AsyncClient, recorder: Recorder, role: str
) -> None:
    recorder.taken()
    for binding in BINDINGS:
        row = row_of(binding.method)
        token = "" if role == access.ANONYMOUS else signed(role)
        answer = await request(http, binding, token)
        if access.TABLE[row] & {role, access.ANONYMOUS}:
            assert (answer.status_code, recorder.taken()) == (200, [row]), f"{binding.verb} {binding.path}"
        else:
            refusal = 401 if role == access.ANONYMOUS else 403
            assert (answer.status_code, recorder.taken()) == (refusal, []), f"{binding.verb} {binding.path}"
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("role", [*CALLERS, access.ANONYMOUS])
async def test_a_hand_written_route_refuses_before_anything_runs(
    http: httpx.AsyncClient, recorder: Recorder, web: FastAPI, role: str
) -> None:
    recorder.taken()
    for row in sorted(rows_of(web)):
        if access.TABLE[row] & {role, access.ANONYMOUS}:
            continue
        verb, path = row.split(" ")
        headers = {} if role == access.ANONYMOUS else {"cookie": f"{ACCESS_COOKIE}={signed(role)}", CSRF_HEADER: "1"}
        answer = await http.request(verb, path.replace("{sha256}", "0" * 64), headers=headers)
        assert answer.status_code == (401 if role == access.ANONYMOUS else 403), row
        assert not recorder.taken(), row


@pytest.mark.parametrize("binding", [b for b in BINDINGS if b.verb != "GET"], ids=lambda b: f"{b.verb} {b.path}")
async def test_a_browser_writes_nothing_without_the_header_of_our_own_pages(
    http: httpx.AsyncClient, recorder: Recorder, binding: Binding
) -> None:
    recorder.taken()
    headers = {"cookie": f"{ACCESS_COOKIE}={signed('OWNER')}"}
    answer = await http.request(binding.verb, binding.path, headers=headers, json={})
    assert (answer.status_code, answer.json()["reason"]) == (403, "CSRF_HEADER_MISSING")
    assert not recorder.taken()
