"""Invariant 4 for receivers of webhooks: whatever is killed while events are sent, each arrives, and first in order."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from plumbline.errors import PlumblineError
from tests.gateway.webhooks.receiver import Answer, Receiver, receiving
from tests.live import Live, eventually, running

pytestmark = pytest.mark.timeout(420)

_EVENTS = 8
_PATIENCE_S = 150


def first_arrivals(receiver: Receiver) -> list[str]:
    """The ids of the events in the order in which they came for the first time."""
    return list(dict.fromkeys(request.headers["webhook-id"] for request in receiver.requests))


def make_events(live: Live, prefix: str) -> None:
    """Changes of the storage service; one without an answer is made again under another name."""
    with live.as_("DEVELOPER") as client:
        for number in range(_EVENTS):
            attempt = iter(range(1000))
            eventually(lambda n=number, a=attempt: made(client.datasets.create, f"{prefix}-{n}-{next(a)}"), 60)


def made(create: object, name: str) -> bool:
    try:
        create(name)  # type: ignore[operator]
    except (PlumblineError, httpx.HTTPError):
        return False
    return True


def fed(live: Live) -> list[str]:
    """The ids of the storage service's events in the order of the feed."""
    with live.as_("OWNER") as client:
        return [event["id"] for event in client.events.after(0) if event["source"] == "/plumbline/storage"]


def test_every_event_arrives_in_order_whoever_is_killed_meanwhile(tmp_path: Path) -> None:
    with (
        running(tmp_path, distributed=True) as live,
        receiving(lambda _: Answer(after_s=0.2)) as receiver,
    ):
        with live.as_("OWNER") as client:
            client.webhooks.create("system", receiver.url, ["storage.*"])
        for victim in ("gateway", "postgres", "nats", "gateway"):
            make_events(live, victim)
            seen = len(receiver.requests)
            # it is at work when it is killed
            eventually(lambda before=seen: len(receiver.requests) > before, _PATIENCE_S)
            live.platform.kill(victim)
            live.platform.wait_ready()
        make_events(live, "last")
        # an event that the killed gateway held comes again when its time to acknowledge is over
        eventually(lambda: len(fed(live)) >= 5 * _EVENTS, _PATIENCE_S)
        eventually(lambda: set(fed(live)) <= set(first_arrivals(receiver)), _PATIENCE_S)
        assert first_arrivals(receiver) == fed(live)
