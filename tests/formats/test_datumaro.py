"""Datumaro's JSON: each of its traps as a golden file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plumbline_formats.archive import FolderTarget, SingleTarget, open_source
from plumbline_formats.format import values
from plumbline_formats.formats.datumaro import FORMAT
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import FormatError, Problems, Refused
from plumbline_formats.shapes import Box, Ellipse, Mask, Node, Part, Point, Polygon, Polyline, RotatedBox, Skeleton, Tag

_ID = "00000000-0000-4000-8000-00000000000"


def _file(*items: dict[str, Any], **members: Any) -> dict[str, Any]:
    labels = [{"name": "scratch", "parent": "", "attributes": ["depth"]}, {"name": "person", "parent": "scratch"}]
    points = {"items": [{"label_id": 1, "labels": ["head", "tail"], "joints": [[0, 1]]}]}
    categories = {
        "label": {"labels": labels, "label_groups": [], "attributes": []},
        "points": points,
        "mask": {"colormap": [{"label_id": 0, "r": 255, "g": 0, "b": 128}]},
    }
    return {"infos": {}, "categories": categories, "items": list(items)} | members


def _item(*objects: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"id": "a", "annotations": list(objects), "image": {"path": "a.png", "size": [4, 5]}} | members


def _read(folder: Path, files: dict[str, Any]) -> tuple[Header, list[Image], Problems]:
    for name, document in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(document), "utf-8")
    with open_source(folder) as source:
        reader = FORMAT.open(source, {})
        images = list(reader)
        return reader.header, images, reader.problems


def _one(folder: Path, *objects: dict[str, Any]) -> tuple[list[Annotation], list[str]]:
    _, [image], problems = _read(folder, {"annotations/train.json": _file(_item(*objects))})
    return image.annotations, [str(problem) for problem in problems.kept]


def _write(folder: Path, header: Header, images: list[Image], **options: object) -> Any:
    writer = FORMAT.create(FolderTarget(folder), header, values(FORMAT.write_options, options))  # type: ignore[misc]
    for image in images:
        writer.add(image)
    writer.close()
    return writer


def _written(folder: Path, *images: Image, subset: str = "default", **options: object) -> tuple[dict[str, Any], Any]:
    writer = _write(folder, Header(labels=[Label("scratch")]), list(images), **options)
    return json.loads((folder / f"annotations/{subset}.json").read_text("utf-8")), writer


def _marked(*shapes: Any) -> Image:
    objects = [Annotation(f"{_ID}{at}", "scratch", shape) for at, shape in enumerate(shapes)]
    return Image("a.png", 5, 4, objects)


def test_every_kind_of_object_is_read(tmp_path: Path) -> None:
    shapes, problems = _one(
        tmp_path,
        {"type": "label", "label_id": 0},
        {"type": "bbox", "label_id": 0, "bbox": [1.25, 1, 3, 2]},
        {"type": "polygon", "label_id": 0, "points": [0, 0, 4, 0, 4, 3]},
        {"type": "polyline", "label_id": 0, "points": [0, 0, 4, 3]},
        {"type": "points", "label_id": 0, "points": [1, 2], "visibility": [2]},
        {"type": "points", "label_id": 1, "points": [1, 2, 3, 4], "visibility": [1, 0]},
        {"type": "ellipse", "label_id": 0, "points": [1, 1, 4, 3]},
        {"type": "mask", "label_id": 0, "rle": {"counts": "522O112", "size": [4, 5]}},
    )
    assert [one.shape for one in shapes] == [
        Tag(),
        Box(1.25, 1.0, 3.0, 2.0),
        Polygon([Part([0.0, 0.0, 4.0, 0.0, 4.0, 3.0])]),
        Polyline([0.0, 0.0, 4.0, 3.0]),
        Point(1.0, 2.0),
        Skeleton([Node("head", 1.0, 2.0, 1), Node("tail", 3.0, 4.0, 0)]),
        Ellipse(2.5, 2.0, 1.5, 1.0, 0.0),
        Mask(1, 1, 3, 2, [0, 4, 1, 1]),
    ]
    assert problems == []


def test_categories_say_parents_attributes_points_and_colours(tmp_path: Path) -> None:
    header, _, _ = _read(tmp_path, {"annotations/train.json": _file()})
    scratch, person = header.labels
    assert (scratch.color, [spec.name for spec in scratch.attributes]) == ("#ff0080", ["depth"])
    assert (person.parent, person.nodes, person.edges) == ("scratch", ["head", "tail"], [(0, 1)])


def test_subsets_are_files_and_their_labels_are_matched_by_name(tmp_path: Path) -> None:
    other = _file(_item({"type": "bbox", "label_id": 0, "bbox": [0, 0, 1, 1]}))
    other["categories"] = {"label": {"labels": [{"name": "dent"}]}}
    first = _file(_item({"type": "bbox", "label_id": 0, "bbox": [0, 0, 1, 1]}))
    header, images, _ = _read(tmp_path, {"annotations/test.json": first, "annotations/default.json": other})
    assert [(image.subset, image.annotations[0].label) for image in images] == [("", "dent"), ("test", "scratch")]
    assert [label.name for label in header.labels] == ["dent", "scratch", "person"]


def test_attributes_keep_their_types_and_what_has_no_type_goes_back(tmp_path: Path) -> None:
    attributes = {"depth": 3, "sharp": True, "note": "12", "causes": ["heat"], "nothing": None}
    document = _file(
        _item(
            {"type": "bbox", "id": 7, "label_id": 0, "group": 3, "z_order": 2, "bbox": [0, 0, 1, 1], "object_id": 5}
            | {"attributes": attributes},
            attr={"frame": 4},
            video_frame={"frame_index": 1},
        ),
        infos={"task": "inspection"},
    )
    header, images, _ = _read(tmp_path / "in", {"annotations/train.json": document})
    [found] = images[0].annotations
    assert found.attributes == {"depth": 3.0, "sharp": True, "note": "12", "causes": ["heat"]}
    assert (found.group, found.z, images[0].attributes) == (3, 2, {"frame": 4.0})
    writer = _write(tmp_path / "out", header, images, sidecar=False)
    again = json.loads((tmp_path / "out/annotations/train.json").read_text("utf-8"))
    assert again["items"] == document["items"]
    assert again["infos"] == {"task": "inspection"}
    assert not [loss for loss in writer.losses.losses if "foreign" in loss.code]


def test_captions_are_answers(tmp_path: Path) -> None:
    asked = {"type": "caption", "caption": "yes", "attributes": {"question": "Is it sharp?"}}
    _, [image], problems = _read(
        tmp_path, {"annotations/train.json": _file(_item(asked, {"type": "caption", "caption": "a tile"}, asked))}
    )
    assert image.answers == {"Is it sharp?": "yes", "caption": "a tile"}
    assert [problem.place for problem in problems.kept if problem.severity == "error"] == [
        "items[0].annotations[2].attributes.question"
    ]


def test_a_cuboid_is_noted_and_goes_back(tmp_path: Path) -> None:
    strange = {"type": ["bbox"]}
    cuboid = {"type": "cuboid_3d", "label_id": 0, "position": [0, 0, 1], "rotation": [0, 0, 0], "scale": [1, 1, 1]}
    header, images, problems = _read(tmp_path / "in", {"annotations/train.json": _file(_item(cuboid, strange))})
    assert images[0].annotations == []
    assert [(problem.severity, problem.place) for problem in problems.kept] == [
        ("note", "items[0].annotations[0].type"),
        ("note", "items[0].annotations[1].type"),
    ]
    _write(tmp_path / "out", header, images)
    again = json.loads((tmp_path / "out/annotations/train.json").read_text("utf-8"))
    assert again["items"][0]["annotations"] == [cuboid, strange]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"type": "bbox", "label_id": 9, "bbox": [0, 0, 1, 1]}, "label_id"),
        ({"type": "bbox", "label_id": 0, "bbox": [0, 0, 1]}, "bbox"),
        ({"type": "bbox", "label_id": 0, "bbox": [0, 0, -1, 1]}, ""),
        ({"type": "polygon", "label_id": 0, "points": [1, 1]}, "points"),
        ({"type": "mask", "label_id": 0, "rle": {"counts": "522O112", "size": [4, 6]}}, "rle.counts"),
        ({"type": "points", "label_id": 1, "points": [1, 2], "visibility": [2]}, "points"),
        ({"type": "points", "label_id": 0, "points": [1, 2], "visibility": [3]}, "visibility"),
    ],
)
def test_a_wrong_object_is_located_and_left_out(tmp_path: Path, document: dict[str, Any], place: str) -> None:
    good = {"type": "label", "label_id": 0}
    found, problems = _one(tmp_path, good, document)
    assert [one.shape for one in found] == [Tag()]
    assert len(problems) == 1
    assert problems[0].startswith(f"annotations/train.json: items[0].annotations[1]{'.' if place else ''}{place}: ")


def test_an_absolute_path_is_taken_as_a_relative_one(tmp_path: Path) -> None:
    item = _item() | {"id": "/data/a", "image": {"path": "/data/../a.png"}}
    _, [image], problems = _read(tmp_path, {"annotations/train.json": _file(item)})
    assert image.path == "data/a.png"
    assert [problem.place for problem in problems.kept] == ["items[0].image.path"]


def test_ids_are_relative_and_twins_are_told_apart(tmp_path: Path) -> None:
    document, writer = _written(tmp_path, Image("b/a.png"), Image("b/a.jpg"))
    assert [item["id"] for item in document["items"]] == ["b/a", "b/a.jpg"]
    assert writer.image_name(Image("b/a.jpg")) == "images/default/b/a.jpg"
    with pytest.raises(FormatError, match="is not a name inside a folder"):
        writer.add(Image("/b/a.png"))


def test_numbers_are_written_in_full(tmp_path: Path) -> None:
    document, writer = _written(tmp_path, _marked(Box(13.375, 0.1, 1 / 3, 1e-9)), sidecar=False)
    assert document["items"][0]["annotations"][0]["bbox"] == [13.375, 0.1, 1 / 3, 1e-9]
    assert [loss.code for loss in writer.losses.losses] == ["id"]


def test_what_has_no_kind_becomes_the_nearest_and_is_reported(tmp_path: Path) -> None:
    holed = Polygon([Part([0.0, 0.0, 5.0, 0.0, 5.0, 4.0, 0.0, 4.0], [[1.0, 1.0, 3.0, 1.0, 3.0, 3.0, 1.0, 3.0]])])
    turned = RotatedBox(2.0, 2.0, 2.0, 1.0, 90.0)
    document, writer = _written(tmp_path, _marked(turned, holed, Ellipse(2.0, 2.0, 2.0, 1.0, 30.0)), sidecar=False)
    box, mask, ellipse = document["items"][0]["annotations"]
    assert (box["type"], box["points"]) == ("polygon", [2.5, 1.0, 2.5, 3.0, 1.5, 3.0, 1.5, 1.0])
    assert mask["rle"] == {"counts": mask["rle"]["counts"], "size": [4, 5]}
    assert len(ellipse["points"]) == 144
    assert [loss.sentence for loss in writer.losses.losses if loss.code == "shape"] == [
        "1 ellipse -> polygon of 72 points when turned",
        "1 polygon -> mask when it has holes or several parts",
        "1 rotated_box -> polygon of 4 corners",
    ]


def test_an_edit_elsewhere_is_an_edit_of_the_same_object(tmp_path: Path) -> None:
    document, _ = _written(tmp_path, _marked(RotatedBox(2.0, 2.0, 2.0, 1.0, 30.0)))
    document["items"][0]["annotations"][0]["points"][0] = 1.0
    _, [image], _ = _read(tmp_path, {"annotations/default.json": document})
    [found] = image.annotations
    assert found.id == f"{_ID}0"
    assert isinstance(found.shape, Polygon)
    assert found.shape.parts[0].outer[0] == 1.0


def test_subsets_come_back_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    images = [Image(f"{at}.png", subset=("train", "test", "")[at % 3]) for at in range(9)]
    _write(tmp_path, Header(), images)
    with open_source(tmp_path) as source:
        assert list(FORMAT.open(source, {})) == images


def test_a_single_file_takes_one_subset(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("wb") as file:
        writer = FORMAT.create(SingleTarget(file), Header(), {"sidecar": False})  # type: ignore[misc]
        writer.add(Image("a.png", subset="train"))
        writer.add(Image("b.png", subset="test"))
        with pytest.raises(FormatError, match=r"choose a folder or a \.zip file"):
            writer.close()


def test_a_label_that_nobody_declared_is_declared(tmp_path: Path) -> None:
    image = Image("a.png", 5, 4, [Annotation(f"{_ID}1", "dent", Tag())])
    document, _ = _written(tmp_path, image)
    assert [label["name"] for label in document["categories"]["label"]["labels"]] == ["scratch", "dent"]
    with open_source(tmp_path) as source:
        reader = FORMAT.open(source, {})
        assert list(reader) == [image]
        assert reader.header == Header(labels=[Label("scratch")])


def test_a_file_without_items_or_with_broken_categories_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="has no items"):
        _read(tmp_path, {"annotations/a.json": {"categories": {}}})
    broken = _file(categories={"label": {"labels": [{"name": "a"}, {"name": "a"}]}})
    with pytest.raises(Refused, match=r"a\.json: categories\.label\.labels\[1\]: is 'a' for the second time"):
        _read(tmp_path, {"annotations/a.json": broken})


def test_it_is_recognised(tmp_path: Path) -> None:
    _written(tmp_path)
    with open_source(tmp_path) as source:
        guess = FORMAT.guess(source)
    assert guess is not None
    assert guess.confidence > 0.9
