"""Owns the end of uploads that nobody completed: they are refused and their staged bytes removed."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from kit import clock
from kit.blobs import ObjectStore, staging_key
from kit.db import Database
from services.storage import rules
from services.storage.tables import Upload

_AT_ONCE = 200
_REASON = "EXPIRED"
_MESSAGE = "The upload was not completed in time: prepare it again."


async def sweep_for_ever(db: Database, blobs: ObjectStore, pause_s: float) -> None:
    while True:
        count = await sweep(db, blobs)
        await asyncio.sleep(0 if count == _AT_ONCE else pause_s)


async def sweep(db: Database, blobs: ObjectStore) -> int:
    """Refuse uploads that have expired; returns how many. Several processes may sweep at once."""
    query = select(Upload).where(Upload.state.in_(rules.OPEN_STATES), Upload.expire_time < clock.now())
    async with db.transaction() as tx:
        expired = (await tx.scalars(query.limit(_AT_ONCE).with_for_update(skip_locked=True))).all()
        for row in expired:
            row.state, row.reason, row.message = "REJECTED", _REASON, _MESSAGE
        # while the rows are locked: an item that is prepared again right now must find its new bytes afterwards
        await asyncio.gather(*(blobs.delete(staging_key(row.id)) for row in expired))
    return len(expired)
