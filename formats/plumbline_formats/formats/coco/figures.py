"""Owns what a shape is in COCO: segmentation, bbox, area, keypoints; and what becomes of shapes that COCO lacks.

Masks and polygons with holes are run lengths with `iscrowd` 0: 1 would tell evaluations to ignore them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plumbline_formats import documents, geometry, masks, sidecar
from plumbline_formats.documents import Document
from plumbline_formats.model import Annotation, Image
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Box, Ellipse, Mask, Polygon, RotatedBox, Shape, Skeleton

ELLIPSE_POINTS = 72
MEASURED = "measured"
KINDS = {
    "box": "",
    "polygon": "",
    "mask": "",
    "skeleton": "",
    "rotated_box": "polygon of 4 corners",
    "ellipse": f"polygon of {ELLIPSE_POINTS} points",
}
_NO_OUTLINE: list[list[float]] = []
_HOLES = "mask with its holes (RLE, iscrowd=0)"


@dataclass(slots=True)
class Figure:
    """Members of an annotation; `becomes` is empty when the shape reads back as it is."""

    members: Document
    becomes: str = ""


def of_shape(annotation: Annotation, image: Image, nodes: list[str]) -> Figure | None:
    """What an object is in COCO; None when it has no place.

    Args:
        nodes: names of the keypoints of its category.
    """
    shape = annotation.shape
    try:
        if isinstance(shape, Box):
            figure: Figure | None = Figure(of_box(shape))
        elif isinstance(shape, Skeleton):
            figure = _of_skeleton(shape, nodes)
        elif isinstance(shape, Mask):
            figure = Figure(_of_mask(shape, image), "" if masks.tight(shape) == shape else "mask on its smallest crop")
        elif isinstance(shape, Polygon | RotatedBox | Ellipse):
            figure = _of_area(shape, image)
        else:
            return None
    except Malformed:
        # an image without a size, or a shape that reaches too far outside to be filled
        return None
    if figure is None:
        return None
    if nodes and not isinstance(shape, Skeleton):
        # evaluations of keypoints ask every object of such a category for them
        figure.members |= {"keypoints": [0] * 3 * len(nodes), "num_keypoints": 0}
    return figure


def of_box(shape: Box) -> Document:
    """A box alone: its area is that of the rectangle."""
    x, y, width, height = shape.x, shape.y, shape.width, shape.height
    return {"bbox": [x, y, width, height], "area": width * height, "segmentation": _NO_OUTLINE, "iscrowd": 0}


def measured(area: Any, bbox: Any, shape: Shape) -> Document:
    """The area and box that a foreign file gives a shape, to be written back while the shape stays as it is."""
    return {"area": area, "bbox": bbox, "shape": sidecar.seen(documents.of_shape(shape))}


def restore_measured(members: Document, kept: Any, shape: Shape) -> None:
    """Put what `measured` kept into an annotation."""
    if isinstance(kept, dict) and kept.get("shape") == sidecar.seen(documents.of_shape(shape)):
        members |= {name: kept[name] for name in ("area", "bbox") if kept.get(name) is not None}


def _of_area(shape: Polygon | RotatedBox | Ellipse, image: Image) -> Figure | None:
    polygon = geometry.to_polygon(shape, ELLIPSE_POINTS)
    if not polygon.parts or geometry.problem(polygon, 0, 0):
        return None
    if any(part.holes for part in polygon.parts):
        return Figure(_of_mask(masks.of_polygon(polygon, image.width, image.height), image), _HOLES)
    rings = [part.outer for part in polygon.parts]
    left, top, right, bottom = geometry.bounds(polygon) or (0.0, 0.0, 0.0, 0.0)
    members: Document = {
        "bbox": [left, top, right - left, bottom - top],
        "area": _area(polygon, rings, image),
        "segmentation": rings,
        "iscrowd": 0,
    }
    becomes = KINDS[shape.kind]
    if isinstance(shape, Polygon) and any(is_closed(ring) for ring in rings):
        becomes = "polygon without repeated points"
    return Figure(members, becomes)


def is_closed(ring: list[float]) -> bool:
    """Whether the first point is repeated at the end of a ring that has three points without it."""
    return len(ring) >= 8 and ring[:2] == ring[-2:]


def _area(polygon: Polygon, rings: list[list[float]], image: Image) -> float:
    try:
        return float(masks.filled_area(rings, image.width, image.height))
    except Malformed:
        return geometry.area(polygon)


def _of_mask(mask: Mask, image: Image) -> Document:
    runs = masks.to_coco(mask, image.width, image.height)
    around = masks.bounds(mask) or (0, 0, 0, 0)
    return {
        "bbox": [float(value) for value in around],
        "area": float(sum(runs[1::2])),
        "segmentation": {"size": [image.height, image.width], "counts": masks.pack(runs)},
        "iscrowd": 0,
    }


def _of_skeleton(shape: Skeleton, names: list[str]) -> Figure | None:
    nodes = shape.nodes
    is_same = [node.name for node in nodes] == names
    if is_same:
        keypoints = [value for node in nodes for value in (node.x, node.y, node.visibility)]
    else:
        by_name = {node.name: node for node in nodes}
        chosen = [by_name.get(name) for name in names]
        keypoints = [value for node in chosen for value in ((node.x, node.y, node.visibility) if node else (0, 0, 0))]
    if not any(keypoints):
        # that is how COCO says that there is no skeleton
        return None
    left, top, right, bottom = geometry.bounds(shape) or (0.0, 0.0, 0.0, 0.0)
    members: Document = {
        "bbox": [left, top, right - left, bottom - top],
        "area": (right - left) * (bottom - top),
        "segmentation": [],
        "iscrowd": 0,
        "keypoints": keypoints,
        "num_keypoints": sum(visibility > 0 for visibility in keypoints[2::3]),
    }
    return Figure(members, "" if is_same else "skeleton of its label's nodes")
