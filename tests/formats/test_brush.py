"""Brushes of Label Studio against bits that are read one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from plumbline_formats import brush, masks
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Mask

GOLDEN = Mask(1, 1, 3, 2, [0, 4, 1, 1])
STREAM = [0, 0, 0, 80, 57, 27, 254, 23, 0, 183, 255, 56, 4, 127, 241, 128, 71, 255, 133, 192, 0]
_SETTINGS = settings(max_examples=150, deadline=None)
_pixels = arrays.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9)))


def _naive(stream: list[int]) -> list[int]:
    bits = "".join(f"{byte:08b}" for byte in stream)
    at = 0

    def number(width: int) -> int:
        nonlocal at
        at += width
        return int(bits[at - width : at], 2)

    count, word = number(32), number(5) + 1
    widths = [number(4) + 1 for _ in range(4)]
    values: list[int] = []
    while len(values) < count:
        kind, length = number(1), number(widths[number(2)]) + 1
        values += [number(word)] * length if kind else [number(word) for _ in range(length)]
    return values


def test_the_golden_mask() -> None:
    assert brush.decode(STREAM, 5, 4) == GOLDEN
    assert brush.encode(GOLDEN, 5, 4) == STREAM


@_SETTINGS
@given(_pixels)
def test_what_is_written_is_rgba_row_by_row(pixels: masks.Pixels) -> None:
    height, width = pixels.shape
    stream = brush.encode(masks.of_array(pixels), width, height)
    values = np.array(_naive(stream)).reshape(height, width, 4)
    assert np.array_equal(values, np.repeat(pixels[:, :, None] * 255, 4, axis=2))
    assert brush.decode(stream, width, height) == masks.tight(masks.of_array(pixels))


def _bits(*numbers: tuple[int, int]) -> list[int]:
    text = "".join(f"{number:0{width}b}" for number, width in numbers)
    text += "0" * (-len(text) % 8)
    return [int(text[at : at + 8], 2) for at in range(0, len(text), 8)]


_HEADER = ((2, 4), (3, 4), (7, 4), (15, 4))


@_SETTINGS
@given(st.lists(st.tuples(st.booleans(), st.lists(st.integers(0, 255), min_size=1, max_size=8)), min_size=1), st.data())
def test_runs_and_words_in_any_order_are_understood(runs: list[tuple[bool, list[int]]], data: st.DataObject) -> None:
    values: list[int] = []
    stream: list[tuple[int, int]] = []
    for repeats, words in runs:
        values += [words[0]] * len(words) if repeats else words
        stream += [(int(repeats), 1), (0, 2), (len(words) - 1, 3)]
        stream += [(word, 8) for word in (words[:1] if repeats else words)]
    missing = -len(values) % 4
    if missing:
        values += [0] * missing
        stream += [(1, 1), (0, 2), (missing - 1, 3), (0, 8)]
    width = len(values) // 4
    mask = brush.decode(_bits((len(values), 32), (7, 5), *_HEADER, *stream), width, 1)
    alpha = np.array(values).reshape(1, width, 4)[:, :, 3] > 0
    assert mask == masks.tight(masks.of_array(alpha))


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (STREAM[:12], "ends after 12 bytes"),
        ([], "ends after 0 bytes"),
        ([0, 0, 0, 84, *STREAM[4:]], "84 values"),
        ([255] * 40, "values"),
        (_bits((80, 32), (7, 5), *_HEADER, (1, 1), (3, 2), (60_000, 16), (0, 8)), "60001 values of 80"),
        ([300], "no list of bytes"),
        ("AAAA", "no list of bytes"),
        ([0.5], "no list of bytes"),
    ],
)
def test_what_is_no_brush_is_malformed(stream: Any, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        brush.decode(stream, 5, 4)
