"""Files in the style of Zillin: each of its traps as a golden file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plumbline_formats.archive import FolderTarget, open_source
from plumbline_formats.format import values
from plumbline_formats.formats.zillin import FORMAT
from plumbline_formats.model import Annotation, Header, Image, Label, Question
from plumbline_formats.problems import Problems, Refused
from plumbline_formats.shapes import Box, Ellipse, Mask, Part, Point, Polygon, Polyline, RotatedBox, Tag

_ID = "00000000-0000-4000-8000-00000000000"


_BOM = b"\xef\xbb\xbf"


def _export(*images: dict[str, Any], **members: Any) -> dict[str, Any]:
    tools = [
        {"Name": "dent", "Color": "00FF00", "Type": "Brush", "IsUsed": False, "Order": 2},
        {"Name": "scratch", "Color": "#ff0080", "Type": "Rectangle", "IsUsed": True, "Order": 1},
        {"Name": "scratch", "Color": "#ff0080", "Type": "Polygon", "IsUsed": True, "Order": 1},
    ]
    head = {
        "ExportFileSchemeVersion": "1.2",
        "ConfigurationVersion": 3,
        "AnnotationVersion": 7,
        "SetVersion": 2,
        "ProjectName": "tiles",
        "VersionGenerated": "2026-03-01T08:15:30Z",
        "DataFilterType": "Accepted",
        "TotalAnnotationPoints": 4,
        "Tools": tools,
        "Questions": [{"Text": "Is it sharp?", "AnswerType": "YesNo"}],
    }
    return head | members | {"Images": list(images)}


def _image(*objects: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"FileName": "a.png", "Width": 20, "Height": 10, "Annotations": list(objects)} | members


def _mark(type_: str, **members: Any) -> dict[str, Any]:
    return {"Tool": "scratch", "Type": type_} | members


def _read(folder: Path, document: Any) -> tuple[Header, list[Image], Problems]:
    folder.mkdir(exist_ok=True)
    (folder / "zillin.json").write_bytes(_BOM + json.dumps(document).encode())
    with open_source(folder) as source:
        reader = FORMAT.open(source, {})
        images = list(reader)
        return reader.header, images, reader.problems


def _write(folder: Path, header: Header, *images: Image, **options: object) -> tuple[dict[str, Any], Any]:
    writer = FORMAT.create(FolderTarget(folder), header, values(FORMAT.write_options, options))  # type: ignore[misc]
    for image in images:
        writer.add(image)
    writer.close()
    return json.loads((folder / "zillin.json").read_bytes().decode("utf-8-sig")), writer


def test_the_heading_is_in_the_order_of_zillin_after_a_byte_order_mark(tmp_path: Path) -> None:
    document, _ = _write(tmp_path, Header("tiles", labels=[Label("scratch")]), sidecar=False)
    assert (tmp_path / "zillin.json").read_bytes().startswith(_BOM + b'{"ExportFileSchemeVersion"')
    assert list(document) == [*_export()]


def test_the_heading_is_read(tmp_path: Path) -> None:
    header, _, problems = _read(tmp_path, _export())
    assert (header.name, header.versions) == ("tiles", {"configuration": 3, "annotation": 7, "set": 2})
    assert header.labels == [
        Label("scratch", color="#ff0080", kinds=["box", "polygon"]),
        Label("dent", color="#00ff00", kinds=["mask"]),
    ]
    assert header.questions == [Question("Is it sharp?", "boolean")]
    assert problems.kept == []


def test_the_three_counters_and_what_zillin_says_go_back(tmp_path: Path) -> None:
    header, _, _ = _read(tmp_path / "in", _export())
    document, writer = _write(tmp_path / "out", header, sidecar=False)
    for name in ("ConfigurationVersion", "AnnotationVersion", "SetVersion", "VersionGenerated", "DataFilterType"):
        assert document[name] == _export()[name]
    assert not writer.losses


def test_every_type_of_tool_is_read(tmp_path: Path) -> None:
    dots = [{"X": 1, "Y": 2}, {"X": 3, "Y": 4.5}, {"X": 5, "Y": 2}]
    marks = [
        _mark("Point", Points=dots[:1]),
        _mark("Rectangle", X=1, Y=2, Width=3, Height=4),
        _mark("Polyline", Points=dots[:2]),
        _mark("Polygon", Points=dots),
        _mark("RotatedRectangle", CenterX=5, CenterY=5, Width=4, Height=2, Angle=-45),
        _mark("Brush", Left=1, Top=1, Width=3, Height=2, Runs=[0, 4, 1, 1]),
    ]
    _, [image], problems = _read(tmp_path, _export(_image(*marks)))
    assert [one.shape for one in image.annotations] == [
        Point(1.0, 2.0),
        Box(1.0, 2.0, 3.0, 4.0),
        Polyline([1.0, 2.0, 3.0, 4.5]),
        Polygon([Part([1.0, 2.0, 3.0, 4.5, 5.0, 2.0])]),
        RotatedBox(5.0, 5.0, 4.0, 2.0, 315.0),
        Mask(1, 1, 3, 2, [0, 4, 1, 1]),
    ]
    assert {one.origin for one in image.annotations} == {"imported"}
    assert problems.kept == []


def test_what_is_not_understood_is_kept_and_named(tmp_path: Path) -> None:
    odd = _image(
        _mark("Rectangle", X=1, Y=2, Width=3, Height=4, Reviewer="ada"), _mark("Spline", Knots=[1, 2]), Camera={"id": 4}
    )
    document = _export(odd, Workspace="north", Datasets=[{"Id": 1}])
    document["Tools"][0]["Hotkey"] = "d"
    document["Questions"][0]["AnswerType"] = "Slider"
    header, images, problems = _read(tmp_path / "in", document)
    assert {problem.severity for problem in problems.kept} == {"note"}
    assert [problem.place for problem in problems.kept] == [
        "Workspace",
        "Datasets",
        "Tools[0].Hotkey",
        "Questions[0].AnswerType",
        "Images[0].Camera",
        "Images[0].Annotations[0].Reviewer",
        "Images[0].Annotations[1].Type",
    ]
    assert len(images[0].annotations) == 1
    again, _ = _write(tmp_path / "out", header, *images, sidecar=False)
    assert (again["Workspace"], again["Datasets"]) == ("north", [{"Id": 1}])
    assert again["Questions"] == document["Questions"]
    assert [tool.get("Hotkey") for tool in again["Tools"] if tool["Name"] == "dent"] == ["d"]
    assert again["Images"][0]["Camera"] == {"id": 4}
    assert again["Images"][0]["Annotations"][0]["Reviewer"] == "ada"
    assert again["Images"][0]["Annotations"][1] == odd["Annotations"][1]


@pytest.mark.parametrize(
    ("mark", "place"),
    [
        (_mark("Rectangle", X=1, Y=2, Width=3), ".Height"),
        (_mark("Rectangle", X=1, Y=2, Width=-3, Height=1), ""),
        (_mark("Polygon", Points=[{"X": 1, "Y": 2}]), ".Points"),
        (_mark("Polyline", Points=[{"X": 1, "Y": 2}, {"X": 1}]), ".Points[1].Y"),
        (_mark("Point", Points=[{"X": 1, "Y": 2}, {"X": 1, "Y": 3}]), ".Points"),
        (_mark("Brush", Left=1, Top=1, Width=3, Height=2, Runs=[0, 4, 1]), ".Runs"),
        (_mark("Brush", Left=-1, Top=1, Width=3, Height=2, Runs=[6]), ".Left"),
        (_mark("Rectangle", X=1, Y=2, Width=3, Height=1) | {"Tool": "rust"}, ".Tool"),
        (_mark("Rectangle", X=1, Y=2, Width=3, Height=1) | {"Tool": ["scratch"]}, ".Tool"),
        (_mark("Rectangle") | {"Type": {"a": 1}}, ".Type"),
    ],
)
def test_a_wrong_annotation_is_located_and_left_out(tmp_path: Path, mark: dict[str, Any], place: str) -> None:
    good = _mark("Rectangle", X=1, Y=2, Width=3, Height=4)
    _, [image], problems = _read(tmp_path, _export(_image(good, mark)))
    assert len(image.annotations) == 1
    assert [problem.place for problem in problems.kept] == [f"Images[0].Annotations[1]{place}"]


def test_empty_and_not_annotated_are_different(tmp_path: Path) -> None:
    images = [Image("a.png", 20, 10), Image("b.png", 20, 10, annotated=False)]
    document, writer = _write(tmp_path, Header(), *images, sidecar=False)
    assert ["Annotations" in image for image in document["Images"]] == [True, False]
    with open_source(tmp_path) as source:
        assert list(FORMAT.open(source, {})) == images
    assert not writer.losses


def test_accepted_is_finished_and_hashes_are_there(tmp_path: Path) -> None:
    image = Image("a.png", 20, 10, sha256="ab" * 32, subset="train", state="ACCEPTED", answers={"Is it sharp?": "yes"})
    document, _ = _write(tmp_path, Header(), image, sidecar=False)
    [written] = document["Images"]
    assert (written["Status"], written["Set"], written["Sha256"]) == ("Finished", "train", "ab" * 32)
    assert written["Answers"] == [{"Question": "Is it sharp?", "Answer": "yes"}]


def test_points_are_counted_and_tools_know_whether_they_are_used(tmp_path: Path) -> None:
    shapes = [Box(1.0, 2.0, 3.0, 4.0), Polyline([0.0, 0.0, 1.0, 1.0, 2.0, 0.0]), Mask(0, 0, 1, 1, [0, 1])]
    objects = [Annotation(f"{_ID}{at}", "scratch", shape) for at, shape in enumerate(shapes)]
    header = Header(labels=[Label("scratch"), Label("dent", kinds=["polygon"])])
    document, _ = _write(tmp_path, header, Image("a.png", 20, 10, objects))
    assert document["TotalAnnotationPoints"] == 7
    assert [(tool["Name"], tool["Type"], tool["IsUsed"], tool["Order"]) for tool in document["Tools"]] == [
        ("scratch", "Rectangle", True, 0),
        ("scratch", "Polyline", True, 0),
        ("scratch", "Brush", True, 0),
        ("dent", "Polygon", False, 1),
    ]


def test_what_has_no_tool_is_reported(tmp_path: Path) -> None:
    holed = Polygon([Part([0.0, 0.0, 5.0, 0.0, 5.0, 4.0, 0.0, 4.0], [[1.0, 1.0, 3.0, 1.0, 3.0, 3.0, 1.0, 3.0]])])
    shapes = [Tag(), holed, Ellipse(5.0, 5.0, 2.0, 1.0, 0.0)]
    image = Image("a.png", 20, 10, [Annotation(f"{_ID}{at}", "scratch", shape) for at, shape in enumerate(shapes)])
    _, writer = _write(tmp_path, Header(labels=[Label("scratch")]), image)
    assert [loss.sentence for loss in writer.losses.losses if loss.code in ("object", "shape")] == [
        "1 tag dropped",
        "1 ellipse -> polygon of 72 points",
        "1 polygon -> brush when it has holes or several parts",
    ]
    with open_source(tmp_path) as source:
        assert list(FORMAT.open(source, {})) == [image]


def test_an_edit_elsewhere_is_an_edit_of_the_same_object(tmp_path: Path) -> None:
    image = Image("a.png", 20, 10, [Annotation(f"{_ID}1", "scratch", Ellipse(5.0, 5.0, 2.0, 1.0, 0.0), z=3)])
    document, _ = _write(tmp_path, Header(labels=[Label("scratch")]), image)
    document["Images"][0]["Annotations"][0]["Points"] = [{"X": 1, "Y": 1}, {"X": 2, "Y": 1}, {"X": 2, "Y": 2}]
    _, [read], _ = _read(tmp_path, document)
    ring = Polygon([Part([1.0, 1.0, 2.0, 1.0, 2.0, 2.0])])
    assert read.annotations == [Annotation(f"{_ID}1", "scratch", ring, z=3)]


def test_an_id_that_is_none_of_ours_goes_back(tmp_path: Path) -> None:
    mark = _mark("Rectangle", X=1, Y=2, Width=3, Height=4, Id=12)
    header, images, _ = _read(tmp_path / "in", _export(_image(mark)))
    again, _ = _write(tmp_path / "out", header, *images)
    assert again["Images"][0]["Annotations"][0]["Id"] == 12
    _, read, _ = _read(tmp_path / "again", again)
    assert read == images


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is no export of Zillin"):
        _read(tmp_path, {"Images": [{}]})
    with pytest.raises(Refused, match=r"zillin\.json: Tools\[0\]: has no Name"):
        _read(tmp_path, _export(Tools=[{"Color": "#ff0000"}]))


def test_it_is_recognised(tmp_path: Path) -> None:
    _write(tmp_path, Header())
    with open_source(tmp_path) as source:
        guess = FORMAT.guess(source)
    assert guess is not None
    assert guess.confidence > 0.9
