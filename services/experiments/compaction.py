"""Owns the compaction of metric segments: many short ones become few long ones. Does not change any point.

A reader sees the segments before or after, never both or neither: they are replaced in one transaction, and a series is
read in one statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import Database
from services.experiments import chunks, metrics, rules, series
from services.experiments.series import Columns
from services.experiments.tables import LogRequest, MetricSegment, Run

_PAUSE_S = 15
_BATCH = 200
_MOST_SEGMENTS = 5000


async def compact_for_ever(db: Database) -> None:
    """Compact whatever is long enough, or belongs to an ended run, until cancelled."""
    while True:
        if not await compact_once(db):
            await asyncio.sleep(_PAUSE_S)


async def compact_once(db: Database) -> int:
    """Compact a batch of series; returns how many there were."""
    async with db.transaction() as tx:
        found = (await tx.execute(_due())).all()
    for run_id, key, epoch in found:
        async with db.transaction() as tx:
            await _compact(tx, run_id, key, epoch)
    async with db.transaction() as tx:
        await _settle(tx)
    return len(found)


async def _settle(tx: AsyncSession) -> None:
    """Leave ended runs alone once they are compacted. Their log requests are numbered no more: a retry is refused."""
    left = exists().where(MetricSegment.run_id == Run.id, ~MetricSegment.compacted)
    settled = await tx.scalars(
        update(Run).where(~Run.compacted, Run.status != rules.RUNNING, ~left).values(compacted=True).returning(Run.id)
    )
    await tx.execute(delete(LogRequest).where(LogRequest.run_id.in_(settled.all())))


def _due() -> Any:
    """Series with a full chunk to make, and all series of ended runs."""
    return (
        select(MetricSegment.run_id, MetricSegment.key, MetricSegment.epoch)
        .join(Run, Run.id == MetricSegment.run_id)
        .where(~Run.compacted, ~MetricSegment.compacted)
        .group_by(MetricSegment.run_id, MetricSegment.key, MetricSegment.epoch, Run.status)
        .having(or_(func.sum(MetricSegment.point_count) >= chunks.FULL, Run.status != rules.RUNNING))
        .limit(_BATCH)
    )


async def _compact(tx: AsyncSession, run_id: str, key: str, epoch: int) -> None:
    """Replace segments of one series; what does not fill a chunk stays short while the run goes on."""
    # Holding the run keeps a fence from cutting what is being rewritten.
    status = await tx.scalar(select(Run.status).where(Run.id == run_id).with_for_update(read=True))
    taken = (
        await tx.execute(
            select(MetricSegment.id, MetricSegment.points)
            .where(
                MetricSegment.run_id == run_id,
                MetricSegment.key == key,
                MetricSegment.epoch == epoch,
                ~MetricSegment.compacted,
            )
            .order_by(MetricSegment.id)
            .limit(_MOST_SEGMENTS)
            # Another process may be at the same series: it goes on, we find nothing.
            .with_for_update(skip_locked=True)
        )
    ).all()
    if not taken:
        return
    rest, full = await asyncio.to_thread(_rewrite, key, taken, status == rules.RUNNING)
    await tx.execute(delete(MetricSegment).where(MetricSegment.id.in_([row.id for row in taken])))
    if full:
        facts = {"run_id": run_id, "key": key, "epoch": epoch, "compacted": True}
        await tx.execute(insert(MetricSegment), [{**facts, **one} for one in full])
    if len(rest):
        await metrics.append(tx, run_id, epoch, [rest])


def _rewrite(key: str, taken: Sequence[Row[int, bytes]], is_running: bool) -> tuple[Columns, list[dict[str, object]]]:
    """The points that stay short, and the chunks as column values."""
    points = series.in_order(series.unpack(key, (row.points for row in taken)))
    end = len(points) - len(points) % chunks.FULL if is_running else len(points)
    cut = [points.part(begin, min(begin + chunks.FULL, end)) for begin in range(0, end, chunks.FULL)]
    full: list[dict[str, object]] = [
        {
            "point_count": len(one),
            "max_step": float(one.steps.max()),
            "points": chunks.compress(one),
            "overview": series.pack(chunks.overview(one)),
        }
        for one in cut
    ]
    return points.part(end, len(points)), full
