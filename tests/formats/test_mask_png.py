"""Masks in PNG images: each variant there and back, and trees as other tools make them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import HealthCheck, given, settings

from plumbline_formats import format, masks, pngs
from plumbline_formats.archive import FolderTarget, open_source
from plumbline_formats.formats.mask_png import FORMAT
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import Problems, Refused
from plumbline_formats.shapes import Box, Mask
from tests.formats import mask_tree
from tests.formats.roundtrip import there_and_back
from tests.formats.strategies import Set, sets

GOLDEN = Mask(1, 1, 3, 2, [0, 4, 1, 1])
_SETTINGS = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("variant", ["classes", "labels", "binary"])
@_SETTINGS
@given(before=sets())
def test_other_variants_lose_what_the_report_names_but_the_order(variant: str, before: Set) -> None:
    report, after, _problems = there_and_back(FORMAT, before, {"sidecar": False, "variant": variant}, "zip")
    gone = {example for loss in report.losses if loss.code == "object" for example in loss.examples}
    for image in before.images:
        labels = [one.label for one in image.annotations if one.id not in gone]
        [twin] = [found for found in after.images if found.path == image.path]
        if variant == "binary" and len(before.header.labels) > 1:
            labels = ["object" for _ in labels]
        assert sorted(one.label for one in twin.annotations) == sorted(labels)


def _read(folder: Path, options: dict[str, object] | None = None) -> tuple[Header, list[Image], Problems]:
    with open_source(folder) as source:
        reader = FORMAT.open(source, format.values(FORMAT.read_options, options or {}))
        return reader.header, list(reader), reader.problems


def _png(pixels: object, palette: list[tuple[int, int, int]] | None = None) -> bytes:
    return pngs.encode(np.array(pixels, np.uint8), palette)


def _files(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_tree_of_classes_with_masks_beside_the_images(tmp_path: Path) -> None:
    golden = masks.whole(GOLDEN, 5, 4) * 255
    files = {
        "crack/a.jpg": b"x",
        "crack/a.png": _png(golden),
        "fray/a.jpg": b"x",
        "fray/a.png": _png(np.zeros((4, 5))),
        "free/c.jpg": b"x",
        "new/d.jpg": b"x",
    }
    header, images, problems = _read(_files(tmp_path, files))
    found = {image.path: (image.annotated, [(one.label, one.shape) for one in image.annotations]) for image in images}
    assert found == {
        "crack/a.jpg": (True, [("crack", GOLDEN)]),
        "fray/a.jpg": (True, []),
        "free/c.jpg": (True, []),
        "new/d.jpg": (False, []),
    }
    assert [label.name for label in header.labels] == ["crack", "fray"]
    assert any("is read as beside" in problem.message for problem in problems.kept)


def test_grey_edges_are_cut_at_the_threshold_with_a_note(tmp_path: Path) -> None:
    _files(tmp_path, {"crack/a.jpg": b"x", "crack/a.png": _png([[0, 90, 200, 255]])})
    _header, [image], problems = _read(tmp_path)
    assert image.annotations[0].shape == Mask(2, 0, 2, 1, [0, 2])
    assert "2 grey pixels" in problems.kept[-1].message
    _header, [image], _problems = _read(tmp_path, {"threshold": 1})
    assert image.annotations[0].shape == Mask(1, 0, 3, 1, [0, 3])


def test_values_of_a_palette_are_labels_and_255_is_ignored(tmp_path: Path) -> None:
    files = {"m/a.png": _png([[0, 1, 255], [2, 2, 0]], [(0, 0, 0)]), "labels.txt": b"_background_\r\ncrack\r\nfray\r\n"}
    header, [image], problems = _read(_files(tmp_path, files))
    assert [label.name for label in header.labels] == ["crack", "fray"]
    assert [(one.label, one.shape) for one in image.annotations] == [
        ("crack", Mask(1, 0, 1, 1, [0, 1])),
        ("fray", Mask(0, 1, 2, 1, [0, 2])),
    ]
    assert "255" in problems.kept[-1].place


def test_colours_are_labels_by_the_list_of_colours(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    PIL.Image.fromarray(np.array([[[0, 0, 0], [9, 8, 7]]], np.uint8)).save(buffer, "PNG")
    _files(tmp_path, {"a.png": buffer.getvalue(), "label_colors.txt": b"0 0 0 Void\n9 8 7 deep crack\n"})
    _header, [image], _problems = _read(tmp_path)
    assert [(one.label, one.shape) for one in image.annotations] == [("deep crack", Mask(1, 0, 1, 1, [0, 1]))]


def test_an_edited_mask_wins_and_the_rest_of_its_object_stays(tmp_path: Path) -> None:
    annotation = Annotation("00000000-0000-4000-8000-000000000001", "crack", GOLDEN, attributes={"depth": 2.0})
    _write(tmp_path, [Image("a.jpg", 5, 4, [annotation])])
    edited = masks.whole(GOLDEN, 5, 4).astype(np.uint8)
    edited[0, 0] = 1
    (tmp_path / "instances/a.png").write_bytes(_png(edited, []))
    (tmp_path / "classes/a.png").write_bytes(_png(edited, []))
    _header, [image], _problems = _read(tmp_path)
    assert image.annotations[0].attributes == {"depth": 2.0}
    assert image.annotations[0].id == annotation.id
    assert image.annotations[0].shape == masks.tight(masks.of_array(edited))


def _write(folder: Path, images: list[Image], **options: object) -> object:
    assert FORMAT.create is not None
    header = Header(labels=[Label("crack"), Label("fray")])
    writer = FORMAT.create(FolderTarget(folder), header, format.values(FORMAT.write_options, options))
    for image in images:
        writer.add(image)
    writer.close()
    return writer.losses.sentences


def test_pixels_under_another_object_are_reported(tmp_path: Path) -> None:
    below = Annotation("00000000-0000-4000-8000-000000000001", "crack", Mask(0, 0, 4, 1, [0, 4]), z=0)
    above = Annotation("00000000-0000-4000-8000-000000000002", "fray", Mask(2, 0, 2, 1, [0, 2]), z=0)
    covered = Annotation("00000000-0000-4000-8000-000000000003", "fray", Box(3, 0, 1, 1), z=-1)
    said = _write(tmp_path, [Image("a.jpg", 5, 4, [below, above, covered])], sidecar=False)
    assert said == [
        "2 id dropped",
        "1 box -> hidden under others",
        "1 overlap of mask -> mask without what lies under others",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a" + b"\0" * 40, "is no PNG"),
        (_png([[1, 0]])[:40], "damaged"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xff\xff\xff\0\xff\xff\xff\x08\0\0\0\0" + b"\0" * 9, "pixels are read"),
    ],
)
def test_hostile_images_are_problems_with_a_place(tmp_path: Path, content: bytes, words: str) -> None:
    _files(tmp_path, {"crack/a.jpg": b"x", "crack/a.png": content})
    _header, [image], problems = _read(tmp_path)
    assert image.annotations == []
    assert [(one.file, words in one.message) for one in problems.kept if one.severity == "error"] == [
        ("crack/a.png", True)
    ]


def test_images_that_nothing_explains_are_refused(tmp_path: Path) -> None:
    _files(tmp_path, {"a.png": _png([[1, 0]])})
    with pytest.raises(Refused, match="variant"):
        _read(tmp_path)


def test_a_whole_tree_gives_all_masks(tmp_path: Path) -> None:
    folder = mask_tree.tree(tmp_path)
    expected = {}
    for path in folder.rglob("*.png"):
        if path.with_suffix(".jpg").exists():
            pixels = np.asarray(PIL.Image.open(path).convert("L")) >= 128
            expected[path.relative_to(folder).with_suffix(".jpg").as_posix()] = pixels
    assert expected
    _header, images, problems = _read(folder)
    found = {image.path: image for image in images}
    assert problems.errors == 0
    for name, pixels in expected.items():
        image = found[name]
        assert (image.height, image.width) == pixels.shape
        shown = masks.union([one.shape for one in image.annotations if isinstance(one.shape, Mask)])
        assert np.array_equal(masks.whole(shown, image.width, image.height), pixels)


@pytest.mark.parametrize(
    "line", ['{"path":["a"]}', '{"path":"a.jpg","objects":[{"plane":[],"value":{}}],"image":7}', "[]"]
)
def test_a_damaged_side_car_does_not_take_the_masks_away(tmp_path: Path, line: str) -> None:
    annotation = Annotation("00000000-0000-4000-8000-000000000001", "crack", GOLDEN)
    _write(tmp_path, [Image("a.jpg", 5, 4, [annotation])])
    aside = tmp_path / "masks.x_plumb.jsonl"
    aside.write_text(aside.read_text().splitlines()[0] + "\n" + line)
    _header, [image], _problems = _read(tmp_path)
    assert [(one.label, one.shape) for one in image.annotations] == [("crack", GOLDEN)]
