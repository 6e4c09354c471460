"""What happens reaches every receiver: signed, in order, again when it must, and each receiver for itself."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Callable

import httpx

from tests.gateway.conftest import Open
from tests.gateway.webhooks.conftest import Receive, made
from tests.gateway.webhooks.receiver import Request

PATIENCE_S = 30


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not done():
            await asyncio.sleep(0.05)


async def happen(http: httpx.AsyncClient, *names: str) -> list[str]:
    return [(await http.post("/api/v1/datasets", json={"name": name})).json()["id"] for name in names]


def signature_of(request: Request, secret: str) -> str:
    """Computed as the specification of Standard Webhooks says, not by our code."""
    content = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.{request.body.decode()}"
    digest = hmac.new(base64.b64decode(secret.split("_", 1)[1]), content.encode(), hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


async def test_events_arrive_in_the_order_of_the_feed_and_signed(browse: Open, workspace: str, receive: Receive) -> None:
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
