"""Owns the hand-over of a run to a new epoch of its job. Does not lease jobs: the trainer does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.identity import Principal
from services.experiments import chunks, compaction, metrics, rules, runs, series
from services.experiments.errors import EpochStale, RunEnded
from services.experiments.histories import of_batch
from services.experiments.series import Columns
from services.experiments.tables import MetricBatch, MetricChunk, MetricSummary


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
    await compaction.lock(tx, run_id)
    batches = (
        await tx.execute(
            delete(MetricBatch)
            .where(MetricBatch.run_id == run_id, MetricBatch.epoch < epoch, MetricBatch.max_step > from_step)
            .returning(MetricBatch.epoch, MetricBatch.keys, MetricBatch.counts, MetricBatch.points)
        )
    ).all()
    chunk_rows = (
        await tx.execute(
            delete(MetricChunk)
            .where(MetricChunk.run_id == run_id, MetricChunk.epoch < epoch, MetricChunk.max_step > from_step)
            .returning(MetricChunk.epoch, MetricChunk.key, MetricChunk.points)
        )
    ).all()
    dropped = 0
    removed = await asyncio.to_thread(_as_series, batches, chunk_rows)
    for held_epoch, parts in removed:
        kept = [part.take(part.steps <= from_step) for part in parts]
        dropped += sum(map(len, parts)) - sum(map(len, kept))
        filled = [part for part in kept if len(part)]
        if filled:
            await metrics.append(tx, run_id, held_epoch, filled)
    await _summarise_again(tx, run_id, sorted({part.key for _, parts in removed for part in parts}))
    return dropped


def _as_series(batches: Sequence[Any], chunk_rows: Sequence[Any]) -> list[tuple[int, list[Columns]]]:
    """What was removed, by epoch: a batch is several series, a chunk one."""
    found = [
        (row.epoch, [series.of_matrix(key, points) for key, points in of_batch(row.keys, row.counts, row.points)])
        for row in batches
    ]
    return found + [(row.epoch, [chunks.joined(row.key, [row.points])]) for row in chunk_rows]


async def _summarise_again(tx: AsyncSession, run_id: str, keys: Sequence[str]) -> None:
    """Compute summaries from what is left of some series."""
    if not keys:
        return
    await tx.execute(delete(MetricSummary).where(MetricSummary.run_id == run_id, MetricSummary.key.in_(keys)))
    chunk_rows = (
        await tx.execute(
            select(MetricChunk.epoch, MetricChunk.key, MetricChunk.points).where(
                MetricChunk.run_id == run_id, MetricChunk.key.in_(keys)
            )
        )
    ).all()
    batches = (
        await tx.execute(
            select(MetricBatch.epoch, MetricBatch.keys, MetricBatch.counts, MetricBatch.points).where(
                MetricBatch.run_id == run_id, MetricBatch.keys.overlap(list(keys))
            )
        )
    ).all()
    left = await asyncio.to_thread(_summaries, _as_series(batches, chunk_rows), set(keys))
    if left:
        await metrics.fold(tx, run_id, left)


def _summaries(found: Iterable[tuple[int, list[Columns]]], keys: set[str]) -> list[series.Summary]:
    parts: dict[str, list[series.Matrix]] = {}
    for _, several in found:
        for one in several:
            if one.key in keys:
                parts.setdefault(one.key, []).append(series.matrix(one))
    return [series.summarise(series.join(key, parts[key])) for key in sorted(parts)]
