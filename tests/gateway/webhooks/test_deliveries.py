"""What happens reaches every receiver: signed, in order, again when it must, and each receiver for itself."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import httpx

from tests.gateway.conftest import Open
from tests.gateway.webhooks.conftest import Receive, made
from tests.gateway.webhooks.receiver import Answer, Receiver, Request

PATIENCE_S = 30


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not done():
            await asyncio.sleep(0.05)


async def happen(http: httpx.AsyncClient, *names: str) -> list[str]:
    return [(await http.post("/api/v1/datasets", json={"name": name})).json()["id"] for name in names]


async def ended(http: httpx.AsyncClient, path: str, count: int) -> list[dict[str, Any]]:
    """The deliveries of a webhook, once there are so many and none waits any more."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            rows = (await http.get(path)).json()["deliveries"]
            if len(rows) >= count and not [row for row in rows if row["state"] == "PENDING"]:
                return rows
            await asyncio.sleep(0.05)


def signature_of(request: Request, secret: str) -> str:
    """Computed as the specification of Standard Webhooks says, not by our code."""
    content = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.{request.body.decode()}"
    digest = hmac.new(base64.b64decode(secret.split("_", 1)[1]), content.encode(), hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


async def test_events_arrive_in_the_order_of_the_feed_and_signed(
    browse: Open, workspace: str, receive: Receive
) -> None:
    http, receiver = browse("OWNER", workspace), receive()
    webhook = await made(http, receiver.url, "storage.*")
    datasets = await happen(http, *(f"d{number}" for number in range(12)))
    await until(lambda: len(receiver.requests) >= 12)
    assert [request.event["subject"] for request in receiver.requests] == datasets
    feed = (await http.get("/api/v1/events")).json()["events"]
    assert [request.event for request in receiver.requests] == [e for e in feed if e["source"] == "/plumbline/storage"]
    for request in receiver.requests:
        assert request.headers["webhook-signature"] == signature_of(request, webhook["secret"])
        assert request.headers["webhook-id"] == request.event["id"]
        assert request.headers["content-type"].startswith("application/cloudevents+json")


async def test_a_receiver_gets_the_events_that_it_asked_for(browse: Open, workspace: str, receive: Receive) -> None:
    http, changes, all_ = browse("OWNER", workspace), receive(), receive()
    await made(http, changes.url, "storage.dataset.updated")
    await made(http, all_.url)
    (dataset,) = await happen(http, "d")
    await http.patch(f"/api/v1/datasets/{dataset}", json={"description": "new"})
    await until(lambda: len(changes.requests) >= 1 and len(types(all_)) >= 4)
    assert types(changes) == ["plumb.storage.dataset.updated.v1"]
    # also the making of webhooks, whose events may come before or after those of another service
    assert [kind for kind in types(all_) if "webhook" not in kind] == [
        "plumb.storage.dataset.created.v1",
        "plumb.storage.dataset.updated.v1",
    ]


def types(receiver: Receiver) -> list[str]:
    return [request.event["type"] for request in receiver.requests]


async def test_events_of_another_workspace_reach_no_receiver(browse: Open, workspace: str, receive: Receive) -> None:
    ours, theirs, receiver = browse("OWNER", workspace), browse("OWNER", f"{workspace}x"), receive()
    await made(ours, receiver.url, "storage.*")
    await happen(theirs, "secret")
    await happen(ours, "ours")
    await until(lambda: len(receiver.requests) >= 1)
    await asyncio.sleep(1.5)
    assert {request.event["workspace"] for request in receiver.requests} == {f"ws_{workspace}"}


async def test_a_delivery_is_sent_once_more_under_the_same_event_id(
    browse: Open, workspace: str, receive: Receive
) -> None:
    http, receiver = browse("OWNER", workspace), receive(lambda _: Answer(400))
    webhook = (await made(http, receiver.url, "storage.*"))["webhook"]
    path = f"/api/v1/webhooks/{webhook['id']}/deliveries"
    await happen(http, "d")
    failed = await ended(http, path, 1)
    assert (failed[0]["state"], failed[0]["status"], failed[0]["response"]) == ("FAILED", 400, "thanks")
    assert failed[0]["duration_ms"] >= 0
    receiver.answers = lambda _: Answer()
    again = (await http.post(f"{path}/{failed[0]['id']}:redeliver")).json()
    assert (again["state"], again["redelivery_of"]) == ("PENDING", failed[0]["id"])
    assert [row["state"] for row in await ended(http, path, 2)] == ["DELIVERED", "FAILED"]
    first, second = receiver.requests
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert (await http.get(path, params={"state": "FAILED"})).json()["deliveries"] == failed
    await http.patch(f"/api/v1/webhooks/{webhook['id']}", json={"state": "DISABLED"})
    refused = await http.post(f"{path}/{failed[0]['id']}:redeliver")
    assert (refused.status_code, refused.json()["reason"]) == (409, "WEBHOOK_DISABLED")


async def test_deliveries_are_listed_in_pages_newest_first(browse: Open, workspace: str, receive: Receive) -> None:
    http, receiver = browse("OWNER", workspace), receive()
    webhook = (await made(http, receiver.url, "storage.*"))["webhook"]
    path = f"/api/v1/webhooks/{webhook['id']}/deliveries"
    await happen(http, *"abcde")
    rows = await ended(http, path, 5)
    assert [row["sequence"] for row in rows] == sorted((row["sequence"] for row in rows), reverse=True)
    found: list[object] = []
    token = ""
    while True:
        page = (await http.get(path, params={"page_size": 2, "page_token": token})).json()
        found += page["deliveries"]
        token = page["next_page_token"]
        if not token:
            break
    assert found == rows
    refused = await http.get(path, params={"page_token": "nonsense"})
    assert (refused.status_code, refused.json()["reason"]) == (400, "PAGE_TOKEN_INVALID")
