"""Owns the feed: every event of a workspace under one gapless sequence, kept for replay and sent on to outsiders.

Outsiders see a gap in `sequence` when they missed something and ask `GET /api/v1/events?after=` for the rest.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock
from kit.bus import Bus
from kit.db import Database
from kit.events import Event
from kit.journal_tables import WROTE_EVENTS
from services.gateway.tables import FeedEntry, FeedHead

_BATCH = 200
_IDLE_S = 2.0


async def append(tx: AsyncSession, event: Event) -> None:
    """Give an event the next number of its workspace; applied once per event by the consumer's inbox."""
    take = insert(FeedHead).values(workspace_id=event.workspace_id, sequence=1)
    number = await tx.scalar(
        take.on_conflict_do_update(
            index_elements=[FeedHead.workspace_id], set_={"sequence": FeedHead.sequence + 1}
        ).returning(FeedHead.sequence)
    )
    entry = {**event.attributes(), "sequence": str(number)}
    tx.add(FeedEntry(workspace_id=event.workspace_id, sequence=number, event=entry))
    tx.info[WROTE_EVENTS] = True


async def after(tx: AsyncSession, workspace_id: str, sequence: int, limit: int) -> Sequence[dict[str, Any]]:
    """The events that follow a sequence number, oldest first."""
    query = (
        select(FeedEntry.event)
        .where(FeedEntry.workspace_id == workspace_id, FeedEntry.sequence > sequence)
        .order_by(FeedEntry.sequence)
        .limit(limit)
    )
    return (await tx.scalars(query)).all()


async def newest(tx: AsyncSession, workspace_id: str) -> int:
    """The sequence number of the newest event, 0 when none."""
    query = select(FeedHead.sequence).where(FeedHead.workspace_id == workspace_id)
    return await tx.scalar(query) or 0


class Outlet:
    """Sends the feed to outside subscribers on `feed.<workspace_id>.<type>` and wakes the event streams of browsers."""

    def __init__(self, db: Database, bus: Bus) -> None:
        self._db = db
        self._bus = bus
        self._arrived = asyncio.Condition()

    async def run(self) -> None:
        """Send for ever. Raises when database or bus are away; the caller starts it again."""
        while True:
            self._db.events_committed.clear()
            if await self._send_batch() < _BATCH:
                try:
                    async with asyncio.timeout(_IDLE_S):
                        await self._db.events_committed.wait()
                except TimeoutError:
                    continue
                await self.wake()

    async def wait(self, timeout_s: float) -> None:
        """Return when something new may be in the feed, at the latest after the timeout."""
        async with self._arrived:
            try:
                async with asyncio.timeout(timeout_s):
                    await self._arrived.wait()
            except TimeoutError:
                return

    async def wake(self) -> None:
        async with self._arrived:
            self._arrived.notify_all()

    async def _send_batch(self) -> int:
        client = await self._bus.client()
        async with self._db.transaction() as tx:
            rows = await _unsent(tx)
            for row in rows:
                kind = row.event["type"].removeprefix("plumb.")
                payload = json.dumps(row.event, separators=(",", ":"), ensure_ascii=False).encode()
                await client.publish(f"feed.{row.workspace_id}.{kind}", payload)
            if rows:
                await client.flush(timeout=5)
                await _mark(tx, rows)
            return len(rows)


async def _unsent(tx: AsyncSession) -> Sequence[Row[Any]]:
    query = (
        select(FeedEntry.workspace_id, FeedEntry.sequence, FeedEntry.event)
        .where(FeedEntry.publish_time.is_(None))
        .order_by(FeedEntry.workspace_id, FeedEntry.sequence)
        .limit(_BATCH)
        # another replica of the gateway sends other rows
        .with_for_update(skip_locked=True)
    )
    return (await tx.execute(query)).all()


async def _mark(tx: AsyncSession, rows: Sequence[Row[Any]]) -> None:
    for row in rows:
        await tx.execute(
            update(FeedEntry)
            .where(FeedEntry.workspace_id == row.workspace_id, FeedEntry.sequence == row.sequence)
            .values(publish_time=clock.now())
        )
