"""Masks that come as PNG and go as COCO, judged by COCO's own evaluation: against themselves they are perfect."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from plumbline_formats import format, masks
from plumbline_formats.archive import SingleTarget, open_source
from plumbline_formats.formats import coco, mask_png
from plumbline_formats.model import Image
from plumbline_formats.shapes import Mask
from tests.formats import mask_tree


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mask_tree.tree(tmp_path_factory.mktemp("tree"))


@pytest.fixture(scope="module")
def images(folder: Path) -> list[Image]:
    with open_source(folder) as source:
        return list(mask_png.FORMAT.open(source, format.values(mask_png.FORMAT.read_options, {})))


@pytest.fixture(scope="module")
def truth(folder: Path, images: list[Image], tmp_path_factory: pytest.TempPathFactory) -> COCO:
    """The annotations as COCO's own code reads them."""
    path = tmp_path_factory.mktemp("coco") / "instances.json"
    with open_source(folder) as source, path.open("wb") as file:
        header = mask_png.FORMAT.open(source, format.values(mask_png.FORMAT.read_options, {})).header
        assert coco.FORMAT.create is not None
        writer = coco.FORMAT.create(SingleTarget(file), header, format.values(coco.FORMAT.write_options, {}))
        for image in images:
            writer.add(image)
        writer.close()
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def _average_precision(truth: COCO, found: list[dict[str, Any]]) -> float:
    detections = [
        {"score": 1.0, **{name: one[name] for name in ("image_id", "category_id", "segmentation")}} for one in found
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(truth, truth.loadRes(detections), "segm")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return float(evaluation.stats[0])


def test_annotations_against_themselves_are_perfect(truth: COCO) -> None:
    assert _average_precision(truth, truth.dataset["annotations"]) == 1.0


def test_a_missing_object_is_missed(truth: COCO) -> None:
    assert _average_precision(truth, truth.dataset["annotations"][1:]) < 1.0


def test_no_mask_is_ignored_and_each_has_its_pixels(images: list[Image], truth: COCO) -> None:
    written = truth.dataset["annotations"]
    shapes = [(image, one.shape) for image in images for one in image.annotations]
    assert len(written) == len(shapes) > 0
    for (image, shape), annotation in zip(shapes, written, strict=True):
        assert annotation["iscrowd"] == 0
        assert isinstance(shape, Mask)
        assert np.array_equal(truth.annToMask(annotation) != 0, masks.whole(shape, image.width, image.height))
        assert annotation["area"] == masks.area(shape)
        assert tuple(annotation["bbox"]) == masks.bounds(shape)


def test_images_without_objects_stay(images: list[Image], truth: COCO) -> None:
    assert len(truth.dataset["images"]) == len(images)
    assert any(not image.annotations and image.annotated for image in images)
