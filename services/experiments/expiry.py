"""Owns the end of uploads that never arrived: their rows and leftover bytes. Does not touch content-addressed bytes."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select

from kit import clock
from kit.blobs import ObjectStore
from kit.db import Database
from services.experiments import artifacts
from services.experiments.artifacts import SEALED
from services.experiments.tables import ArtifactUpload

_log = structlog.get_logger(__name__)

_PAUSE_S = 3600
_BATCH = 500
# A URL that was still valid when the last byte left its sender may finish its transfer.
_GRACE = timedelta(hours=1)


async def sweep_for_ever(db: Database, blobs: ObjectStore, life: timedelta) -> None:
    """Sweep every hour until cancelled."""
    while True:
        swept = await sweep(db, blobs, life)
        if swept:
            _log.info("expired uploads removed", count=swept)
        await asyncio.sleep(_PAUSE_S)


async def sweep(db: Database, blobs: ObjectStore, life: timedelta) -> int:
    """Remove uploads announced longer than `life` ago, and what a crash left between two steps of verifying."""
    oldest = clock.now() - life - _GRACE
    async for left in blobs.list(SEALED):
        if left.modified is not None and left.modified < oldest:
            await blobs.delete(left.key)
    swept = 0
    while expired := await _expired(db, oldest):
        # Bytes first: a crash in between leaves a row that the next sweep finds again.
        for upload_id, parts_id in expired.items():
            await artifacts.discard(blobs, upload_id, parts_id)
        async with db.transaction() as tx:
            await tx.execute(delete(ArtifactUpload).where(ArtifactUpload.id.in_(expired)))
        swept += len(expired)
    return swept


async def _expired(db: Database, oldest: datetime) -> dict[str, str]:
    """Ids of uploads, each with what the object store calls its parts."""
    async with db.transaction() as tx:
        query = select(ArtifactUpload.id, ArtifactUpload.parts_id).where(ArtifactUpload.create_time < oldest)
        return dict((await tx.execute(query.limit(_BATCH))).all())
