"""Masks against COCO's own code and against loops over pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pycocotools import mask as coco_mask

from plumbline_formats import masks
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Mask, Part, Polygon

GOLDEN = Mask(1, 1, 3, 2, [0, 4, 1, 1])
_SETTINGS = settings(max_examples=150, deadline=None)
_pixels = arrays.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9)))


def _naive_runs(values: list[bool]) -> list[int]:
    runs, last = [0], False
    for value in values:
        if value != last:
            runs.append(0)
            last = value
        runs[-1] += 1
    return runs


def test_the_golden_mask_in_all_forms() -> None:
    assert masks.to_coco(GOLDEN, 5, 4) == [5, 2, 2, 1, 3, 2, 5]
    assert masks.pack([5, 2, 2, 1, 3, 2, 5]) == "522O112"
    assert masks.unpack("522O112", 20) == [5, 2, 2, 1, 3, 2, 5]
    assert masks.of_coco("522O112", 5, 4) == GOLDEN
    assert masks.of_coco([5, 2, 2, 1, 3, 2, 5], 5, 4) == GOLDEN
    assert masks.to_rows(GOLDEN, 5, 4) == [6, 3, 2, 1, 1, 1, 6]
    assert masks.of_rows([6, 3, 2, 1, 1, 1, 6], 5, 4) == GOLDEN
    assert masks.area(GOLDEN) == 5
    assert masks.bounds(GOLDEN) == (1, 1, 3, 2)


@_SETTINGS
@given(_pixels)
def test_the_text_is_what_coco_writes(pixels: masks.Pixels) -> None:
    height, width = pixels.shape
    written = coco_mask.encode(np.asfortranarray(pixels.astype(np.uint8)))
    mask = masks.of_array(pixels)
    assert masks.pack(masks.to_coco(mask, width, height)) == written["counts"].decode()
    assert masks.to_coco(mask, width, height) == _naive_runs(pixels.T.ravel().tolist())
    assert masks.of_coco(written["counts"], width, height) == masks.tight(mask)
    assert masks.area(mask) == coco_mask.area(written)
    assert list(masks.bounds(mask) or (0, 0, 0, 0)) == coco_mask.toBbox(written).tolist()


@_SETTINGS
@given(_pixels, st.integers(0, 5), st.integers(0, 5), st.integers(0, 3), st.integers(0, 3))
def test_a_crop_anywhere_is_the_same_in_every_direction(
    pixels: masks.Pixels, left: int, top: int, right: int, bottom: int
) -> None:
    crop = masks.of_array(pixels, left, top)
    width, height = left + pixels.shape[1] + right, top + pixels.shape[0] + bottom
    whole = masks.whole(crop, width, height)
    assert np.array_equal(whole[top : top + pixels.shape[0], left : left + pixels.shape[1]], pixels)
    assert whole.sum() == pixels.sum()
    assert masks.to_rows(crop, width, height) == _naive_runs(whole.ravel().tolist())
    tight = masks.tight(crop)
    assert np.array_equal(masks.whole(tight, width, height), whole)
    assert masks.of_rows(masks.to_rows(crop, width, height), width, height) == tight
    assert masks.of_coco(masks.to_coco(crop, width, height), width, height) == tight
    assert masks.of_coco(masks.pack(masks.to_coco(crop, width, height)), width, height) == tight


@_SETTINGS
@given(st.lists(st.integers(0, 2**28), max_size=12))
def test_any_counts_are_packed_as_coco_packs_them(counts: list[int]) -> None:
    # COCO's own code writes beyond its memory from 2**29 on
    packed = coco_mask.frPyObjects({"size": [1, 1], "counts": counts}, 1, 1)["counts"].decode() if counts else ""
    assert masks.pack(counts) == packed


_rings = st.lists(st.tuples(st.floats(-3, 15), st.floats(-3, 15)), min_size=3, max_size=7).map(
    lambda points: [value for point in points for value in point]
)


@_SETTINGS
@given(_rings)
def test_a_ring_is_filled_as_coco_fills_it(ring: list[float]) -> None:
    mask = masks.of_polygon(Polygon([Part(ring)]), 12, 11)
    expected = coco_mask.decode(coco_mask.frPyObjects([ring], 11, 12)[0])
    assert np.array_equal(masks.whole(mask, 12, 11), expected != 0)


@_SETTINGS
@given(st.lists(st.tuples(_rings, st.lists(_rings, max_size=2)), min_size=1, max_size=3))
def test_holes_are_cut_out_of_their_own_part_only(parts: list[tuple[list[float], list[list[float]]]]) -> None:
    expected = np.zeros((11, 12), bool)
    for outer, holes in parts:
        filled = coco_mask.decode(coco_mask.frPyObjects([outer], 11, 12)[0]) != 0
        for hole in holes:
            filled &= coco_mask.decode(coco_mask.frPyObjects([hole], 11, 12)[0]) == 0
        expected |= filled
    mask = masks.of_polygon(Polygon([Part(outer, holes) for outer, holes in parts]), 12, 11)
    assert np.array_equal(masks.whole(mask, 12, 11), expected)


def test_an_island_in_a_hole_stays() -> None:
    hole = [2.0, 2.0, 8.0, 2.0, 8.0, 8.0, 2.0, 8.0]
    sea = Part([0.0, 0.0, 10.0, 0.0, 10.0, 10.0, 0.0, 10.0], [hole])
    island = Part([4.0, 4.0, 6.0, 4.0, 6.0, 6.0, 4.0, 6.0])
    assert masks.area(masks.of_polygon(Polygon([sea, island]), 10, 10)) == 100 - 36 + 4


def test_a_small_mask_on_a_huge_image_costs_little() -> None:
    mask = Mask(40_000, 30_000, 3, 2, [0, 4, 1, 1])
    counts = masks.to_coco(mask, 45_000, 45_000)
    assert len(counts) == 7
    assert masks.of_coco(masks.pack(counts), 45_000, 45_000) == mask


def test_a_mask_of_nothing_has_no_size() -> None:
    empty = Mask(0, 0, 0, 0, [])
    assert masks.tight(Mask(2, 1, 3, 2, [6])) == empty
    assert masks.of_coco([20], 5, 4) == empty
    assert masks.to_coco(empty, 5, 4) == [20]
    assert masks.bounds(empty) is None
    assert masks.union([empty, Mask(2, 1, 3, 2, [6])]) == empty


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([5, 2, 2], "runs of 9 pixels"),
        ([5, -2, 17], "run of -2"),
        ([2**70], "longer than any image"),
        ([5, 2.0, 13], "whole numbers"),
        ([5, True, 14], "whole numbers"),
        (None, "whole numbers"),
        ("522O11", "runs of 15 pixels"),
        ("522O11o", "ends within"),
        ("522O1 2", "no run lengths"),
        ("522O1é2", "no run lengths"),
        ("5" * 1000, "1000 characters"),
        ("oooooooooo0", "too long"),
        ("ooooooo"[:6] + "0", "run of"),
        ("O", "run of -1"),
    ],
)
def test_what_is_no_mask_is_malformed(counts: Any, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        masks.of_coco(counts, 5, 4)


def test_two_pixels_in_far_corners_are_refused_before_they_cost_memory() -> None:
    with pytest.raises(Malformed, match="crop of 40000 x 40000"):
        masks.of_coco([0, 1, 40_000**2 - 2, 1], 40_000, 40_000)


@pytest.mark.parametrize(("width", "height", "words"), [(0, 0, "no image size"), (2**20, 2**20, "more than")])
def test_images_without_a_size_or_too_large_hold_no_masks(width: int, height: int, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        masks.of_coco([width * height], width, height)


@pytest.mark.parametrize("mask", [Mask(3, 1, 3, 2, [6]), Mask(-1, 0, 1, 1, [1]), Mask(1, 3, 3, 2, [6])])
def test_a_crop_outside_the_image_is_malformed(mask: Mask) -> None:
    with pytest.raises(Malformed, match="outside the image"):
        masks.to_coco(mask, 5, 4)


@pytest.mark.parametrize(
    "ring",
    [[0.0, 0.0, 1e12, 0.0, 0.0, 1.0], [0.0, 0.0, float("nan"), 0.0, 0.0, 1.0], [0.0, 0.0, 6e7, 0.0, 0.0, 1.0]],
)
def test_polygons_that_would_cost_too_much_are_malformed(ring: list[float]) -> None:
    with pytest.raises(Malformed, match="too far outside"):
        masks.of_polygon(Polygon([Part(ring)]), 12, 11)


def test_polygons_on_images_that_coco_cannot_count_are_malformed() -> None:
    with pytest.raises(Malformed, match="polygons are filled up to"):
        masks.of_polygon(Polygon([Part([0.0, 0.0, 9.0, 0.0, 0.0, 9.0])]), 2**15, 2**14)
