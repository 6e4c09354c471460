"""Owns the objects of Datumaro's JSON: which shape is which `type`, in both directions. Does not know files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plumbline_formats import geometry, masks, scalars
from plumbline_formats.documents import Document
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import (
    Box,
    Ellipse,
    Mask,
    Node,
    Part,
    Point,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    Skeleton,
    Tag,
)

POLYGON_OF_BOX = "polygon of 4 corners"
POLYGON_OF_ELLIPSE = "polygon of 72 points when turned"
MASK_OF_POLYGON = "mask when it has holes or several parts"
SMALLEST_CROP = "mask on its smallest crop"
NAMES_OF_LABEL = "points without their names"
KNOWN = frozenset({"label", "bbox", "polygon", "polyline", "points", "ellipse", "mask"})
_VISIBLE = 2


def written(shape: Shape, width: int, height: int) -> tuple[Document, str]:
    """Members of the object that say the shape, and what becomes of a shape that Datumaro has no kind for.

    Raises:
        Malformed: it has no place, such as a mask on an image of unknown size.
    """
    if isinstance(shape, Tag):
        return {"type": "label"}, ""
    if isinstance(shape, Box):
        return {"type": "bbox", "bbox": [shape.x, shape.y, shape.width, shape.height]}, ""
    if isinstance(shape, RotatedBox):
        return _polygon(geometry.corners(shape)), POLYGON_OF_BOX
    if isinstance(shape, Polygon):
        return _written_polygon(shape, width, height)
    if isinstance(shape, Polyline):
        return {"type": "polyline", "points": shape.points}, ""
    if isinstance(shape, Ellipse):
        if shape.angle:
            return _polygon(geometry.outline(shape)), POLYGON_OF_ELLIPSE
        left, top, right, bottom = (shape.cx - shape.rx, shape.cy - shape.ry, shape.cx + shape.rx, shape.cy + shape.ry)
        return {"type": "ellipse", "points": [left, top, right, bottom]}, ""
    if isinstance(shape, Mask):
        return _written_mask(shape, width, height), ""
    nodes = [Node("", shape.x, shape.y, _VISIBLE)] if isinstance(shape, Point) else shape.nodes
    points = [number for node in nodes for number in (node.x, node.y)]
    return {"type": "points", "points": points, "visibility": [node.visibility for node in nodes]}, ""


def _polygon(points: list[float]) -> Document:
    return {"type": "polygon", "points": points}


def _written_polygon(shape: Polygon, width: int, height: int) -> tuple[Document, str]:
    if len(shape.parts) == 1 and not shape.parts[0].holes:
        return _polygon(shape.parts[0].outer), ""
    mask = masks.of_polygon(shape, width, height)
    if not mask.counts:
        raise Malformed("covers no pixel")
    return _written_mask(mask, width, height), MASK_OF_POLYGON


def _written_mask(mask: Mask, width: int, height: int) -> Document:
    counts = masks.pack(masks.to_coco(mask, width, height))
    return {"type": "mask", "rle": {"counts": counts, "size": [height, width]}}


def read(document: Document, nodes: Sequence[str]) -> Shape:
    """The shape of an object.

    Args:
        nodes: names of the points of its label, from the points categories; empty when there are none.

    Raises:
        Malformed: it is none; the place is below the object.
    """
    kind = document["type"]
    if kind == "label":
        return Tag()
    if kind == "bbox":
        return Box(*_numbers(document, "bbox", 4))
    if kind == "polygon":
        return Polygon([Part(_points(document, 3))])
    if kind == "polyline":
        return Polyline(_points(document, 2))
    if kind == "ellipse":
        left, top, right, bottom = _numbers(document, "points", 4)
        return Ellipse((left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2, 0.0)
    if kind == "mask":
        return _read_mask(document.get("rle"))
    return _read_points(document, nodes)


def _numbers(document: Document, name: str, count: int) -> list[float]:
    numbers: list[float] = scalars.at(f".{name}", scalars.numbers, document.get(name))
    if len(numbers) != count:
        raise Malformed(f"needs {count} numbers, has {len(numbers)}", f".{name}")
    return numbers


def _points(document: Document, least: int) -> list[float]:
    points: list[float] = scalars.at(".points", lambda value: scalars.points(value, least), document.get("points"))
    return points


def _read_mask(rle: Any) -> Mask:
    if not isinstance(rle, dict) or not isinstance(rle.get("size"), list) or len(rle["size"]) != 2:
        raise Malformed("needs counts and a size of height and width", ".rle")
    height, width = scalars.at(".rle.size", lambda size: scalars.each(size, scalars.whole), rle["size"])
    mask: Mask = scalars.at(".rle", lambda counts: masks.of_coco(counts, width, height), rle.get("counts"))
    return mask


def _read_points(document: Document, nodes: Sequence[str]) -> Shape:
    points = _points(document, 1)
    count = len(points) // 2
    visibility = document.get("visibility", [_VISIBLE] * count)
    if not isinstance(visibility, list) or len(visibility) != count:
        raise Malformed(f"needs {count} numbers, one of each point", ".visibility")
    if not all(type(value) is int and 0 <= value <= _VISIBLE for value in visibility):
        raise Malformed("has a number other than 0, 1 and 2", ".visibility")
    if nodes and len(nodes) != count:
        raise Malformed(f"has {count} points, its label has {len(nodes)}", ".points")
    if not nodes and visibility == [_VISIBLE]:
        return Point(*points)
    names = nodes or [str(at) for at in range(1, count + 1)]
    places = zip(names, points[::2], points[1::2], visibility, strict=True)
    return Skeleton([Node(*place) for place in places])
