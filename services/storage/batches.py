"""Owns batches: one contribution each, with its source. Does not own the uploads inside."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids
from kit.identity import Principal
from kit.paging import Page
from services.storage import checks, datasets, events, rules
from services.storage.errors import BatchNotFound
from services.storage.tables import Batch


async def get(tx: AsyncSession, who: Principal, batch_id: str) -> Batch:
    """Raises BatchNotFound for a batch that is absent or in another workspace."""
    row = await tx.scalar(select(Batch).where(Batch.id == batch_id, Batch.workspace_id == who.workspace_id))
    if row is None:
        raise BatchNotFound
    return row


async def create(tx: AsyncSession, who: Principal, dataset_id: str, *, source: str, note: str) -> Batch:
    """A contribution of the caller to the draft."""
    dataset = await datasets.get(tx, who, dataset_id)
    row = Batch(
        id=ids.new("bat"),
        workspace_id=who.workspace_id,
        dataset_id=dataset.id,
        source=checks.checked("The source", rules.plain_label, source),
        note=checks.checked("The note", rules.plain_text, note),
        image_count=0,
        contributor=who.actor(),
        create_time=clock.now(),
    )
    tx.add(row)
    await tx.flush()
    await events.batch_created(tx, who, row)
    return row


async def list_page(tx: AsyncSession, who: Principal, dataset_id: str, page: Page) -> tuple[Sequence[Batch], str]:
    """The batches of a dataset, newest first."""
    dataset = await datasets.get(tx, who, dataset_id)
    query = select(Batch).where(Batch.dataset_id == dataset.id)
    if page.after:
        query = query.where(Batch.id < page.after[0])
    rows = (await tx.scalars(query.order_by(Batch.id.desc()).limit(page.limit))).all()
    return page.cut(rows, key=lambda row: (row.id,))
