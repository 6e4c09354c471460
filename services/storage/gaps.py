"""Owns the gap: what was announced, drafted and published, per source. Does not look at single images."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock
from kit.identity import Principal
from services.storage import composition, datasets, rules, versions
from services.storage.tables import Batch, Dataset, Entry, Upload, Version


@dataclass(frozen=True, slots=True)
class SourceGap:
    """Images of one source: uploads still open, in the draft, in the newest version, in the draft but not there."""

    source: str
    pending_count: int
    draft_count: int
    published_count: int
    unpublished_count: int


async def get(tx: AsyncSession, who: Principal, dataset_id: str) -> tuple[Version | None, list[SourceGap]]:
    """The newest version, if any, and what is not in it."""
    dataset = await datasets.get(tx, who, dataset_id)
    newest = await versions.of(tx, dataset, dataset.latest_version) if dataset.latest_version else None
    shares = newest.composition["sources"] if newest else []
    published = Counter({share["value"]: share["image_count"] for share in shares})
    pending = await _pending(tx, dataset)
    begun, ended = await _changed(tx, dataset)
    sources = sorted({*published, *pending, *begun})
    return newest, [
        SourceGap(
            source=source,
            pending_count=pending[source],
            draft_count=published[source] + begun[source] - ended[source],
            published_count=published[source],
            unpublished_count=begun[source],
        )
        for source in sources
    ]


async def _pending(tx: AsyncSession, dataset: Dataset) -> Counter[str]:
    query = (
        select(Batch.source, func.count().label("images"))
        .join(Upload, Upload.batch_id == Batch.id)
        .where(Batch.dataset_id == dataset.id, Upload.state.in_(rules.OPEN_STATES), Upload.expire_time > clock.now())
        .group_by(Batch.source)
    )
    return Counter({row.source: row.images for row in await tx.execute(query)})


async def _changed(tx: AsyncSession, dataset: Dataset) -> tuple[Counter[str], Counter[str]]:
    """Entries per source that the draft begins and ends."""
    number = dataset.latest_version + 1
    side = composition.sign(number)
    query = select(Entry.source, side, func.count()).where(composition.changed(dataset.id, number))
    begun: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    for source, sign, count in await tx.execute(query.group_by(Entry.source, side)):
        (begun if sign > 0 else ended)[source] += count
    return begun, ended
