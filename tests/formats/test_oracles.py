"""Other libraries read what we write, and we read what they write; where they disagree, an option says so.

What they say is recorded (`make oracles` asks them again): no test needs a gigabyte of other people's libraries.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plumbline_formats import format, masks
from plumbline_formats.archive import open_source
from plumbline_formats.model import Annotation
from plumbline_formats.registry import FORMATS
from plumbline_formats.shapes import Box, Mask
from tests.formats.oracles import cases, peers, record

_SAID: dict[str, Any] = json.loads(record.READ.read_text())
_CORNERS = sorted([peers.LABELS[label], x, y, x + w, y + h] for label, x, y, w, h in peers.BOXES)
_PLAIN = [{"kind": "bbox", "label": peers.LABELS[label], "numbers": [x, y, w, h]} for label, x, y, w, h in peers.BOXES]
_FRACTIONS = {"kind": "bbox", "label": "crack", "numbers": [3.25, 1.5, 4.75, 2.0]}
_HOLE = {"kind": "mask", "label": "crack", "area": 5, "box": [1.0, 1.0, 3.0, 2.0]}
_RING = {"kind": "polygon", "label": "crack", "numbers": cases.RING}
_TURNED = {"kind": "rotated_bbox", "label": "crack", "numbers": [10.0, 8.0, 6.0, 4.0, 30.0]}


def _sorted(objects: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in objects)


@pytest.mark.parametrize("question", [*cases.QUESTIONS], ids=" ".join)
def test_the_recording_is_of_what_we_write_today(question: tuple[str, str], tmp_path: Path) -> None:
    options, shapes = cases.QUESTIONS[question]
    digest = cases.write(question[1], options, shapes, tmp_path)
    assert _SAID[" ".join(question)]["given"] == digest, "what is written changed: run `make oracles`"


@pytest.mark.parametrize(
    ("name", "objects"),
    [
        ("voc", _PLAIN),
        ("cvat", [*_PLAIN, _FRACTIONS, _HOLE, _RING, _TURNED]),
        ("datumaro", [*_PLAIN, _FRACTIONS, _HOLE, _RING]),
    ],
)
def test_datumaro_reads_ours(name: str, objects: list[dict[str, Any]]) -> None:
    found = _SAID[f"datumaro {name}"]["found"]
    assert _sorted(found["tile"]) == _sorted(objects)
    assert found["empty"] == []


def test_datumaro_reads_our_coco_with_the_hole_and_no_crowd() -> None:
    found = _SAID["datumaro coco"]["found"]["tile"]
    assert not any(one.pop("is_crowd") for one in found), "evaluation would ignore the object"
    # this reader makes a second object of the bounding box of each polygon and mask
    around = [
        {"kind": "bbox", "label": "crack", "numbers": [4.0, 8.0, 5.0, 4.5]},
        {"kind": "bbox", "label": "crack", "numbers": [1.0, 1.0, 3.0, 2.0]},
    ]
    assert _sorted(found) == _sorted([*_PLAIN, _FRACTIONS, _HOLE, _RING, *around])


@pytest.mark.parametrize("name", ["coco", "voc", "yolo"])
def test_supervision_reads_ours(name: str) -> None:
    found = _SAID[f"supervision {name}"]["found"]
    assert [box[0] for box in found["tile"]] == [box[0] for box in _CORNERS]
    for box, expected in zip(found["tile"], _CORNERS, strict=True):
        assert box[1:] == pytest.approx(expected[1:], abs=1e-4)
    assert found["empty"] == []


def test_label_studio_reads_our_brush() -> None:
    rows = [[y, x] for y, x in zip(*peers.hole_mask().nonzero(), strict=True)]
    assert _SAID["label_studio label_studio"]["found"] == [rows]


def _objects(library: str, name: str, options: dict[str, Any] | None = None) -> list[Annotation]:
    """What we read of the image that a library wrote."""
    kind = FORMATS[name]
    with open_source(record.RECORDED / f"{library}-{name}") as source:
        reader = kind.open(source, format.values(kind.read_options, options or {}))
        images = {Path(image.path).stem: image for image in reader}
    assert [str(problem) for problem in reader.problems.kept if problem.severity == "error"] == []
    return images["tile"].annotations


def _boxes(objects: list[Annotation]) -> list[tuple[str, float, float, float, float]]:
    return [
        (one.label, one.shape.x, one.shape.y, one.shape.width, one.shape.height)
        for one in objects
        if isinstance(one.shape, Box)
    ]


_WRITTEN = [(peers.LABELS[label], *box) for label, *box in peers.BOXES]


@pytest.mark.parametrize(
    ("library", "name", "options"),
    [
        ("datumaro", "coco", {}),
        ("datumaro", "cvat", {}),
        ("datumaro", "datumaro", {}),
        # the same boxes in the same format, from base 0 and from base 1
        ("datumaro", "voc", {"coord_base": "zero"}),
        ("supervision", "voc", {}),
        ("supervision", "coco", {}),
    ],
)
def test_we_read_boxes_of_others(library: str, name: str, options: dict[str, Any]) -> None:
    assert sorted(_boxes(_objects(library, name, options))) == sorted(_WRITTEN)


@pytest.mark.parametrize("name", ["coco", "cvat", "datumaro"])
def test_we_read_datumaros_mask_with_its_hole(name: str) -> None:
    [mask] = [one.shape for one in _objects("datumaro", name) if isinstance(one.shape, Mask)]
    assert (masks.whole(mask, *peers.SIZE) == peers.hole_mask()).all()


def test_we_read_label_studios_brush() -> None:
    [brush] = _objects("label_studio", "label_studio")
    assert isinstance(brush.shape, Mask)
    assert sum(brush.shape.counts[1::2]) == 5
