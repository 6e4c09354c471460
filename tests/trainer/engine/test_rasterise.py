"""Annotations become the pixels they cover, and come back as COCO run lengths."""

from __future__ import annotations

import numpy as np
import pytest

from services.trainer.engine import rasterise

GOLDEN = np.zeros((4, 5), dtype=bool)
GOLDEN[1:3, 1:4] = True
GOLDEN[2, 2] = False


def mark(label: str, **geometry: object) -> dict:
    return {"id": "x", "label": label, "geometry": geometry}


def test_mask_uses_coco_compressed_run_lengths() -> None:
    assert rasterise.encode_mask(GOLDEN) == {"height": 4, "width": 5, "counts": "522O112"}
    covered = rasterise.area({"mask": {"height": 4, "width": 5, "counts": "522O112"}}, 4, 5)
    assert np.array_equal(covered, GOLDEN)


def test_mask_of_another_size_is_refused_with_both_sizes() -> None:
    with pytest.raises(rasterise.BadAnnotation, match=r"4 x 5 .* 5 x 4"):
        rasterise.area({"mask": rasterise.encode_mask(GOLDEN)}, 5, 4)


def test_box_is_half_open_and_clipped_to_the_image() -> None:
    covered = rasterise.area({"box": {"x": 1, "y": 1, "width": 3, "height": 2}}, 4, 5)
    assert covered is not None
    assert covered.sum() == 6
    assert covered[1:3, 1:4].all()
    beyond = rasterise.area({"box": {"x": 3, "y": 2, "width": 9, "height": 9}}, 4, 5)
    assert beyond is not None
    assert beyond.sum() == 4
    assert beyond[2:, 3:].all()


def test_zero_coordinates_left_out_by_proto_json_are_zero() -> None:
    covered = rasterise.area({"box": {"width": 2, "height": 1}}, 4, 5)
    assert covered is not None
    assert covered.sum() == 2
    assert covered[0, :2].all()


@pytest.mark.parametrize("hole", [[2, 2, 4, 2, 4, 4, 2, 4], {"points": [2, 2, 4, 2, 4, 4, 2, 4]}])
def test_polygon_has_parts_and_holes(hole: object) -> None:
    square = {"outer": [1, 1, 5, 1, 5, 5, 1, 5], "holes": [hole]}
    other = {"outer": [6, 6, 8, 6, 8, 8, 6, 8]}
    covered = rasterise.area({"polygon": {"parts": [square, other]}}, 8, 8)
    assert covered is not None
    assert covered.sum() == 16 - 4 + 4
    assert not covered[2:4, 2:4].any()
    assert covered[6:, 6:].all()


def test_rotated_box_turns_clockwise_on_screen() -> None:
    flat = {"cx": 10, "cy": 10, "width": 12, "height": 2}
    upright = rasterise.area({"rotated_box": flat | {"angle": 90}}, 20, 20)
    assert upright is not None
    assert upright[4:16, 9:11].all()
    assert upright.sum() == 24
    slanted = rasterise.area({"rotated_box": flat | {"angle": 45}}, 20, 20)
    assert slanted is not None
    assert slanted[13, 13]
    assert not slanted[6, 13]


def test_ellipse_has_its_area() -> None:
    covered = rasterise.area({"ellipse": {"cx": 50, "cy": 40, "rx": 30, "ry": 20}}, 80, 100)
    assert covered is not None
    assert covered.sum() == pytest.approx(np.pi * 600, rel=0.02)


def test_polyline_is_a_stroke_and_a_point_has_no_area() -> None:
    stroke = rasterise.area({"polyline": {"points": [0, 5, 19, 5]}}, 10, 20)
    assert stroke is not None
    assert stroke[5].all()
    assert stroke.sum() == 20 * rasterise.POLYLINE_WIDTH
    assert rasterise.area({"point": {"x": 1, "y": 1}}, 10, 20) is None


def test_later_annotations_cover_earlier_ones_and_foreign_labels_are_left_out() -> None:
    whole = {"x": 0, "y": 0, "width": 5, "height": 4}
    marks = [
        mark("crack", box=whole),
        mark("spot", box={"x": 0, "y": 0, "width": 1, "height": 1}),
        mark("dust", box=whole),
    ]
    drawn = rasterise.class_mask(marks, ["spot", "crack"], 4, 5)
    assert drawn.dtype == np.uint8
    assert drawn[0, 0] == 1
    assert (drawn == 2).sum() == 19


def test_image_label_prefers_tags_then_the_largest_extent() -> None:
    small, large = {"width": 2, "height": 2}, {"width": 9, "height": 9}
    labels = ["spot", "crack"]
    assert rasterise.image_label([], labels) == 0
    assert rasterise.image_label([mark("spot", box=small), mark("crack", box=large)], labels) == 2
    assert rasterise.image_label([mark("crack", box=large), mark("spot", tag={})], labels) == 1
    assert rasterise.image_label([mark("dust", tag={})], labels) == 0
