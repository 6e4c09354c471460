"""Owns deliveries: what the feed holds for each webhook, whose turn it is, and how each attempt ended. Sends nothing.

A webhook is always locked before its deliveries, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids
from kit.db import Database
from kit.errors import FailedPrecondition, NotFound
from kit.identity import Principal, service_principal
from services.gateway.tables import FeedEntry, FeedHead, Webhook, WebhookDelivery
from services.gateway.webhooks import hooks, patterns, registry_events, schedule
from services.gateway.webhooks.attempts import Attempt

PENDING, DELIVERED, FAILED = "PENDING", "DELIVERED", "FAILED"
# short transactions: few rows at a time
_WEBHOOKS = 50
_EVENTS = 200
_EXPIRED = 5_000
_LIVES = {DELIVERED: timedelta(days=7), FAILED: timedelta(days=30)}


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose turn it is, with what is needed to send it."""

    webhook: Webhook
    delivery: WebhookDelivery
    event: Mapping[str, Any]


async def spread(tx: AsyncSession, now: datetime) -> int:
    """Make deliveries of what came to the feed since each webhook last looked; returns how many events were looked at.

    The cursor moves in the transaction that makes the deliveries, so each event is taken once.
    """
    query = (
        select(Webhook)
        .join(FeedHead, FeedHead.workspace_id == Webhook.workspace_id)
        .where(Webhook.state == hooks.ACTIVE, FeedHead.sequence > Webhook.cursor)
        .limit(_WEBHOOKS)
        .with_for_update(of=Webhook, skip_locked=True)
    )
    return sum([await _spread_to(tx, webhook, now) for webhook in await tx.scalars(query)])


async def _spread_to(tx: AsyncSession, webhook: Webhook, now: datetime) -> int:
    query = (
        select(FeedEntry.sequence, FeedEntry.event)
        .where(FeedEntry.workspace_id == webhook.workspace_id, FeedEntry.sequence > webhook.cursor)
        .order_by(FeedEntry.sequence)
        .limit(_EVENTS)
    )
    entries = (await tx.execute(query)).all()
    for sequence, event in entries:
        tx.add_all(_made_of(webhook, sequence, event, now))
    if entries:
        webhook.cursor = entries[-1].sequence
    return len(entries)


def _made_of(webhook: Webhook, sequence: int, event: dict[str, Any], now: datetime) -> list[WebhookDelivery]:
    if webhook.format == hooks.MLFLOW:
        told = [one for one in registry_events.of(event) if one.name in webhook.events]
        return [_new(webhook, one.id, one.name, sequence, one.payload, now) for one in told]
    if not patterns.matches(webhook.events, patterns.name_of(event["type"])):
        return []
    return [_new(webhook, event["id"], event["type"], sequence, None, now)]


def _new(
    webhook: Webhook, event_id: str, event_type: str, sequence: int | None, event: Any, now: datetime
) -> WebhookDelivery:
    return WebhookDelivery(
        id=ids.new("whd"),
        webhook_id=webhook.id,
        event_id=event_id,
        event_type=event_type,
        sequence=sequence,
        event=event,
        state=PENDING,
        create_time=now,
        next_attempt_time=now,
        attempt_count=0,
        redelivery_of="",
        response="",
        error="",
    )


async def lease(tx: AsyncSession, holder: str, now: datetime, until: datetime, most: int) -> Sequence[str]:
    """Take webhooks that have something due and that nobody sends to; returns their ids."""
    free = or_(Webhook.lease_expire_time.is_(None), Webhook.lease_expire_time < now)
    awake = or_(Webhook.resume_time.is_(None), Webhook.resume_time <= now)
    due = exists().where(WebhookDelivery.webhook_id == Webhook.id, *_due(now))
    found = (
        select(Webhook.id)
        .where(Webhook.state == hooks.ACTIVE, free, awake, due)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    held = (await tx.scalars(found)).all()
    await tx.execute(update(Webhook).where(Webhook.id.in_(held)).values(lease_holder=holder, lease_expire_time=until))
    return held


async def release(tx: AsyncSession, holder: str, webhook_id: str) -> None:
    """Let others send to a webhook again."""
    held = update(Webhook).where(Webhook.id == webhook_id, Webhook.lease_holder == holder)
    await tx.execute(held.values(lease_holder="", lease_expire_time=None))


async def next_due(tx: AsyncSession, holder: str, webhook_id: str, now: datetime, until: datetime) -> Due | None:
    """The oldest delivery of a held webhook whose turn it is, and the lease anew; None when there is nothing to do."""
    webhook = await tx.scalar(select(Webhook).where(Webhook.id == webhook_id).with_for_update())
    if webhook is None or webhook.state != hooks.ACTIVE or webhook.lease_holder != holder:
        return None
    if webhook.resume_time and webhook.resume_time > now:
        return None
    query = (
        select(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook_id, *_due(now))
        .order_by(WebhookDelivery.next_attempt_time, WebhookDelivery.id)
        .limit(1)
    )
    delivery = await tx.scalar(query)
    if delivery is None:
        return None
    webhook.lease_expire_time = until
    return Due(webhook, delivery, await content(tx, webhook, delivery))


async def content(tx: AsyncSession, webhook: Webhook, delivery: WebhookDelivery) -> Mapping[str, Any]:
    """What a delivery brings: the event of the feed, unless it holds its own."""
    if delivery.event is not None:
        return delivery.event
    query = select(FeedEntry.event).where(
        FeedEntry.workspace_id == webhook.workspace_id, FeedEntry.sequence == delivery.sequence
    )
    return (await tx.scalars(query)).one()


async def record(tx: AsyncSession, due: Due, attempt: Attempt, most_failures: int, chance: float) -> None:
    """Write down how an attempt ended: arrived, to be tried again, or given up."""
    webhook = await tx.scalar(select(Webhook).where(Webhook.id == due.webhook.id).with_for_update())
    delivery = await tx.scalar(select(WebhookDelivery).where(WebhookDelivery.id == due.delivery.id).with_for_update())
    if webhook is None or delivery is None:
        return  # deleted meanwhile
    note(delivery, attempt)
    if attempt.arrived:
        delivery.state, delivery.next_attempt_time, webhook.failure_count = DELIVERED, None, 0
        return
    if delivery.state != PENDING:
        return  # the webhook was disabled meanwhile
    if attempt.may_pass and delivery.attempt_count < schedule.MOST_ATTEMPTS:
        wait = schedule.delay(delivery.attempt_count, chance)
        if attempt.wish:
            webhook.resume_time = attempt.time + attempt.wish
        delivery.next_attempt_time = attempt.time + max(wait, attempt.wish)
        return
    delivery.state, delivery.next_attempt_time = FAILED, None
    webhook.failure_count += 1
    if reason := _too_much(webhook, attempt, most_failures):
        await hooks.disable(tx, service_principal("gateway", webhook.workspace_id), webhook, reason)


def note(delivery: WebhookDelivery, attempt: Attempt) -> None:
    """Write down what an attempt met."""
    delivery.attempt_count += 1
    delivery.attempt_time, delivery.duration_ms = attempt.time, attempt.duration_ms
    delivery.status, delivery.response, delivery.error = attempt.status, attempt.response, attempt.error


def _too_much(webhook: Webhook, attempt: Attempt, most_failures: int) -> str:
    """Why a webhook is not sent to any more, empty when it is."""
    if attempt.status == schedule.GONE:
        return "The receiver answered 410: it is gone for good."
    if webhook.failure_count >= most_failures:
        return f"{webhook.failure_count} deliveries in a row failed; the last one: {attempt.error}"
    return ""


async def redeliver(tx: AsyncSession, who: Principal, webhook_id: str, delivery_id: str) -> WebhookDelivery:
    """Send an event once more, under the same event id, as a new delivery.

    Raises:
        NotFound: there is no such delivery of this webhook.
        FailedPrecondition: the webhook is disabled.
    """
    webhook = await hooks.own(tx, who, webhook_id, locked=True)
    query = select(WebhookDelivery).where(WebhookDelivery.id == delivery_id, WebhookDelivery.webhook_id == webhook.id)
    former = await tx.scalar(query)
    if former is None:
        raise NotFound(f"There is no delivery {delivery_id} of this webhook.", reason="DELIVERY_NOT_FOUND")
    if webhook.state != hooks.ACTIVE:
        raise FailedPrecondition("The webhook is disabled: switch it on first.", reason="WEBHOOK_DISABLED")
    row = _new(webhook, former.event_id, former.event_type, former.sequence, former.event, clock.now())
    row.redelivery_of = former.id
    tx.add(row)
    await tx.flush()
    return row


async def page_of(tx: AsyncSession, webhook: Webhook, state: str, after: str, limit: int) -> Sequence[WebhookDelivery]:
    """Deliveries of a webhook, newest first; `after` is the id of the last one of the page before."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    if state:
        query = query.where(WebhookDelivery.state == state)
    if after:
        query = query.where(WebhookDelivery.id < after)
    return (await tx.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit))).all()


async def waiting(tx: AsyncSession, webhook_ids: Sequence[str]) -> dict[str, int]:
    """How many deliveries have not ended, by webhook."""
    query = (
        select(WebhookDelivery.webhook_id, func.count())
        .where(WebhookDelivery.webhook_id.in_(webhook_ids), WebhookDelivery.state == PENDING)
        .group_by(WebhookDelivery.webhook_id)
    )
    return {row[0]: row[1] for row in await tx.execute(query)}


async def expire(db: Database, now: datetime) -> int:
    """Delete what nobody looks up any more; returns how many."""
    total = 0
    for state, life in _LIVES.items():
        old = select(WebhookDelivery.id).where(WebhookDelivery.state == state, WebhookDelivery.create_time < now - life)
        while True:
            async with db.transaction() as tx:
                gone = delete(WebhookDelivery).where(tuple_(WebhookDelivery.id).in_(old.limit(_EXPIRED)))
                found = (await tx.scalars(gone.returning(WebhookDelivery.id))).all()
            total += len(found)
            if len(found) < _EXPIRED:
                break
    return total


def _due(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return WebhookDelivery.state == PENDING, WebhookDelivery.next_attempt_time <= now
