"""Owns turning annotations into class masks, image labels and COCO run lengths. Does not read image files.

Coordinates are pixels of the oriented full-resolution image; pixel i covers [i, i + 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from pycocotools import mask as coco

BACKGROUND = "background"
POLYLINE_WIDTH = 3
ELLIPSE_POINTS = 128


class BadAnnotation(ValueError):
    """An annotation that cannot be drawn on its image."""


def class_mask(annotations: Sequence[dict[str, Any]], labels: Sequence[str], height: int, width: int) -> np.ndarray:
    """Draw annotations into a uint8 mask (height, width): 0 is background, k is `labels[k - 1]`.

    Later annotations cover earlier ones. Labels that are not in `labels` and shapes without an area are left out.
    """
    if len(labels) > 254:
        raise BadAnnotation(f"{len(labels)} labels are too many for one mask; choose at most 254.")
    classes = {label: index for index, label in enumerate(labels, start=1)}
    drawn = np.zeros((height, width), dtype=np.uint8)
    for annotation in annotations:
        index = classes.get(annotation.get("label", ""))
        shape = area(annotation.get("geometry") or {}, height, width) if index else None
        if index and shape is not None:
            drawn[shape] = index
    return drawn


def image_label(annotations: Sequence[dict[str, Any]], labels: Sequence[str]) -> int:
    """The class of a whole image: 0 when nothing of `labels` is there, k for `labels[k - 1]`.

    A tag decides; without a tag the label with the largest total extent does.
    """
    classes = {label: index for index, label in enumerate(labels, start=1)}
    extents: dict[int, float] = {}
    for annotation in annotations:
        index = classes.get(annotation.get("label", ""))
        geometry = annotation.get("geometry") or {}
        if index and ("tag" in geometry or not geometry):
            return index
        if index:
            extents[index] = extents.get(index, 0.0) + extent(geometry)
    return min(extents, key=lambda index: (-extents[index], index)) if extents else 0


def area(geometry: dict[str, Any], height: int, width: int) -> np.ndarray | None:
    """The pixels a geometry covers as bool (height, width); None for geometries without an area (tag, point)."""
    if "mask" in geometry:
        return _decoded(geometry["mask"], height, width)
    if "polygon" in geometry:
        covered = np.zeros((height, width), dtype=bool)
        for part in geometry["polygon"].get("parts", ()):
            inside = _filled(_ring(part.get("outer", ())), height, width)
            for hole in part.get("holes", ()):
                inside &= ~_filled(_ring(hole), height, width)
            covered |= inside
        return covered
    if "polyline" in geometry:
        return _stroke(_ring(geometry["polyline"].get("points", ())), height, width)
    outline = _outline(geometry)
    return None if outline is None else _filled(outline, height, width)


def extent(geometry: dict[str, Any]) -> float:
    """The size of a geometry in square pixels, good enough to compare two shapes of one image."""
    if "mask" in geometry:
        return float(coco.area(_run_lengths(geometry["mask"])))
    if "polygon" in geometry:
        rings = [_ring(part.get("outer", ())) for part in geometry["polygon"].get("parts", ())]
        return sum(_shoelace(ring) for ring in rings)
    outline = _outline(geometry)
    return 0.0 if outline is None else _shoelace(outline)


def encode_mask(mask: np.ndarray) -> dict[str, Any]:
    """A bool mask (height, width) as mask geometry: height, width and the COCO compressed run lengths."""
    encoded = coco.encode(np.asfortranarray(mask, dtype=np.uint8))
    return {"height": mask.shape[0], "width": mask.shape[1], "counts": encoded["counts"].decode("ascii")}


def _run_lengths(mask: dict[str, Any]) -> dict[str, Any]:
    counts = mask.get("counts", "")
    return {
        "size": [int(mask.get("height", 0)), int(mask.get("width", 0))],
        "counts": counts.encode("ascii") if isinstance(counts, str) else counts,
    }


def _decoded(mask: dict[str, Any], height: int, width: int) -> np.ndarray:
    run_lengths = _run_lengths(mask)
    if run_lengths["size"] != [height, width]:
        found = " x ".join(str(side) for side in run_lengths["size"])
        raise BadAnnotation(f"A mask of {found} pixels lies on an image of {height} x {width}; draw it again.")
    return coco.decode(run_lengths).astype(bool)


def _outline(geometry: dict[str, Any]) -> list[float] | None:
    if "box" in geometry:
        box = geometry["box"]
        left, top = box.get("x", 0.0), box.get("y", 0.0)
        right, bottom = left + box.get("width", 0.0), top + box.get("height", 0.0)
        return [left, top, right, top, right, bottom, left, bottom]
    if "rotated_box" in geometry:
        box = geometry["rotated_box"]
        half_width, half_height = box.get("width", 0.0) / 2, box.get("height", 0.0) / 2
        corners = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        return _turned(box, [(x * half_width, y * half_height) for x, y in corners])
    if "ellipse" in geometry:
        ellipse = geometry["ellipse"]
        steps = (2 * math.pi * step / ELLIPSE_POINTS for step in range(ELLIPSE_POINTS))
        rx, ry = ellipse.get("rx", 0.0), ellipse.get("ry", 0.0)
        return _turned(ellipse, [(rx * math.cos(step), ry * math.sin(step)) for step in steps])
    return None


def _turned(shape: dict[str, Any], offsets: list[tuple[float, float]]) -> list[float]:
    angle = math.radians(shape.get("angle", 0.0))
    cosine, sine = math.cos(angle), math.sin(angle)
    cx, cy = shape.get("cx", 0.0), shape.get("cy", 0.0)
    return [value for x, y in offsets for value in (cx + x * cosine - y * sine, cy + x * sine + y * cosine)]


def _ring(points: Any) -> list[float]:
    """Flat coordinates of a ring, which may come bare or as a message with `points`."""
    return list(points.get("points", ())) if isinstance(points, dict) else list(points)


def _filled(ring: list[float], height: int, width: int) -> np.ndarray:
    if len(ring) < 6:
        return np.zeros((height, width), dtype=bool)
    return coco.decode(coco.merge(coco.frPyObjects([ring], height, width))).astype(bool)


def _stroke(points: list[float], height: int, width: int) -> np.ndarray:
    canvas = Image.new("1", (width, height))
    ImageDraw.Draw(canvas).line(points, fill=1, width=POLYLINE_WIDTH)
    return np.array(canvas, dtype=bool)


def _shoelace(ring: list[float]) -> float:
    x, y = np.asarray(ring[0::2]), np.asarray(ring[1::2])
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
