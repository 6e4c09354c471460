"""One suite for both ways to reach a service: a caller cannot tell a call in process from one over a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import grpc
import pytest
import pytest_asyncio
from google.protobuf.message import Message

from embedded.ports import LOOPBACK, pick_free_port
from kit import contract
from kit.app import App
from kit.channel import LocalChannel, SocketChannel
from kit.errors import KINDS, Forbidden, Invalid, NotFound, PlumbError, TimedOut, Unauthenticated, Unavailable
from kit.host import Host
from kit.identity import Principal
from kit.peers import Channel, Envelope, Peers
from kit.rpc import Call, Endpoint
from kit.server import RpcServer
from plumbapi.common import v1 as common
from plumbapi.storage import v1 as pb

GET = contract.path(contract.SERVICES["storage"].methods_by_name["GetDataset"])
WHO = Principal("ws_channels", "mem_1", "Mia Ünal", "MANAGER")


@pytest.fixture
def storage(platform: Host) -> App:
    return platform.apps["storage"]


@pytest_asyncio.fixture(params=["local", "socket"])
async def channel(request: pytest.FixtureRequest, storage: App) -> AsyncIterator[Channel]:
    """The storage service, in both ways."""
    async for made in reach(request.param, storage.endpoint):
        yield made


async def reach(way: str, endpoint: Endpoint) -> AsyncIterator[Channel]:
    if way == "local":
        yield LocalChannel(endpoint)
        return
    server = RpcServer({endpoint.service: endpoint}, LOOPBACK, 0)
    await server.start()
    socket = SocketChannel(f"{LOOPBACK}:{server.port}")
    yield socket
    await socket.close()
    await server._server.stop(None)


@pytest.fixture
def peers(channel: Channel, storage: App) -> Peers:
    return Peers({"storage": channel}, Envelope(storage.identity.sign(WHO)))


class Scripted:
    """Replaces one method of the service by a handler of the test."""

    def __init__(self, storage: App, monkeypatch: pytest.MonkeyPatch) -> None:
        self._endpoint, self._monkeypatch = storage.endpoint, monkeypatch

    def answer(self, handler: object) -> None:
        old = self._endpoint.registry.handlers[GET]
        made = grpc.unary_unary_rpc_method_handler(handler, old.request_deserializer, old.response_serializer)
        self._monkeypatch.setitem(self._endpoint.registry.handlers, GET, made)


@pytest.fixture
def scripted(storage: App, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    return Scripted(storage, monkeypatch)


async def get(peers: Peers) -> pb.Dataset:
    return await peers.storage.GetDataset(pb.GetDatasetRequest(dataset_id="ds_1"))


async def test_an_answer_comes_back_whole(peers: Peers) -> None:
    name = f"tiles-{uuid4().hex[:8]}"
    made = await peers.storage.CreateDataset(pb.CreateDatasetRequest(name=name, description="ü" * 1000))
    read = await peers.storage.GetDataset(pb.GetDatasetRequest(dataset_id=made.id))
    assert (read.name, read.description, read.creator.name) == (name, "ü" * 1000, "Mia Ünal")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
async def test_every_kind_of_error_arrives_with_all_it_says(
    peers: Peers, scripted: Scripted, kind: type[PlumbError]
) -> None:
    async def fail(_request: Message, _call: Call) -> Message:
        raise kind("Schlüssel fehlt: do this next.", reason="KEY_ABSENT", dataset_id="ds_1")

    scripted.answer(fail)
    with pytest.raises(kind) as caught:
        await get(peers)
    assert (caught.value.message, caught.value.reason) == ("Schlüssel fehlt: do this next.", "KEY_ABSENT")
    assert caught.value.metadata == {"dataset_id": "ds_1"}


async def test_an_error_may_be_a_paragraph(peers: Peers, scripted: Scripted) -> None:
    async def fail(_request: Message, _call: Call) -> Message:
        raise Invalid("because. " * 1500, paths=",".join(f"image-{number}.png" for number in range(300)))

    scripted.answer(fail)
    with pytest.raises(Invalid) as caught:
        await get(peers)
    assert len(caught.value.message) == 9 * 1500
    assert caught.value.metadata["paths"].endswith("image-299.png")


async def test_a_bug_is_internal_and_its_message_stays_inside(peers: Peers, scripted: Scripted) -> None:
    async def fail(_request: Message, _call: Call) -> Message:
        raise KeyError("hunter2")

    scripted.answer(fail)
    with pytest.raises(PlumbError) as caught:
        await get(peers)
    assert (caught.value.reason, caught.value.http_status) == ("INTERNAL", 500)
    assert "hunter2" not in caught.value.message


async def test_the_principal_arrives(peers: Peers, scripted: Scripted) -> None:
    seen: list[Principal] = []

    async def note(_request: Message, call: Call) -> Message:
        seen.append(call.who)
        return pb.Dataset()

    scripted.answer(note)
    await get(peers)
    assert seen == [WHO]


async def test_a_deadline_ends_the_call_on_both_sides(channel: Channel, storage: App, scripted: Scripted) -> None:
    ended = asyncio.Event()

    async def wait(_request: Message, _call: Call) -> Message:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return pb.Dataset()

    scripted.answer(wait)
    peers = Peers({"storage": channel}, Envelope(storage.identity.sign(WHO), timeout_s=0.3))
    with pytest.raises(TimedOut):
        await get(peers)
    async with asyncio.timeout(10):
        await ended.wait()


async def test_a_caller_who_leaves_ends_the_call(peers: Peers, scripted: Scripted) -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def wait(_request: Message, _call: Call) -> Message:
        started.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return pb.Dataset()

    scripted.answer(wait)
    calling = asyncio.create_task(get(peers))
    async with asyncio.timeout(10):
        await started.wait()
        calling.cancel()
        await ended.wait()
    await asyncio.gather(calling, return_exceptions=True)


async def test_nobody_is_told_to_sign_in(channel: Channel) -> None:
    with pytest.raises(Unauthenticated):
        await get(Peers({"storage": channel}, Envelope()))


async def test_a_forged_identity_is_refused(channel: Channel) -> None:
    with pytest.raises(Unauthenticated):
        await get(Peers({"storage": channel}, Envelope("a.b.c")))


async def test_a_role_without_part_is_refused(channel: Channel, storage: App) -> None:
    token = storage.identity.sign(Principal("ws_channels", "mem_2", "Max", "VIEWER"))
    with pytest.raises(Forbidden) as caught:
        await Peers({"storage": channel}, Envelope(token)).storage.CreateDataset(pb.CreateDatasetRequest(name="x"))
    assert caught.value.metadata["required"]


async def test_missing_fields_are_named(peers: Peers) -> None:
    with pytest.raises(Invalid) as caught:
        await peers.storage.CreateBatch(pb.CreateBatchRequest())
    assert caught.value.metadata["fields"] == "dataset_id,source"


async def test_an_absent_thing_is_not_found(peers: Peers) -> None:
    with pytest.raises(NotFound):
        await get(peers)


async def test_a_retry_has_one_effect(peers: Peers) -> None:
    asked = pb.CreateDatasetRequest(name=f"tiles-{uuid4().hex[:8]}", request_id=uuid4().hex)
    first, second = await asyncio.gather(*(peers.storage.CreateDataset(asked) for _ in range(2)))
    assert first == second


async def test_the_method_that_all_services_have_is_reached(peers: Peers) -> None:
    path = contract.path(contract.AUDIT.methods_by_name["ListAuditEntries"])
    answers = await peers.call_all(path, common.ListAuditEntriesRequest(page_size=1))
    assert set(answers) == {"storage"}


async def test_a_method_outside_the_contract_does_not_exist(peers: Peers) -> None:
    with pytest.raises(AttributeError):
        peers.storage.DropEverything  # noqa: B018
    with pytest.raises(AttributeError, match="PLUMB_PEERS_TRAINER"):
        peers.trainer  # noqa: B018


async def test_a_service_that_is_away_is_unavailable(storage: App) -> None:
    away = SocketChannel(f"{LOOPBACK}:{pick_free_port()}")
    with pytest.raises(Unavailable):
        await get(Peers({"storage": away}, Envelope(storage.identity.sign(WHO), timeout_s=5)))
    await away.close()
