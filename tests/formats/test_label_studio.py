"""Label Studio's JSON: each of its traps as a golden file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plumbline_formats.archive import FolderTarget, SingleTarget, open_source
from plumbline_formats.format import values
from plumbline_formats.formats.label_studio import FORMAT
from plumbline_formats.model import Annotation, AttributeSpec, Header, Image, Label, Question
from plumbline_formats.problems import Problems, Refused
from plumbline_formats.shapes import (
    Box,
    Ellipse,
    Mask,
    Part,
    Point,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    Skeleton,
    Tag,
)
from tests.formats.roundtrip import assert_identical, there_and_back
from tests.formats.strategies import Set

_ID = "00000000-0000-4000-8000-00000000000"


# the golden mask as label-studio-sdk 2.1.2 writes it
_BRUSH = [0, 0, 0, 80, 57, 27, 254, 23, 0, 183, 255, 56, 4, 127, 241, 128, 71, 255, 133, 192, 0]
_CONFIG = """<View>
  <Image name="img" value="$photo"/>
  <RectangleLabels name="box" toName="img"><Label value="scratch" background="#ff0000"/></RectangleLabels>
  <PolygonLabels name="area" toName="img"><Label value="scratch"/><Label value="dent"/></PolygonLabels>
  <Choices name="causes" toName="img" perRegion="true" choice="multiple" whenLabelValue="dent">
    <Choice value="heat"/><Choice value="tool"/>
  </Choices>
  <Choices name="sharp" toName="img"><Choice value="yes"/><Choice value="no"/></Choices>
  <Number name="count" toName="img"/>
</View>"""


def _result(kind: str, value: dict[str, Any], **members: Any) -> dict[str, Any]:
    size = {"original_width": 200, "original_height": 100, "image_rotation": 0}
    return {"id": "r1", "from_name": "x", "to_name": "image", "type": kind, "value": value} | size | members


def _rectangle(rotation: float = 0, **members: Any) -> dict[str, Any]:
    place = {"x": 50.0, "y": 50.0, "width": 10.0, "height": 10.0, "rotation": rotation}
    return _result("rectanglelabels", place | {"rectanglelabels": ["scratch"]}, **members)


def _task(*results: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"data": {"image": "a.png"}, "annotations": [{"result": list(results)}]} | members


def _read(folder: Path, tasks: Any, config: str = "") -> tuple[Header, list[Image], Problems]:
    folder.mkdir(exist_ok=True)
    (folder / "tasks.json").write_text(json.dumps(tasks), "utf-8")
    if config:
        (folder / "label_config.xml").write_text(config, "utf-8")
    with open_source(folder) as source:
        reader = FORMAT.open(source, {})
        images = list(reader)
        return reader.header, images, reader.problems


def _objects(folder: Path, *results: dict[str, Any]) -> tuple[list[Annotation], list[str]]:
    _, [image], problems = _read(folder, [_task(*results)])
    return image.annotations, [str(problem) for problem in problems.kept]


def _write(folder: Path, header: Header, *images: Image, **options: object) -> tuple[list[Any], Any]:
    writer = FORMAT.create(FolderTarget(folder), header, values(FORMAT.write_options, options))  # type: ignore[misc]
    for image in images:
        writer.add(image)
    writer.close()
    return json.loads((folder / "label_studio.json").read_text("utf-8")), writer


def _marked(*shapes: Any) -> Image:
    objects = [Annotation(f"{_ID}{at}", "scratch", shape) for at, shape in enumerate(shapes)]
    return Image("a.png", 200, 100, objects)


@pytest.mark.parametrize(
    ("rotation", "angle", "centre"),
    [
        (45, 45.0, (100 + 5 * 2**0.5 / 2, 50 + 15 * 2**0.5 / 2)),
        (90, 90.0, (95.0, 60.0)),
        (135, 135.0, (100 - 15 * 2**0.5 / 2, 50 + 5 * 2**0.5 / 2)),
        (180, 180.0, (90.0, 45.0)),
        (225, 225.0, (100 - 5 * 2**0.5 / 2, 50 - 15 * 2**0.5 / 2)),
        (270, 270.0, (105.0, 40.0)),
        (315, 315.0, (100 + 15 * 2**0.5 / 2, 50 - 5 * 2**0.5 / 2)),
        (-90, 270.0, (105.0, 40.0)),
        (450, 90.0, (95.0, 60.0)),
        (360, 0.0, (110.0, 55.0)),
    ],
)
def test_a_rectangle_turns_about_its_top_left(
    tmp_path: Path, rotation: float, angle: float, centre: tuple[float, float]
) -> None:
    [found], problems = _objects(tmp_path, _rectangle(rotation))
    assert isinstance(found.shape, RotatedBox)
    assert (found.shape.cx, found.shape.cy) == pytest.approx(centre)
    assert (found.shape.width, found.shape.height, found.shape.angle) == (20.0, 10.0, angle)
    assert not [problem for problem in problems if "outside" not in problem]
    tasks, _ = _write(tmp_path / "out", Header(), Image("a.png", 200, 100, [found]), sidecar=False)
    value = tasks[0]["annotations"][0]["result"][0]["value"]
    assert (value["x"], value["y"]) == pytest.approx((50.0, 50.0))
    assert value["rotation"] == angle


def test_every_region_is_read(tmp_path: Path) -> None:
    ring = [[10, 10], [20, 10], [20, 20]]
    size = {"original_width": 5, "original_height": 4}
    ellipse = {"x": 50, "y": 50, "radiusX": 10, "radiusY": 10, "rotation": -90, "ellipselabels": ["b"]}
    regions = [
        _result("rectangle", {"x": 1.5, "y": 2, "width": 3, "height": 4}, id="1"),
        _result("ellipselabels", ellipse, id="2"),
        _result("polygonlabels", {"points": ring, "polygonlabels": ["c"], "closed": True}, id="3"),
        _result("keypointlabels", {"x": 25, "y": 75, "width": 0.3, "keypointlabels": ["d"]}, id="4"),
    ]
    found, problems = _objects(tmp_path, *regions)
    assert [(one.label, one.shape) for one in found] == [
        ("", Box(3.0, 2.0, 6.0, 4.0)),
        ("b", Ellipse(100.0, 50.0, 20.0, 10.0, 270.0)),
        ("c", Polygon([Part([20.0, 10.0, 40.0, 10.0, 40.0, 20.0])])),
        ("d", Point(50.0, 75.0)),
    ]
    assert problems == []
    brush = _result("brushlabels", {"format": "rle", "rle": _BRUSH, "brushlabels": ["e"]}) | size
    [mask], _ = _objects(tmp_path, brush)
    assert mask.shape == Mask(1, 1, 3, 2, [0, 4, 1, 1])


def test_a_brush_is_written_so_that_it_reads_back(tmp_path: Path) -> None:
    image = Image("a.png", 5, 4, [Annotation(f"{_ID}1", "e", Mask(1, 1, 3, 2, [0, 4, 1, 1]))])
    tasks, writer = _write(tmp_path, Header(labels=[Label("e")]), image, sidecar=False)
    assert tasks[0]["annotations"][0]["result"][0]["value"]["format"] == "rle"
    with open_source(tmp_path) as source:
        assert list(FORMAT.open(source, {})) == [image]
    assert not writer.losses


def test_results_of_one_id_are_one_object(tmp_path: Path) -> None:
    place = {"x": 50.0, "y": 50.0, "width": 10.0, "height": 10.0, "rotation": 0}
    found, _ = _objects(
        tmp_path,
        _result("choices", place | {"choices": ["heat"]}, from_name="cause"),
        _result("rectangle", place),
        _result("labels", place | {"labels": ["scratch"]}),
        _result("textarea", place | {"text": ["deep"]}, from_name="note"),
        _result("number", place | {"number": 3}, from_name="depth"),
        _result("rating", place | {"rating": 4}, from_name="grade"),
        _result("taxonomy", place | {"taxonomy": [["metal", "steel"]]}, from_name="material"),
    )
    [one] = found
    assert (one.label, one.shape) == ("scratch", Box(100.0, 50.0, 20.0, 10.0))
    assert one.attributes == {"cause": "heat", "note": "deep", "depth": 3.0, "grade": 4.0, "material": ["metal/steel"]}


def test_predictions_are_of_models_and_say_nothing_of_annotation(tmp_path: Path) -> None:
    prediction = {"model_version": "v3", "score": 0.5, "result": [_rectangle(), _rectangle(id="r2", score=0.9)]}
    task = {"data": {"image": "a.png"}, "predictions": [prediction]}
    _, [image], _ = _read(tmp_path, [task])
    assert not image.annotated
    assert [(one.origin, one.confidence, one.author) for one in image.annotations] == [
        ("model", 0.5, "v3"),
        ("model", 0.9, "v3"),
    ]


def test_a_region_and_the_prediction_it_came_from_share_an_id_of_label_studio_only(tmp_path: Path) -> None:
    own = f"{_ID}7"
    task = _task(_rectangle(id=own, origin="manual"), predictions=[{"result": [_rectangle(id=own)]}])
    header, images, _ = _read(tmp_path / "in", [task])
    first, second = images[0].annotations
    assert first.id == own != second.id
    assert (first.origin, second.origin) == ("human", "model")
    [written], _ = _write(tmp_path / "out", header, *images, sidecar=False)
    assert [written[name][0]["result"][0]["id"] for name in ("annotations", "predictions")] == [own, own]


def test_what_label_studio_says_beyond_the_model_goes_back(tmp_path: Path) -> None:
    relation = {"type": "relation", "from_id": "r1", "to_id": "r2", "direction": "right"}
    unknown = {"id": "r9", "from_name": "v", "to_name": "image", "type": "vectorlabels", "value": {"vertices": []}}
    sheet = {"id": 5, "completed_by": {"email": "ada@example.com"}, "lead_time": 3.5, "ground_truth": True}
    many = _rectangle(origin="manual", readonly=True)
    many["value"]["rectanglelabels"] = ["scratch", "dent"]
    dot = {"x": 10.0, "y": 10.0, "width": 0.3, "keypointlabels": ["scratch"]}
    sheet["result"] = [many, _result("keypointlabels", dot, id="r2", origin="prediction-changed"), relation, unknown]
    cancelled = {"id": 6, "was_cancelled": True, "result": [_rectangle()]}
    data = {"image": "https://host/data/a%20b.png?x=1", "site": "north", "tries": {"n": 1}}
    task = {"id": 17, "data": data, "annotations": [sheet, cancelled], "meta": {"batch": 2}}
    header, images, problems = _read(tmp_path / "in", [task])
    [image] = images
    assert (image.path, image.attributes) == ("data/a b.png", {"site": "north"})
    assert [one.author for one in image.annotations] == ["ada@example.com"] * 2
    assert any("cancelled" in str(problem) for problem in problems.kept)
    assert any("'vectorlabels' is kept" in str(problem) for problem in problems.kept)
    [written], _ = _write(tmp_path / "out", header, image, sidecar=False)
    assert written == task


def test_images_are_asked_questions(tmp_path: Path) -> None:
    header, [image], _ = _read(
        tmp_path,
        [
            _task(
                {"id": "1", "from_name": "sharp", "to_name": "image", "type": "choices", "value": {"choices": ["yes"]}},
                {"id": "2", "from_name": "count", "to_name": "image", "type": "number", "value": {"number": 3}},
                {"id": "3", "from_name": "who", "to_name": "image", "type": "textarea", "value": {"text": ["Ada"]}},
                {
                    "id": "4",
                    "from_name": "tags",
                    "to_name": "image",
                    "type": "choices",
                    "value": {"choices": ["night"]},
                },
            )
        ],
    )
    assert image.answers == {"sharp": "yes", "count": "3.0", "who": "Ada"}
    assert image.tags == ["night"]
    assert [(question.text, question.type) for question in header.questions] == [
        ("sharp", "select"),
        ("count", "number"),
        ("who", "text"),
    ]


def test_the_configuration_declares_labels_attributes_and_questions(tmp_path: Path) -> None:
    task = _task(_rectangle()) | {"data": {"photo": "a.png", "image": "not this one"}}
    header, [image], _ = _read(tmp_path, [task], _CONFIG)
    assert image.path == "a.png"
    assert header.labels == [
        Label("scratch", color="#ff0000"),
        Label("dent", kinds=["polygon"], attributes=[AttributeSpec("causes", "multi_select", ["heat", "tool"])]),
    ]
    assert header.questions == [Question("sharp", "select", ["yes", "no"]), Question("count", "number")]


def test_a_configuration_is_written_beside(tmp_path: Path) -> None:
    specs = [AttributeSpec("cause", "select", ["heat", "tool"]), AttributeSpec("depth", "number")]
    labels = [Label('a & "b"', color="#00ff00", attributes=specs), Label("dent")]
    header = Header(labels=labels, questions=[Question("Sharp?", "select", ["yes", "no"])])
    _, writer = _write(tmp_path, header, sidecar=False)
    with open_source(tmp_path) as source:
        assert FORMAT.open(source, {}).header == header
    assert not writer.losses


def test_what_the_configuration_does_not_declare_is_left_out(tmp_path: Path) -> None:
    other = _rectangle(id="r2")
    other["value"]["rectanglelabels"] = ["rust"]
    _, [image], problems = _read(tmp_path, [_task(_rectangle(), other)], _CONFIG.replace("$photo", "$image"))
    assert len(image.annotations) == 1
    assert [problem.place for problem in problems.kept] == ["[0].annotations[0].result[1].value"]


@pytest.mark.parametrize(
    ("result", "place"),
    [
        (_rectangle(image_rotation=90), ".image_rotation"),
        (_rectangle(original_width=0), ".original_width"),
        (_result("rectangle", {"x": 1, "y": 2, "width": -3, "height": 4}), ".value"),
        (_result("rectangle", {"x": 1, "y": 2, "width": "3", "height": 4}), ".value.width"),
        (_result("polygon", {"points": [[1, 1], [2, 2]]}), ".value.points"),
        (_result("polygon", {"points": [[1, 1], [2, 2], [3]]}), ".value.points[2]"),
        (_result("polygon", {"points": [[1, 1], [2, 2], [3, 1]], "closed": False}), ".value.closed"),
        (_result("brush", {"format": "rle", "rle": _BRUSH}), ".value.rle"),
        (_result("brush", {"format": "rle", "rle": [0, 300]}), ".value.rle"),
    ],
)
def test_a_wrong_region_is_located_and_left_out(tmp_path: Path, result: dict[str, Any], place: str) -> None:
    found, problems = _objects(tmp_path, _rectangle(id="good"), result)
    assert len(found) == 1
    assert len(problems) == 1
    assert problems[0].startswith(f"tasks.json: [0].annotations[0].result[1]{place}: ")


@pytest.mark.parametrize(
    "strange",
    [
        _rectangle() | {"type": {"a": 1}},
        _rectangle() | {"value": [1]},
        {"id": "r1", "from_name": "x", "to_name": "image", "type": "rectanglelabels"},
        {"id": [1], "from_name": "image_label", "to_name": "image", "type": "choices", "value": {"choices": {"a": 1}}},
    ],
)
def test_a_result_of_wrong_types_is_located(tmp_path: Path, strange: dict[str, Any]) -> None:
    found, problems = _objects(tmp_path, _rectangle(id="good"), strange)
    assert [one.label for one in found if one.label] == ["scratch"]
    assert all("result[1]" in problem for problem in problems)


def test_shapes_without_a_region_are_reported(tmp_path: Path) -> None:
    holed = Polygon([Part([0.0, 0.0, 5.0, 0.0, 5.0, 4.0, 0.0, 4.0], [[1.0, 1.0, 3.0, 1.0, 3.0, 3.0, 1.0, 3.0]])])
    upright = RotatedBox(20.0, 20.0, 10.0, 10.0, 0.0)
    image = _marked(Polyline([0.0, 0.0, 1.0, 1.0]), Skeleton([]), holed, upright, Tag(), Box(1 / 3, 7.1, 3.3, 0.7))
    _, writer = _write(tmp_path, Header(labels=[Label("scratch")]), image)
    assert [loss.sentence for loss in writer.losses.losses if loss.code in ("object", "shape")] == [
        "1 polyline dropped",
        "1 skeleton dropped",
        "1 polygon -> brush when it has holes or several parts",
        "1 rotated_box -> box",
    ]
    with open_source(tmp_path) as source:
        assert list(FORMAT.open(source, {})) == [image]


def test_on_an_image_of_unknown_size_there_is_no_percentage(tmp_path: Path) -> None:
    image = Image("a.png", annotations=[Annotation(f"{_ID}1", "scratch", Box(1.0, 2.0, 3.0, 4.0))])
    _, writer = _write(tmp_path, Header(labels=[Label("scratch")]), image, sidecar=False)
    assert [loss.sentence for loss in writer.losses.losses] == ["1 box dropped"]


def test_an_edit_elsewhere_is_an_edit_of_the_same_object(tmp_path: Path) -> None:
    image = _marked(RotatedBox(20.0, 20.0, 10.0, 10.0, 0.0))
    image.annotations[0].z = 4
    tasks, _ = _write(tmp_path, Header(labels=[Label("scratch")]), image)
    tasks[0]["annotations"][0]["result"][0]["value"]["x"] = 50.0
    (tmp_path / "label_studio.json").write_text(json.dumps(tasks), "utf-8")
    with open_source(tmp_path) as source:
        [read] = FORMAT.open(source, {})
    assert read.annotations[0] == Annotation(f"{_ID}0", "scratch", Box(100.0, 15.0, 10.0, 10.0), z=4)


def test_objects_of_models_wait_as_predictions_until_somebody_looked(tmp_path: Path) -> None:
    guess = Annotation(f"{_ID}1", "scratch", Box(1.0, 2.0, 3.0, 4.0), origin="model", confidence=0.25)
    image = Image("a.png", 100, 100, [guess], annotated=False)
    [task], writer = _write(tmp_path, Header(labels=[Label("scratch")]), image, sidecar=False)
    assert task["annotations"] == []
    assert task["predictions"][0]["result"][0]["score"] == 0.25
    assert not writer.losses
    with open_source(tmp_path) as source:
        assert list(FORMAT.open(source, {})) == [image]


@pytest.mark.parametrize("is_single", [True, False])
def test_a_set_without_images_keeps_its_header(tmp_path: Path, is_single: bool) -> None:
    header = Header("tiles", labels=[Label("scratch")], versions={"annotation": 3})
    path = tmp_path / "a.json" if is_single else tmp_path
    if is_single:
        with path.open("wb") as file:
            FORMAT.create(SingleTarget(file), header, {"sidecar": True}).close()  # type: ignore[misc]
    else:
        _write(path, header)
    with open_source(path) as source:
        reader = FORMAT.open(source, {})
        assert list(reader) == []
    assert reader.header == header


def test_local_files_are_named_by_their_path(tmp_path: Path) -> None:
    task = _task() | {"data": {"image": "/data/local-files/?d=set/a%20b.png"}}
    _, [image], _ = _read(tmp_path, [task])
    assert (image.path, image.annotated) == ("set/a b.png", True)


def test_a_task_of_which_the_image_is_unclear_is_located(tmp_path: Path) -> None:
    task = _task() | {"data": {"left": "a.png", "right": "b.png"}}
    _, images, problems = _read(tmp_path, [task, _task()])
    assert len(images) == 1
    assert [problem.place for problem in problems.kept] == ["[0].data"]


def test_what_is_no_list_of_tasks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is no list of tasks"):
        _read(tmp_path, {"images": [{}]})


def test_it_is_recognised(tmp_path: Path) -> None:
    _read(tmp_path, [_task(_rectangle())])
    with open_source(tmp_path) as source:
        guess = FORMAT.guess(source)
    assert guess is not None
    assert guess.confidence > 0.9


@pytest.mark.parametrize("target", ["zip", "single"])
@pytest.mark.parametrize("shape", [Box(2.0, 1.0, 4.0, 3.0), Tag()])
def test_a_label_that_the_set_does_not_declare_is_no_label_of_it_afterwards(target: str, shape: Shape) -> None:
    before = Set(
        Header(labels=[Label("crack")]),
        [Image("a.png", 20, 10, [Annotation("0190a1b2-0000-7000-8000-000000000001", "fray", shape)])],
    )
    _report, after, problems = there_and_back(FORMAT, before, {}, target)
    assert_identical(before, after, problems)
