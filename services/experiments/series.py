"""Owns metric points as columns: packing, summary, merging, downsampling; pure numpy. Does not know the database.

A column is a float64 array of shape (n,). Steps may be decimal; values may be NaN or infinite; times are milliseconds
since the epoch, UTC.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.float64]
# Shape (3, n): steps, values, times.
Matrix = npt.NDArray[np.float64]

_WIRE = np.dtype("<f8")
# First, last, and a minimum, a maximum and a NaN of one bucket: fewer points cannot show a series truly.
MIN_BUDGET = 5


@dataclass(frozen=True, slots=True)
class Columns:
    """Points of one series; the three columns have equal length."""

    key: str
    steps: Column
    values: Column
    times: Column

    def __len__(self) -> int:
        return len(self.steps)

    def take(self, chosen: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Columns:
        """The points at these indices, or where the mask is true."""
        return Columns(self.key, self.steps[chosen], self.values[chosen], self.times[chosen])

    def part(self, begin: int, end: int) -> Columns:
        """The points from `begin` up to, not including, `end`."""
        return Columns(self.key, self.steps[begin:end], self.values[begin:end], self.times[begin:end])


@dataclass(frozen=True, slots=True)
class Summary:
    """One row of `metric_summaries`, without the run; `min` and `max` are None when every value is NaN."""

    key: str
    last: float
    last_step: float
    last_time: float
    min: float | None
    max: float | None
    point_count: int


def column(numbers: Sequence[float]) -> Column:
    """A column of any sequence of numbers, such as a repeated field."""
    return np.fromiter(numbers, np.float64, len(numbers))


def problem(points: Columns) -> str | None:
    """What is wrong with points from outside, in words; None when nothing is."""
    if not len(points.steps) == len(points.values) == len(points.times):
        return "steps, values and times must have the same length"
    if not np.isfinite(points.steps).all():
        return "steps must be finite numbers"
    if not np.isfinite(points.times).all():
        return "times must be milliseconds since 1970"
    return None


def pack(points: Columns) -> bytes:
    """Little-endian float64: all steps, all values, all times."""
    return np.concatenate((points.steps, points.values, points.times)).astype(_WIRE, copy=False).tobytes()


def unpack(key: str, packed: Iterable[bytes]) -> Columns:
    """The points of several packed segments, one after the other."""
    return join(key, [matrix(part) for part in packed])


def matrix(packed: bytes) -> Matrix:
    """The reverse of `pack`, as rows."""
    return np.frombuffer(packed, _WIRE).reshape(3, -1)


def join(key: str, parts: Sequence[Matrix]) -> Columns:
    """One series of several matrices, one after the other."""
    steps, values, times = np.concatenate(parts, axis=1) if parts else np.empty((3, 0))
    return Columns(key, steps, values, times)


def in_order(points: Columns) -> Columns:
    """The points by step, then time, then arrival."""
    if len(points) < 2 or bool((np.diff(points.steps) > 0).all()):
        return points
    return points.take(np.lexsort((points.times, points.steps)))


def summarise(points: Columns) -> Summary:
    """The summary of at least one point; the last one is the newest of the greatest step."""
    if len(points) == 1:
        return _summarise_one(points)
    ordered = in_order(points)
    known = ordered.values[~np.isnan(ordered.values)]
    return Summary(
        key=points.key,
        last=float(ordered.values[-1]),
        last_step=float(ordered.steps[-1]),
        last_time=float(ordered.times[-1]),
        min=float(known.min()) if len(known) else None,
        max=float(known.max()) if len(known) else None,
        point_count=len(ordered),
    )


def _summarise_one(points: Columns) -> Summary:
    """The same for one point without array arithmetic: a step that logs a thousand keys comes here a thousand times."""
    value = points.values.item()
    known = None if math.isnan(value) else value
    return Summary(points.key, value, points.steps.item(), points.times.item(), known, known, 1)


def downsample(points: Columns, budget: int) -> Columns:
    """At most `budget` (>= MIN_BUDGET) of the points, in their order.

    The first and the last point stay; of every bucket its true minimum, its true maximum and, where a value is NaN,
    one of those stay. So no spike and no divergence ever vanishes from a chart.
    """
    if len(points) <= budget:
        return points
    values = points.values
    missing = np.isnan(values)
    edges = bucket_edges(len(points), budget, with_nan=bool(missing.any()))
    bucket = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    low = np.minimum.reduceat(np.where(missing, np.inf, values), edges[:-1])
    high = np.maximum.reduceat(np.where(missing, -np.inf, values), edges[:-1])
    kept = (
        np.array([0, len(points) - 1]),
        _first_of_each(bucket, values == low[bucket]),
        _first_of_each(bucket, values == high[bucket]),
        _first_of_each(bucket, missing),
    )
    return points.take(np.unique(np.concatenate(kept)))


def bucket_edges(count: int, budget: int, *, with_nan: bool) -> npt.NDArray[np.intp]:
    """Where the buckets begin and end, `[0, ..., count]`: as many as the budget pays for, of nearly equal size."""
    buckets = (budget - 2) // (3 if with_nan else 2)
    return np.linspace(0, count, buckets + 1).astype(np.intp)


def _first_of_each(bucket: npt.NDArray[np.intp], mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """The index of the first true value of every bucket that has one."""
    candidates = np.flatnonzero(mask)
    _, first = np.unique(bucket[candidates], return_index=True)
    return candidates[first]
