"""Owns points as columns in the form of the API. Does not keep or send them: `spool` does."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import groupby
from typing import Any

# values by key, step, time in milliseconds since the epoch
Point = tuple[dict[str, float], float, float]
_LONGEST_KEY = 250


def columns(points: Iterable[Point]) -> list[dict[str, Any]]:
    """Points as one column set per key; steps and times that are whole are written as such."""
    series: dict[str, dict[str, Any]] = {}
    # neighbours mostly have the same keys: whole blocks are turned at once, and the training waits less for the thread
    for keys, group in groupby(points, key=_keys):
        block = list(group)
        steps = [int(step) if step.is_integer() else step for _, step, _ in block]
        times = [time_ms for _, _, time_ms in block]
        for key, values in zip(keys, zip(*(metrics.values() for metrics, _, _ in block), strict=True), strict=True):
            column = series.setdefault(key, {"key": key, "steps": [], "values": [], "times": []})
            column["steps"] += steps
            column["values"] += values if all(map(math.isfinite, values)) else map(json_number, values)
            column["times"] += times
    return list(series.values())


def problem(point: Point) -> str:
    """Why the platform would refuse a point, empty when it would not."""
    metrics, step, _ = point
    if not math.isfinite(step):
        return f"step {step} is no number that can be ordered"
    for key in metrics:
        if not isinstance(key, str) or not key or len(key) > _LONGEST_KEY or not key.isprintable():
            return f"{str(key)[:60]!r} is no name of a metric: it has 1 to {_LONGEST_KEY} printable characters"
    return ""


def json_number(value: float) -> float | str:
    """A number as proto JSON writes it: NaN and infinities are strings."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _keys(point: Point) -> tuple[str, ...]:
    return tuple(point[0])
