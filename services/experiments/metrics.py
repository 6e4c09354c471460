"""Owns metric series in the database: append, summarise, read. Does not own the arithmetic: `series.py` does.

One log request is one segment per series and one upsert of the summaries: four statements, however many points. No
event is written, because a training loop logs thousands of times; what was acknowledged is committed all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import Row, and_, case, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.identity import Principal
from services.experiments import chunks, rules, runs, series
from services.experiments.errors import MaxPointsInvalid, SeriesInvalid
from services.experiments.series import Columns, Summary
from services.experiments.tables import LogRequest, MetricSegment, MetricSummary

MOST_SERIES = 10_000
MOST_POINTS = 100_000
_DEFAULT_POINTS = 1000
_MOST_ANSWERED = 1_000_000
_WRITER_LIMIT = 100

# `unnest` sends columns, not rows: several times faster than one set of parameters per row.
_APPEND = text("""
    INSERT INTO metric_segments (run_id, epoch, compacted, key, point_count, max_step, points)
    SELECT :run_id, :epoch, false, fresh.* FROM unnest(
        CAST(:keys AS text[]), CAST(:counts AS integer[]), CAST(:max_steps AS float8[]), CAST(:points AS bytea[])
    ) AS fresh
""")

# LEAST and GREATEST pass over NULL, which stands for "only NaN so far".
_SUMMARISE = text("""
    INSERT INTO metric_summaries AS held (run_id, key, last, last_step, last_time, min, max, point_count)
    SELECT :run_id, fresh.* FROM unnest(
        CAST(:keys AS text[]), CAST(:lasts AS float8[]), CAST(:steps AS float8[]), CAST(:times AS float8[]),
        CAST(:mins AS float8[]), CAST(:maxs AS float8[]), CAST(:counts AS integer[])
    ) AS fresh (key, last, last_step, last_time, min, max, point_count)
    ON CONFLICT (run_id, key) DO UPDATE SET
        last = CASE WHEN (excluded.last_step, excluded.last_time) >= (held.last_step, held.last_time)
               THEN excluded.last ELSE held.last END,
        last_time = CASE WHEN (excluded.last_step, excluded.last_time) >= (held.last_step, held.last_time)
               THEN excluded.last_time ELSE held.last_time END,
        last_step = greatest(held.last_step, excluded.last_step),
        min = least(held.min, excluded.min),
        max = greatest(held.max, excluded.max),
        point_count = held.point_count + excluded.point_count
""")


async def log(
    tx: AsyncSession,
    who: Principal,
    run_id: str,
    points: Sequence[Columns],
    *,
    epoch: int,
    writer: str = "",
    sequence: int = 0,
    params: Sequence[tuple[str, str]] = (),
    tags: Sequence[tuple[str, str]] = (),
) -> int:
    """Append points, params and tags; answers how many points the request holds.

    A request whose (epoch, writer, sequence) took effect before has no second effect and gets the same answer.

    Raises:
        SeriesInvalid, ParamImmutable, RunNotFound, RunEnded, EpochStale, EpochUnknown.
    """
    _check(points, writer, sequence)
    if params or tags:
        run = await runs.writable(tx, who, run_id, epoch=epoch)
    else:
        await runs.hold(tx, who, run_id, epoch=epoch)
    count = sum(map(len, points))
    if sequence and not await _claim(tx, run_id, epoch, writer, sequence):
        return count
    if params or tags:
        await runs.annotate(tx, who, run, params=params, tags=tags)
    # In one order for everybody: two requests that upsert the same summaries must not wait for each other.
    filled = sorted((one for one in points if len(one)), key=lambda one: one.key)
    if filled:
        await append(tx, run_id, epoch, filled)
        await upsert(tx, run_id, [series.summarise(one) for one in filled])
    return count


async def history(
    tx: AsyncSession, who: Principal, run_id: str, *, keys: Sequence[str], max_points: int
) -> list[Columns]:
    """The series of a run by name, each with at most `max_points` points in the order of their steps."""
    budget = max_points or _DEFAULT_POINTS
    if not series.MIN_BUDGET <= budget <= MOST_POINTS:
        raise MaxPointsInvalid(f"max_points must be between {series.MIN_BUDGET} and {MOST_POINTS}.")
    await runs.get(tx, who, run_id)
    # A long series takes tens of milliseconds of arithmetic: other requests go on meanwhile.
    return await asyncio.to_thread(_merge, await _segments(tx, run_id, keys, budget), budget)


async def summaries_of(tx: AsyncSession, run_ids: Sequence[str]) -> dict[str, list[MetricSummary]]:
    """The metric summaries of several runs, by key."""
    rows = await tx.scalars(
        select(MetricSummary).where(MetricSummary.run_id.in_(run_ids)).order_by(MetricSummary.run_id, MetricSummary.key)
    )
    found: dict[str, list[MetricSummary]] = {}
    for row in rows:
        found.setdefault(row.run_id, []).append(row)
    return found


def matrix(packed: bytes, compressed: bool) -> series.Matrix:
    """The points of one segment."""
    return chunks.expand(packed) if compressed else series.matrix(packed)


async def append(tx: AsyncSession, run_id: str, epoch: int, points: Sequence[Columns]) -> None:
    """Store one segment per series."""
    await tx.execute(
        _APPEND,
        {
            "run_id": run_id,
            "epoch": epoch,
            "keys": [one.key for one in points],
            "counts": [len(one) for one in points],
            "max_steps": [float(one.steps.max()) for one in points],
            "points": [series.pack(one) for one in points],
        },
    )


async def upsert(tx: AsyncSession, run_id: str, fresh: Sequence[Summary]) -> None:
    """Fold new summaries, sorted by key, into the ones that are held."""
    await tx.execute(
        _SUMMARISE,
        {
            "run_id": run_id,
            "keys": [one.key for one in fresh],
            "lasts": [one.last for one in fresh],
            "steps": [one.last_step for one in fresh],
            "times": [one.last_time for one in fresh],
            "mins": [one.min for one in fresh],
            "maxs": [one.max for one in fresh],
            "counts": [one.point_count for one in fresh],
        },
    )


async def _claim(tx: AsyncSession, run_id: str, epoch: int, writer: str, sequence: int) -> bool:
    """Whether this numbered request is new. A twin that is still running is waited for."""
    claimed = await tx.execute(
        insert(LogRequest)
        .values(run_id=run_id, epoch=epoch, writer=writer, sequence=sequence)
        .on_conflict_do_nothing()
        .returning(LogRequest.sequence)
    )
    return claimed.first() is not None


async def _segments(tx: AsyncSession, run_id: str, keys: Sequence[str], budget: int) -> Sequence[Row[str, bytes, bool]]:
    """Key, bytes and whether they are compressed, of all segments; of a very long series the overviews of chunks."""
    wanted = set(keys)
    held = [one for one in (await summaries_of(tx, [run_id])).get(run_id, []) if not wanted or one.key in wanted]
    if sum(min(one.point_count, budget) for one in held) > _MOST_ANSWERED:
        raise MaxPointsInvalid(f"That is more than {_MOST_ANSWERED} points: name fewer keys or lower max_points.")
    long = [one.key for one in held if chunks.overview_serves(one.point_count, budget)]
    use_overview = and_(MetricSegment.compacted, MetricSegment.key.in_(long))
    query = (
        select(
            MetricSegment.key,
            case((use_overview, MetricSegment.overview), else_=MetricSegment.points).label("packed"),
            and_(MetricSegment.compacted, ~use_overview).label("compressed"),
        )
        .where(MetricSegment.run_id == run_id)
        .order_by(MetricSegment.key, MetricSegment.id)
    )
    if keys:
        query = query.where(MetricSegment.key.in_(keys))
    return (await tx.execute(query)).all()


def _check(points: Sequence[Columns], writer: str, sequence: int) -> None:
    if sequence < 0 or len(writer) > _WRITER_LIMIT or "\x00" in writer:
        raise SeriesInvalid(f"sequence counts from 1; writer has at most {_WRITER_LIMIT} characters.")
    if sequence and not writer:
        raise SeriesInvalid("A sequence needs a writer: give your process a name of its own.")
    if len(points) > MOST_SERIES:
        raise SeriesInvalid(f"One request logs at most {MOST_SERIES} series; send several.")
    twice = rules.key_given_twice(one.key for one in points)
    if twice is not None:
        raise SeriesInvalid(f"Series {twice!r} is given twice in one request: join its points.", key=twice)
    for one in points:
        wrong = series.problem(one) if rules.is_key(one.key) else "a key has 1 to 250 printable characters"
        if wrong is not None:
            raise SeriesInvalid(f"Series {one.key[:100]!r}: {wrong}.", key=one.key[:100])


def _merge(rows: Sequence[Row[str, bytes, bool]], budget: int) -> list[Columns]:
    """Segments of several series, sorted by key, as one downsampled series each."""
    found = []
    for key, group in groupby(rows, key=lambda row: row.key):
        points = series.join(key, [matrix(row.packed, row.compressed) for row in group])
        found.append(series.downsample(series.in_order(points), budget))
    return found
