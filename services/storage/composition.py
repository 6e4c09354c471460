"""Owns what a version is made of, per source, contributor, batch and tag: the last one's shares plus the changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.storage.tables import Entry, Image

Composition = dict[str, list[dict[str, Any]]]

_VALUES: Mapping[str, SQLColumnExpression[Any]] = {
    "sources": Entry.source,
    "contributors": Entry.contributor["name"].astext,
    "batches": Entry.batch_id,
}


@dataclass(frozen=True, slots=True)
class Totals:
    """How many images a draft holds, the sum of their bytes, and how many paths differ from the last version."""

    image_count: int
    size: int
    change_count: int


def changed(dataset_id: str, number: int) -> ColumnElement[bool]:
    """The condition for entries that begin or end with a version."""
    return (Entry.dataset_id == dataset_id) & or_(Entry.since_version == number, Entry.until_version == number)


def sign(number: int) -> ColumnElement[int]:
    """1 for an entry that begins with a version, -1 for one that ends."""
    return case((Entry.since_version == number, 1), else_=-1)


async def totals(tx: AsyncSession, dataset_id: str, number: int, *, count: int, size: int) -> Totals:
    """The totals of version `number` that follows one with `count` images and `size` bytes."""
    grown = sign(number)
    query = (
        select(func.coalesce(func.sum(grown), 0), func.coalesce(func.sum(grown * Image.size), 0))
        .add_columns(func.count(Entry.path.distinct()))
        .join(Image, (Image.workspace_id == Entry.workspace_id) & (Image.sha256 == Entry.sha256))
        .where(changed(dataset_id, number))
    )
    images, grown_bytes, changes = (await tx.execute(query)).one()
    return Totals(count + int(images), size + int(grown_bytes), changes)


async def compose(tx: AsyncSession, dataset_id: str, number: int, before: Composition) -> Composition:
    """The composition of version `number` that follows one made of `before`."""
    after = {}
    for name, value in _VALUES.items():
        query = select(value, cast(func.sum(sign(number)), Integer)).where(changed(dataset_id, number)).group_by(value)
        after[name] = add(before.get(name, []), (await tx.execute(query)).all())
    each = select(func.unnest(Entry.tags).label("tag"), sign(number).label("sign")).where(changed(dataset_id, number))
    tags = each.subquery()
    query = select(tags.c.tag, cast(func.sum(tags.c.sign), Integer)).group_by(tags.c.tag)
    after["tags"] = add(before.get("tags", []), (await tx.execute(query)).all())
    return after


def add(shares: Sequence[Mapping[str, Any]], differences: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Shares after differences per value, largest first; values without images are left out."""
    counts = {share["value"]: share["image_count"] for share in shares}
    for value, difference in differences:
        counts[value] = counts.get(value, 0) + difference
    kept = [{"value": value, "image_count": count} for value, count in counts.items() if count]
    return sorted(kept, key=lambda share: (-share["image_count"], share["value"]))
