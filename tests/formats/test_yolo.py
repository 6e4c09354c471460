"""YOLO: what its lines mean, which images are annotated, how classes and tasks are told, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
import yaml

from plumbline_formats import format
from plumbline_formats.archive import FolderTarget, open_source
from plumbline_formats.formats.yolo import FORMAT
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import FormatError, Problems, Refused
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

CONFIG = "train: images/train\nval: images/val\nnames: [crack, blow hole]\n"


def picture(width: int, height: int, orientation: int = 0, kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    exif = PIL.Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    PIL.Image.new("L", (width, height)).save(buffer, kind, exif=exif)
    return buffer.getvalue()


def lay(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read(folder: Path, **options: object) -> tuple[Header, dict[str, Image], Problems]:
    with open_source(folder) as source:
        reader = FORMAT.open(source, format.values(FORMAT.read_options, options))
        images = {image.path: image for image in reader}
    return reader.header, images, reader.problems


def write(folder: Path, header: Header, images: list[Image], **options: object) -> LossReport:
    assert FORMAT.create is not None
    writer = FORMAT.create(FolderTarget(folder), header, format.values(FORMAT.write_options, options))
    for image in images:
        writer.add(image)
    writer.close()
    return writer.losses


def one(shape: Shape, label: str = "crack", width: int = 100, height: int = 50) -> list[Image]:
    return [
        Image("a.jpg", width, height, [Annotation("0" * 8 + "-0000-4000-8000-" + "0" * 12, label, shape)])
    ]


def lines(folder: Path) -> list[str]:
    return (folder / "labels/unassigned/a.txt").read_text().splitlines()


HEADER = Header(labels=[Label("crack"), Label("blow hole")])


def test_numbers_are_parts_of_the_width_and_height(tmp_path: Path) -> None:
    write(tmp_path, HEADER, one(Box(10, 20, 30, 10), "blow hole"), sidecar=False)
    assert lines(tmp_path) == ["1 0.250000 0.500000 0.300000 0.200000"]


def test_a_set_as_the_tools_lay_it_out(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "data.yaml": "path: ../datasets/tiles\n" + CONFIG,
            "images/train/a.jpg": picture(100, 50),
            "labels/train/a.txt": "1 0.25 0.5 0.3 0.2\r\n\r\n0 .5 .5 1e-1 .2\n",
            "images/val/deep/b c é.png": picture(8, 8, kind="PNG"),
            "labels/val/deep/b c é.txt": "",
            "images/val/never.jpg": picture(8, 8),
        },
    )
    header, images, problems = read(tmp_path)
    assert [label.name for label in header.labels] == ["crack", "blow hole"]
    found = images["a.jpg"]
    assert [(one.label, one.shape, one.origin) for one in found.annotations] == [
        ("blow hole", Box(10, 20, 30, 10), "imported"),
        ("crack", Box(45, 20, 10, 10), "imported"),
    ]
    assert (found.width, found.height, found.subset, found.annotated) == (100, 50, "train", True)
    background, untouched = images["deep/b c é.png"], images["never.jpg"]
    assert (background.annotated, background.annotations, background.subset) == (True, [], "validation")
    assert (untouched.annotated, untouched.annotations) == (False, [])
    assert problems.kept == []


def test_empty_and_missing_files_stay_different_on_the_way_out(tmp_path: Path) -> None:
    images = [
        Image("looked.jpg", 8, 8, subset="train"),
        Image("never.jpg", 8, 8, subset="train", annotated=False),
    ]
    report = write(tmp_path, HEADER, images, sidecar=False)
    assert not report
    assert (tmp_path / "labels/train/looked.txt").read_bytes() == b""
    assert not (tmp_path / "labels/train/never.txt").exists()
    assert {path: image.annotated for path, image in read(tmp_path)[1].items()} == {
        "looked.jpg": True,
        "never.jpg": False,
    }


def test_the_size_is_that_of_the_turned_picture(tmp_path: Path) -> None:
    lay(tmp_path, {"data.yaml": CONFIG, "labels/train/a.txt": "0 0.5 0.5 1 1"})
    lay(tmp_path, {"images/train/a.jpg": picture(100, 50, orientation=6)})
    _, images, _ = read(tmp_path)
    assert images["a.jpg"].annotations[0].shape == Box(0, 0, 50, 100)


def test_without_a_size_nothing_is_guessed(tmp_path: Path) -> None:
    lay(tmp_path, {"data.yaml": CONFIG, "labels/train/a.txt": "0 0.5 0.5 1 1"})
    _, images, problems = read(tmp_path)
    assert not images["a"].annotated
    [problem] = [problem for problem in problems.kept if problem.severity == "error"]
    assert problem.file == "labels/train/a.txt"
    assert "options width and height" in problem.message
    _, images, problems = read(tmp_path, width=20, height=10)
    assert images["a"].annotations[0].shape == Box(0, 0, 20, 10)
    assert problems.errors == 0


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
    report = write(tmp_path, HEADER, one(shape, width=977, height=613), sidecar=False, task=task, decimals=17)
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
    write(tmp_path, HEADER, one(RotatedBox(50, 25, 20, 10, angle)), sidecar=False, task="obb", decimals=9)
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


def test_twins_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="rename one"):
        write(tmp_path, HEADER, [Image("a.jpg", 8, 8, annotated=False), Image("a.png", 8, 8)])
    folder = lay(tmp_path / "read", {"data.yaml": CONFIG, "labels/train/a.txt": ""})
    lay(folder, {"images/train/a.jpg": picture(8, 8), "images/train/a.png": picture(8, 8, kind="PNG")})
    _, images, problems = read(folder)
    assert list(images) == ["a.jpg"]
    assert "same file of labels" in problems.kept[0].message


def test_one_name_in_two_subsets(tmp_path: Path) -> None:
    lay(tmp_path, {"data.yaml": CONFIG, "labels/train/0.txt": "0 .5 .5 1 1", "labels/val/0.txt": ""})
    lay(tmp_path, {"images/train/0.jpg": picture(8, 8), "images/val/0.jpg": picture(8, 8)})
    _, images, problems = read(tmp_path)
    assert {path: len(image.annotations) for path, image in images.items()} == {
        "train/0.jpg": 1,
        "val/0.jpg": 0,
    }
    assert problems.notes == 2


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("names: [no, 1, ~, 2024-01-01]", ["no", "1", "~", "2024-01-01"]),
        ("names: {1: b, 0: a}", ["a", "b"]),
        ("names:\n  0: blow hole\n  1: 'Überzug: rauh'", ["blow hole", "Überzug: rauh"]),
    ],
)
def test_names_are_the_text_that_is_there(tmp_path: Path, names: str, expected: list[str]) -> None:
    header, _, _ = read(lay(tmp_path, {"data.yaml": names}))
    assert [label.name for label in header.labels] == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("names: &a [x, x]\nother: *a", "aliases"),
        ("a: &a [x]\nb: &b [*a, *a]\nnames: [*b, *b]", "aliases"),
        ("names: [a]\nnames: [b]", "twice"),
        ("names: [a, a]", "two classes of one name"),
        ("names: {x: a}", "index 'x'"),
        ("names: !!python/object/apply:os.system [echo]", "cannot be read"),
        ("names: [a", "cannot be read"),
        ("names: " + "[" * 3000, "cannot be read"),
        ("train: images", "no `names`"),
        ("names: [a]\nkpt_shape: [0, 9]", "kpt_shape"),
        ("x: " + "a" * 2**20 + "\nnames: [a]", "bytes"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_hostile_or_broken_yaml_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        read(lay(tmp_path, {"data.yaml": content}))


def test_no_class_names_no_reading(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"data\.yaml"):
        read(lay(tmp_path, {"labels/train/a.txt": "0 .5 .5 1 1"}))


def test_what_is_written_can_be_trained_with(tmp_path: Path) -> None:
    images = [
        Image("a.jpg", 8, 8, subset="train"),
        Image("b.jpg", 8, 8, subset="validation"),
        Image("c.jpg", 8, 8),
    ]
    write(tmp_path, Header(labels=[Label("no"), Label("a: b")]), images)
    config = yaml.safe_load((tmp_path / "data.yaml").read_text())
    assert config["names"] == {0: "no", 1: "a: b"}
    assert (config["train"], config["val"]) == ("train.txt", "val.txt")
    assert (tmp_path / "train.txt").read_text() == "./images/train/a.jpg\n"
    assert {path: image.subset for path, image in read(tmp_path)[1].items()} == {
        "a.jpg": "train",
        "b.jpg": "validation",
        "c.jpg": "",
    }


def test_unknown_keys_go_back(tmp_path: Path) -> None:
    lay(tmp_path, {"data.yaml": CONFIG + "flip_idx: [1, 0]\nlicense: AGPL\nroboflow: {version: 3}\n"})
    header, _, _ = read(tmp_path)
    report = write(tmp_path / "again", header, [], sidecar=False)
    assert not report
    config = yaml.safe_load((tmp_path / "again/data.yaml").read_text())
    assert (config["flip_idx"], config["license"], config["roboflow"]) == ([1, 0], "AGPL", {"version": 3})
    assert read(tmp_path / "again")[0] == header


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
def test_nodes_have_two_or_three_numbers(
    tmp_path: Path, dimensions: int, text: str, nodes: list[Node]
) -> None:
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


def test_files_of_darknet(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "obj.names": "crack\nblow hole\n",
            "obj.data": "classes = 2\ntrain = data/train.txt\nnames = data/obj.names\n",
            "train.txt": "data/obj_train_data/a.jpg\ndata/obj_train_data/b.jpg\n",
            "obj_train_data/a.txt": "1 0.25 0.5 0.3 0.2\n",
            "obj_train_data/a.jpg": picture(100, 50),
            "obj_train_data/b.jpg": picture(100, 50),
        },
    )
    _, images, problems = read(tmp_path)
    assert [(one.label, one.shape) for one in images["a.jpg"].annotations] == [
        ("blow hole", Box(10, 20, 30, 10))
    ]
    assert [(image.subset, image.annotated) for image in images.values()] == [
        ("train", True),
        ("train", False),
    ]
    assert problems.kept == []


def test_folders_with_the_subset_on_top(tmp_path: Path) -> None:
    lay(tmp_path, {"data.yaml": "train: ../train/images\nval: ../valid/images\nnames: [crack]\n"})
    lay(tmp_path, {"train/images/a.jpg": picture(8, 8), "train/labels/a.txt": "0 .5 .5 1 1"})
    lay(tmp_path, {"valid/images/b.jpg": picture(8, 8), "valid/labels/b.txt": ""})
    _, images, _ = read(tmp_path)
    assert {path: (image.subset, len(image.annotations)) for path, image in images.items()} == {
        "a.jpg": ("train", 1),
        "b.jpg": ("validation", 0),
    }


def annotated(*shapes: Shape) -> list[Image]:
    annotations = [
        Annotation(f"00000000-0000-4000-8000-{at:012}", "crack", shape, author=f"author {at}")
        for at, shape in enumerate(shapes)
    ]
    return [Image("a.jpg", 100, 50, annotations)]


def edited(folder: Path, change: Any) -> list[tuple[str, Shape]]:
    path = folder / "labels/unassigned/a.txt"
    path.write_text("".join(f"{line}\n" for line in change(path.read_text().splitlines())))
    return [(one.author, one.shape) for one in read(folder)[1]["a.jpg"].annotations]


def test_an_edited_line_is_the_same_object(tmp_path: Path) -> None:
    first, second, third = Box(1 / 3, 0, 10, 10), Box(20, 20, 1 / 3, 10), Box(30, 1 / 3, 10, 10)
    write(tmp_path, HEADER, annotated(first, second, third))
    lay(tmp_path, {"images/unassigned/a.jpg": picture(100, 50)})
    moved = "0 0.5 0.5 0.2 0.2"
    assert edited(tmp_path, lambda text: [text[0], moved, text[2]]) == [
        ("author 0", first),
        ("author 1", Box(40, 20, 20, 10)),
        ("author 2", third),
    ]
    assert edited(tmp_path, lambda text: [text[2], text[0]]) == [("author 2", third), ("author 0", first)]
    assert edited(tmp_path, lambda text: [moved, *text]) == [
        ("", Box(40, 20, 20, 10)),
        ("author 2", third),
        ("author 0", first),
    ]


def test_same_input_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write(tmp_path / folder, HEADER, annotated(Box(1, 2, 3, 4), Point(1, 1)))
    one, two = (
        {path.relative_to(tmp_path / folder): path.read_bytes() for path in (tmp_path / folder).rglob("*.*")}
        for folder in ("one", "two")
    )
    assert one == two


def test_the_guess_says_what_it_saw(tmp_path: Path) -> None:
    with open_source(lay(tmp_path, {"data.yaml": CONFIG, "labels/train/a.txt": ""})) as source:
        found = FORMAT.guess(source)
    assert found is not None
    assert found.confidence > 0.9
    assert "data.yaml" in found.reason
