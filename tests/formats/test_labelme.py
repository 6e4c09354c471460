"""LabelMe: what its shapes, flags, groups and masks mean, what goes back, and what is refused."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from plumbline_formats import format, masks
from plumbline_formats.archive import FolderTarget, open_source
from plumbline_formats.formats.labelme import FORMAT
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import FormatError, Problem, Problems
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

HEADER = Header(labels=[Label("crack")])


def png(rows: Any, mode: str = "L") -> str:
    buffer = io.BytesIO()
    PIL.Image.fromarray(np.array(rows, np.uint8)).convert(mode).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def shape(kind: str, points: Any, **rest: Any) -> dict[str, Any]:
    common = {"label": "crack", "group_id": None, "description": "", "flags": {}, "mask": None}
    return common | {"points": points, "shape_type": kind} | rest


def document(*shapes: Any, **rest: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"version": "6.3.1", "flags": {}, "shapes": list(shapes), "imagePath": "a.jpg"}
    return given | {"imageData": None, "imageHeight": 50, "imageWidth": 100} | rest


def lay(folder: Path, files: Mapping[str, Any]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return folder


def read(folder: Path) -> tuple[Header, dict[str, Image], Problems]:
    with open_source(folder) as source:
        reader = FORMAT.open(source, format.values(FORMAT.read_options, {}))
        images = {image.path: image for image in reader}
    return reader.header, images, reader.problems


def read_one(folder: Path, *shapes: Any, **rest: Any) -> tuple[Image, list[Problem]]:
    _, images, problems = read(lay(folder, {"a.json": document(*shapes, **rest)}))
    return images["a.jpg"], problems.kept


def write(folder: Path, images: list[Image], header: Header = HEADER, **options: object) -> LossReport:
    assert FORMAT.create is not None
    writer = FORMAT.create(FolderTarget(folder), header, format.values(FORMAT.write_options, options))
    for image in images:
        writer.add(image)
    writer.close()
    return writer.losses


def written(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / "a.json").read_text())["shapes"]


def one(of: Shape, **fields: Any) -> list[Image]:
    return [Image("a.jpg", 100, 50, [Annotation("0" * 8 + "-0000-4000-8000-" + "0" * 12, "crack", of, **fields)])]


@pytest.mark.parametrize(
    ("kind", "points", "expected"),
    [
        ("polygon", [[0, 0], [5, 0], [5, 5]], Polygon([Part([0, 0, 5, 0, 5, 5])])),
        ("rectangle", [[1, 2], [4, 6]], Box(1, 2, 3, 4)),
        ("rectangle", [[4, 2], [1, 6]], Box(1, 2, 3, 4)),
        ("rectangle", [[4, 6], [1, 2]], Box(1, 2, 3, 4)),
        ("rectangle", [[1, 2], [4, 2], [4, 6], [1, 6]], Box(1, 2, 3, 4)),
        ("rectangle", [[0.1, 0.1], [0.3, 0.3]], Box(0.1, 0.1, 0.2, 0.2)),
        ("oriented_rectangle", [[5, 1], [5, 9], [1, 9], [1, 1]], RotatedBox(3, 5, 8, 4, 90)),
        ("oriented_rectangle", [[5, 1], [5, 9], [1, 9], [0, 0]], Polygon([Part([5, 1, 5, 9, 1, 9, 0, 0])])),
        ("point", [[1.5, 2]], Point(1.5, 2)),
        ("points", [[1, 2], [3, 4]], Skeleton([Node("0", 1, 2, 2), Node("1", 3, 4, 2)])),
        ("line", [[1, 2], [3, 4]], Polyline([1, 2, 3, 4])),
        ("linestrip", [[1, 2], [3, 4], [5, 5]], Polyline([1, 2, 3, 4, 5, 5])),
        ("circle", [[10, 10], [13, 14]], Ellipse(10, 10, 5, 5, 0)),
    ],
)
def test_kinds_of_shapes(tmp_path: Path, kind: str, points: Any, expected: Shape) -> None:
    image, problems = read_one(tmp_path, shape(kind, points))
    [found] = image.annotations
    assert (found.shape, found.label, found.origin) == (expected, "crack", "imported")
    assert [problem for problem in problems if problem.severity == "error"] == []


@pytest.mark.parametrize("mode", ["L", "1"])
@pytest.mark.parametrize("corner", [[5, 4], [5.0, 4.0], [6, 5]], ids=["last pixel", "as floats", "one after it"])
def test_the_second_corner_of_a_mask_is_its_last_pixel(tmp_path: Path, mode: str, corner: list[float]) -> None:
    image, problems = read_one(
        tmp_path, shape("mask", [[3, 3], corner], mask=png([[0, 255, 255], [255, 0, 255]], mode))
    )
    assert image.annotations[0].shape == Mask(3, 3, 3, 2, [1, 3, 1, 1])
    assert problems == []


def test_a_mask_is_written_with_its_last_pixel(tmp_path: Path) -> None:
    report = write(tmp_path, one(Mask(3, 4, 3, 2, [1, 3, 1, 1])), sidecar=False)
    [said] = written(tmp_path)
    assert (said["shape_type"], said["points"]) == ("mask", [[3, 4], [5, 5]])
    with PIL.Image.open(io.BytesIO(base64.b64decode(said["mask"]))) as picture:
        assert (np.asarray(picture) > 0).tolist() == [[False, True, True], [True, False, True]]
    assert [loss.code for loss in report.losses] == ["id"]


# By angle: the first two corners of a box of 20 x 10 around 50, 25: its own top-left, then clockwise.
_OF_45 = (5 / 2**0.5, 15 / 2**0.5)
CORNERS = {
    0: [40, 20, 60, 20],
    45: [50 - _OF_45[0], 25 - _OF_45[1], 50 + _OF_45[1], 25 + _OF_45[0]],
    90: [55, 15, 55, 35],
    135: [50 + _OF_45[1], 25 - _OF_45[0], 50 - _OF_45[0], 25 + _OF_45[1]],
    180: [60, 30, 40, 30],
    225: [50 + _OF_45[0], 25 + _OF_45[1], 50 - _OF_45[1], 25 - _OF_45[0]],
    270: [45, 35, 45, 15],
    315: [50 - _OF_45[1], 25 + _OF_45[0], 50 + _OF_45[0], 25 - _OF_45[1]],
    -45: [50 - _OF_45[1], 25 + _OF_45[0], 50 + _OF_45[0], 25 - _OF_45[1]],
    450: [55, 15, 55, 35],
}


@pytest.mark.parametrize("angle", CORNERS)
def test_corners_of_rotated_boxes(tmp_path: Path, angle: int) -> None:
    write(tmp_path, one(RotatedBox(50, 25, 20, 10, angle)), sidecar=False)
    [said] = written(tmp_path)
    assert said["shape_type"] == "oriented_rectangle"
    assert [*said["points"][0], *said["points"][1]] == pytest.approx(CORNERS[angle])
    found = read(tmp_path)[1]["a.jpg"].annotations[0].shape
    assert isinstance(found, RotatedBox)
    assert [found.cx, found.cy, found.width, found.height] == pytest.approx([50, 25, 20, 10])
    assert (found.angle - angle + 180) % 360 - 180 == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("wrong", "place", "message"),
    [
        (
            shape("polygon", [[0, 0], [5, 0]]),
            "shapes[1].points",
            "needs 3 or more points for a polygon, has 2",
        ),
        (shape("polygon", [[0, 0], [5], [5, 5]]), "shapes[1].points[1]", "needs x and y"),
        (shape("polygon", [[0, 0], [5, "1"], [5, 5]]), "shapes[1].points[1][1]", "expected a number"),
        (shape("rectangle", [[0, 0], [5, 0], [5, 5]]), "shapes[1].points", "no upright rectangle"),
        (shape("cuboid", [[0, 0]]), "shapes[1].shape_type", "is 'cuboid'"),
        (shape("mask", [[0, 0], [1, 1]], mask="***"), "shapes[1].mask", "no base64"),
        (shape("mask", [[0, 0], [1, 1]], mask="AAAA"), "shapes[1].mask", "no PNG"),
        (
            shape("mask", [[0, 0], [9, 9]], mask=png([[1, 1]])),
            "shapes[1].mask",
            "does not fit its two corners",
        ),
        (shape("mask", [[0.5, 0], [1, 1]], mask=png([[1]])), "shapes[1].points", "whole pixels"),
        (shape("mask", [[0, 0], [0, 0]]), "shapes[1].mask", "no text"),
        (shape("point", [[0, 0]], group_id="x"), "shapes[1].group_id", "whole number"),
        (shape("point", [[0, 0]], flags={"deep": 1}), "shapes[1].flags", "true and false"),
        (shape("point", [[0, 0]], label=None), "shapes[1].label", "no text"),
        ([], "shapes[1]", "no object"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_shape_is_left_out_and_located(tmp_path: Path, wrong: Any, place: str, message: str) -> None:
    image, [problem] = read_one(tmp_path, shape("point", [[1, 1]]), wrong, shape("point", [[2, 2]]))
    assert [one.shape for one in image.annotations] == [Point(1, 1), Point(2, 2)]
    assert (problem.file, problem.place, problem.severity) == ("a.json", place, "error")
    assert message in problem.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"shapes": [], "imagePath": "b.jpg", "imageWidth": NaN}', "NaN"),
        (b'{"shapes": [], "shapes": [], "imagePath": "b.jpg"}', "twice"),
        (b"[" * 5000, "nested"),
        (b'{"a": 1}', "no list of shapes"),
        (b'{"shapes": [], "imagePath": "  "}', "no name of an image"),
        (b'{"shapes": [], "imagePath": "b.jpg", "imageHeight": -1}', "not negative"),
    ],
    ids=["NaN", "twin keys", "depth", "other JSON", "no name", "size"],
)
def test_a_wrong_file_leaves_the_others(tmp_path: Path, content: bytes, message: str) -> None:
    _, images, problems = read(lay(tmp_path, {"a.json": document(), "b.json": content}))
    assert list(images) == ["a.jpg"]
    [problem] = problems.kept
    assert problem.file == "b.json"
    assert message in str(problem)


def test_flags_are_tags_and_attributes(tmp_path: Path) -> None:
    flags = {"night": True, "blurred": False, "line 2": True}
    image, _ = read_one(tmp_path, shape("point", [[1, 1]], flags={"deep": True, "old": False}), flags=flags)
    assert image.tags == ["night", "line 2"]
    assert image.annotations[0].attributes == {"deep": True, "old": False}
    report = write(tmp_path / "again", [image], sidecar=False)
    said = json.loads((tmp_path / "again/a.json").read_text())
    assert (said["flags"], said["shapes"][0]["flags"]) == (flags, {"deep": True, "old": False})
    assert [loss.code for loss in report.losses] == ["id"]


def test_attributes_that_are_no_flags_are_counted(tmp_path: Path) -> None:
    attributes = {"deep": True, "depth": 3.5, "note": "x"}
    report = write(tmp_path, one(Point(1, 1), attributes=attributes))
    assert [loss.sentence for loss in report.losses] == ["2 attributes dropped", "1 id dropped"]
    document = json.loads((tmp_path / "a.json").read_text())
    document["shapes"][0]["flags"]["deep"] = False
    lay(tmp_path, {"a.json": document})
    found = read(tmp_path)[1]["a.jpg"].annotations[0].attributes
    assert found == {"deep": False, "depth": 3.5, "note": "x"}


def test_group_zero_is_a_group(tmp_path: Path) -> None:
    image, _ = read_one(tmp_path, *(shape("point", [[1, 1]], group_id=group) for group in (0, 7, 0, None)))
    assert [one.group for one in image.annotations] == [8, 7, 8, 0]
    write(tmp_path / "again", [image], sidecar=False)
    assert [said["group_id"] for said in written(tmp_path / "again")] == [0, 7, 0, None]


def test_unknown_keys_go_back(tmp_path: Path) -> None:
    given = document(
        shape("line", [[1.0, 2.0], [3.0, 4.0]], description="deep", difficult=True),
        version="5.0.1",
        text="from another tool",
        imageWidth=100,
    )
    folder = lay(tmp_path, {"a.json": given})
    report = write(tmp_path / "again", list(read(folder)[1].values()), sidecar=False)
    assert json.loads((tmp_path / "again/a.json").read_text()) == given
    assert [loss.code for loss in report.losses] == ["id"]


def test_what_other_formats_kept_is_lost_and_said(tmp_path: Path) -> None:
    report = write(tmp_path, one(Point(1, 1), foreign={"coco": {"id": 7}, "labelme": {"x": 1}}), sidecar=False)
    assert [loss.code for loss in report.losses] == ["foreign", "id"]
    assert written(tmp_path)[0]["x"] == 1


def test_a_missing_file_is_not_an_empty_one(tmp_path: Path) -> None:
    folder = lay(tmp_path, {"a.json": document(), "a.jpg": b"", "deep/b ü.jpg": b"", "notes.txt": b""})
    _, images, _ = read(folder)
    assert {path: image.annotated for path, image in images.items()} == {"a.jpg": True, "deep/b ü.jpg": False}
    write(tmp_path / "again", list(images.values()), sidecar=False)
    assert sorted(path.name for path in (tmp_path / "again").rglob("*.json")) == ["a.json"]


def test_labels_come_from_the_list_or_from_use(tmp_path: Path) -> None:
    folder = lay(tmp_path, {"a.json": document(shape("point", [[1, 1]]), shape("point", [[1, 1]], label="dent"))})
    assert [label.name for label in read(folder)[0].labels] == ["crack", "dent"]
    header, _, problems = read(lay(tmp_path, {"labels.txt": b"scratch\ncrack\n"}))
    assert [label.name for label in header.labels] == ["scratch", "crack"]
    [problem] = problems.kept
    assert (problem.place, problem.severity) == ("shapes[1].label", "note")


@pytest.mark.parametrize(
    ("said", "path", "notes"),
    [
        ("../images/a b.jpg", "images/a b.jpg", 0),
        ("..\\images\\a b.jpg", "images/a b.jpg", 0),
        ("a.jpg", "json/a.jpg", 0),
        ("../../../etc/passwd", "json/passwd", 1),
        ("/etc/passwd", "json/passwd", 1),
        ("C:\\pictures\\a.jpg", "json/a.jpg", 1),
    ],
)
def test_the_image_is_looked_for_inside_the_set(tmp_path: Path, said: str, path: str, notes: int) -> None:
    folder = lay(tmp_path, {"json/a.json": document(imagePath=said), "images/a b.jpg": b"x"})
    _, images, problems = read(folder)
    assert path in images
    assert problems.notes == notes


def test_image_data_is_not_kept(tmp_path: Path) -> None:
    lay(tmp_path, {"a.jpg": b"picture"})
    for content, remark in ((b"picture", "the file beside it"), (b"other", "not the same as the file")):
        image, [problem] = read_one(tmp_path, imageData=base64.b64encode(content).decode())
        assert image.foreign == {}
        assert (problem.place, problem.severity) == ("imageData", "note")
        assert remark in problem.message


def test_image_data_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plumbline_formats.formats.labelme.reader._MAX_BYTES", 1000)
    lay(tmp_path, {"a.json": document(), "b.json": document(imagePath="b.jpg", imageData="A" * 1000)})
    _, images, problems = read(tmp_path)
    assert list(images) == ["a.jpg"]
    assert "save it without imageData" in problems.kept[0].message


def test_twins_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="rename one"):
        write(tmp_path, [Image("a.jpg", annotated=False), Image("a.png")])
    _, images, problems = read(lay(tmp_path / "read", {"a.json": document(), "b.json": document()}))
    assert list(images) == ["a.jpg"]
    assert "two JSON files" in problems.kept[0].message


@pytest.mark.parametrize(
    ("shape", "action"),
    [
        (Polygon([Part([0, 0, 9, 0, 9, 9, 0, 9], [[2, 2, 4, 2, 4, 4, 2, 4]])]), "mask"),
        (Polygon([Part([0, 0, 9, 0, 9, 9]), Part([20, 20, 30, 20, 30, 30])]), "mask"),
        (Ellipse(50, 25, 20, 10, 0), "polygon of 72 points"),
        (Ellipse(50, 25, 20, 20, 30), "circle"),
        (Skeleton([Node("head", 1, 2, 2), Node("tail", 3, 4, 0)]), "points"),
        (Tag(), "dropped"),
    ],
)
def test_what_becomes_of_other_shapes(tmp_path: Path, shape: Shape, action: str) -> None:
    report = write(tmp_path, one(shape))
    [loss] = [loss for loss in report.losses if loss.code in ("shape", "object")]
    assert loss.action == action
    assert read(tmp_path)[1]["a.jpg"].annotations == one(shape)[0].annotations


def test_a_hole_is_a_hole_in_the_mask(tmp_path: Path) -> None:
    polygon = Polygon([Part([0, 0, 9, 0, 9, 9, 0, 9], [[2, 2, 4, 2, 4, 4, 2, 4]])])
    write(tmp_path, one(polygon), sidecar=False)
    found = read(tmp_path)[1]["a.jpg"].annotations[0].shape
    assert isinstance(found, Mask)
    assert masks.area(found) == 81 - 4


def test_an_edited_shape_is_the_same_object(tmp_path: Path) -> None:
    before = one(RotatedBox(50, 25, 20, 10, 33), author="ada@example.com")
    write(tmp_path, before)
    document = json.loads((tmp_path / "a.json").read_text())
    document["shapes"][0] |= {"shape_type": "rectangle", "points": [[1, 2], [4, 6]], "label": "dent"}
    lay(tmp_path, {"a.json": document})
    [found] = read(tmp_path)[1]["a.jpg"].annotations
    assert (found.id, found.author) == (before[0].annotations[0].id, "ada@example.com")
    assert (found.label, found.shape) == ("dent", Box(1, 2, 3, 4))


def test_same_input_same_bytes(tmp_path: Path) -> None:
    images = one(Mask(3, 4, 3, 2, [1, 3, 1, 1]))
    for folder in ("one", "two"):
        write(tmp_path / folder, images)
    for name in ("a.json", "labels.txt", "x_plumb.jsonl"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_guess_says_what_it_saw(tmp_path: Path) -> None:
    with open_source(lay(tmp_path, {"a.json": document()})) as source:
        found = FORMAT.guess(source)
    assert found is not None
    assert "a.json" in found.reason
    with open_source(lay(tmp_path / "other", {"a.json": {"images": []}})) as source:
        assert FORMAT.guess(source) is None


def test_a_set_in_a_folder_of_the_source(tmp_path: Path) -> None:
    images = [*one(Tag()), Image("deep/b.jpg", 8, 8, annotated=False, state="OPEN"), Image("c.jpg", 8, 8)]
    write(tmp_path / "inside", images)
    header, found, problems = read(tmp_path)
    assert (header, list(found.values()), problems.kept) == (HEADER, images, [])
