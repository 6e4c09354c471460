"""The event feed: replay has no gap, following goes on behind what was read."""

from __future__ import annotations

import json
from itertools import islice

from plumbline import Client
from tests.live import Live, eventually
from tests.sdk.scripted import Scripted


def test_replay_is_gapless_and_begins_behind_a_number(live_platform: Live) -> None:
    with live_platform.as_("OWNER") as client:
        numbers = [int(event["sequence"]) for event in client.events.after(0)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert next(int(event["sequence"]) for event in client.events.after(numbers[2])) == numbers[3]


def test_a_change_is_seen_by_who_follows(live_platform: Live) -> None:
    with live_platform.as_("OWNER") as client:
        before = eventually(client.events.newest)
        made = client.datasets.create("followed")
        following = client.events.follow(before)
        event = next(event for event in following if event["subject"] == made["id"])
        assert event["type"] == "plumb.storage.dataset.created.v1"
        following.close()  # type: ignore[attr-defined]


def test_a_broken_stream_goes_on_behind_the_last_event(scripted: Scripted) -> None:
    def stream(*numbers: int) -> bytes:
        lines = [f"id: {number}\ndata: {json.dumps({'sequence': str(number)})}\n\n" for number in numbers]
        return "".join(lines).encode()

    scripted.answer(200, stream(5, 6))
    scripted.answer(503, {"detail": "restarting"})
    scripted.answer(200, stream(7))
    events = islice(Client(scripted.url).events.follow(4), 3)
    assert [event["sequence"] for event in events] == ["5", "6", "7"]
    assert [asked.path.partition("after=")[2] for asked in scripted.asked] == ["4", "6", "6"]
