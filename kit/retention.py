"""Owns the end of what only retries need: answers to request ids, and the ids of applied events.

Does not touch the record of what happened: outbox, audit and dead letters are kept.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import Table, delete, select, tuple_

from kit import clock
from kit.db import Database
from kit.journal_tables import idempotency, inbox

# nobody repeats a request after a week; the bus keeps messages for 30 days, so an older id cannot come again
_LIVES = ((idempotency, timedelta(days=7)), (inbox, timedelta(days=60)))
_EVERY_S = 6 * 3600.0
# short transactions: each locks few rows
_BATCH = 5_000


async def run(db: Database) -> None:
    """Clean up for ever."""
    while True:
        await clean(db)
        await asyncio.sleep(_EVERY_S)


async def clean(db: Database) -> int:
    """Delete what has outlived its use; returns how many rows."""
    return sum([await _expire(db, table, life) for table, life in _LIVES])


async def _expire(db: Database, table: Table, life: timedelta) -> int:
    key = tuple_(*table.primary_key.columns)
    old = select(*table.primary_key.columns).where(table.c.create_time < clock.now() - life).limit(_BATCH)
    total = 0
    while True:
        async with db.transaction() as tx:
            found = (await tx.execute(delete(table).where(key.in_(old)).returning(table.c.create_time))).all()
        total += len(found)
        if len(found) < _BATCH:
            return total
