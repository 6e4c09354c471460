"""One table with a row for each object."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from plumbline_formats import format
from plumbline_formats.archive import FolderTarget, open_source
from plumbline_formats.formats.csv_table import FORMAT
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import Problems, Refused
from plumbline_formats.shapes import Box, Mask, Shape, Tag

_ID = "00000000-0000-4000-8000-000000000001"


def _read(folder: Path, text: str | bytes) -> tuple[Header, list[Image], Problems]:
    path = folder / "boxes.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with open_source(path) as source:
        reader = FORMAT.open(source, format.values(FORMAT.read_options, {}))
        return reader.header, list(reader), reader.problems


def _write(folder: Path, images: list[Image], labels: list[str], header: Header | None = None) -> list[dict[str, str]]:
    assert FORMAT.create is not None
    header = header or Header(labels=[Label(name) for name in labels])
    writer = FORMAT.create(FolderTarget(folder), header, format.values(FORMAT.write_options, {"sidecar": False}))
    for image in images:
        writer.add(image)
    writer.close()
    with (folder / "annotations.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def _found(images: list[Image]) -> dict[str, list[tuple[str, Shape]]]:
    return {image.path: [(one.label, one.shape) for one in image.annotations] for image in images}


def test_corners_with_the_size_of_the_image(tmp_path: Path) -> None:
    text = "filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,50,40,crack,1,2,11,5.5\nb.jpg,50,40,,,,,\n"
    header, images, problems = _read(tmp_path, text)
    assert _found(images) == {"a.jpg": [("crack", Box(1.0, 2.0, 10.0, 3.5))], "b.jpg": []}
    assert [(image.width, image.height) for image in images] == [(50, 40), (50, 40)]
    assert [label.name for label in header.labels] == ["crack"]
    assert "filename is image, width is image_width" in problems.kept[0].message


def test_corner_and_size_in_columns_of_their_own(tmp_path: Path) -> None:
    _header, images, _problems = _read(tmp_path, "Image Name;x;y;w;h;Label\na.jpg;1;2;3;4;crack\n")
    assert _found(images) == {"a.jpg": [("crack", Box(1.0, 2.0, 3.0, 4.0))]}


def test_a_label_alone_is_one_of_the_whole_image(tmp_path: Path) -> None:
    _header, images, _problems = _read(tmp_path, "\ufeffimage,label\na.jpg,crack\nb.jpg,\n")
    assert _found(images) == {"a.jpg": [("crack", Tag())], "b.jpg": []}


def test_rows_of_an_image_in_several_places_are_put_together(tmp_path: Path) -> None:
    _header, images, problems = _read(tmp_path, "image,label\na.jpg,crack\nb.jpg,fray\na.jpg,fray\n")
    assert _found(images) == {"a.jpg": [("crack", Tag()), ("fray", Tag())], "b.jpg": [("fray", Tag())]}
    assert any("several places" in problem.message for problem in problems.kept)


def test_unknown_columns_come_back(tmp_path: Path) -> None:
    header, images, _problems = _read(tmp_path, "image,label,x,y,w,h,shift,id\na.jpg,crack,1,2,3,4,night,17\n")
    assert images[0].annotations[0].foreign == {"csv": {"shift": "night", "id": "17"}}
    [row] = _write(tmp_path, images, [], header)
    assert row["shift"] == "night"


def test_formulas_are_neutralised_and_come_back(tmp_path: Path) -> None:
    tag = Annotation(_ID, "=HYPERLINK(1)", Tag(), author="'+1")
    [row] = _write(tmp_path, [Image("-a.jpg", annotations=[tag])], [])
    assert (row["label"], row["author"], row["image"]) == ("'=HYPERLINK(1)", "''+1", "'-a.jpg")
    with open_source(tmp_path) as source:
        [image] = list(FORMAT.open(source, format.values(FORMAT.read_options, {})))
    assert (image.path, image.annotations[0].label, image.annotations[0].author) == ("-a.jpg", "=HYPERLINK(1)", "'+1")


def test_an_empty_image_has_one_row_and_an_unused_label_another(tmp_path: Path) -> None:
    rows = _write(tmp_path, [Image("a.jpg", 5, 4), Image("b.jpg", annotated=False)], ["crack"])
    assert [(row["image"], row["annotated"], row["label"]) for row in rows] == [
        ("a.jpg", "true", ""),
        ("b.jpg", "false", ""),
        ("", "", "crack"),
    ]


def test_a_mask_longer_than_the_usual_cell_comes_back(tmp_path: Path) -> None:
    mask = Mask(0, 0, 400, 400, [1] * 160_000)
    _write(tmp_path, [Image("a.png", 400, 400, [Annotation(_ID, "crack", mask)])], [])
    with open_source(tmp_path) as source:
        [image] = list(FORMAT.open(source, format.values(FORMAT.read_options, {})))
    assert image.annotations[0].shape == mask


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        ("a.jpg,crack,1,2,nan,4", "line 3.width", "finite"),
        ("a.jpg,crack,1,2,-3,4", "line 3", "negative size"),
        ("a.jpg,crack,1,2,,4", "line 3", "needs x, y, width and height"),
        ("a.jpg,crack,1,2,3,4,5", "line 3", "7 cells"),
        ("a.jpg,crack,1,2,3_0,4", "line 3.width", "finite"),
        ("a.jpg,crack,1,2,3,4,1.5", "line 3.z", "whole number"),
    ],
)
def test_a_wrong_row_is_left_out_with_its_line(tmp_path: Path, row: str, place: str, words: str) -> None:
    titles = "image,label,x,y,width,height" + (",z" if place.endswith("z") else "")
    _header, images, problems = _read(tmp_path, f"{titles}\na.jpg,fray,1,2,3,4\n{row}\n")
    assert _found(images) == {"a.jpg": [("fray", Box(1.0, 2.0, 3.0, 4.0))]}
    [problem] = [problem for problem in problems.kept if problem.severity == "error"]
    assert problem.place == place
    assert words in problem.message


@pytest.mark.parametrize(
    "content",
    [
        b"label,x\ncrack,1\n",
        b"image,label\n\xff\xfe,crack\n",
        b'image,label\n"a.jpg,crack\n',
        b"image," + b"a" * 200_000 + b"\n",
        b"",
    ],
)
def test_what_is_no_table_of_images_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Refused):
        _read(tmp_path, content)


def test_an_object_without_an_image_is_a_problem(tmp_path: Path) -> None:
    content = "filename,class,xmin,ymin,xmax,ymax\na.jpg,crack,1,2,3,4\n,crack,1,2,3,4\n,fray,,,,\n"
    (tmp_path / "annotations.csv").write_text(content)
    with open_source(tmp_path) as source:
        reader = FORMAT.open(source, format.values(FORMAT.read_options, {}))
        assert [image.path for image in reader] == ["a.jpg"]
        errors = [str(problem) for problem in reader.problems.kept if problem.severity == "error"]
    assert errors == ["annotations.csv: line 3.image: is missing"]
    assert [label.name for label in reader.header.labels] == ["crack", "fray"]
