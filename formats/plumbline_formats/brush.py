"""Owns the bit stream in which Label Studio keeps brushes: RGBA values row by row, of which alpha is the mask.

Does not know the file around it. The stream: 32 bits count of values, 5 bits word size - 1, four times 4 bits width of
a run length - 1; then runs: 1 bit kind, 2 bits which width, the length - 1, and one word repeated or as many words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plumbline_formats import masks
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Mask

_CHANNELS = 4
_WORD = 8
_WIDTHS = (3, 4, 8, 16)
_LONGEST = 1 << _WIDTHS[-1]
_HEADER_BITS = 32 + 5 + 4 * len(_WIDTHS)


def encode(mask: Mask, width: int, height: int) -> list[int]:
    """The bytes of the stream of a mask on an image of this size.

    Raises:
        Malformed: the mask is not inside the image, or the image is too large for the stream.
    """
    values = width * height * _CHANNELS
    if values >= 1 << 32:
        raise Malformed(f"is on an image of {width} x {height}, too large for a brush")
    bits = [f"{values:032b}{_WORD - 1:05b}", *(f"{bit_width - 1:04b}" for bit_width in _WIDTHS)]
    for at, run in enumerate(masks.to_rows(mask, width, height)):
        word = f"{255 if at % 2 else 0:08b}"
        for length in _pieces(run * _CHANNELS):
            choice = next(i for i, bit_width in enumerate(_WIDTHS) if length <= 1 << bit_width)
            bits.append(f"1{choice:02b}{length - 1:0{_WIDTHS[choice]}b}{word}")
    text = np.frombuffer("".join(bits).encode("ascii"), np.uint8) - ord("0")
    stream: list[int] = np.packbits(text).tolist()
    return stream


def decode(stream: Any, width: int, height: int) -> Mask:
    """The mask, on its smallest crop, of a stream for an image of this size; any alpha above 0 belongs to it.

    Raises:
        Malformed: it is damaged, or is for another size.
    """
    masks.check_size(width, height)
    try:
        data = bytes(stream) if isinstance(stream, list) else None
    except (TypeError, ValueError):
        data = None
    if data is None:
        raise Malformed("is no list of bytes")
    edges: list[int] = []
    covered = False
    for first, alpha in _alphas(_Bits(data), width * height):
        changes = np.flatnonzero(np.diff(alpha, prepend=covered))
        edges.extend((changes + first).tolist())
        covered = bool(alpha[-1])
        if len(edges) > masks.MAX_RUNS:
            raise Malformed(f"has more than {masks.MAX_RUNS} runs of pixels: is it a brush?")
    runs = np.diff(np.array(edges, np.int64), prepend=0, append=width * height)
    return masks.of_rows(runs.tolist(), width, height)


def _pieces(length: int) -> Iterator[int]:
    while length > 0:
        yield min(length, _LONGEST)
        length -= _LONGEST


class _Bits:
    """Reads whole numbers of some bits, the highest first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, bits: int) -> int:
        first, self._at = self._at, self._at + bits
        self._check()
        piece = int.from_bytes(self._data[first >> 3 : self._at + 7 >> 3], "big")
        return piece >> (-self._at % 8) & (1 << bits) - 1

    def words(self, count: int, bits: int) -> NDArray[np.bool_]:
        """Which of `count` words are not 0."""
        first, self._at = self._at, self._at + count * bits
        self._check()
        piece = np.unpackbits(np.frombuffer(self._data[first >> 3 : self._at + 7 >> 3], np.uint8))
        is_set = piece[first % 8 : first % 8 + count * bits].reshape(count, bits) != 0
        return np.logical_or.reduce(is_set, axis=1)

    def _check(self) -> None:
        if self._at > len(self._data) * 8:
            raise Malformed(f"ends after {len(self._data)} bytes, within a run")


def _alphas(bits: _Bits, pixels: int) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """Runs of pixels in order: the first, and which from there on are covered; one value stands for all."""
    total = bits.number(32)
    if total != pixels * _CHANNELS:
        raise Malformed(f"has {total} values, {pixels} pixels need {pixels * _CHANNELS}")
    word = bits.number(5) + 1
    widths = [bits.number(4) + 1 for _ in range(4)]
    at = 0
    while at < total:
        repeats = bits.number(1)
        length = bits.number(widths[bits.number(2)]) + 1
        if at + length > total:
            raise Malformed(f"has a run that ends after {at + length} values of {total}")
        # alpha is each fourth value: the pixels of those between `at` and `at + length`
        first, end = at // _CHANNELS, (at + length) // _CHANNELS
        if repeats:
            alpha = np.array([bits.number(word) != 0])
        else:
            alpha = bits.words(length, word)[_CHANNELS - 1 - at % _CHANNELS :: _CHANNELS]
        if end > first:
            yield first, alpha
        at += length
