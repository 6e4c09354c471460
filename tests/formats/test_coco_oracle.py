"""What we write, judged by COCO's own code: it loads, decodes to the same pixels, and is perfect against itself."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from plumbline_formats import format, masks
from plumbline_formats.archive import SingleTarget
from plumbline_formats.formats.coco import FORMAT
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.shapes import Box, Mask, Node, Part, Polygon, Shape, Skeleton

_WIDTH, _HEIGHT = 96, 80
_FISH = Label("fish", nodes=["head", "tail", "fin"], edges=[(0, 1), (1, 2)])


def _ring_mask(left: int, top: int, side: int) -> Mask:
    """A square with a hole."""
    pixels = np.ones((side, side), bool)
    pixels[side // 4 : side // 2, side // 4 : side // 2] = False
    return masks.of_array(pixels, left, top)


def _shapes(number: int) -> list[Shape]:
    at = float(5 * number)
    square = [at, at, at + 30.0, at, at + 30.0, at + 30.0, at, at + 30.0]
    hole = [at + 5.0, at + 5.0, at + 15.0, at + 5.0, at + 15.0, at + 15.0]
    return [
        _ring_mask(3 * number, 2 * number, 24),
        Polygon([Part(square, [hole])]),
        Polygon([Part(square), Part([60.0, 2.5, 90.25, 2.5, 75.0, 20.0])]),
    ]


@pytest.fixture(scope="module")
def images() -> list[Image]:
    made = []
    for number in range(6):
        annotations = [
            Annotation(f"00000000-0000-7000-8000-{number:06x}{at:06x}", "pore", shape)
            for at, shape in enumerate(_shapes(number))
        ]
        nodes = [Node("head", 10.0, 12.0, 2), Node("tail", 40.5, 30.0, 1), Node("fin", 20.0, 25.0, 2)]
        annotations.append(Annotation(f"00000000-0000-7000-8000-{number:06x}ffffff", "fish", Skeleton(nodes)))
        made.append(Image(f"{number}.png", _WIDTH, _HEIGHT, annotations))
    return made


@pytest.fixture(scope="module", params=[True, False], ids=["side-car", "plain"])
def truth(images: list[Image], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> COCO:
    path = tmp_path_factory.mktemp("coco") / "a.json"
    assert FORMAT.create is not None
    with path.open("wb") as file:
        options = format.values(FORMAT.write_options, {"sidecar": request.param})
        writer = FORMAT.create(SingleTarget(file), Header(labels=[Label("pore"), _FISH]), options)
        for image in images:
            writer.add(image)
        writer.close()
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def _precision(truth: COCO, kind: str, category: str, members: tuple[str, ...]) -> float:
    [category_id] = truth.getCatIds(catNms=[category])
    chosen = truth.loadAnns(truth.getAnnIds(catIds=[category_id]))
    found = [{"score": 1.0} | {name: one[name] for name in ("image_id", "category_id", *members)} for one in chosen]
    if kind == "segm":
        # results have run lengths only
        for one, shown in zip(found, chosen, strict=True):
            runs = truth.annToRLE(shown)
            counts = runs["counts"]
            one["segmentation"] = runs | {"counts": counts if isinstance(counts, str) else counts.decode()}
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(truth, truth.loadRes(json.loads(json.dumps(found))), kind)
        evaluation.params.catIds = [category_id]
        evaluation.params.kpt_oks_sigmas = np.full(3, 0.05)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    assert len(found) >= 6
    return float(evaluation.stats[0])


def test_masks_decode_to_the_same_pixels(truth: COCO, images: list[Image]) -> None:
    for image_id, image in zip(truth.getImgIds(), images, strict=True):
        documents = truth.loadAnns(truth.getAnnIds(imgIds=[image_id]))
        ours = image.annotations[0].shape
        assert isinstance(ours, Mask)
        assert np.array_equal(truth.annToMask(documents[0]).astype(bool), masks.whole(ours, _WIDTH, _HEIGHT))
        for document in documents[:3]:
            runs = truth.annToRLE(document)
            assert document["area"] == coco_mask.area(runs)
            assert document["iscrowd"] == 0
            if isinstance(document["segmentation"], dict):
                assert document["bbox"] == coco_mask.toBbox(runs).tolist()


def test_masks_with_holes_are_perfect_against_themselves(truth: COCO) -> None:
    assert _precision(truth, "segm", "pore", ("segmentation",)) == 1.0


def test_boxes_are_perfect_against_themselves(truth: COCO) -> None:
    assert _precision(truth, "bbox", "pore", ("bbox",)) == 1.0


def test_keypoints_are_perfect_against_themselves(truth: COCO) -> None:
    assert _precision(truth, "keypoints", "fish", ("keypoints",)) == 1.0


def test_cocos_own_code_sees_the_categories(truth: COCO) -> None:
    [fish] = truth.loadCats(truth.getCatIds(catNms=["fish"]))
    assert (fish["keypoints"], fish["skeleton"]) == (["head", "tail", "fin"], [[1, 2], [2, 3]])


def test_a_box_alone_is_perfect_too(tmp_path: Path) -> None:
    image = Image(
        "a.png", 20, 20, [Annotation("00000000-0000-7000-8000-000000000001", "pore", Box(1.5, 2.0, 9.0, 8.0))]
    )
    path = tmp_path / "a.json"
    assert FORMAT.create is not None
    with path.open("wb") as file:
        options = format.values(FORMAT.write_options, {})
        writer = FORMAT.create(SingleTarget(file), Header(labels=[Label("pore")]), options)
        for number in range(6):
            image.path = f"{number}.png"
            writer.add(image)
        writer.close()
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(path))
    assert _precision(truth, "bbox", "pore", ("bbox",)) == 1.0
