"""Owns what differs between two versions, from the intervals of the entries: costs as much as there are changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.identity import Principal
from kit.paging import Page
from services.storage import datasets, entries, versions
from services.storage.errors import BaseInvalid
from services.storage.tables import Entry

_BESIDES_PIXELS = tuple(name for name in entries.CONTENT if name != "sha256")


@dataclass(frozen=True, slots=True)
class Difference:
    """One path that differs; `fields` names what changed besides the pixels."""

    kind: str
    path: str
    old_sha256: str
    new_sha256: str
    source: str
    fields: list[str]


@dataclass(slots=True)
class Summary:
    """How many paths were added, removed and changed, and how each source grew."""

    kinds: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)


async def between(
    tx: AsyncSession, who: Principal, dataset_id: str, number: int, base: int, page: Page
) -> tuple[Sequence[Difference], str, Summary]:
    """A page of the paths whose entries differ, and the summary of all; base 0 is the version before.

    The first version is compared with nothing.

    Raises:
        DatasetNotFound, VersionNotFound, BaseInvalid: there are no two such versions.
    """
    dataset = await datasets.get(tx, who, dataset_id)
    await versions.of(tx, dataset, number)
    if base:
        await versions.of(tx, dataset, base)
    if base >= number:
        raise BaseInvalid
    compared = _compared(dataset.id, base or number - 1, number)
    query = select(compared).order_by(compared.c.path)
    if page.after:
        query = query.where(compared.c.path > page.after[0])
    rows = (await tx.execute(query.limit(page.limit))).all()
    kept, token = page.cut(rows, key=lambda row: (row.path,))
    return [_difference(row) for row in kept], token, await _summary(tx, compared)


async def _summary(tx: AsyncSession, compared: Any) -> Summary:
    columns = compared.c
    groups = (columns.kind, columns.old_source, columns.new_source)
    summary = Summary()
    for kind, old_source, new_source, count in await tx.execute(select(*groups, func.count()).group_by(*groups)):
        summary.kinds[kind] += count
        if old_source is not None:
            summary.sources[old_source] -= count
        if new_source is not None:
            summary.sources[new_source] += count
    return summary


def _compared(dataset_id: str, base: int, number: int) -> Any:
    """A subquery with one row per path whose content differs: kind, path, and both sides of every column."""
    old_side, new_side = _only_in_base(dataset_id, base, number), _only_in_newer(dataset_id, base, number)
    old, new = aliased(Entry, old_side.subquery("old")), aliased(Entry, new_side.subquery("new"))
    kind = case((old.path.is_(None), "ADDED"), (new.path.is_(None), "REMOVED"), else_="CHANGED").label("kind")
    sides = [
        getattr(side, name).label(f"{age}_{name}")
        for age, side in (("old", old), ("new", new))
        for name in entries.CONTENT
    ]
    # removed in one version and back, the same, in a later one: two entries, but no difference
    differs = or_(*(getattr(old, name).is_distinct_from(getattr(new, name)) for name in entries.CONTENT))
    return (
        select(kind, func.coalesce(old.path, new.path).label("path"), *sides)
        .select_from(old)
        .join(new, old.path == new.path, full=True)
        .where(differs)
        .subquery("compared")
    )


def _only_in_base(dataset_id: str, base: int, number: int) -> Select[Any]:
    ended = and_(Entry.until_version > base, Entry.until_version <= number)
    return select(Entry).where(Entry.dataset_id == dataset_id, Entry.since_version <= base, ended)


def _only_in_newer(dataset_id: str, base: int, number: int) -> Select[Any]:
    begun = and_(Entry.since_version > base, Entry.since_version <= number)
    still = or_(Entry.until_version.is_(None), Entry.until_version > number)
    return select(Entry).where(Entry.dataset_id == dataset_id, begun, still)


def _difference(row: Row[Any]) -> Difference:
    changed: list[str] = []
    if row.kind == "CHANGED":
        sides = row._mapping
        changed = [name for name in _BESIDES_PIXELS if sides[f"old_{name}"] != sides[f"new_{name}"]]
    return Difference(
        kind=row.kind,
        path=row.path,
        old_sha256=row.old_sha256 or "",
        new_sha256=row.new_sha256 or "",
        source=row.new_source if row.new_source is not None else row.old_source,
        fields=[name.removesuffix("_json") for name in changed],
    )
