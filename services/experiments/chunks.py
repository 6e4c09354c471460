"""Owns the compressed form of points: what is long is kept small, without loss of a bit. Does not know the database."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.experiments import series
from services.experiments.series import Column, Columns, Matrix

# Points of a full chunk: large enough to compress well, small enough to be read for one page or cut by a fence.
FULL = 8192
_FASTEST = 1
Bits = npt.NDArray[np.int64]
_BITS = np.dtype("<i8")
_EXACT = 2.0**53
# Which columns are kept as differences of integers.
_STEPS, _TIMES = 1, 2


def compress(points: Columns) -> bytes:
    """The points without loss of a bit.

    Steps, and times in milliseconds, are whole numbers most of the time and evenly spaced, so their differences are
    nearly constant; other columns keep the differences of their bit patterns. Bytes of equal significance lie together.
    """
    whole = _STEPS * _is_whole(points.steps) + _TIMES * _is_whole(points.times)
    bits = np.empty((3, len(points)), _BITS)
    bits[0] = _differences(points.steps, whole & _STEPS)
    bits[1] = np.ascontiguousarray(points.values).view(_BITS)
    bits[2] = _differences(points.times, whole & _TIMES)
    planes = bits.view(np.uint8).reshape(3, -1, 8).transpose(0, 2, 1)
    return bytes((whole,)) + zlib.compress(planes.tobytes(), _FASTEST)


def expand(packed: bytes) -> Matrix:
    """The reverse of `compress`, as rows."""
    whole = packed[0]
    planes = np.frombuffer(zlib.decompress(memoryview(packed)[1:]), np.uint8).reshape(3, 8, -1)
    bits = np.array(planes.transpose(0, 2, 1), order="C").view(_BITS).reshape(3, -1)
    rows = np.empty((bits.shape[1], 3))
    rows[:, 0] = _sums(bits[0], whole & _STEPS)
    rows[:, 1] = bits[1].view(np.float64)
    rows[:, 2] = _sums(bits[2], whole & _TIMES)
    return rows


def joined(key: str, packed: Sequence[bytes]) -> Columns:
    """The points of several chunks, one after the other."""
    return series.join(key, map(expand, packed))


def cut(points: Columns) -> list[Columns]:
    """Points in order as full chunks and, at the end, a short one."""
    return [points.part(begin, begin + FULL) for begin in range(0, len(points), FULL)]


def _is_whole(numbers: Column) -> bool:
    """Whether a column survives as 64-bit integers; minus zero would not."""
    return bool(
        ((numbers == np.trunc(numbers)) & (np.abs(numbers) < _EXACT) & ~((numbers == 0) & np.signbit(numbers))).all()
    )


def _differences(numbers: Column, whole: int) -> Bits:
    bits = numbers.astype(_BITS) if whole else np.array(numbers).view(_BITS)
    bits[1:] -= bits[:-1].copy()
    return bits


def _sums(bits: Bits, whole: int) -> Column:
    summed = np.cumsum(bits)
    return summed.astype(np.float64) if whole else summed.view(np.float64)
