"""The event feed as outsiders get it: NATS with nothing but nats-py and an account of one workspace, and HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from nats.aio.client import Client as Nats
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

import plumbline
from plumbline.accounts import join
from tests.live import Live, eventually

_EXAMPLE = Path(__file__).parents[2] / "examples" / "subscriber.py"
_PATIENCE_S = 20


@pytest.fixture(scope="module")
def workspace(live_platform: Live) -> str:
    return live_platform.workspace_id


@pytest.fixture(scope="module")
def stranger(live_platform: Live) -> Iterator[plumbline.Client]:
    """The owner of a second workspace on the same platform."""
    with live_platform.as_("OWNER") as owner:
        invited = owner.post("/v1/workspaces", {"name": "Neighbours"}, once=True)
    token = join(live_platform.url, invited["invitation"], name="Nadia Next", password="correct horse battery")
    with plumbline.connect(live_platform.url, token) as client:
        yield client


@pytest.fixture(scope="module")
def credentials(live_platform: Live, workspace: str) -> tuple[str, str]:
    """A user and password that whoever runs the platform hands to somebody outside."""
    return live_platform.platform.nats.add_subscriber(workspace)


@pytest.fixture
def make_dataset(live_platform: Live) -> Callable[[], str]:
    """Cause one event of the first workspace; returns the id that it is about."""

    def make() -> str:
        with live_platform.as_("OWNER") as client:
            return str(client.datasets.create(f"event-{os.urandom(4).hex()}")["id"])

    return make


class Outsider:
    """What a NATS connection was given and was refused."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.refusals: list[str] = []
        self._changed = asyncio.Event()

    async def on_message(self, message: Msg) -> None:
        self.events.append(json.loads(message.data))
        self._changed.set()

    async def on_error(self, error: Exception) -> None:
        self.refusals.append(str(error))
        self._changed.set()

    async def wait_until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(_PATIENCE_S):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def connected(live: Live, credentials: tuple[str, str]) -> AsyncIterator[tuple[Nats, Outsider]]:
    outsider, (user, password) = Outsider(), credentials
    address = live.platform.nats.address
    connection = await nats.connect(address, user=user, password=password, error_cb=outsider.on_error)
    try:
        yield connection, outsider
    finally:
        await connection.close()


async def test_every_event_comes_in_sequence(
    live_platform: Live, workspace: str, credentials: tuple[str, str], make_dataset: Callable[[], str]
) -> None:
    async with connected(live_platform, credentials) as (connection, outsider):
        await connection.subscribe(f"feed.{workspace}.>", cb=outsider.on_message)
        await connection.flush()
        made = [await asyncio.to_thread(make_dataset) for _ in range(12)]
        await outsider.wait_until(lambda: made[-1] in {event["subject"] for event in outsider.events})
    ours = [event for event in outsider.events if event["subject"] in made]
    assert [event["subject"] for event in ours] == made
    numbers = [int(event["sequence"]) for event in outsider.events]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert {event["workspace"] for event in outsider.events} == {workspace}
    with live_platform.as_("OWNER") as client:
        replayed = list(client.events.after(numbers[0] - 1))
    assert replayed[: len(outsider.events)] == outsider.events


async def test_another_workspace_stays_out_of_sight(
    live_platform: Live,
    workspace: str,
    credentials: tuple[str, str],
    stranger: plumbline.Client,
    make_dataset: Callable[[], str],
) -> None:
    """Invariant 5: neither by the name of the other feed, nor by a pattern, nor by the platform's own subjects."""
    other = stranger.workspace.me()["workspace"]["id"]
    async with connected(live_platform, credentials) as (connection, outsider):
        refused = (f"feed.{other}.>", "feed.>", "feed.*.storage.dataset.created.v1", f"plumb.{other}.>", ">", "$JS.>")
        for subject in refused:
            await connection.subscribe(subject, cb=outsider.on_message)
        await outsider.wait_until(lambda: len(outsider.refusals) >= len(refused))
        await connection.subscribe(f"feed.{workspace}.>", cb=outsider.on_message)
        await connection.flush()
        await asyncio.to_thread(stranger.datasets.create, "not-for-neighbours")
        # by the time our own later event is here, that one would be, too
        mine = await asyncio.to_thread(make_dataset)
        await outsider.wait_until(lambda: mine in {event["subject"] for event in outsider.events})
    assert all("permissions violation" in refusal.lower() for refusal in outsider.refusals)
    assert {event["workspace"] for event in outsider.events} == {workspace}


@pytest.mark.parametrize("subject", ["feed.{}.storage.dataset.created.v1", "plumb.{}.storage.dataset.created.v1"])
async def test_an_outsider_cannot_publish(
    live_platform: Live, workspace: str, credentials: tuple[str, str], make_dataset: Callable[[], str], subject: str
) -> None:
    forged = {"specversion": "1.0", "id": "evt_forged", "type": "plumb.storage.dataset.created.v1"}
    async with connected(live_platform, credentials) as (connection, outsider):
        await connection.subscribe(f"feed.{workspace}.>", cb=outsider.on_message)
        await connection.publish(subject.format(workspace), json.dumps(forged).encode())
        await outsider.wait_until(lambda: outsider.refusals)
        mine = await asyncio.to_thread(make_dataset)
        await outsider.wait_until(lambda: mine in {event["subject"] for event in outsider.events})
    assert "evt_forged" not in {event["id"] for event in outsider.events}
    with live_platform.as_("OWNER") as client:
        assert "evt_forged" not in {event["id"] for event in client.events.after(0)}
    assert await live_platform.rows("gateway", "SELECT 1 FROM dead_letter") == []


async def test_an_outsider_reaches_no_stream_and_creates_no_consumer(
    live_platform: Live, workspace: str, credentials: tuple[str, str]
) -> None:
    async with connected(live_platform, credentials) as (connection, outsider):
        stream = connection.jetstream(timeout=1)
        attempts = (
            stream.add_consumer("PLUMB", durable_name="thief", filter_subject=f"plumb.{workspace}.>"),
            stream.add_stream(name="THIEF", subjects=["feed.>"]),
            stream.stream_info("PLUMB"),
            stream.delete_stream("PLUMB"),
            stream.get_msg("PLUMB", seq=1),
        )
        for attempt in attempts:
            with pytest.raises((NatsError, TimeoutError)):
                await attempt
    assert outsider.refusals
    platform = await nats.connect(live_platform.platform.nats.url)
    try:
        names = {consumer.name for consumer in await platform.jetstream().consumers_info("PLUMB")}
        assert "gateway" in names
        assert "thief" not in names
    finally:
        await platform.close()


async def test_without_the_password_nobody_gets_in(live_platform: Live, credentials: tuple[str, str]) -> None:
    for user, password in ((credentials[0], "guessed"), ("", ""), ("plumb", "plumb")):
        with pytest.raises((NatsError, TimeoutError)):
            await nats.connect(
                live_platform.platform.nats.address,
                user=user or None,
                password=password or None,
                allow_reconnect=False,
                connect_timeout=2,
            )


async def test_the_example_prints_what_happens(
    live_platform: Live, workspace: str, credentials: tuple[str, str], make_dataset: Callable[[], str]
) -> None:
    environment = {
        **{"PATH": os.environ["PATH"], "PLUMB_WORKSPACE": workspace, "NATS_URL": live_platform.platform.nats.address},
        **{"NATS_USER": credentials[0], "NATS_PASSWORD": credentials[1]},
    }
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(_EXAMPLE), env=environment, stdout=pipe, stderr=pipe
    )
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(_PATIENCE_S):
        assert b"listening" in await process.stderr.readline()
        made = [await asyncio.to_thread(make_dataset) for _ in range(3)]
        printed = [(await process.stdout.readline()).decode() for _ in made]
    process.send_signal(signal.SIGINT)
    await process.wait()
    assert [line.split()[-1] for line in printed] == made
    assert all("plumb.storage.dataset.created.v1  Ada Novak" in line for line in printed)


def test_the_stream_over_http_replays_and_goes_on_live(live_platform: Live, make_dataset: Callable[[], str]) -> None:
    with live_platform.as_("CUSTOMER") as client:
        start = client.events.newest()
        before = [make_dataset() for _ in range(3)]
        seen: list[dict[str, Any]] = []
        follower = threading.Thread(target=_take, args=(client, start, 6, seen), daemon=True)
        follower.start()
        eventually(lambda: len(seen) >= 3)
        after = [make_dataset() for _ in range(3)]
        follower.join(_PATIENCE_S)
    assert [event["subject"] for event in seen] == before + after
    assert [int(event["sequence"]) for event in seen] == list(range(start + 1, start + 7))


def test_a_browser_that_comes_back_continues_behind_its_last_event(
    live_platform: Live, make_dataset: Callable[[], str]
) -> None:
    with live_platform.as_("OWNER") as client:
        start = client.events.newest()
    made = [make_dataset() for _ in range(3)]
    with live_platform.http("OWNER") as http:
        eventually(lambda: http.get("/v1/events", params={"after": start}).json()["newest_sequence"] >= start + 3)
        with http.stream("GET", "/v1/events:stream", headers={"Last-Event-ID": str(start + 1)}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            shown = list(_events(answer, 2))
    assert [event["subject"] for event in shown] == made[1:]


def test_the_stream_of_one_workspace_holds_nothing_of_another(
    live_platform: Live, stranger: plumbline.Client, make_dataset: Callable[[], str]
) -> None:
    made = make_dataset()
    theirs = stranger.datasets.create(f"theirs-{os.urandom(4).hex()}")["id"]
    seen: list[dict[str, Any]] = []
    for event in stranger.events.follow(0):
        seen.append(event)
        if event["subject"] == theirs:
            break
    assert made not in {event["subject"] for event in seen}
    assert {event["workspace"] for event in seen} == {stranger.workspace.me()["workspace"]["id"]}
    # both count from 1: not even how much happens elsewhere can be seen
    assert [int(event["sequence"]) for event in seen] == list(range(1, len(seen) + 1))


def _take(client: plumbline.Client, sequence: int, count: int, into: list[dict[str, Any]]) -> None:
    for event in client.events.follow(sequence):
        into.append(event)
        if len(into) == count:
            return


def _events(answer: httpx.Response, count: int) -> Iterator[dict[str, Any]]:
    for line in answer.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))
            count -= 1
            if not count:
                return
