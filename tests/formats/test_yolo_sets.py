"""YOLO: which images a set has, how its classes and subsets are told, and what the side-car brings back."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from plumbline_formats.archive import open_source
from plumbline_formats.formats.yolo import FORMAT
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import FormatError, Refused
from plumbline_formats.shapes import (
    Box,
    Point,
    Shape,
)
from tests.formats.yolo_sets import CONFIG, HEADER, lay, picture, read, write


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
    assert [(one.label, one.shape) for one in images["a.jpg"].annotations] == [("blow hole", Box(10, 20, 30, 10))]
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


def test_a_set_in_a_folder_of_the_source(tmp_path: Path) -> None:
    before = annotated(Box(1 / 3, 2, 3, 4), Point(1, 1))
    write(tmp_path / "inside", HEADER, before)
    header, images, _ = read(tmp_path)
    assert (header, list(images.values())) == (HEADER, before)


def test_pictures_of_any_size_are_measured(tmp_path: Path) -> None:
    head = picture(1, 1, kind="PNG")
    large = head[:16] + (40_000).to_bytes(4, "big") + (30_000).to_bytes(4, "big") + head[24:29]
    large += zlib.crc32(large[12:29]).to_bytes(4, "big") + head[33:]
    lay(tmp_path, {"data.yaml": CONFIG, "labels/train/a.txt": "0 .5 .5 1 1", "images/train/a.png": large})
    assert read(tmp_path)[1]["a.png"].annotations[0].shape == Box(0, 0, 40_000, 30_000)


def test_a_damaged_picture_needs_options(tmp_path: Path) -> None:
    lay(tmp_path, {"data.yaml": CONFIG, "labels/train/a.txt": "0 .5 .5 1 1", "images/train/a.png": b"\x89PNG"})
    _, images, problems = read(tmp_path, width=4, height=2)
    assert images["a.png"].annotations[0].shape == Box(0, 0, 4, 2)
    assert "no size that can be read" in problems.kept[0].message


@pytest.mark.parametrize("subset", ["names", "val", "unassigned", "../up", "test one"])
def test_subsets_of_any_name(tmp_path: Path, subset: str) -> None:
    images = [Image("a.jpg", 8, 8, subset=subset)]
    is_said = subset in ("../up", "test one")
    report = write(tmp_path / "plain", HEADER, images, sidecar=False)
    assert [loss.code for loss in report.losses] == ([] if is_said else ["image.subset"])
    lay(tmp_path / "plain", {"images/unassigned/a.jpg": picture(8, 8)} if not is_said else {})
    assert [image.subset for image in read(tmp_path / "plain")[1].values()] == [subset if is_said else ""]
    write(tmp_path / "whole", HEADER, images)
    assert list(read(tmp_path / "whole")[1].values()) == images
