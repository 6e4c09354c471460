"""Owns the hand-over of a run to a new epoch of its job. Does not lease jobs: the trainer does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.identity import Principal
from services.experiments import metrics, rules, runs, series
from services.experiments.errors import EpochStale, RunEnded
from services.experiments.tables import MetricSegment, MetricSummary


async def fence(tx: AsyncSession, who: Principal, run_id: str, *, epoch: int, from_step: int, job_id: str = "") -> None:
    """Refuse writes of older epochs from now on, and drop their metric points beyond `from_step`.

    The lock waits for writes under way, so none of them slips in behind. Fencing with the current epoch again is a
    retry and changes nothing.

    Raises:
        EpochStale: the run belongs to a newer epoch.
        RunEnded: nothing will be written to the run any more.
    """
    run = await runs.get_locked(tx, who, run_id)
    if rules.judge_epoch(run.epoch, epoch) == "stale":
        raise EpochStale(f"Run {run_id} belongs to epoch {run.epoch} already.", epoch=str(run.epoch))
    if run.status != rules.RUNNING:
        raise RunEnded(f"Run {run_id} is {run.status.lower()} and cannot be resumed.", status=run.status)
    if run.epoch == epoch:
        return
    run.epoch = epoch
    run.job_id = job_id or run.job_id
    dropped = await _drop_beyond(tx, run_id, epoch, from_step)
    await journal.change(
        tx, who, "experiments.run.fenced", run_id, epoch=epoch, from_step=from_step, dropped_point_count=dropped
    )


async def _drop_beyond(tx: AsyncSession, run_id: str, epoch: int, from_step: int) -> int:
    """Cut the points of older epochs beyond a step; returns how many there were."""
    beyond = (
        MetricSegment.run_id == run_id,
        MetricSegment.epoch < epoch,
        MetricSegment.max_step > from_step,
    )
    removed = (
        await tx.execute(
            delete(MetricSegment)
            .where(*beyond)
            .returning(MetricSegment.key, MetricSegment.epoch, MetricSegment.points, MetricSegment.compacted)
        )
    ).all()
    dropped = 0
    for row in removed:
        points = series.join(row.key, [metrics.matrix(row.points, row.compacted)])
        kept = points.take(points.steps <= from_step)
        dropped += len(points) - len(kept)
        if len(kept):
            await metrics.append(tx, run_id, row.epoch, [kept])
    await _summarise_again(tx, run_id, sorted({row.key for row in removed}))
    return dropped


async def _summarise_again(tx: AsyncSession, run_id: str, keys: Sequence[str]) -> None:
    """Compute summaries from what is left of some series."""
    if not keys:
        return
    await tx.execute(delete(MetricSummary).where(MetricSummary.run_id == run_id, MetricSummary.key.in_(keys)))
    left = (
        await tx.execute(
            select(MetricSegment.key, MetricSegment.points, MetricSegment.compacted)
            .where(MetricSegment.run_id == run_id, MetricSegment.key.in_(keys))
            .order_by(MetricSegment.key, MetricSegment.id)
        )
    ).all()
    if left:
        await metrics.upsert(tx, run_id, await asyncio.to_thread(_summaries, left))


def _summaries(rows: Sequence[Row[str, bytes, bool]]) -> list[series.Summary]:
    return [
        series.summarise(series.join(key, [metrics.matrix(row.points, row.compacted) for row in group]))
        for key, group in groupby(rows, key=lambda row: row.key)
    ]
