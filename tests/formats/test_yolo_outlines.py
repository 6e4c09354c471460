"""Outlines of masks, filled again by another rule than the one that drew them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_formats import masks
from plumbline_formats.formats.yolo import outlines
from plumbline_formats.shapes import Mask, Part, Polygon


@given(rows=st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=6).filter(np.any))
def test_filling_the_outlines_gives_the_pixels_and_the_holes(rows: list[list[bool]]) -> None:
    mask = masks.of_array(np.array(rows), left=3, top=2)
    found = outlines.of_mask(mask)
    filled = masks.to_array(masks.of_polygon(Polygon([Part(ring) for ring in found.rings]), 20, 20))
    left, top, *_ = masks.bounds(mask) or (0, 0)
    tight = masks.to_array(masks.tight(mask))
    assert filled.shape == tight.shape
    assert not (tight & ~filled).any()
    assert found.has_holes or (filled == tight).all()
    assert min(x for ring in found.rings for x in ring[::2]) == left
    assert min(y for ring in found.rings for y in ring[1::2]) == top


@pytest.mark.parametrize(
    ("rows", "rings", "has_holes"),
    [
        ([[1, 1], [1, 1]], [[5, 7, 7, 7, 7, 9, 5, 9]], False),
        ([[1, 0], [0, 1]], [[5, 7, 6, 7, 6, 8, 5, 8], [6, 8, 7, 8, 7, 9, 6, 9]], False),
        ([[1, 1, 1], [1, 0, 1], [1, 1, 1]], [[5, 7, 8, 7, 8, 10, 5, 10]], True),
    ],
    ids=["block", "pixels that touch at a corner", "hole"],
)
def test_an_outline_runs_clockwise_along_the_edges(
    rows: list[list[int]], rings: list[list[float]], has_holes: bool
) -> None:
    found = outlines.of_mask(masks.of_array(np.array(rows), left=5, top=7))
    assert (found.rings, found.has_holes) == (rings, has_holes)


def test_nothing_has_no_outline() -> None:
    assert outlines.of_mask(Mask(0, 0, 2, 2, [4])).rings == []
