"""COCO out and in: what pycocotools reads of it, what it loses, what comes back."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO

from services.annotation import geometry
from services.annotation.formats import coco, coco_reader, masks
from services.annotation.formats.marks import ImageMarks

WIDTH, HEIGHT = 40, 30
LABELS = ["scratch", "dent"]


def made(number: int, kind: str, label: str = "dent", **shape: Any) -> dict[str, Any]:
    return geometry.canonical({"id": f"{number:032x}", "label": label, "geometry": {kind: shape}})


def image(*annotations: dict[str, Any], answers: dict[str, str] | None = None) -> ImageMarks:
    return ImageMarks(
        "ab" * 32, "ä b/tile.jpg", "site A", [], "train", WIDTH, HEIGHT, "sha256:x", list(annotations), answers or {}
    )


def written(*images: ImageMarks) -> tuple[bytes, list[str]]:
    target = BytesIO()
    writer = coco.Writer(LABELS, BytesIO(), BytesIO())
    writer.add(images)
    writer.close(target, "test")
    return target.getvalue(), writer.losses.sentences()


def holed() -> np.ndarray:
    pixels = np.zeros((HEIGHT, WIDTH), dtype=bool)
    pixels[3:20, 5:30] = True
    pixels[8:12, 10:15] = False
    return pixels


SHAPES = {
    "box": made(1, "box", x=1.1, y=2, width=3.3, height=4),
    "mask": made(2, "mask", **masks.encode(holed())),
    "polygon": made(3, "polygon", parts=[{"outer": [1, 1, 4, 1, 4, 3, 1, 3]}]),
    "holes": made(
        4,
        "polygon",
        parts=[
            {"outer": [0, 0, 20, 0, 20, 20, 0, 20], "holes": [{"points": [2, 2, 18, 2, 18, 18, 2, 18]}]},
            {"outer": [6, 6, 10, 6, 10, 10, 6, 10]},
        ],
    ),
    "rotated_box": made(5, "rotated_box", cx=20, cy=15, width=10, height=4, angle=90),
    "ellipse": made(6, "ellipse", cx=20, cy=15, rx=10, ry=5, angle=30),
    "skeleton": made(7, "skeleton", nodes=[{"name": "a", "x": 1, "y": 2, "visibility": 2}]),
    "polyline": made(8, "polyline", points=[1, 1, 9, 9]),
    "point": made(9, "point", x=1, y=1),
    "tag": made(10, "tag"),
}


def test_pycocotools_reads_a_mask_with_its_hole_and_does_not_ignore_it(tmp_path: Path) -> None:
    content, losses = written(image(SHAPES["mask"]))
    path = tmp_path / "coco.json"
    path.write_bytes(content)
    read = COCO(str(path))
    [annotation] = read.anns.values()
    assert annotation["iscrowd"] == 0
    assert np.array_equal(read.annToMask(annotation).astype(bool), holed())
    assert annotation["area"] == holed().sum()
    assert annotation["bbox"] == [5, 3, 25, 17]
    assert read.cats[annotation["category_id"]]["name"] == "dent"
    assert read.imgs[1]["file_name"] == "ä b/tile.jpg"
    assert losses == []


def test_pycocotools_reads_every_shape_that_has_a_place(tmp_path: Path) -> None:
    content, losses = written(image(*SHAPES.values()))
    path = tmp_path / "coco.json"
    path.write_bytes(content)
    read = COCO(str(path))
    areas = [annotation["area"] for annotation in read.anns.values()]
    assert len(areas) == 7
    assert areas[2] == 6
    assert read.annToMask(read.anns[4]).sum() == 400 - 256 + 16
    assert areas[4] == 40
    assert read.anns[5]["bbox"] == pytest.approx([18, 10, 4, 10])
    assert areas[5] == pytest.approx(np.pi * 50, rel=0.05)
    assert losses == [
        "1 ellipse -> polygon of 64 points",
        "1 point has no place, kept in x_plumb",
        "1 polygon with holes -> run lengths with iscrowd 0",
        "1 polyline has no place, kept in x_plumb",
        "1 rotated_box -> polygon of 4 corners",
        "1 tag has no place, kept in x_plumb",
    ]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_everything_comes_back_bit_by_bit(shape: dict[str, Any]) -> None:
    shape = {**shape, "attributes": {"depth": 1.5}, "confidence": 0.25, "origin": "MODEL"}
    content, losses = written(image(shape, answers={"clean": "no"}))
    [found], problems = coco_reader.read("f.json", content)
    assert problems == []
    assert found.annotations == [shape]
    assert found.answers == {"clean": "no"}
    assert found.image_sha256 == "ab" * 32
    assert any("answers" in loss for loss in losses)


def test_an_edited_file_wins_over_what_was_kept_aside_but_keeps_the_object() -> None:
    content, _ = written(image(SHAPES["rotated_box"]))
    document = json.loads(content)
    document["annotations"][0]["segmentation"] = [[1, 1, 9, 1, 9, 9, 1, 1]]
    [found], _ = coco_reader.read("f.json", json.dumps(document).encode())
    [annotation] = found.annotations
    assert annotation["geometry"] == {"polygon": {"parts": [{"outer": [1, 1, 9, 1, 9, 9], "holes": []}]}}
    assert annotation["id"] == SHAPES["rotated_box"]["id"]


def foreign(**annotation: Any) -> bytes:
    return json.dumps(
        {
            "images": [{"id": 7, "file_name": "a.jpg", "width": 5, "height": 4}],
            "categories": [{"id": 90, "name": "dent"}],
            "annotations": [{"id": 1, "image_id": 7, "category_id": 90, **annotation}],
        }
    ).encode()


def test_foreign_run_lengths_plain_and_compressed_mean_the_same() -> None:
    plain, _ = coco_reader.read("f", foreign(segmentation={"size": [4, 5], "counts": [5, 2, 2, 1, 3, 2, 5]}))
    packed, problems = coco_reader.read("f", foreign(segmentation={"size": [4, 5], "counts": "522O112"}, iscrowd=1))
    assert plain[0].annotations == packed[0].annotations
    assert packed[0].annotations[0]["geometry"]["mask"]["counts"] == "522O112"
    assert problems == ["f: annotations[0]: was a crowd region (iscrowd 1), taken as one object"]


@pytest.mark.parametrize(
    "members",
    [{}, {"bbox": [1, 2, 3]}, {"bbox": ["a", 1, 1, 1]}, {"category_id": 5}, {"segmentation": {"size": [1]}}],
)
def test_what_cannot_be_read_is_named_with_its_place(members: dict[str, Any]) -> None:
    found, problems = coco_reader.read("f.json", foreign(**members))
    assert found[0].annotations == []
    assert problems[0].startswith("f.json: annotations[0]")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"images":[1],"annotations":[],"categories":[]}'])
def test_what_is_no_coco_file_is_refused(content: bytes) -> None:
    found, problems = coco_reader.read("f.json", content)
    assert found == []
    assert "not COCO" in problems[0]
