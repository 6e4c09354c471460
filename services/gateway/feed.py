"""Owns the feed: every event of a workspace under one gapless sequence, kept for replay and sent on to outsiders.

Outsiders see a gap in `sequence` when they missed something and ask `GET /api/v1/events?after=` for the rest.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from sqlalchemy import Row, func, select, update
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
# any number, the same for all replicas: one at a time sends, so that outsiders see a workspace's events in order
_LOCK = 7_073


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
        self._streams: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    async def run(self) -> None:
        """Send for ever. Raises when database or bus are away; the caller starts it again."""
        client = await self._bus.client()
        # what any replica of the gateway sends wakes the streams of this one
        sent = await client.subscribe("feed.>", cb=self._wake)
        try:
            with self._db.listening() as committed:
                while True:
                    committed.clear()
                    if await self._send_batch(client) < _BATCH:
                        try:
                            async with asyncio.timeout(_IDLE_S):
                                await committed.wait()
                        except TimeoutError:
                            continue
        finally:
            if not client.is_closed:
                await sent.unsubscribe()

    @contextmanager
    def listening(self, workspace_id: str) -> Iterator[asyncio.Event]:
        """An event of one's own that is set whenever the workspace's feed grows.

        Clear it before reading the feed: what arrives in between sets it again.
        """
        arrived = asyncio.Event()
        self._streams[workspace_id].add(arrived)
        try:
            yield arrived
        finally:
            self._streams[workspace_id].discard(arrived)
            if not self._streams[workspace_id]:
                del self._streams[workspace_id]

    async def _wake(self, message: Msg) -> None:
        for arrived in self._streams.get(message.subject.split(".")[1], ()):
            arrived.set()

    async def _send_batch(self, client: Client) -> int:
        async with self._db.transaction() as tx:
            if not await tx.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
                return 0
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
    )
    return (await tx.execute(query)).all()


async def _mark(tx: AsyncSession, rows: Sequence[Row[Any]]) -> None:
    for row in rows:
        await tx.execute(
            update(FeedEntry)
            .where(FeedEntry.workspace_id == row.workspace_id, FeedEntry.sequence == row.sequence)
            .values(publish_time=clock.now())
        )
