"""Owns the compacted form of long series: compressed points and an overview for charts. Does not know the database."""

from __future__ import annotations

import zlib

import numpy as np

from services.experiments import series
from services.experiments.series import Columns, Matrix

# Points of a full chunk: large enough to compress well, small enough to be cut when a run is fenced.
FULL = 8192
# Points that share a minimum and a maximum in the overview.
_OVERVIEW_FACTOR = 64
_FASTEST = 1
_BITS = np.dtype("<i8")


def compress(points: Columns) -> bytes:
    """The points without loss of a bit.

    Steps and times are evenly spaced most of the time, so differences of their bit patterns are nearly constant; bytes
    of equal significance lie together.
    """
    bits = np.stack((points.steps, points.values, points.times)).view(_BITS)
    for row in (0, 2):
        bits[row, 1:] -= bits[row, :-1].copy()
    planes = bits.view(np.uint8).reshape(3, -1, 8).transpose(0, 2, 1)
    return zlib.compress(planes.tobytes(), _FASTEST)


def expand(packed: bytes) -> Matrix:
    """The reverse of `compress`: steps, values and times as rows."""
    planes = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(3, 8, -1)
    bits = np.array(planes.transpose(0, 2, 1), order="C").view(_BITS).reshape(3, -1)
    for row in (0, 2):
        np.cumsum(bits[row], out=bits[row])
    return bits.view(np.float64)


def overview(points: Columns) -> Columns:
    """The few points that a chart of a long series needs: extremes of every small bucket."""
    return series.downsample(points, max(series.MIN_BUDGET, 2 * len(points) // _OVERVIEW_FACTOR + 2))


def overview_serves(point_count: int, budget: int) -> bool:
    """Whether the overviews of a series are finer than the chart that is asked for."""
    return 2 * point_count // _OVERVIEW_FACTOR >= budget
