"""Owns every single point of a series, in pages and in order. Does not draw charts.

A page ends where a chunk that was not read could have an earlier point, so it may be shorter than was asked for.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.experiments import chunks, series
from services.experiments.histories import of_batch
from services.experiments.series import Columns, Matrix, Range

PAGE = 10_000
MOST = 100_000

# Chunks in the order of their first point until a page is full; `bound` is where the first one left out begins.
# All of those that begin where the page does or before are needed, however many they are.
_PARTS = """
    WITH known AS (
        SELECT id, {low} AS low, CASE WHEN {low} <= :after THEN 0 ELSE point_count END AS fresh_count
        FROM metric_chunks
        WHERE run_id = :run_id AND key = :key AND {high} >= :after AND max_step >= :begin AND min_step <= :end
    ), counted AS (
        SELECT id, low, coalesce(
            sum(fresh_count) OVER (ORDER BY low GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0
        ) AS count_before
        FROM known
    )
    SELECT NULL AS keys, NULL AS counts, points, CAST(NULL AS float8) AS bound FROM metric_chunks
    WHERE id IN (SELECT id FROM counted WHERE count_before < :size)
    UNION ALL
    SELECT keys, counts, points, NULL FROM metric_batches
    WHERE run_id = :run_id AND keys && ARRAY[CAST(:key AS text)]
    UNION ALL
    SELECT NULL, NULL, NULL, (SELECT min(low) FROM counted WHERE count_before >= :size)
"""
_BY_STEP = text(_PARTS.format(low="min_step", high="max_step"))
_BY_TIME = text(_PARTS.format(low="min_time", high="max_time"))


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after the point of these sort keys, `[first, second, value, is NaN]`."""

    keys: Sequence[float]

    @property
    def first(self) -> float:
        return self.keys[0]


_START = Cursor((-math.inf, -math.inf, -math.inf, 0))


@dataclass(frozen=True, slots=True)
class PointsPage:
    """Points in order; `cursor` is None at the end of the series."""

    points: Columns
    cursor: list[float] | None


async def page(
    tx: AsyncSession,
    run_id: str,
    key: str,
    *,
    size: int,
    after: Sequence[float] | None = None,
    steps: Range = Range(),  # noqa: B008 - frozen
    by_time: bool = False,
) -> PointsPage:
    """At most `size` points after a cursor, by step, time and value, or by time, step and value.

    Args:
        run_id: of a run that the caller may read.
    """
    cursor = Cursor(after) if after else _START
    values = {
        "run_id": run_id,
        "key": key,
        "after": cursor.first,
        "begin": steps.begin,
        "end": steps.end,
        "size": size,
    }
    rows = (await tx.execute(_BY_TIME if by_time else _BY_STEP, values)).all()
    return await asyncio.to_thread(_cut, key, rows, cursor, size, steps, by_time)


def _cut(key: str, rows: Sequence[Any], cursor: Cursor, size: int, steps: Range, by_time: bool) -> PointsPage:
    bound = rows[-1].bound
    points = series.in_order(steps.cut(series.join(key, _matrices(key, rows[:-1]))))
    if by_time:
        points = points.take(np.argsort(points.times, kind="stable"))
    first = points.times if by_time else points.steps
    keep = _after(points, cursor, by_time)
    if bound is not None:
        keep &= first < bound
    points = points.take(keep)
    if bound is None and len(points) <= size:
        return PointsPage(points, None)
    points = points.part(0, size)
    return PointsPage(points, _sort_keys(points, by_time) if len(points) else [bound, *_START.keys[1:]])


def _matrices(key: str, rows: Iterable[Any]) -> Iterable[Matrix]:
    for row in rows:
        if row.keys is None:
            yield chunks.expand(row.points)
        else:
            yield from (points for name, points in of_batch(row.keys, row.counts, row.points) if name == key)


def _after(points: Columns, cursor: Cursor, by_time: bool) -> Any:
    """Which points come behind the cursor."""
    missing = np.isnan(points.values)
    pair = (points.times, points.steps) if by_time else (points.steps, points.times)
    columns = (*pair, np.where(missing, 0.0, points.values), missing.astype(float))
    behind = np.zeros(len(points), bool)
    equal = np.ones(len(points), bool)
    for column, key in zip(columns, cursor.keys, strict=True):
        behind |= equal & (column > key)
        equal &= column == key
    return behind


def _sort_keys(points: Columns, by_time: bool) -> list[float]:
    step, time, value = points.steps[-1].item(), points.times[-1].item(), points.values[-1].item()
    pair = [time, step] if by_time else [step, time]
    return [*pair, 0.0, 1.0] if math.isnan(value) else [*pair, value, 0.0]
