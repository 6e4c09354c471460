"""The feed: replay by a sequence without gaps, and a stream that goes on live, in one's own workspace only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from services.gateway import caller
from tests.gateway.conftest import Open, Owner

PATIENCE_S = 20


async def make(http: httpx.AsyncClient, *names: str) -> list[str]:
    return [(await http.post("/api/v1/datasets", json={"name": name})).json()["id"] for name in names]


async def replayed(http: httpx.AsyncClient, count: int, after: int = 0) -> list[dict[str, object]]:
    """The feed once it holds `count` events: they arrive over the bus, a moment after the commit."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            events = (await http.get("/api/v1/events", params={"after": after})).json()["events"]
            if len(events) >= count:
                return events
            await asyncio.sleep(0.05)


async def events_of(answer: httpx.Response) -> AsyncIterator[dict[str, object]]:
    async for line in answer.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


async def test_a_replay_has_every_event_once_under_a_sequence_without_gap(browse: Open, workspace: str) -> None:
    http = browse("OWNER", workspace)
    made = await make(http, "a", "b", "c")
    events = await replayed(http, 3)
    assert [event["sequence"] for event in events] == ["1", "2", "3"]
    assert [event["subject"] for event in events] == made
    assert {event["type"] for event in events} == {"plumb.storage.dataset.created.v1"}
    assert events[0]["workspace"] == f"ws_{workspace}"
    rest = (await http.get("/api/v1/events", params={"after": 2})).json()
    assert ([event["sequence"] for event in rest["events"]], rest["newest_sequence"]) == (["3"], 3)


async def test_events_of_another_workspace_are_not_in_it(browse: Open, workspace: str) -> None:
    http, other = browse("OWNER", workspace), browse("OWNER", f"{workspace}x")
    await make(http, "ours")
    await replayed(http, 1)
    answer = (await other.get("/api/v1/events")).json()
    assert answer == {"events": [], "newest_sequence": 0}


@pytest.mark.parametrize("after", ["-1", "x", str(2**63), "1.5"])
async def test_a_sequence_that_is_none_is_refused(browse: Open, after: str) -> None:
    answer = await browse().get("/api/v1/events", params={"after": after})
    assert (answer.status_code, answer.json()["reason"]) == (400, "FIELD_INVALID")


async def test_a_stream_repeats_what_was_missed_and_goes_on_live(browse: Open, workspace: str) -> None:
    http = browse("OWNER", workspace)
    await make(http, "before")
    await replayed(http, 1)
    async with asyncio.timeout(PATIENCE_S), http.stream("GET", "/api/v1/events:stream?after=0") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert "content-encoding" not in answer.headers, "a compressed stream waits until its buffer is full"
        events = events_of(answer)
        assert (await anext(events))["sequence"] == "1"
        made = await make(http, "live-one", "live-two")
        assert [(await anext(events))["subject"] for _ in range(2)] == made


async def test_a_stream_continues_behind_the_last_event_that_was_seen(browse: Open, workspace: str) -> None:
    http = browse("OWNER", workspace)
    await make(http, "a", "b", "c")
    await replayed(http, 3)
    async with (
        asyncio.timeout(PATIENCE_S),
        http.stream("GET", "/api/v1/events:stream?after=0", headers={"Last-Event-ID": "2"}) as answer,
    ):
        assert (await anext(events_of(answer)))["sequence"] == "3"


async def test_a_stream_without_a_number_begins_with_the_next_event(browse: Open, workspace: str) -> None:
    http = browse("OWNER", workspace)
    await make(http, "before")
    await replayed(http, 1)
    async with asyncio.timeout(PATIENCE_S), http.stream("GET", "/api/v1/events:stream") as answer:
        lines = answer.aiter_lines()
        assert await anext(lines) == ": connected"
        await make(http, "after")
        async for line in lines:
            if line.startswith("id: "):
                assert line == "id: 2"
                break


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "9" * 30])
async def test_a_last_event_that_is_none_is_refused(browse: Open, last: str) -> None:
    answer = await browse().get("/api/v1/events:stream", headers={"Last-Event-ID": last})
    assert (answer.status_code, answer.json()["reason"]) == (400, "PARAMETER_INVALID")


async def test_a_stream_ends_with_the_token_it_was_opened_with(
    owner: Owner, browse: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller, "_CACHE_S", 0.1)
    token = (await owner.http.post("/api/v1/tokens", json={"name": "feed", "kind": "PERSONAL"})).json()
    stranger = browse("")
    stranger.headers["authorization"] = f"Bearer {token['secret']}"
    async with asyncio.timeout(PATIENCE_S), stranger.stream("GET", "/api/v1/events:stream") as answer:
        lines = answer.aiter_lines()
        assert await anext(lines) == ": connected"
        await owner.http.delete(f"/api/v1/tokens/{token['token']['id']}")
        await asyncio.sleep(0.2)
        (dataset,) = await make(owner.http, "secret")
        rest = "\n".join([line async for line in lines])
        assert dataset not in rest, "the event after the revocation must not be given out"


async def test_nobody_reads_the_feed_without_a_session(browse: Open) -> None:
    for path in ("/api/v1/events", "/api/v1/events:stream"):
        assert (await browse("").get(path)).status_code == 401
