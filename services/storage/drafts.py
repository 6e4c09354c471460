"""Owns how large a draft is and how much of it is unpublished. Does not change anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.storage.tables import Dataset, Entry, Version


@dataclass(frozen=True, slots=True)
class Draft:
    """How many images a draft holds, and how many differ from the newest version."""

    image_count: int = 0
    change_count: int = 0


async def counts_of(tx: AsyncSession, rows: Sequence[Dataset]) -> dict[str, Draft]:
    """The draft of each dataset, from what differs from its newest version: costs as much as there are changes."""
    keys = [row.id for row in rows]
    published = (
        select(Version.dataset_id, Version.image_count)
        .join(Dataset, (Dataset.id == Version.dataset_id) & (Dataset.latest_version == Version.number))
        .where(Dataset.id.in_(keys))
    )
    held = {row.dataset_id: row.image_count for row in await tx.execute(published)}
    added = case((Entry.since_version > Dataset.latest_version, 1), else_=-1)
    changed = (
        select(Entry.dataset_id, func.sum(added), func.count(Entry.path.distinct()))
        .join(Dataset, Dataset.id == Entry.dataset_id)
        .where(
            Entry.dataset_id.in_(keys),
            or_(Entry.since_version > Dataset.latest_version, Entry.until_version > Dataset.latest_version),
        )
        .group_by(Entry.dataset_id)
    )
    found = {key: Draft(held.get(key, 0)) for key in keys}
    for dataset_id, difference, paths in await tx.execute(changed):
        found[dataset_id] = Draft(held.get(dataset_id, 0) + int(difference), paths)
    return found


async def counts(tx: AsyncSession, row: Dataset) -> Draft:
    return (await counts_of(tx, [row]))[row.id]
