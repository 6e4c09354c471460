"""Owns the frames of versions that were too large to get them at once. Does not form them: `frames` does."""

from __future__ import annotations

import asyncio

from sqlalchemy import select, update

from kit.blobs import ObjectStore
from kit.db import Database
from kit.identity import service_principal
from services.storage import events, frames
from services.storage.tables import Version

_PAUSE_S = 2.0


async def fill_for_ever(db: Database, blobs: ObjectStore) -> None:
    while True:
        if not await fill_one(db, blobs):
            await asyncio.sleep(_PAUSE_S)


async def fill_one(db: Database, blobs: ObjectStore) -> bool:
    """Give the oldest version without frames its frames; False when there is none.

    Two processes may do the same work; the first to finish counts, and an end in between leaves the version as it was.
    """
    oldest = select(Version).where(Version.frame_md5 == "").order_by(Version.create_time).limit(1)
    async with db.transaction() as tx:
        row = await tx.scalar(oldest)
    if row is None:
        return False
    made = await frames.make_later(db, blobs, row.workspace_id, row.dataset_id, row.number)
    this = (Version.dataset_id == row.dataset_id, Version.number == row.number, Version.frame_md5 == "")
    async with db.transaction() as tx:
        filled = update(Version).where(*this).values(frame_md5=made.md5, frames=made.facts).returning(Version)
        version = await tx.scalar(filled.execution_options(populate_existing=True))
        if version is not None:
            await events.dataset_framed(tx, service_principal("storage", version.workspace_id), version)
    return True
