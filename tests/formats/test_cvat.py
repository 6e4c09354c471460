"""CVAT XML 1.1: every kind of shape as CVAT writes it, angles, types by the schema, tracks, and what is kept."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from plumbline_formats import format, geometry
from plumbline_formats.archive import FolderTarget, SingleTarget, open_source
from plumbline_formats.formats.cvat import FORMAT
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Annotation, AttributeSpec, Header, Image, Label
from plumbline_formats.problems import FormatError, Problems, Refused
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

_META = """<meta><task><id>7</id><name>tiles</name><labels>
<label><name>car</name><color>#c06060</color><type>any</type><attributes>
<attribute><name>age</name><mutable>True</mutable><input_type>number</input_type><default_value>1</default_value>
<values>0
9
1</values></attribute>
<attribute><name>new</name><mutable>False</mutable><input_type>checkbox</input_type><default_value>false</default_value>
<values></values></attribute>
<attribute><name>side</name><mutable>False</mutable><input_type>radio</input_type><default_value>left</default_value>
<values>left
right</values></attribute></attributes></label>
<label><name>body</name><color>#00ff00</color><type>skeleton</type><attributes></attributes>
<svg>&lt;line data-node-from="2" data-node-to="1"&gt;&lt;/line&gt;\
&lt;circle data-node-id="2" data-label-name="foot"&gt;&lt;/circle&gt;\
&lt;circle data-node-id="1" data-label-name="head"&gt;&lt;/circle&gt;</svg></label>
<label><name>foot</name><color></color><type>points</type><attributes></attributes><parent>body</parent></label>
<label><name>head</name><color></color><type>points</type><attributes></attributes><parent>body</parent></label>
</labels></task><dumped>2026-03-01</dumped></meta>"""
_ROTATED = '<box label="car" source="manual" occluded="0" xtl="10" ytl="20" xbr="30" ybr="30" {} z_order="0"/>'


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def _read(folder: Path, body: str, meta: str = _META) -> tuple[Header, list[Image], Problems]:
    text = f'<?xml version="1.0" encoding="utf-8"?><annotations><version>1.1</version>{meta}{body}</annotations>'
    (folder / "annotations.xml").write_text(text)
    return _open(folder)


def _open(folder: Path) -> tuple[Header, list[Image], Problems]:
    with open_source(folder) as source:
        reader = FORMAT.open(source, {})
        return reader.header, list(reader), reader.problems


def _image(shapes: str) -> str:
    return f'<image id="0" name="a.png" width="100" height="80">{shapes}</image>'


def _write(header: Header, images: list[Image], **options: object) -> tuple[str, LossReport]:
    file = io.BytesIO()
    assert FORMAT.create is not None
    writer = FORMAT.create(SingleTarget(file), header, format.values(FORMAT.write_options, options))
    for image in images:
        writer.add(image)
    writer.close()
    return file.getvalue().decode(), writer.losses


def _of(shape: Shape, **fields: object) -> Image:
    return Image("a.png", 100, 80, [Annotation(_id(1), "car", shape, **fields)])  # type: ignore[arg-type]


# The box's own top-left corner on screen, worked out by hand: 20 wide and 10 high about (20, 25), clockwise.
@pytest.mark.parametrize(
    ("written", "angle", "top_left"),
    [
        ("0.00", 0, (10.0, 20.0)),
        ("45.00", 45, (16.46446609, 14.39339828)),
        ("90.00", 90, (25.0, 15.0)),
        ("135.00", 135, (30.60660172, 21.46446609)),
        ("180.00", 180, (30.0, 30.0)),
        ("225.00", 225, (23.53553391, 35.60660172)),
        ("270.00", 270, (15.0, 35.0)),
        ("315.00", 315, (9.39339828, 28.53553391)),
        ("-45.00", 315, (9.39339828, 28.53553391)),
        ("405.00", 45, (16.46446609, 14.39339828)),
        ("-720.0", 0, (10.0, 20.0)),
        ("360.00", 0, (10.0, 20.0)),
    ],
)
def test_a_box_turns_clockwise_about_its_centre(
    tmp_path: Path, written: str, angle: float, top_left: tuple[float, float]
) -> None:
    _, [image], problems = _read(tmp_path, _image(_ROTATED.format(f'rotation="{written}"')))
    assert problems.kept == []
    shape = image.annotations[0].shape
    assert shape == RotatedBox(20.0, 25.0, 20.0, 10.0, float(angle))
    assert geometry.corners(shape)[:2] == pytest.approx(top_left)
    text, report = _write(Header(labels=[Label("car")]), [image], sidecar=False)
    assert f'xtl="10.00" ytl="20.00" xbr="30.00" ybr="30.00" rotation="{angle:.2f}" z_order="0"' in text
    assert [loss.code for loss in report.losses] == ["id"]


@pytest.mark.parametrize(
    ("shape", "written"),
    [
        (
            Box(1.0, 2.5, 3.0, 4.0),
            'box|xtl="1.00" ytl="2.50" xbr="4.00" ybr="6.50"',
        ),
        (
            Polygon([Part([1.0, 2.0, 3.0, 4.0, 5.0, 1.0])]),
            'polygon|points="1.00,2.00;3.00,4.00;5.00,1.00"',
        ),
        (
            Polyline([1.0, 2.0, 3.0, 4.0]),
            'polyline|points="1.00,2.00;3.00,4.00"',
        ),
        (
            Point(1.0, 2.0),
            'points|points="1.00,2.00"',
        ),
        (
            Ellipse(9.0, 8.0, 3.0, 2.0, 30.0),
            'ellipse|cx="9.00" cy="8.00" rx="3.00" ry="2.00" rotation="30.00"',
        ),
        (
            Mask(1, 1, 3, 2, [0, 4, 1, 1]),
            'mask|rle="0, 4, 1, 1" left="1" top="1" width="3" height="2"',
        ),
    ],
)
def test_shapes_are_written_as_cvat_writes_them(tmp_path: Path, shape: Shape, written: str) -> None:
    before = _of(shape, occluded=True, z=2, group=5)
    text, report = _write(Header(labels=[Label("car")]), [before], sidecar=False)
    tag, where = written.split("|")
    start = f'<{tag} label="car" source="manual" occluded="1" {where} z_order="2" group_id="5">'
    assert f"    {start}\n" in text
    assert [loss.code for loss in report.losses] == ["id"]
    (tmp_path / "a.xml").write_text(text)
    _, [after], _ = _open(tmp_path)
    after.annotations[0].id = _id(1)
    assert after == before


def test_a_skeleton_says_what_is_hidden_and_what_is_absent(tmp_path: Path) -> None:
    nodes = [Node("head", 1.0, 2.0, 2), Node("foot", 3.0, 4.0, 1), Node("tail", 5.0, 6.0, 0)]
    label = Label("car", nodes=["head", "foot", "tail"], edges=[(0, 1), (1, 2)])
    before = _of(Skeleton(nodes), z=3)
    text, _ = _write(Header(labels=[label]), [before], sidecar=False)
    assert '    <skeleton label="car" source="manual" z_order="3">\n' in text
    assert '<points label="foot" source="manual" outside="0" occluded="1" points="3.00,4.00">' in text
    assert '<points label="tail" source="manual" outside="1" occluded="0" points="5.00,6.00">' in text
    (tmp_path / "a.xml").write_text(text)
    header, [after], _ = _open(tmp_path)
    assert header.labels == [label]
    assert after.annotations[0].shape == Skeleton(nodes)


def test_the_schema_gives_types_and_comes_back(tmp_path: Path) -> None:
    said = {"age": "3.50", "new": "true", "side": "left", "note": "7"}
    inside = "".join(f'<attribute name="{name}">{text}</attribute>' for name, text in said.items())
    box = f'<box label="car" source="file" occluded="0" xtl="1" ytl="1" xbr="2" ybr="2" z_order="0">{inside}</box>'
    header, [image], problems = _read(tmp_path, _image(box))
    assert problems.kept == []
    [annotation] = image.annotations
    assert annotation.attributes == {"age": 3.5, "new": True, "side": "left", "note": "7"}
    assert annotation.origin == "imported"
    car, body = header.labels
    assert [(spec.name, spec.type, spec.default) for spec in car.attributes] == [
        ("age", "number", 1.0),
        ("new", "boolean", False),
        ("side", "select", "left"),
    ]
    assert (body.nodes, body.edges, header.name) == (["head", "foot"], [(1, 0)], "tiles")
    text, report = _write(header, [image], sidecar=False)
    assert [loss.code for loss in report.losses] == ["id"]
    for kept in (
        "<id>7</id>",
        "<dumped>2026-03-01</dumped>",
        "<input_type>radio</input_type>",
        "0\n9\n1</values>",
    ):
        assert kept in text
    (tmp_path / "annotations.xml").write_text(text)
    assert _open(tmp_path)[0] == header


def test_types_that_the_schema_does_not_declare_become_text() -> None:
    label = Label("car", attributes=[AttributeSpec("age", "number")])
    _, report = _write(Header(labels=[label]), [_of(Tag(), attributes={"age": 3.0, "size": 4.0, "on": True})])
    assert [(one.code, one.count) for one in report.losses if one.code.startswith("attr")] == [("attribute types", 2)]


def test_the_schema_is_found_under_project_and_job(tmp_path: Path) -> None:
    for place in ("project", "job"):
        meta = _META.replace("<task>", f"<{place}>").replace("</task>", f"</{place}>")
        header, _, _ = _read(tmp_path, "", meta)
        assert [label.name for label in header.labels] == ["car", "body"]
        assert f"<{place}>" in _write(header, [])[0]


def test_masks_of_crops_and_of_whole_images(tmp_path: Path) -> None:
    crop = '<mask label="car" occluded="0" rle="0, 4, 1, 1" left="1" top="1" width="3" height="2" z_order="0"/>'
    whole = '<mask label="car" occluded="0" rle="6, 3, 2, 1, 1, 1, 6" left="0" top="0" width="5" height="4"/>'
    wrong = '<mask label="car" occluded="0" rle="6, 3" left="0" top="0" width="5" height="4"/>'
    _, [image], problems = _read(tmp_path, _image(crop + whole + wrong))
    first, second = (annotation.shape for annotation in image.annotations)
    assert first == Mask(1, 1, 3, 2, [0, 4, 1, 1])
    assert second == Mask(0, 0, 5, 4, [6, 3, 2, 1, 1, 1, 6])
    assert [(one.place, one.severity) for one in problems.kept] == [("line 16: mask[2]", "error")]


def test_a_polygon_with_a_hole_becomes_a_mask_and_comes_back(tmp_path: Path) -> None:
    hole = Part([1.0, 1.0, 9.0, 1.0, 9.0, 9.0, 1.0, 9.0], [[3.0, 3.0, 6.0, 3.0, 6.0, 6.0, 3.0, 6.0]])
    before = _of(Polygon([hole]))
    text, report = _write(Header(labels=[Label("car")]), [before])
    assert ("shape", "polygon", "mask", 1) in [(one.code, one.kind, one.action, one.count) for one in report.losses]
    (tmp_path / "a.xml").write_text(text)
    assert _open(tmp_path)[1] == [before]


def test_several_points_are_one_object_and_stay_points(tmp_path: Path) -> None:
    points = '<points label="car" source="manual" occluded="0" points="1.00,2.00;3.00,4.00" z_order="0"/>'
    header, [image], _ = _read(tmp_path, _image(points))
    assert image.annotations[0].shape == Skeleton([Node("1", 1.0, 2.0, 2), Node("2", 3.0, 4.0, 2)])
    text, report = _write(header, [image], sidecar=False)
    assert points.removesuffix("/>") in text
    assert [loss.code for loss in report.losses] == ["id"]


def test_cuboids_and_unknown_things_are_kept_for_cvat(tmp_path: Path) -> None:
    cuboid = '<cuboid label="car" xtl1="1.00" ytl1="2.00" z_order="0"><attribute name="a">b</attribute></cuboid>'
    box = '<box label="car" source="semi-auto" occluded="0" xtl="1" ytl="1" xbr="2" ybr="2" z_order="0" score="0.5"/>'
    header, [image], problems = _read(tmp_path, _image(cuboid + box).replace('id="0"', 'id="40" task_id="3"'))
    assert [one.severity for one in problems.kept] == ["note"]
    text, report = _write(header, [image], sidecar=False)
    assert [loss.code for loss in report.losses] == ["id"]
    for kept in (
        'id="40"',
        'task_id="3"',
        '<cuboid label="car" xtl1="1.00"',
        'source="semi-auto"',
        'score="0.5"',
    ):
        assert kept in text
    (tmp_path / "annotations.xml").write_text(text)
    [after] = _open(tmp_path)[1]
    after.annotations[0].id = image.annotations[0].id
    assert after == image


def test_each_visible_shape_of_a_track_is_an_object_of_its_frame(tmp_path: Path) -> None:
    box = '<box frame="{}" outside="{}" occluded="0" keyframe="1" xtl="{}" ytl="1" xbr="9" ybr="9" z_order="0"/>'
    tracks = [
        f'<track id="{number}" label="car" source="manual" group_id="{number}">'
        + "".join(box.format(frame, outside, number) for frame, outside in ((7, 0), (2, 0), (9, 1)))
        + "</track>"
        for number in (4, 5)
    ]
    size = "<original_size><width>64</width><height>48</height></original_size>"
    meta = _META.replace("<id>7</id>", size)
    _, images, problems = _read(tmp_path, "".join(tracks), meta)
    assert problems.kept == []
    assert [(image.path, image.width, image.height) for image in images] == [
        ("frame_000002", 64, 48),
        ("frame_000007", 64, 48),
    ]
    for image in images:
        assert [one.shape for one in image.annotations] == [Box(4.0, 1.0, 5.0, 8.0), Box(5.0, 1.0, 4.0, 8.0)]
        assert [one.foreign["cvat"]["xml"]["track"] for one in image.annotations] == ["4", "5"]
        assert [one.group for one in image.annotations] == [4, 5]
    assert len({one.id for image in images for one in image.annotations}) == 4


@pytest.mark.parametrize(
    ("shape", "place"),
    [
        ('<box label="car" xtl="nan" ytl="1" xbr="2" ybr="2"/>', "box[0].xtl"),
        ('<box label="car" ytl="1" xbr="2" ybr="2"/>', "box[0].xtl"),
        ('<box xtl="1" ytl="1" xbr="2" ybr="2"/>', "box[0].label"),
        ('<box label="car" xtl="5" ytl="1" xbr="2" ybr="2"/>', "box[0]"),
        ('<polygon label="car" points="1,1"/>', "polygon[0]"),
        ('<polygon label="car" points="1,1;2,x;3,3"/>', "polygon[0].points"),
        ('<polyline label="car" points="1,1;inf,2"/>', "polyline[0].points"),
        ('<points label="car" points=""/>', "points[0].points"),
        ('<mask label="car" rle="1" left="-1" top="0" width="1" height="1"/>', "mask[0].left"),
        ('<tag label="car" group_id="x"/>', "tag[0].group_id"),
    ],
)
def test_what_is_no_shape_is_left_out_with_its_place(tmp_path: Path, shape: str, place: str) -> None:
    _, [image], problems = _read(tmp_path, _image(shape))
    assert image.annotations == []
    [problem] = [one for one in problems.kept if one.severity == "error"]
    assert problem.file == "annotations.xml"
    assert problem.place.endswith(f": {place}")


def test_a_label_that_is_not_declared_is_noted_once(tmp_path: Path) -> None:
    tag = '<tag label="bus" source="manual"></tag>'
    _, [image], problems = _read(tmp_path, _image(tag + tag))
    assert [one.label for one in image.annotations] == ["bus", "bus"]
    assert [(one.severity, "bus" in one.message) for one in problems.kept] == [("note", True)]


def test_two_decimals_are_counted_and_all_can_be_had(tmp_path: Path) -> None:
    before = [_of(Box(13.375, 0.1, 1 / 3, 2.0))]
    _, report = _write(Header(labels=[Label("car")]), before)
    assert ("precision", "box", "2 decimals") in [(one.code, one.kind, one.action) for one in report.losses]
    text, report = _write(Header(labels=[Label("car")]), before, decimals="full", sidecar=False)
    assert [loss.code for loss in report.losses] == ["id"]
    (tmp_path / "a.xml").write_text(text)
    assert _open(tmp_path)[1][0].annotations[0].shape == before[0].annotations[0].shape


def test_an_edit_of_what_is_visible_wins_over_the_side_car(tmp_path: Path) -> None:
    before = _of(Box(1.125, 1.0, 5.0, 5.0), author="ada@example.com")
    text, _ = _write(Header(labels=[Label("car")]), [before])
    (tmp_path / "a.xml").write_text(text)
    assert _open(tmp_path)[1] == [before]
    (tmp_path / "a.xml").write_text(text.replace('xbr="6.12"', 'xbr="40.00"'))
    [annotation] = _open(tmp_path)[1][0].annotations
    assert annotation.shape == Box(1.12, 1.0, 38.88, 5.0)
    assert (annotation.id, annotation.author) == (_id(1), "ada@example.com")


def test_images_of_one_name_collide() -> None:
    with pytest.raises(FormatError, match="without the ending"):
        _write(Header(), [Image("a.jpg"), Image("a.png")])


def test_characters_that_xml_does_not_have() -> None:
    with pytest.raises(FormatError, match="rename"):
        _write(Header(), [Image("a\0.jpg")])
    with pytest.raises(FormatError, match="rename"):
        _write(Header(labels=[Label("a\x01")]), [])
    _, report = _write(Header(), [_of(Tag(), attributes={"a": "\x02"})])
    assert ("attributes", 1) in [(one.code, one.count) for one in report.losses]


def test_a_file_of_other_xml_and_a_document_type_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<annotation/>")
    with open_source(tmp_path) as source:
        assert FORMAT.guess(source) is None
        with pytest.raises(Refused):
            FORMAT.open(source, {})
    (tmp_path / "a.xml").write_text('<!DOCTYPE a [<!ENTITY e "x">]><annotations>&e;</annotations>')
    with pytest.raises(Refused, match="DOCTYPE"):
        _open(tmp_path)


def test_images_lie_beside_the_file_as_cvat_has_them(tmp_path: Path) -> None:
    assert FORMAT.create is not None
    writer = FORMAT.create(FolderTarget(tmp_path), Header(), format.values(FORMAT.write_options, {}))
    assert writer.image_name(Image("b/a.png")) == "images/b/a.png"
    writer.close()
    assert (tmp_path / "annotations.xml").is_file()
