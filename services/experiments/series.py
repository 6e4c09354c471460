"""Owns metric points as columns: packing, order, summary, merging; pure numpy. Does not know the database or charts.

A column is a float64 array of shape (n,). Steps may be decimal; values may be NaN or infinite; times are milliseconds
since the epoch, UTC. A point is its step, time and value: the same one logged twice is one point.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.float64]
# Shape (n, 3): a row is step, value, time.
Matrix = npt.NDArray[np.float64]

_WIRE = np.dtype("<f8")
# Of a packed point.
POINT_BYTES = 24


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
class Range:
    """Steps from `begin` to `end`, both included."""

    begin: float = -math.inf
    end: float = math.inf

    @property
    def is_everything(self) -> bool:
        return self.begin == -math.inf and self.end == math.inf

    def cut(self, points: Columns) -> Columns:
        """The points within."""
        if self.is_everything:
            return points
        return points.take((points.steps >= self.begin) & (points.steps <= self.end))


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
    return np.array(numbers, np.float64)


def problem(points: Columns) -> str | None:
    """What is wrong with points from outside, in words; None when nothing is."""
    if not len(points.steps) == len(points.values) == len(points.times):
        return "steps, values and times must have the same length"
    if not np.isfinite(points.steps).all():
        return "steps must be finite numbers"
    if not np.isfinite(points.times).all():
        return "times must be milliseconds since 1970"
    return None


def matrix(points: Columns) -> Matrix:
    """The points as rows."""
    return np.stack((points.steps, points.values, points.times), axis=1)


def of_matrix(key: str, rows: Matrix) -> Columns:
    """The reverse of `matrix`."""
    steps, values, times = np.ascontiguousarray(rows.T)
    return Columns(key, steps, values, times)


def pack(points: Columns) -> bytes:
    """Little-endian float64: step, value, time of one point after the other, so that packed parts can be joined."""
    return matrix(points).astype(_WIRE, copy=False).tobytes()


def unpack(packed: bytes) -> Matrix:
    """The reverse of `pack`, as rows."""
    return np.frombuffer(packed, _WIRE).reshape(-1, 3)


def join(key: str, parts: Iterable[Matrix]) -> Columns:
    """One series of several matrices, one after the other."""
    rows = list(parts)
    return of_matrix(key, np.concatenate(rows) if rows else np.empty((0, 3)))


def in_order(points: Columns) -> Columns:
    """The points by step, then time, then value, each once. NaN counts as 0 here, as it does for MLflow."""
    if len(points) < 2 or bool((np.diff(points.steps) > 0).all()):
        return points
    missing = np.isnan(points.values)
    values = np.where(missing, 0.0, points.values)
    ordered = points.take(np.lexsort((missing, values, points.times, points.steps)))
    again = (np.diff(ordered.steps) == 0) & (np.diff(ordered.times) == 0)
    if again.any():
        one, next_one = ordered.values[:-1], ordered.values[1:]
        again &= (one == next_one) | (np.isnan(one) & np.isnan(next_one))
        return ordered.take(np.concatenate(([True], ~again)))
    return ordered


def summarise(points: Columns) -> Summary:
    """The summary of at least one point; the last one is the greatest by step, then time, then value."""
    if len(points) == 1:
        return _summarise_one(points)
    ordered = in_order(points)
    low, high = float(np.fmin.reduce(points.values)), float(np.fmax.reduce(points.values))
    return Summary(
        key=points.key,
        last=float(ordered.values[-1]),
        last_step=float(ordered.steps[-1]),
        last_time=float(ordered.times[-1]),
        min=None if math.isnan(low) else low,
        max=None if math.isnan(high) else high,
        point_count=len(points),
    )


def _summarise_one(points: Columns) -> Summary:
    """The same for one point without array arithmetic: a step that logs a thousand keys comes here a thousand times."""
    value = points.values.item()
    known = None if math.isnan(value) else value
    return Summary(points.key, value, points.steps.item(), points.times.item(), known, known, 1)
