"""YOLO: what a line means in each task, and what becomes of shapes."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline_formats.model import Annotation, Image, Label
from plumbline_formats.shapes import (
    Box,
    Ellipse,
    Mask,
    Node,
    Part,
    Point,
    Polygon,
    RotatedBox,
    Shape,
    Skeleton,
)
from tests.formats.yolo_sets import CONFIG, HEADER, lay, lines, one, picture, read, write


def test_numbers_are_parts_of_the_width_and_height(tmp_path: Path) -> None:
    write(tmp_path, HEADER, one(Box(10, 20, 30, 10), "blow hole"), sidecar=False)
    assert lines(tmp_path) == ["1 0.250000 0.500000 0.300000 0.200000"]


def test_precision_is_counted_only_where_numbers_change(tmp_path: Path) -> None:
    annotations = [
        Annotation(f"00000000-0000-4000-8000-{at:012}", "crack", shape)
        for at, shape in enumerate([Box(10, 20, 30, 10), Box(1 / 3, 20, 30, 10), Box(0.00001, 0, 1, 1)])
    ]
    report = write(tmp_path, HEADER, [Image("a.jpg", 100, 50, annotations)], sidecar=False)
    [loss] = [loss for loss in report.losses if loss.code == "precision"]
    assert (loss.kind, loss.action, loss.count) == ("box", "6 decimals", 2)
    assert loss.examples == [annotation.id for annotation in annotations[1:]]


@pytest.mark.parametrize(
    ("task", "shape"),
    [
        ("detect", Box(0.1, 0, 1 / 3, 2 / 7)),
        ("segment", Polygon([Part([0.1, 1 / 3, 5e-7, 48.999999999999, 31, 7 / 11])])),
        ("obb", RotatedBox(20, 10, 7, 5, 90)),
    ],
)
def test_all_digits_lose_nothing(tmp_path: Path, task: str, shape: Shape) -> None:
    report = write(tmp_path, HEADER, one(shape, width=977, height=613), sidecar=False, task=task, decimals="full")
    assert [loss.code for loss in report.losses] == ["id"]
    lay(tmp_path, {"images/unassigned/a.jpg": picture(977, 613)})
    assert read(tmp_path)[1]["a.jpg"].annotations[0].shape == shape


# By angle: the corners of a box of 20 x 10 around 50, 25 start at its own top-left and go clockwise.
_OF_45 = (5 / 2**0.5, 15 / 2**0.5)
CORNERS = {
    0: [40, 20, 60, 20, 60, 30, 40, 30],
    45: [50 - _OF_45[0], 25 - _OF_45[1], 50 + _OF_45[1], 25 + _OF_45[0]],
    90: [55, 15, 55, 35, 45, 35, 45, 15],
    135: [50 + _OF_45[1], 25 - _OF_45[0], 50 - _OF_45[0], 25 + _OF_45[1]],
    180: [60, 30, 40, 30, 40, 20, 60, 20],
    225: [50 + _OF_45[0], 25 + _OF_45[1], 50 - _OF_45[1], 25 - _OF_45[0]],
    270: [45, 35, 45, 15, 55, 15, 55, 35],
    315: [50 - _OF_45[1], 25 + _OF_45[0], 50 + _OF_45[0], 25 - _OF_45[1]],
    -45: [50 - _OF_45[1], 25 + _OF_45[0], 50 + _OF_45[0], 25 - _OF_45[1]],
    450: [55, 15, 55, 35, 45, 35, 45, 15],
}


@pytest.mark.parametrize("angle", CORNERS)
def test_corners_of_rotated_boxes(tmp_path: Path, angle: int) -> None:
    write(tmp_path, HEADER, one(RotatedBox(50, 25, 20, 10, angle)), sidecar=False, task="obb", decimals="10")
    numbers = [float(token) for token in lines(tmp_path)[0].split()[1:]]
    pixels = [number * (50 if at % 2 else 100) for at, number in enumerate(numbers)]
    assert pixels[: len(CORNERS[angle])] == pytest.approx(CORNERS[angle], abs=1e-6)
    lay(tmp_path, {"images/unassigned/a.jpg": picture(100, 50)})
    found = read(tmp_path)[1]["a.jpg"].annotations[0].shape
    assert isinstance(found, RotatedBox)
    assert [found.cx, found.cy, found.width, found.height] == pytest.approx([50, 25, 20, 10], abs=1e-6)
    assert (found.angle - angle + 180) % 360 - 180 == pytest.approx(0, abs=1e-5)


def test_four_corners_that_make_no_rectangle_stay_a_polygon(tmp_path: Path) -> None:
    lay(tmp_path, {"data.yaml": CONFIG, "images/train/a.jpg": picture(100, 50)})
    lay(tmp_path, {"labels/train/a.txt": "0 0.1 0.1 0.5 0.1 0.9 0.9 0.2 0.6"})
    assert read(tmp_path, task="obb")[1]["a.jpg"].annotations[0].shape.kind == "polygon"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 0.5 0.5 0.1", "expected 5 for a box"),
        ("0 0.1 0.1 0.5 0.1 0.9 0.9 0.2 0.6", "a polygon of 4 points or a rotated box"),
        ("0 0.1 0.1 0.5 0.1 0.9 0.9 0.2", "has 8 numbers"),
        ("2 0.5 0.5 0.1 0.1", "is of class 2, which data.yaml does not name (it names 0 to 1)"),
        ("-1 0.5 0.5 0.1 0.1", "expected the index of a class"),
        ("0 0.5 0.5 nan 0.1", "'nan' where a number was expected"),
        ("0 0.5 0.5 1_0 0.1", "'1_0' where a number was expected"),
        ("0 0.5 0.5 ١ 0.1", "where a number was expected"),
        ("0 0.5 0.5 1e999 0.1", "too large"),
        ("0 0.5 0.5 -0.1 0.1", "negative size"),
    ],
)
def test_a_wrong_line_is_left_out_and_located(tmp_path: Path, text: str, message: str) -> None:
    lay(tmp_path, {"data.yaml": CONFIG, "images/train/a.jpg": picture(100, 50)})
    lay(tmp_path, {"labels/train/a.txt": f"0 0.5 0.5 0.2 0.2\n\n{text}\n1 0.5 0.5 0.2 0.2\n"})
    _, images, problems = read(tmp_path)
    assert [one.label for one in images["a.jpg"].annotations] == ["crack", "blow hole"]
    [problem] = problems.kept
    assert (problem.file, problem.place, problem.severity) == ("labels/train/a.txt", "line 3", "error")
    assert message in problem.message


def test_the_task_in_the_file_settles_what_nine_numbers_are(tmp_path: Path) -> None:
    lay(tmp_path, {"data.yaml": CONFIG, "images/train/a.jpg": picture(100, 50)})
    lay(tmp_path, {"labels/train/a.txt": "0 0.1 0.1 0.5 0.1 0.5 0.6 0.1 0.6"})
    expected = {"segment": "polygon", "obb": "rotated_box"}
    for task, kind in expected.items():
        assert read(tmp_path, task=task)[1]["a.jpg"].annotations[0].shape.kind == kind
        lay(tmp_path, {"data.yaml": f"task: {task}\n{CONFIG}"})
        assert read(tmp_path)[1]["a.jpg"].annotations[0].shape.kind == kind
        lay(tmp_path, {"data.yaml": CONFIG})


def test_outside_is_taken_as_written_with_a_note(tmp_path: Path) -> None:
    lay(tmp_path, {"data.yaml": CONFIG, "images/train/a.jpg": picture(100, 50)})
    lay(tmp_path, {"labels/train/a.txt": "0 1 1 0.5 0.5"})
    _, images, problems = read(tmp_path)
    assert images["a.jpg"].annotations[0].shape == Box(75, 37.5, 50, 25)
    assert [(problem.severity, problem.place) for problem in problems.kept] == [("note", "line 1")]


def test_parts_and_holes_of_outlines(tmp_path: Path) -> None:
    parts = [Part([0, 0, 10, 0, 10, 10, 0, 10], [[2, 2, 4, 2, 4, 4]]), Part([20, 20, 30, 20, 30, 30])]
    report = write(tmp_path, HEADER, one(Polygon(parts)), task="segment")
    assert len(lines(tmp_path)) == 2
    assert [loss.sentence for loss in report.losses] == [
        "1 id dropped",
        "1 polygon -> an object for each part, without its holes",
    ]
    lay(tmp_path, {"images/unassigned/a.jpg": picture(100, 50)})
    assert read(tmp_path)[1]["a.jpg"].annotations == one(Polygon(parts))[0].annotations


@pytest.mark.parametrize(
    ("task", "shape", "expected"),
    [
        ("detect", RotatedBox(50, 25, 20, 10, 90), "box around it"),
        ("detect", Point(1, 2), "dropped"),
        ("segment", Ellipse(50, 25, 20, 10, 0), "polygon of 72 points"),
        ("segment", Mask(3, 4, 2, 1, [0, 2]), "polygon"),
        ("segment", Mask(3, 4, 3, 1, [0, 1, 1, 1]), "an object for each part"),
        ("obb", Ellipse(50, 25, 20, 10, 30), "rotated_box around it"),
        ("pose", Box(0, 0, 1, 1), "dropped"),
    ],
)
def test_what_becomes_of_other_shapes(tmp_path: Path, task: str, shape: Shape, expected: str) -> None:
    report = write(tmp_path, HEADER, one(shape), task=task)
    [loss] = [loss for loss in report.losses if loss.code in ("shape", "object")]
    assert loss.action == expected


POSE = CONFIG.replace("[crack, blow hole]", "[fish]") + "kpt_shape: [2, {}]\n"


@pytest.mark.parametrize(
    ("dimensions", "text", "nodes"),
    [
        (3, "0 .5 .5 .4 .4 .3 .3 2 .7 .7 1", [Node("0", 30, 15, 2), Node("1", 70, 35, 1)]),
        (2, "0 .5 .5 .4 .4 .3 .3 -1 -1", [Node("0", 30, 15, 2), Node("1", -100, -50, 0)]),
    ],
)
def test_nodes_have_two_or_three_numbers(tmp_path: Path, dimensions: int, text: str, nodes: list[Node]) -> None:
    lay(tmp_path, {"data.yaml": POSE.format(dimensions), "images/train/a.jpg": picture(100, 50)})
    lay(tmp_path, {"labels/train/a.txt": f"{text}\n0 .5 .5 .4 .4 .3\n"})
    header, images, problems = read(tmp_path)
    assert header.labels == [Label("fish", nodes=["0", "1"])]
    assert images["a.jpg"].annotations[0].shape == Skeleton(nodes)
    assert [problem.place for problem in problems.kept if problem.severity == "error"] == ["line 2"]


def test_the_box_of_a_pose_that_is_not_around_its_nodes_goes_back(tmp_path: Path) -> None:
    text = "0 0.500000 0.500000 0.800000 0.800000 0.300000 0.300000 2 0.700000 0.700000 1"
    lay(tmp_path, {"data.yaml": POSE.format(3), "images/unassigned/a.jpg": picture(100, 50)})
    lay(tmp_path, {"labels/unassigned/a.txt": text})
    header, images, _ = read(tmp_path)
    again = tmp_path / "again"
    report = write(again, header, list(images.values()), task="pose", sidecar=False)
    assert lines(again) == [text]
    assert [loss.code for loss in report.losses] == ["id"]
