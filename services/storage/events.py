"""Owns the events of storage: which there are and what each carries."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.identity import Principal
from services.storage import wire
from services.storage.tables import Batch, Dataset, Version


async def dataset_created(tx: AsyncSession, who: Principal, row: Dataset) -> None:
    await journal.change(tx, who, "storage.dataset.created", row.id, wire.dataset(row))


async def dataset_updated(tx: AsyncSession, who: Principal, row: Dataset) -> None:
    await journal.change(tx, who, "storage.dataset.updated", row.id, dataset_name=row.name, description=row.description)


async def dataset_published(tx: AsyncSession, who: Principal, row: Version) -> None:
    await journal.change(tx, who, "storage.dataset.published", row.dataset_id, wire.version(row))


async def dataset_framed(tx: AsyncSession, who: Principal, row: Version) -> None:
    """The frames of a large version are there, some time after it was published."""
    await journal.change(tx, who, "storage.dataset.framed", row.dataset_id, wire.version(row))


async def batch_created(tx: AsyncSession, who: Principal, row: Batch) -> None:
    await journal.change(tx, who, "storage.batch.created", row.id, wire.batch(row))


async def images_added(
    tx: AsyncSession, who: Principal, dataset: Dataset, batch: Batch, *, count: int, refused: int
) -> None:
    """One per completed call, however many images: `count` were added to the draft, `refused` were not."""
    await journal.change(
        tx,
        who,
        "storage.images.added",
        dataset.id,
        dataset_name=dataset.name,
        batch_id=batch.id,
        source=batch.source,
        count=count,
        refused=refused,
    )


async def images_tagged(tx: AsyncSession, who: Principal, dataset: Dataset, *, count: int) -> None:
    await journal.change(tx, who, "storage.images.tagged", dataset.id, dataset_name=dataset.name, count=count)


async def images_removed(tx: AsyncSession, who: Principal, dataset: Dataset, *, count: int) -> None:
    await journal.change(tx, who, "storage.images.removed", dataset.id, dataset_name=dataset.name, count=count)
