"""Owns finding a whole number under a key in many JSON objects at once, without parsing them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
_SPACES = np.array([character in b" \t\r\n" for character in range(256)])
_ENDS = np.array([character in b" \t\r\n,}" for character in range(256)])
_MOST_SPACES = 4
_MOST_DIGITS = 18


def find(text: bytes, starts: Positions, key: str) -> Positions | None:
    """The number that each object has under a key; None when that cannot be told without parsing.

    It can be told when the key stands exactly once in each object, without escapes, before a plain whole number.
    Whether it is the object's own member, and not one of an object within, is for the caller to check.

    Args:
        text: the objects as they are written.
        starts: where in it each starts.
    """
    if b"\\" in text:
        return None
    name = f'"{key}"'.encode()
    # one look ahead of the end is always inside
    data = np.frombuffer(text + b" " * (len(name) + 2 * _MOST_SPACES + _MOST_DIGITS + 2), np.uint8)
    at = np.flatnonzero((data[: len(text)] == name[0]) & (data[1 : len(text) + 1] == name[1]))
    for offset in range(2, len(name)):
        at = at[data[at + offset] == name[offset]]
    if len(at) != len(starts) or (np.searchsorted(starts, at, side="right") - 1 != np.arange(len(starts))).any():
        return None
    at = _after_spaces(data, at + len(name))
    if (data[at] != ord(":")).any():
        return None
    return _whole(data, _after_spaces(data, at + 1))


def _after_spaces(data: NDArray[np.uint8], at: Positions) -> Positions:
    for _ in range(_MOST_SPACES):
        is_space = _SPACES[data[at]]
        if not is_space.any():
            break
        at = at + is_space
    return at


def _whole(data: NDArray[np.uint8], at: Positions) -> Positions | None:
    """The digits from each position on, None when there are none, too many, or more than digits."""
    value = np.zeros(len(at), np.int64)
    first = at
    for _ in range(_MOST_DIGITS):
        digit = data[at] - np.uint8(ord("0"))
        is_digit = digit < 10
        if not is_digit.any():
            break
        value = np.where(is_digit, value * 10 + digit, value)
        at = at + is_digit
    return value if (at > first).all() and _ENDS[data[at]].all() else None
