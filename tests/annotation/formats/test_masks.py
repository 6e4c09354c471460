"""PNG masks in: exact pixels, and hostile files refused."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from services.annotation.formats import masks

CAP = 10_000


def png(pixels: np.ndarray, mode: str | None = None) -> bytes:
    buffer = BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(buffer, "PNG")
    return buffer.getvalue()


def ring() -> np.ndarray:
    pixels = np.zeros((12, 17), dtype=np.uint8)
    pixels[2:9, 3:10] = 255
    pixels[4:6, 5:7] = 0
    return pixels


def test_a_mask_with_a_hole_becomes_one_annotation_pixel_by_pixel() -> None:
    found = masks.read("folder/tile 1.png", png(ring()), "dent", CAP)
    [annotation] = found.annotations
    shape = annotation["geometry"]["mask"]
    decoded = coco_mask.decode({"size": [shape["height"], shape["width"]], "counts": shape["counts"]})
    assert np.array_equal(decoded.astype(bool), ring() > 0)
    assert (found.width, found.height, found.path) == (17, 12, "folder/tile 1.png")


def test_the_same_file_gives_the_same_object_again() -> None:
    first, second = (masks.read("a.png", png(ring()), "dent", CAP) for _ in range(2))
    assert first.annotations == second.annotations
    other = masks.read("a.png", png(ring()), "scratch", CAP)
    assert other.annotations[0]["id"] != first.annotations[0]["id"]


def test_an_empty_mask_says_that_the_image_holds_nothing() -> None:
    found = masks.read("a.png", png(np.zeros((5, 6), dtype=np.uint8)), "dent", CAP)
    assert found.annotations == []
    assert (found.width, found.height) == (6, 5)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "LA", "P", "I;16"])
def test_every_kind_of_png_counts_what_is_not_zero(mode: str) -> None:
    pixels = ring()
    content = png(pixels.astype(np.uint16) * 200) if mode == "I;16" else png(pixels, mode)
    assert np.array_equal(masks.decode(content, CAP), pixels > 0)


def test_what_is_no_png_or_too_big_is_refused() -> None:
    jpeg = BytesIO()
    Image.fromarray(ring()).save(jpeg, "JPEG")
    whole = png(np.random.default_rng(1).integers(0, 255, (40, 40), dtype=np.uint8))
    for content in (b"", b"text", jpeg.getvalue(), whole[: len(whole) // 2]):
        with pytest.raises(masks.Unreadable, match="no readable PNG"):
            masks.decode(content, CAP)
    with pytest.raises(masks.Unreadable, match="at most 100"):
        masks.decode(whole, 100)
