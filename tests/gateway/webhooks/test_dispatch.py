"""Deliveries outlive receivers, replicas and senders, and end when there is no hope; time is turned by hand."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import event, func, select

from kit.db import Database
from kit.egress import Egress
from kit.identity import Principal
from kit.journal_tables import outbox
from services.gateway.tables import Webhook, WebhookDelivery
from services.gateway.webhooks import deliveries, hooks
from services.gateway.webhooks.dispatch import Dispatcher
from services.gateway.webhooks.schedule import MOST_ATTEMPTS
from services.gateway.webhooks.sealing import Seal, new_secret
from tests.gateway.webhooks.conftest import Clock, Receive, happened
from tests.gateway.webhooks.receiver import Answer, Request

SEAL = Seal([base64.b64encode(bytes(32)).decode()])
FAILURES = 3
Replica = Callable[[], Dispatcher]
Hook = Callable[..., object]


@pytest.fixture
def who() -> Principal:
    return Principal(workspace_id=f"ws_{uuid4().hex[:12]}", member_id="mem_1", name="Olive", role="OWNER")


@pytest_asyncio.fixture
async def egress() -> AsyncIterator[Egress]:
    made = Egress(private_targets=True, total_s=2)
    yield made
    await made.close()


@pytest.fixture
def replica(db: Database, egress: Egress, clock: Clock) -> Replica:
    """`replica()`: one more process that sends."""
    return lambda: Dispatcher(db, egress, SEAL, FAILURES, clock)


async def hook(db: Database, egress: Egress, who: Principal, url: str, *events: str, seal: Seal = SEAL) -> str:
    fields = hooks.Fields(name="h", url=url, events=list(events) or ["*"], secret=new_secret())
    async with db.transaction() as tx:
        return (await hooks.create(tx, who, seal, egress, fields, hooks.CLOUDEVENTS)).id


async def turn(dispatcher: Dispatcher) -> None:
    """One round of work, to its end."""
    await dispatcher.step()
    await dispatcher.settle()


async def deliveries_of(db: Database, webhook_id: str) -> list[WebhookDelivery]:
    async with db.transaction() as tx:
        query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id).order_by(WebhookDelivery.id)
        return list(await tx.scalars(query))


async def state_of(db: Database, webhook_id: str) -> Webhook:
    async with db.transaction() as tx:
        return (await tx.scalars(select(Webhook).where(Webhook.id == webhook_id))).one()


def subjects(requests: list[Request]) -> list[str]:
    return [request.event["subject"] for request in requests]


async def test_a_receiver_that_fails_once_gets_it_again_with_the_same_id(
    db: Database, egress: Egress, who: Principal, replica: Replica, clock: Clock, receive: Receive
) -> None:
    receiver = receive(lambda _: Answer(500 if len(receiver.requests) == 1 else 200))
    webhook_id = await hook(db, egress, who, receiver.url)
    await happened(db, who.workspace_id, "a")
    await turn(replica())
    (first,) = await deliveries_of(db, webhook_id)
    assert (first.state, first.status, first.error) == ("PENDING", 500, "The receiver answered 500.")
    await turn(replica())
    assert len(receiver.requests) == 1, "it is not time yet"
    clock.turn(seconds=7)
    await turn(replica())
    (second,) = await deliveries_of(db, webhook_id)
    assert (second.state, second.attempt_count, second.status) == ("DELIVERED", 2, 200)
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    stamps = [int(request.headers["webhook-timestamp"]) for request in receiver.requests]
    assert stamps[1] - stamps[0] == 7, "each attempt is signed for its own time, or receivers would call it a replay"


async def test_a_receiver_that_was_away_gets_everything_in_order_when_it_is_back(
    db: Database, egress: Egress, who: Principal, replica: Replica, clock: Clock, receive: Receive
) -> None:
    gone = receive()
    port = gone.port
    webhook_id = await hook(db, egress, who, gone.url)
    gone.stop()
    await happened(db, who.workspace_id, "a", "b", "c")
    await turn(replica())
    assert {row.state for row in await deliveries_of(db, webhook_id)} == {"PENDING"}
    back = receive(port=port)
    clock.turn(minutes=5)
    await happened(db, who.workspace_id, "d")
    await turn(replica())
    assert subjects(back.requests)[-1] == "d"
    assert sorted(subjects(back.requests)) == ["a", "b", "c", "d"]
    assert (await state_of(db, webhook_id)).failure_count == 0


async def test_what_no_attempt_brings_is_given_up_after_a_day(
    db: Database, egress: Egress, who: Principal, replica: Replica, clock: Clock, receive: Receive
) -> None:
    receiver = receive(lambda _: Answer(503))
    webhook_id = await hook(db, egress, who, receiver.url)
    await happened(db, who.workspace_id, "a")
    begin = clock.now
    for _ in range(40):
        await turn(replica())
        (row,) = await deliveries_of(db, webhook_id)
        if row.next_attempt_time is None:
            break
        clock.now = row.next_attempt_time
    assert (row.state, row.attempt_count, len(receiver.requests)) == ("FAILED", MOST_ATTEMPTS, MOST_ATTEMPTS)
    assert timedelta(hours=18) < clock.now - begin < timedelta(hours=30)


async def test_a_refusal_is_final(
    db: Database, egress: Egress, who: Principal, replica: Replica, receive: Receive
) -> None:
    receiver = receive(lambda _: Answer(400, body=b"what\0is this?"))
    webhook_id = await hook(db, egress, who, receiver.url)
    await happened(db, who.workspace_id, "a")
    await turn(replica())
    (row,) = await deliveries_of(db, webhook_id)
    assert (row.state, row.attempt_count, row.status, row.response) == ("FAILED", 1, 400, "what\ufffdis this?")
    assert (await state_of(db, webhook_id)).failure_count == 1


async def test_a_redirect_is_not_followed(
    db: Database, egress: Egress, who: Principal, replica: Replica, receive: Receive
) -> None:
    elsewhere = receive()
    receiver = receive(lambda _: Answer(307, {"Location": elsewhere.url}))
    webhook_id = await hook(db, egress, who, receiver.url)
    await happened(db, who.workspace_id, "a")
    await turn(replica())
    assert [row.state for row in await deliveries_of(db, webhook_id)] == ["FAILED"]
    assert elsewhere.requests == []


async def test_failures_in_a_row_disable_a_webhook_and_say_why(
    db: Database, egress: Egress, who: Principal, replica: Replica, receive: Receive
) -> None:
    receiver = receive(lambda _: Answer(401))
    webhook_id = await hook(db, egress, who, receiver.url)
    await happened(db, who.workspace_id, *"abcde")
    await turn(replica())
    row = await state_of(db, webhook_id)
    assert (row.state, len(receiver.requests)) == ("DISABLED", FAILURES)
    assert row.disable_reason == "3 deliveries in a row failed; the last one: The receiver answered 401."
    assert {delivery.state for delivery in await deliveries_of(db, webhook_id)} == {"FAILED"}
    async with db.transaction() as tx:
        told = (await tx.execute(select(outbox).where(outbox.c.type == "plumb.gateway.webhook.disabled.v1"))).one()
    assert (told.subject, told.data["disable_reason"]) == (webhook_id, row.disable_reason)


async def test_a_success_between_failures_keeps_it_active(
    db: Database, egress: Egress, who: Principal, replica: Replica, receive: Receive
) -> None:
    receiver = receive(lambda request: Answer(200 if request.event["subject"] == "good" else 400))
    webhook_id = await hook(db, egress, who, receiver.url)
    await happened(db, who.workspace_id, "a", "b", "good", "c", "d")
    await turn(replica())
    assert ((await state_of(db, webhook_id)).state, len(receiver.requests)) == ("ACTIVE", 5)


async def test_a_receiver_that_is_gone_is_left_alone_at_once(
    db: Database, egress: Egress, who: Principal, replica: Replica, receive: Receive
) -> None:
    receiver = receive(lambda _: Answer(410))
    webhook_id = await hook(db, egress, who, receiver.url)
    await happened(db, who.workspace_id, "a", "b")
    await turn(replica())
    assert ((await state_of(db, webhook_id)).state, len(receiver.requests)) == ("DISABLED", 1)


async def test_a_receiver_that_asks_for_time_gets_it_for_everything(
    db: Database, egress: Egress, who: Principal, replica: Replica, clock: Clock, receive: Receive
) -> None:
    receiver = receive(lambda _: Answer(429, {"Retry-After": "120"}) if len(receiver.requests) == 1 else Answer())
    await hook(db, egress, who, receiver.url)
    await happened(db, who.workspace_id, "a", "b")
    await turn(replica())
    clock.turn(seconds=110)
    await turn(replica())
    assert len(receiver.requests) == 1
    clock.turn(seconds=11)
    await turn(replica())
    assert sorted(subjects(receiver.requests)) == ["a", "a", "b"]


async def test_a_slow_receiver_holds_up_nobody_else(
    db: Database, egress: Egress, who: Principal, replica: Replica, receive: Receive
) -> None:
    slow, quick = receive(lambda _: Answer(after_s=1.5)), receive()
    ids = [await hook(db, egress, who, receiver.url) for receiver in (slow, quick)]
    await happened(db, who.workspace_id, *"abc")
    dispatcher = replica()
    await dispatcher.step()
    # the slow one is still at its first when the quick one has all
    while len(quick.requests) < 3:
        assert len(slow.requests) <= 1
        await dispatcher.step()
    await dispatcher.settle()
    for webhook_id in ids:
        assert [row.state for row in await deliveries_of(db, webhook_id)] == ["DELIVERED"] * 3


async def test_replicas_send_everything_once_and_in_order(
    db: Database, egress: Egress, who: Principal, replica: Replica, receive: Receive
) -> None:
    receivers = [receive() for _ in range(3)]
    for receiver in receivers:
        await hook(db, egress, who, receiver.url)
    names = [f"{number:02}" for number in range(20)]
    replicas = [replica() for _ in range(3)]
    for name in names:
        await happened(db, who.workspace_id, name)
        for one in replicas:
            await one.step()
    for one in replicas:
        await one.settle()
    for one in replicas:
        await turn(one)
    for receiver in receivers:
        assert subjects(receiver.requests) == names


async def test_what_a_dead_process_held_is_sent_by_another_when_its_lease_ends(
    db: Database, egress: Egress, who: Principal, replica: Replica, clock: Clock, receive: Receive
) -> None:
    receiver = receive()
    await hook(db, egress, who, receiver.url)
    await happened(db, who.workspace_id, "a")
    async with db.transaction() as tx:
        await deliveries.spread(tx, clock.now)
        assert len(await deliveries.lease(tx, "dead", clock.now, clock.now + timedelta(seconds=30), 10)) == 1
    await turn(replica())
    assert receiver.requests == []
    clock.turn(seconds=31)
    await turn(replica())
    assert subjects(receiver.requests) == ["a"]


async def test_events_before_a_webhook_and_while_it_was_off_are_not_sent(
    db: Database, egress: Egress, who: Principal, replica: Replica, receive: Receive
) -> None:
    receiver = receive()
    await happened(db, who.workspace_id, "before")
    webhook_id = await hook(db, egress, who, receiver.url)
    for state, subject in (("DISABLED", "while off"), ("ACTIVE", "after")):
        async with db.transaction() as tx:
            await hooks.change(tx, who, SEAL, egress, webhook_id, hooks.Fields(state=state))
        await happened(db, who.workspace_id, subject)
        await turn(replica())
    assert subjects(receiver.requests) == ["after"]


async def test_a_lost_key_is_said_and_not_tried_for_a_day(
    db: Database, egress: Egress, who: Principal, replica: Replica, receive: Receive
) -> None:
    receiver = receive()
    other = Seal([base64.b64encode(b"x" * 32).decode()])
    webhook_id = await hook(db, egress, who, receiver.url, seal=other)
    await happened(db, who.workspace_id, "a")
    await turn(replica())
    (row,) = await deliveries_of(db, webhook_id)
    assert (row.state, receiver.requests) == ("FAILED", [])
    assert "rotate" in row.error


async def test_old_deliveries_are_deleted_and_waiting_ones_never(
    db: Database, egress: Egress, who: Principal, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "_EXPIRED", 2)  # several transactions
    webhook_id = await hook(db, egress, who, "https://a.example/x")
    ages = {"DELIVERED": (6, 8, 9, 10), "FAILED": (8, 29, 31), "PENDING": (100,)}
    async with db.transaction() as tx:
        for state, days in ages.items():
            for age in days:
                row = deliveries._new(webhook(webhook_id), "evt", "t", 1, None, clock.now - timedelta(days=age))
                row.state = state
                tx.add(row)
    assert await deliveries.expire(db, clock.now) == 4
    left = [(row.state, (clock.now - row.create_time).days) for row in await deliveries_of(db, webhook_id)]
    assert sorted(left) == [("DELIVERED", 6), ("FAILED", 8), ("FAILED", 29), ("PENDING", 100)]


def webhook(webhook_id: str) -> Webhook:
    return Webhook(id=webhook_id)


async def test_without_a_webhook_the_feed_is_not_read(db: Database, replica: Replica, who: Principal) -> None:
    await happened(db, who.workspace_id, "a")
    statements: list[str] = []
    event.listen(
        db.engine.sync_engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2].lower())
    )
    assert not await replica().step()
    assert not [one for one in statements if "feed" in one or "deliver" in one]
    async with db.transaction() as tx:
        assert await tx.scalar(select(func.count()).select_from(WebhookDelivery)) == 0
