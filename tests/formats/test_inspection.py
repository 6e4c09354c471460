"""What all readers check of a shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline_formats import exchange, inspection
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import Malformed, Problems
from plumbline_formats.registry import FORMATS
from plumbline_formats.shapes import Box, Ellipse, Mask, Point, Polygon, RotatedBox, Shape

_ID = "0190a1b2-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("shape", "notes"),
    [
        (Box(0.0, 0.0, 40.0, 20.0), []),
        (Box(-0.5, 0.0, 4.0, 2.0), [inspection.OUTSIDE]),
        (Box(39.0, 0.0, 1.5, 2.0), [inspection.OUTSIDE]),
        (Box(1.0, 1.0, 0.0, 2.0), [inspection.NO_SIZE]),
        (RotatedBox(50.0, 10.0, 0.0, 2.0, 30.0), [inspection.OUTSIDE, inspection.NO_SIZE]),
        (Ellipse(5.0, 5.0, 1.0, 0.0, 0.0), [inspection.NO_SIZE]),
        (Point(41.0, 1.0), [inspection.OUTSIDE]),
    ],
)
def test_what_is_odd_is_noted(shape: Shape, notes: list[str]) -> None:
    problems = Problems()
    inspection.inspect(shape, Image("a.jpg", 40, 20), problems, "a.json", "objects[3]")
    assert [(one.place, one.message, one.severity) for one in problems.kept] == [
        ("objects[3]", message, "note") for message in notes
    ]


@pytest.mark.parametrize(
    "shape",
    [
        Box(1.0, 1.0, -1.0, 2.0),
        Box(float("nan"), 1.0, 1.0, 2.0),
        Box(1.0, 1.0, float("inf"), 2.0),
        Ellipse(5.0, 5.0, -1.0, 1.0, 0.0),
        Polygon([]),
        Mask(39, 0, 2, 1, [0, 2]),
    ],
)
def test_what_makes_no_sense_is_malformed(shape: Shape) -> None:
    with pytest.raises(Malformed):
        inspection.inspect(shape, Image("a.jpg", 40, 20), Problems(), "a.json", "objects[3]")


def test_nothing_is_outside_an_image_of_unknown_size() -> None:
    problems = Problems()
    inspection.inspect(Box(-5.0, 0.0, 1e9, 2.0), Image("a.jpg"), problems, "a.json", "")
    inspection.inspect(Box(5.0, 0.0, 1e9, 2.0), Image("a.jpg"), problems, "a.json", "")
    assert problems.kept == []


_WITH_BOXES = [name for name, kind in FORMATS.items() if kind.carries.kinds.get("box") == ""]


@pytest.mark.parametrize("name", _WITH_BOXES)
def test_a_box_without_a_size_is_taken_as_written_with_a_note(name: str, tmp_path: Path) -> None:
    image = Image("a.jpg", 40, 20, [Annotation(_ID, "crack", Box(4.0, 2.0, 0.0, 5.0))])
    exchange.write(tmp_path / "set", Header(labels=[Label("crack")]), [image], name, allow_loss=True)
    with exchange.read(tmp_path / "set", name) as opened:
        [read] = opened
        assert [one.shape for one in read.annotations] == [Box(4.0, 2.0, 0.0, 5.0)]
        assert [one.message for one in opened.problems.kept if one.message == inspection.NO_SIZE] != []
