"""Owns masks in pixels: PNG files in, COCO run lengths in and out. Decodes what comes from outside with limits."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from pycocotools import mask as coco_mask

from services.annotation.formats.marks import FoundMarks, stable_id

Pixels = NDArray[np.bool_]


class Unreadable(ValueError):
    """A file that is no PNG mask; the message is a phrase that follows the file name."""


def read(name: str, content: bytes, label: str, pixel_cap: int) -> FoundMarks:
    """The object of one mask file: all pixels that are not zero, as one annotation.

    A mask without such a pixel says that the image was looked at and holds nothing.

    Raises:
        Unreadable: the file is no PNG, is damaged, or has more than `pixel_cap` pixels.
    """
    pixels = decode(content, pixel_cap)
    height, width = pixels.shape
    annotations: list[dict[str, Any]] = []
    if pixels.any():
        geometry = {"mask": encode(pixels)}
        annotations.append(
            {
                "id": stable_id(name, label, geometry, 0),
                "label": label,
                "geometry": geometry,
                "attributes": {},
                "origin": "IMPORTED",
                "confidence": 0.0,
            }
        )
    return FoundMarks(name, annotations, path=name, any_ending=True, width=width, height=height)


def decode(content: bytes, pixel_cap: int) -> Pixels:
    """Which pixels of a PNG are set, as bool (height, width): not zero in any channel but transparency."""
    try:
        # One decoder only, and the size is known before a pixel is decoded.
        with Image.open(BytesIO(content), formats=["PNG"]) as image:
            if image.width * image.height > pixel_cap:
                raise Unreadable(f"has {image.width} x {image.height} pixels, at most {pixel_cap} are read")
            samples = np.asarray(image)
            has_alpha = image.mode in ("LA", "RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("is no readable PNG image") from error
    if samples.ndim == 3:
        samples = samples[..., :-1] if has_alpha else samples
        return (samples != 0).any(axis=-1)
    return samples != 0


def encode(pixels: Pixels) -> dict[str, Any]:
    """A mask geometry of a bool array (height, width)."""
    encoded = coco_mask.encode(np.asfortranarray(pixels.astype(np.uint8)))
    height, width = pixels.shape
    return {"height": height, "width": width, "counts": encoded["counts"].decode("ascii")}


def of_rings(rings: list[list[float]], width: int, height: int) -> dict[str, Any]:
    """COCO's own rasterisation of rings that are joined into one object: `size` and `counts` (bytes)."""
    return coco_mask.merge(coco_mask.frPyObjects(rings, height, width))


def of_parts(parts: list[dict[str, Any]], width: int, height: int) -> dict[str, Any]:
    """A polygon with holes as COCO run lengths; part by part, so that an island inside a hole stays."""
    pixels = np.zeros((height, width), dtype=bool)
    for part in parts:
        inside = coco_mask.decode(of_rings([part["outer"]], width, height)).astype(bool)
        if part["holes"]:
            holes = [hole["points"] for hole in part["holes"]]
            inside &= ~coco_mask.decode(of_rings(holes, width, height)).astype(bool)
        pixels |= inside
    return coco_mask.encode(np.asfortranarray(pixels.astype(np.uint8)))


def area_and_box(encoded: dict[str, Any]) -> tuple[float, list[float]]:
    """Pixels set and the bounding box x, y, width, height of COCO run lengths."""
    return float(coco_mask.area(encoded)), [float(value) for value in coco_mask.toBbox(encoded)]
