"""Pascal VOC: the base of coordinates, what is kept of other tools, lists and masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from plumbline_formats import format, pngs
from plumbline_formats.archive import FolderTarget, open_source
from plumbline_formats.formats.voc import FORMAT
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import FormatError, Problems
from plumbline_formats.shapes import Box, Mask, Polygon, RotatedBox
from plumbline_formats.shapes import Part as PolygonPart
from tests.formats.roundtrip import assert_identical, assert_only_reported
from tests.formats.strategies import Set

_FOREIGN = """<annotation>
  <folder>VOC2012</folder>
  <filename>b a.jpg</filename>
  <source><database>The VOC2007 Database</database></source>
  <size><width>500</width><height>375</height><depth>1</depth></size>
  <segmented>0</segmented>
  <object>
    <name>person</name>
    <pose>Left</pose>
    <truncated>1</truncated>
    <difficult>1</difficult>
    <bndbox><xmin>8</xmin><ymin>12</ymin><xmax>352</xmax><ymax>375</ymax></bndbox>
    <part><name>head</name><bndbox><xmin>9</xmin><ymin>13</ymin><xmax>20</xmax><ymax>30</ymax></bndbox></part>
  </object>
</annotation>
"""


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def _write(folder: Path, images: list[Image], labels: list[Label] | None = None, **options: object) -> LossReport:
    writer = _writer(folder, labels or [], **options)
    for image in images:
        writer.add(image)
    writer.close()
    return writer.losses


def _writer(folder: Path, labels: list[Label], **options: object) -> format.Writer:
    assert FORMAT.create is not None
    return FORMAT.create(FolderTarget(folder), Header(labels=labels), format.values(FORMAT.write_options, options))


def _read(folder: Path, **options: object) -> tuple[list[Image], Problems, Header]:
    with open_source(folder) as source:
        reader = FORMAT.open(source, format.values(FORMAT.read_options, options))
        return list(reader), reader.problems, reader.header


def _boxed(*boxes: Box) -> Image:
    return Image("a.jpg", 100, 80, [Annotation(_id(at), "dent", box) for at, box in enumerate(boxes)])


def _foreign(folder: Path, text: str, stem: str = "b a") -> None:
    (folder / "Annotations").mkdir(parents=True, exist_ok=True)
    (folder / "Annotations" / f"{stem}.xml").write_text(text)


def _boxes(xmin: str, ymin: str, xmax: str, ymax: str) -> str:
    corners = f"<xmin>{xmin}</xmin><ymin>{ymin}</ymin><xmax>{xmax}</xmax><ymax>{ymax}</ymax>"
    return (
        "<annotation><filename>a.jpg</filename><size><width>50</width><height>50</height></size>"
        f"<object><name>dent</name><bndbox>{corners}</bndbox></object></annotation>"
    )


@pytest.mark.parametrize(("base", "corners"), [("one", (1, 3, 4, 7)), ("zero", (0, 2, 4, 7))])
def test_the_base_is_written_and_read(tmp_path: Path, base: str, corners: tuple[int, ...]) -> None:
    _write(tmp_path, [_boxed(Box(0.0, 2.0, 4.0, 5.0))], coord_base=base, sidecar=False)
    text = (tmp_path / "Annotations" / "a.xml").read_text()
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=True):
        assert f"<{name}>{value}</{name}>" in text
    [image], _, _ = _read(tmp_path, coord_base=base)
    assert image.annotations[0].shape == Box(0.0, 2.0, 4.0, 5.0)


def test_our_own_files_say_their_base(tmp_path: Path) -> None:
    before = _boxed(Box(0.0, 2.0, 4.0, 5.0), Box(1.25, 2.0, 4.0, 5.0))
    _write(tmp_path, [before], coord_base="zero", decimals="full")
    [image], problems, _ = _read(tmp_path)
    assert image == before
    assert problems.kept == []


@pytest.mark.parametrize("base", ["one", "zero"])
def test_full_digits_survive_the_far_corner(tmp_path: Path, base: str) -> None:
    box = Box(0.1, 1 / 3, 7.2, 1e-7)
    report = _write(tmp_path, [_boxed(box)], coord_base=base, decimals="full", sidecar=False)
    [image], _, _ = _read(tmp_path, coord_base=base)
    assert image.annotations[0].shape == box
    assert [loss.code for loss in report.losses] == ["id"]


def test_rounding_is_reported_for_the_rounded_alone(tmp_path: Path) -> None:
    report = _write(tmp_path, [_boxed(Box(0.5, 0.0, 2.0, 2.0), Box(1.0, 0.0, 2.0, 2.0))])
    [loss] = [loss for loss in report.losses if loss.code == "precision"]
    assert (loss.kind, loss.action, loss.count, loss.examples) == ("box", "0 decimals", 1, [_id(0)])


@pytest.mark.parametrize("corners", [("0", "1", "9", "9"), ("1.0", "1.0", "9.5", "9.0")])
def test_what_pixels_counted_from_one_cannot_mean_is_asked_about(tmp_path: Path, corners: tuple[str, ...]) -> None:
    _foreign(tmp_path, _boxes(*corners), "a")
    [image], problems, _ = _read(tmp_path)
    first = problems.kept[0]
    assert first.severity == "note"
    assert first.place == "object[0].bndbox"
    assert "coord_base=zero" in first.message
    assert image.annotations[0].shape.x == float(corners[0]) - 1  # type: ignore[union-attr]
    [image], problems, _ = _read(tmp_path, coord_base="zero")
    assert problems.kept == []
    assert image.annotations[0].shape.x == float(corners[0])  # type: ignore[union-attr]


@pytest.mark.parametrize("wrong", ["nan", "inf", "", "x", "1_0", "1e999999999", "٣"])
def test_what_is_no_number_is_left_out_with_its_place(tmp_path: Path, wrong: str) -> None:
    _foreign(tmp_path, _boxes(wrong, "1", "9", "9"), "a")
    [image], problems, _ = _read(tmp_path)
    assert image.annotations == []
    assert [(one.file, one.place) for one in problems.kept] == [("Annotations/a.xml", "object[0].bndbox.xmin")]


def test_a_box_that_ends_before_it_starts_is_left_out(tmp_path: Path) -> None:
    _foreign(tmp_path, _boxes("9", "1", "3", "9"), "a")
    [image], problems, _ = _read(tmp_path)
    assert image.annotations == []
    assert problems.kept[0].message == "ends before it starts"


def test_what_other_tools_say_is_kept_and_written_back(tmp_path: Path) -> None:
    _foreign(tmp_path / "one", _FOREIGN)
    [image], problems, header = _read(tmp_path / "one")
    assert problems.kept == []
    [person] = image.annotations
    assert person.shape == Box(7.0, 11.0, 345.0, 364.0)
    assert (person.truncated, person.difficult, person.occluded, person.origin) == (
        True,
        True,
        False,
        "imported",
    )
    assert person.foreign["voc"]["pose"] == "Left"
    report = _write(tmp_path / "two", [image], header.labels, sidecar=False)
    assert [loss.code for loss in report.losses] == ["id"]
    text = (tmp_path / "two" / "Annotations" / "b a.xml").read_text()
    for said in ("<folder>VOC2012</folder>", "<database>The VOC2007 Database</database>", "<depth>1</depth>"):
        assert said in text
    [again], _, _ = _read(tmp_path / "two")
    again.subset = image.subset
    assert again == image


def test_empty_and_not_annotated_are_different(tmp_path: Path) -> None:
    images = [Image("empty.jpg", 9, 9), Image("unseen.jpg", annotated=False)]
    report = _write(tmp_path, images, sidecar=False)
    assert not report
    assert not (tmp_path / "Annotations" / "unseen.xml").exists()
    read, _, _ = _read(tmp_path)
    assert read == images


def test_an_ending_that_only_the_image_tells_is_reported(tmp_path: Path) -> None:
    report = _write(tmp_path, [Image("unseen.png", annotated=False)], sidecar=False)
    assert [loss.code for loss in report.losses] == ["image.path"]
    (tmp_path / "JPEGImages").mkdir()
    (tmp_path / "JPEGImages" / "unseen.png").write_bytes(b"")
    [image], _, _ = _read(tmp_path)
    assert (image.path, image.annotated) == ("unseen.png", False)


@pytest.mark.parametrize("other", ["a.png", "A.jpg"])
def test_images_of_one_stem_collide(tmp_path: Path, other: str) -> None:
    writer = _writer(tmp_path, [])
    writer.add(Image("a.jpg"))
    with pytest.raises(FormatError, match="rename"):
        writer.add(Image(other))


def test_lists_of_single_classes_only_repeat(tmp_path: Path) -> None:
    _foreign(tmp_path, _FOREIGN.replace("b a", "x"), "x")
    sets = tmp_path / "ImageSets" / "Main"
    sets.mkdir(parents=True)
    (sets / "person_train.txt").write_text("x  1\ny -1\n")
    (sets / "trainval.txt").write_text("x\n")
    (sets / "val.txt").write_text("x\r\n")
    [image], _, _ = _read(tmp_path)
    assert (image.path, image.subset) == ("x.jpg", "validation")
    assert image.foreign["voc"]["sets"] == ["trainval"]


def test_unicode_spaces_and_folders_in_names(tmp_path: Path) -> None:
    images = [Image("Überzug 1/裂纹 a&b.png", 9, 9, subset="train"), Image("x.y.jpg", 9, 9)]
    _write(tmp_path, images, sidecar=False)
    read, _, _ = _read(tmp_path)
    assert sorted(read, key=lambda image: image.path) == sorted(images, key=lambda image: image.path)


def test_a_document_type_is_refused_with_its_file(tmp_path: Path) -> None:
    _foreign(tmp_path, '<!DOCTYPE a [<!ENTITY e "x">]><annotation>&e;</annotation>')
    images, problems, _ = _read(tmp_path)
    assert images == []
    assert "DOCTYPE" in problems.kept[0].message


def test_labels_keep_their_order_and_colours(tmp_path: Path) -> None:
    labels = [Label("z", "#ff0080"), Label("a b")]
    report = _write(tmp_path, [], [*labels, Label("x:y")], sidecar=False)
    assert [(loss.code, loss.examples) for loss in report.losses] == [("header.labels", ["x:y"])]
    _, _, header = _read(tmp_path)
    assert header.labels == labels


def test_a_rotated_box_is_dropped_and_comes_back_from_the_side_car(tmp_path: Path) -> None:
    before = _boxed(Box(1.0, 1.0, 5.0, 5.0))
    before.annotations.insert(0, Annotation(_id(7), "dent", RotatedBox(9.0, 9.0, 4.0, 2.0, 30.0)))
    report = _write(tmp_path, [before])
    assert ("object", "rotated_box", "dropped") in [(one.code, one.kind, one.action) for one in report.losses]
    [after], _, _ = _read(tmp_path)
    assert after == before


def test_an_edit_of_what_is_visible_wins_over_the_side_car(tmp_path: Path) -> None:
    before = _boxed(Box(1.25, 1.0, 5.0, 5.0))
    before.annotations[0].author = "ada@example.com"
    _write(tmp_path, [before])
    path = tmp_path / "Annotations" / "a.xml"
    path.write_text(path.read_text().replace("<xmax>6</xmax>", "<xmax>40</xmax>"))
    [after], _, _ = _read(tmp_path)
    assert after.annotations[0].shape == Box(1.0, 1.0, 39.0, 5.0)
    assert (after.annotations[0].id, after.annotations[0].author) == (_id(0), "ada@example.com")


def _masked() -> Image:
    hole = Mask(1, 1, 3, 2, [0, 4, 1, 1])
    square = Polygon([PolygonPart([6.0, 1.0, 9.0, 1.0, 9.0, 3.0, 6.0, 3.0])])
    image = Image("a.png", 12, 6, [Annotation(_id(0), "dent", Box(0.0, 0.0, 2.0, 2.0))])
    image.annotations += [Annotation(_id(1), "crack", hole), Annotation(_id(2), "dent", square)]
    return image


def test_masks_are_images_of_classes_and_numbers(tmp_path: Path) -> None:
    labels = [Label("dent", "#102030"), Label("crack")]
    report = _write(tmp_path, [_masked()], labels, masks=True, sidecar=False)
    classes = pngs.decode((tmp_path / "SegmentationClass" / "a.png").read_bytes())
    numbers = pngs.decode((tmp_path / "SegmentationObject" / "a.png").read_bytes())
    assert classes.pixels[1].tolist() == [0, 2, 2, 2, 0, 0, 1, 1, 1, 0, 0, 0]
    assert numbers.pixels[2].tolist() == [0, 2, 0, 2, 0, 0, 3, 3, 3, 0, 0, 0]
    assert classes.palette[1] == (0x10, 0x20, 0x30)
    images, problems, header = _read(tmp_path)
    assert problems.kept == []
    assert_only_reported(report, Set(Header(labels=labels), [_masked()]), Set(header, images))
    [_, crack, dent] = images[0].annotations
    assert crack.shape == Mask(1, 1, 3, 2, [0, 4, 1, 1])
    assert dent.shape == Mask(6, 1, 3, 2, [0, 6])


def test_masks_with_the_side_car(tmp_path: Path) -> None:
    before = Set(Header(labels=[Label("dent"), Label("crack")]), [_masked()])
    _write(tmp_path, before.images, before.header.labels, masks=True)
    images, problems, header = _read(tmp_path)
    assert_identical(before, Set(header, images), problems)


def test_masks_without_objects_take_their_label_from_the_colour(tmp_path: Path) -> None:
    (tmp_path / "SegmentationClass").mkdir()
    (tmp_path / "ImageSets" / "Segmentation").mkdir(parents=True)
    (tmp_path / "ImageSets" / "Segmentation" / "train.txt").write_text("a\n")
    (tmp_path / "labelmap.txt").write_text("background:0,0,0::\ncrack:0,128,0::\n")
    pixels = np.array([[0, 2, 255], [0, 2, 0]], np.uint8)
    (tmp_path / "SegmentationClass" / "a.png").write_bytes(pngs.encode(pixels, pngs.colormap()))
    [image], problems, _ = _read(tmp_path)
    assert problems.kept == []
    assert (image.width, image.height, image.annotated, image.subset) == (3, 2, True, "train")
    assert [(one.label, one.shape) for one in image.annotations] == [("crack", Mask(1, 0, 1, 2, [0, 2]))]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        _write(tmp_path / folder, [_masked()], [Label("dent"), Label("crack")], masks=True)
    names = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert len(names) == 7
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_guess_looks_inside(tmp_path: Path) -> None:
    _foreign(tmp_path, _FOREIGN)
    with open_source(tmp_path) as source:
        guess = FORMAT.guess(source)
    assert guess is not None
    assert guess.confidence > 0.9
    _foreign(tmp_path / "other", "<annotations/>")
    with open_source(tmp_path / "other") as source:
        assert FORMAT.guess(source) is None
