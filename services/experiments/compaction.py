"""Owns the compaction of metric series: batches become chunks, short chunks long ones. Does not change any point.

Nobody waits for it: writers append batches, which it only takes away whole, and one lock per run keeps compactors and
fences apart. A reader sees what was before or what came after, because both are one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import Database
from services.experiments import chunks, metrics, pyramid, rules, series
from services.experiments.histories import of_batch
from services.experiments.series import Columns, Matrix
from services.experiments.tables import LogRequest, MetricBatch, MetricChunk, Run

_PAUSE_S = 5
_MOST_RUNS = 50
# A chart reads all batches of its run: they are compacted when there are so many of them, or so many points.
_MOST_BATCHES = 128
_MOST_POINTS = 65_536
# Taken in one transaction.
_BATCHES_AT_ONCE = 512
# So many short chunks of a series become one, even if it is still short.
_MOST_SHORT = 8
# Chunks whose steps new points mix with are written again with them, up to this many points.
_MOST_MIXED = 16 * chunks.FULL
_ROWS_AT_ONCE = 100

_DUE = text("""
    SELECT run_id FROM metric_batches GROUP BY run_id
    HAVING count(*) >= :batches OR sum(point_count) >= :points LIMIT :runs
""")
# Held by whoever moves points of a run: a compactor or a fence.
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:run_id, 0))")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:run_id, 0))")

_MIXED = text("""
    SELECT id, epoch, key, point_count, points FROM metric_chunks AS chunk
    JOIN unnest(CAST(:keys AS text[]), CAST(:epochs AS integer[]), CAST(:min_steps AS float8[]))
        AS fresh (key, epoch, min_step) USING (key, epoch)
    WHERE chunk.run_id = :run_id AND (chunk.point_count < :full OR chunk.max_step > fresh.min_step)
    ORDER BY id
""")
_SETTLE = text(f"""
    UPDATE runs SET compacted = true, metric_list = {metrics.AS_JSON.format(run_id="runs.id")}
    WHERE id = :run_id AND status <> :running AND NOT EXISTS (SELECT FROM metric_batches WHERE run_id = runs.id)
""")  # noqa: S608 - our own constants

Series = tuple[int, str]


@dataclass
class _Held:
    """Chunks of one series that could be written again: ids, points of each, and their compressed columns."""

    ids: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    packed: list[bytes] = field(default_factory=list)


async def compact_for_ever(db: Database) -> None:
    """Compact whatever has gathered, and all of ended runs, until cancelled."""
    while True:
        if not await compact_once(db):
            await asyncio.sleep(_PAUSE_S)


async def compact_once(db: Database) -> int:
    """Compact some runs; returns how many there were something to do for."""
    async with db.transaction() as tx:
        limits = {"batches": _MOST_BATCHES, "points": _MOST_POINTS, "runs": _MOST_RUNS}
        due = (await tx.scalars(_DUE, limits)).all()
        ended = (await tx.scalars(_ended())).all()
    done = 0
    for run_id in dict.fromkeys((*due, *ended)):
        done += await _compact(db, run_id, is_last=run_id in ended)
    return done


async def lock(tx: AsyncSession, run_id: str) -> None:
    """Keep compactors away from a run until the transaction ends."""
    await tx.execute(_LOCK, {"run_id": run_id})


def _ended() -> Any:
    return select(Run.id).where(~Run.compacted, Run.status != rules.RUNNING).limit(_MOST_RUNS)


async def _compact(db: Database, run_id: str, *, is_last: bool) -> bool:
    """Take some batches of a run; when none is left of an ended run, join its short chunks and settle it."""
    async with db.transaction() as tx:
        if not await tx.scalar(_TRY_LOCK, {"run_id": run_id}):
            return False  # somebody else is at it
        batches = (
            await tx.execute(
                select(MetricBatch.id, MetricBatch.epoch, MetricBatch.keys, MetricBatch.counts, MetricBatch.points)
                .where(MetricBatch.run_id == run_id)
                .order_by(MetricBatch.id)
                .limit(_BATCHES_AT_ONCE)
            )
        ).all()
        fresh = await asyncio.to_thread(_by_series, batches)
        is_last = is_last and len(batches) < _BATCHES_AT_ONCE
        if is_last:
            fresh = {**{one: [] for one in await _short(tx, run_id)}, **fresh}
        await _rewrite(tx, run_id, fresh, is_last=is_last)
        if batches:
            await tx.execute(delete(MetricBatch).where(MetricBatch.id.in_([row.id for row in batches])))
        if is_last:
            await _settle(tx, run_id)
    return True


async def _settle(tx: AsyncSession, run_id: str) -> None:
    """Leave an ended run alone from now on. Its log requests are forgotten: a point that comes again is no new one."""
    # First the lock, which waits for those that log: the statement after it sees what they wrote.
    ended = select(Run.id).where(Run.id == run_id, Run.status != rules.RUNNING)
    await tx.execute(ended.with_for_update(key_share=True))
    await tx.execute(_SETTLE, {"run_id": run_id, "running": rules.RUNNING})
    await tx.execute(delete(LogRequest).where(LogRequest.run_id == run_id))


def _by_series(batches: Iterable[Any]) -> dict[Series, list[Matrix]]:
    found: dict[Series, list[Matrix]] = {}
    for row in batches:
        for key, points in of_batch(row.keys, row.counts, row.points):
            found.setdefault((row.epoch, key), []).append(points)
    return found


async def _short(tx: AsyncSession, run_id: str) -> list[Series]:
    """Series of a run with more than one short chunk."""
    rows = await tx.execute(
        select(MetricChunk.epoch, MetricChunk.key).where(
            MetricChunk.run_id == run_id, MetricChunk.point_count < chunks.FULL
        )
    )
    seen: dict[Series, int] = {}
    for epoch, key in rows:
        seen[epoch, key] = seen.get((epoch, key), 0) + 1
    return [one for one, count in seen.items() if count > 1]


async def _rewrite(tx: AsyncSession, run_id: str, fresh: Mapping[Series, Sequence[Matrix]], *, is_last: bool) -> None:
    """Write new points as chunks, together with those chunks they mix with."""
    if not fresh:
        return
    held = await _held(tx, run_id, fresh)
    old, new = await asyncio.to_thread(_chunks_of, run_id, fresh, held, is_last)
    if old:
        await tx.execute(delete(MetricChunk).where(MetricChunk.id.in_(old)))
    for begin in range(0, len(new), _ROWS_AT_ONCE):
        await tx.execute(insert(MetricChunk), new[begin : begin + _ROWS_AT_ONCE])


async def _held(tx: AsyncSession, run_id: str, fresh: Mapping[Series, Sequence[Matrix]]) -> dict[Series, _Held]:
    begins = [min((float(part[:, 0].min()) for part in parts), default=float("inf")) for parts in fresh.values()]
    values = {
        "run_id": run_id,
        "keys": [key for _, key in fresh],
        "epochs": [epoch for epoch, _ in fresh],
        "min_steps": begins,
        "full": chunks.FULL,
    }
    found: dict[Series, _Held] = {}
    for row in await tx.execute(_MIXED, values):
        one = found.setdefault((row.epoch, row.key), _Held())
        one.ids.append(row.id)
        one.counts.append(row.point_count)
        one.packed.append(row.points)
    return found


def _chunks_of(
    run_id: str, fresh: Mapping[Series, Sequence[Matrix]], held: Mapping[Series, _Held], is_last: bool
) -> tuple[list[int], list[dict[str, object]]]:
    """The ids of chunks that go, and the rows of those that come instead."""
    old: list[int] = []
    new: list[dict[str, object]] = []
    for (epoch, key), parts in fresh.items():
        beside = held.get((epoch, key), _Held())
        matrices = list(parts)
        for index in _joining(sum(map(len, parts)), beside.counts, is_last):
            matrices.append(chunks.expand(beside.packed[index]))
            old.append(beside.ids[index])
        points = series.in_order(series.join(key, matrices))
        new += [{"run_id": run_id, "epoch": epoch, **row(one)} for one in chunks.cut(points)]
    return old, new


def _joining(fresh: int, counts: Sequence[int], is_last: bool) -> Sequence[int]:
    """Which of the chunks beside new points are written again with them; without any, those become a short chunk."""
    chosen = [index for index, count in enumerate(counts) if count < chunks.FULL]
    short = [counts[index] for index in chosen]
    if sum(counts) <= _MOST_MIXED and len(short) < len(counts):
        return range(len(counts))
    return chosen if is_last or fresh + sum(short) >= chunks.FULL or len(short) >= _MOST_SHORT else ()


def row(points: Columns) -> dict[str, object]:
    """One chunk as column values, without its run and epoch; its points, at least one, are in order."""
    return {
        "key": points.key,
        "point_count": len(points),
        "min_step": float(points.steps[0]),
        "max_step": float(points.steps[-1]),
        "min_time": float(points.times.min()),
        "max_time": float(points.times.max()),
        "points": chunks.compress(points),
        **{
            f"level_{level}": pyramid.overview(points, level).tobytes()
            for level in range(1, len(pyramid.CELL_POINTS) + 1)
        },
    }
