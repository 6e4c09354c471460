"""Owns what a chart shows of a long series: extremes of cells, cells of several sizes, points within a budget.

Pure numpy. Does not know the database. A cell is a fixed number of neighbouring points; a level of the pyramid keeps of
every cell its true minimum, its true maximum and, where a value is NaN, one of those.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.experiments import series
from services.experiments.series import Columns, Matrix

# Points of a cell, by level from 1 on. Level 0 is the points themselves.
CELL_POINTS = (64, 512, 4096)
# First, last, and a minimum, a maximum and a NaN of one bucket: fewer points cannot show a series truly.
MIN_BUDGET = 5
# Rows before the cells in an overview: its first and its last point.
_HEADER = 2

Indices = npt.NDArray[np.intp]


def level_for(point_count: int, budget: int) -> int:
    """The coarsest level that has a cell for every bucket of such a chart; 0 when only the points are fine enough."""
    buckets = (budget - 2) // 2
    fitting = [level for level, points in enumerate(CELL_POINTS, 1) if point_count // points >= buckets]
    return max(fitting, default=0)


def overview(points: Columns, level: int) -> Matrix:
    """The rows of one level: first point, last point, then two extremes of every cell, then a NaN of every cell.

    Args:
        points: at least one, in order.
    """
    missing = np.isnan(points.values)
    edges = np.arange(0, len(points), CELL_POINTS[level - 1])
    cell = np.repeat(np.arange(len(edges)), np.diff(np.append(edges, len(points))))
    low, high = _extremes(points.values, missing, edges)
    lowest = _first_of_each(cell, (points.values == low[cell]) & ~missing)
    highest = _first_of_each(cell, (points.values == high[cell]) & ~missing)
    pairs = np.sort(np.stack((lowest, highest), axis=1), axis=1).ravel()
    ends = np.array([0, len(points) - 1])
    return series.matrix(points.take(np.concatenate((ends, pairs, _first_of_each(cell, missing)))))


def chart(key: str, overviews: Sequence[bytes], rest: Columns, level: int, budget: int) -> Columns:
    """At most `budget` points of a series, drawn from packed overviews of its chunks and the points beside them.

    Of every bucket, a whole number of cells, the true minimum, the true maximum and a NaN stay, and the ends do.
    """
    parts = list(overviews)
    if len(rest):
        parts.append(overview(series.in_order(rest), level).tobytes())
    if not parts:
        return rest
    rows = series.unpack(b"".join(parts))
    begins = np.cumsum([0, *(len(part) // series.POINT_BYTES for part in parts[:-1])])
    is_header = np.zeros(len(rows), bool)
    is_header[begins] = is_header[begins + 1] = True
    ends = series.in_order(series.of_matrix(key, rows[is_header]))
    body = series.of_matrix(key, rows[~is_header])
    missing = np.isnan(body.values)
    kept = _of_buckets(_by_step(body.take(~missing)), _by_step(body.take(missing)), budget)
    ends = ends.take(np.array([0, len(ends) - 1]))
    return series.in_order(series.join(key, [series.matrix(part) for part in (*kept, ends)]))


def downsample(points: Columns, budget: int) -> Columns:
    """At most `budget` (>= MIN_BUDGET) of the points, in their order.

    The first and the last point stay; of every bucket its true minimum, its true maximum and, where a value is NaN,
    one of those stay. So no spike and no divergence ever vanishes from a chart.
    """
    if len(points) <= budget:
        return points
    missing = np.isnan(points.values)
    edges = bucket_edges(len(points), budget, with_nan=bool(missing.any()))
    bucket = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    low, high = _extremes(points.values, missing, edges[:-1])
    kept = (
        np.array([0, len(points) - 1]),
        _first_of_each(bucket, (points.values == low[bucket]) & ~missing),
        _first_of_each(bucket, (points.values == high[bucket]) & ~missing),
        _first_of_each(bucket, missing),
    )
    return points.take(np.unique(np.concatenate(kept)))


def bucket_edges(count: int, budget: int, *, with_nan: bool) -> Indices:
    """Where the buckets begin and end, `[0, ..., count]`: as many as the budget pays for, of nearly equal size."""
    buckets = (budget - 2) // (3 if with_nan else 2)
    return np.linspace(0, count, buckets + 1).astype(np.intp)


def cells_per_bucket(cells: int, budget: int, *, with_nan: bool) -> int:
    """How many neighbouring cells share a bucket of a chart that is drawn from overviews."""
    buckets = (budget - 2) // (3 if with_nan else 2)
    return max(1, -(-cells // buckets))


def _of_buckets(pairs: Columns, missing: Columns, budget: int) -> list[Columns]:
    """Extremes and a NaN of every bucket; `pairs` holds two points of each cell."""
    if not len(pairs):
        return [downsample(missing, budget - _HEADER) if len(missing) else missing]
    width = 2 * cells_per_bucket(len(pairs) // 2, budget, with_nan=bool(len(missing)))
    edges = np.arange(0, len(pairs), width)
    bucket = np.arange(len(pairs)) // width
    low, high = np.minimum.reduceat(pairs.values, edges), np.maximum.reduceat(pairs.values, edges)
    lowest = _first_of_each(bucket, pairs.values == low[bucket])
    highest = _first_of_each(bucket, pairs.values == high[bucket])
    found = [pairs.take(np.unique(np.concatenate((lowest, highest))))]
    if len(missing):
        home = np.maximum(np.searchsorted(pairs.steps[edges], missing.steps, side="right") - 1, 0)
        found.append(missing.take(_first_of_each(home, np.ones(len(missing), bool))))
    return found


def _by_step(points: Columns) -> Columns:
    """In the order of steps without leaving any out: cells stay pairs."""
    if len(points) < 2 or bool((np.diff(points.steps) >= 0).all()):
        return points
    return points.take(np.lexsort((points.times, points.steps)))


def _extremes(
    values: series.Column, missing: npt.NDArray[np.bool_], begins: Indices
) -> tuple[series.Column, series.Column]:
    """Minimum and maximum from each beginning to the next, NaN passed over."""
    low = np.minimum.reduceat(np.where(missing, np.inf, values), begins)
    high = np.maximum.reduceat(np.where(missing, -np.inf, values), begins)
    return low, high


def _first_of_each(bucket: Indices, mask: npt.NDArray[np.bool_]) -> Indices:
    """The index of the first true value of every bucket that has one."""
    candidates = np.flatnonzero(mask)
    _, first = np.unique(bucket[candidates], return_index=True)
    return candidates[first]
