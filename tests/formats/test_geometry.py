"""Corners, outlines, bounds and what is wrong with shapes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline_formats import geometry
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import (
    Box,
    Ellipse,
    Mask,
    Node,
    Part,
    Point,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    Skeleton,
    Tag,
)

_SETTINGS = settings(max_examples=200, deadline=None)
_H = math.sqrt(0.5)
# The end of a unit vector to the right, turned clockwise on screen, where y grows downwards.
_TURNED = {
    0: (1.0, 0.0),
    45: (_H, _H),
    90: (0.0, 1.0),
    135: (-_H, _H),
    180: (-1.0, 0.0),
    225: (-_H, -_H),
    270: (0.0, -1.0),
    315: (_H, -_H),
}


@pytest.mark.parametrize("angle", _TURNED)
@pytest.mark.parametrize("turns", [0, 360, -360, 720])
def test_corners_start_at_the_own_top_left_and_go_clockwise(angle: int, turns: int) -> None:
    ux, uy = _TURNED[angle]
    expected = []
    for dx, dy in ((-4, -1), (4, -1), (4, 1), (-4, 1)):
        expected += [100 + dx * ux - dy * uy, 50 + dx * uy + dy * ux]
    assert geometry.corners(RotatedBox(100.0, 50.0, 8.0, 2.0, float(angle + turns))) == pytest.approx(
        expected, abs=1e-12
    )


def test_a_quarter_turn_is_exact() -> None:
    assert geometry.corners(RotatedBox(10.0, 20.0, 8.0, 2.0, 90.0)) == [11.0, 16.0, 11.0, 24.0, 9.0, 24.0, 9.0, 16.0]


_boxes = st.builds(
    RotatedBox,
    st.floats(-2000, 9000),
    st.floats(-2000, 9000),
    st.floats(1, 4000),
    st.floats(1, 4000),
    st.one_of(st.floats(0, 359.999), st.sampled_from([float(angle) for angle in _TURNED])),
)


def _assert_same(one: RotatedBox, other: RotatedBox) -> None:
    for name in ("cx", "cy", "width", "height"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-9)
    apart = abs(one.angle - other.angle)
    assert min(apart, 360 - apart) < 1e-9
    assert 0 <= one.angle < 360


@_SETTINGS
@given(_boxes)
def test_four_corners_come_back_as_the_same_box(box: RotatedBox) -> None:
    _assert_same(geometry.of_corners(geometry.corners(box)), box)


@_SETTINGS
@given(_boxes)
def test_a_box_about_its_top_left_corner_comes_back(box: RotatedBox) -> None:
    x, y = geometry.top_left(box)
    _assert_same(geometry.of_top_left(x, y, box.width, box.height, box.angle), box)


def test_corners_counter_clockwise_are_taken_backwards() -> None:
    assert geometry.of_corners([0, 0, 0, 2, 8, 2, 8, 0]) == RotatedBox(4.0, 1.0, 8.0, 2.0, 0.0)


@pytest.mark.parametrize("points", [[0, 0, 8, 0, 9, 2, 0, 2], [0, 0, 8, 0, 8, 2], [0, 0, 8, 0, 8, math.nan, 0, 2]])
def test_what_is_no_rectangle_is_malformed(points: list[float]) -> None:
    with pytest.raises(Malformed, match=r"rectangle|four corners"):
        geometry.of_corners(points)


def test_corners_rounded_by_others_are_within_the_tolerance() -> None:
    box = RotatedBox(100.0, 50.0, 30.0, 12.0, 33.0)
    rounded = [round(value, 2) for value in geometry.corners(box)]
    assert geometry.of_corners(rounded, tolerance=0.01).angle == pytest.approx(33.0, abs=0.05)
    with pytest.raises(Malformed):
        geometry.of_corners(rounded, tolerance=1e-6)


@pytest.mark.parametrize(
    ("angle", "expected"), [(-45.0, 315.0), (405.0, 45.0), (360.0, 0.0), (-1e-20, 0.0), (7.1, 7.1)]
)
def test_angles_are_in_one_turn(angle: float, expected: float) -> None:
    assert geometry.turn(angle) == expected


_RING = [0.0, 0.0, 4.0, 0.0, 4.0, 3.0, 0.0, 3.0]
_HOLE = [1.0, 1.0, 2.0, 1.0, 2.0, 2.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("shape", "bounds", "area"),
    [
        (Tag(), None, 0),
        (Box(1, 2, 3, 4), (1, 2, 4, 6), 12),
        (RotatedBox(10, 20, 8, 2, 90), (9, 16, 11, 24), 16),
        (Polygon([Part(_RING, [_HOLE])]), (0, 0, 4, 3), 11),
        (Polyline([1, 5, 3, 2]), (1, 2, 3, 5), 0),
        (Point(1, 2), (1, 2, 1, 2), 0),
        (Skeleton([Node("a", 1, 2, 2), Node("b", 9, 9, 0)]), (1, 2, 1, 2), 0),
        (Ellipse(10, 20, 4, 1, 90), (9, 16, 11, 24), 4 * math.pi),
        (Ellipse(0, 0, 1, 1, 33), (-1, -1, 1, 1), math.pi),
        (Mask(1, 1, 3, 3, [1, 1, 7]), (2, 1, 3, 2), 1),
    ],
)
def test_bounds_and_areas(shape: Shape, bounds: tuple[float, ...] | None, area: float) -> None:
    found = geometry.bounds(shape)
    assert found is None if bounds is None else found == pytest.approx(bounds)
    assert geometry.area(shape) == pytest.approx(area)


def test_points_of_an_outline_lie_on_the_ellipse() -> None:
    ring = geometry.outline(Ellipse(10, 20, 4, 2, 90), points=4)
    assert ring == [10.0, 24.0, 8.0, 20.0, 10.0, 16.0, 12.0, 20.0]


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (Box(1, 2, math.inf, 4), "not finite"),
        (Box(1, 2, -3, 4), "negative size"),
        (RotatedBox(1, 2, 3, -4, 0), "negative size"),
        (RotatedBox(1, 2, 3, 4, math.nan), "not finite"),
        (Ellipse(1, 2, -1, 4, 0), "negative half axis"),
        (Polygon([]), "no part"),
        (Polygon([Part([1, 2])]), "at least 3 points"),
        (Polygon([Part(_RING, [[1, 2, 3, 4]])]), "at least 3 points"),
        (Polygon([Part([*_RING, 1.0])]), "x, y"),
        (Polyline([1, 2]), "at least 2 points"),
        (Skeleton([]), "no node"),
        (Mask(1, 1, 2, 2, [3]), "runs of 3 pixels"),
        (Mask(9, 1, 2, 2, [4]), "outside the image"),
        (Mask(0, 0, 2, 2, [-1, 5]), "run of -1"),
    ],
)
def test_problems_are_named(shape: Shape, words: str) -> None:
    assert words in geometry.problem(shape, 10, 10)


@pytest.mark.parametrize(
    "shape", [Tag(), Box(-5, 2, 0, 4), Polygon([Part(_RING)]), Polyline([1, 2, 3, 4]), Mask(8, 8, 2, 2, [4])]
)
def test_what_is_odd_but_makes_sense_has_no_problem(shape: Shape) -> None:
    assert geometry.problem(shape, 10, 10) == ""


def test_outside_is_beyond_the_edges_of_a_known_size() -> None:
    assert not geometry.outside(Box(0, 0, 10, 10), 10, 10)
    assert geometry.outside(Box(0, 0, 10.001, 10), 10, 10)
    assert geometry.outside(Point(-0.5, 3), 10, 10)
    assert not geometry.outside(Point(-0.5, 3), 0, 0)
    assert not geometry.outside(Tag(), 10, 10)
