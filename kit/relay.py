"""Owns the way out of the outbox: committed events, in commit order, to the bus, at least once.

A row is sent only when every transaction older than its own has ended (`pg_snapshot_xmin`): ids are taken before
commit, so a poller that remembers the last id would skip rows that commit late.
"""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import Row, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, telemetry
from kit.bus import Bus
from kit.db import Database
from kit.events import Event
from kit.journal_tables import outbox

_BATCH = 200
_IDLE_S = 1.0
# any number, the same for all replicas of a service: each database has one relay at a time
_LOCK = 7_071


async def run(db: Database, bus: Bus, service: str) -> None:
    """Send events for ever. Raises when database or bus are away; the caller starts it again."""
    with db.listening() as committed:
        while True:
            committed.clear()
            sent = await send_batch(db, bus)
            await _report_lag(db, service)
            if sent < _BATCH:
                try:
                    # another replica's commits do not set the event, hence the timeout; not wait_for, which in Python
                    # 3.11 forgets a cancellation that meets the event, and the process would not stop
                    async with asyncio.timeout(_IDLE_S):
                        await committed.wait()
                except TimeoutError:
                    continue


async def send_batch(db: Database, bus: Bus) -> int:
    """Send the oldest unsent events; returns how many.

    The rows are marked in the transaction that read them: a crash in between sends them again, and consumers
    recognise the id.
    """
    async with db.transaction() as tx:
        if not await tx.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
            return 0
        rows = await _ready(tx)
        for row in rows:
            event = _event(row)
            with telemetry.span("outbox.publish", traceparent=event.traceparent, event_type=event.type):
                await bus.publish(event.nats_subject, event.encode(), event.id, telemetry.current_traceparent())
        if rows:
            sent = update(outbox).where(outbox.c.id.in_([row.id for row in rows]))
            await tx.execute(sent.values(publish_time=clock.now()))
        return len(rows)


async def _ready(tx: AsyncSession) -> list[Row[Any]]:
    oldest_running = text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    query = (
        select(outbox)
        .where(outbox.c.publish_time.is_(None), outbox.c.txid < oldest_running)
        .order_by(outbox.c.txid, outbox.c.id)
        .limit(_BATCH)
    )
    return list((await tx.execute(query)).all())


def _event(row: Row[Any]) -> Event:
    return Event(
        id=row.event_id,
        type=row.type,
        workspace_id=row.workspace_id,
        subject=row.subject,
        time=row.create_time,
        data=row.data,
        actor=row.actor,
        traceparent=row.traceparent,
    )


async def _report_lag(db: Database, service: str) -> None:
    async with db.transaction() as tx:
        oldest = await tx.scalar(select(func.min(outbox.c.create_time)).where(outbox.c.publish_time.is_(None)))
    lag = (clock.now() - oldest).total_seconds() if oldest else 0.0
    telemetry.outbox_lag.set(lag, {"service": service})
