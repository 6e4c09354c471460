"""Owns the annotations of a Zillin file: which shape is which `Type`, in both directions.

Public are the names of the types alone; the members beside them are a form of ours in the same style.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plumbline_formats import geometry, masks, scalars
from plumbline_formats.documents import Document
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Box, Ellipse, Mask, Part, Point, Polygon, Polyline, RotatedBox, Shape

BRUSH_OF_POLYGON = "brush when it has holes or several parts"
POLYGON_OF_ELLIPSE = "polygon of 72 points"
KINDS = {
    "Point": "point",
    "Rectangle": "box",
    "Polyline": "polyline",
    "Polygon": "polygon",
    "RotatedRectangle": "rotated_box",
    "Brush": "mask",
}
TYPES = {kind: type_ for type_, kind in KINDS.items()} | {"ellipse": "Polygon"}
_RECTANGLE = {"X": "x", "Y": "y", "Width": "width", "Height": "height"}
_ROTATED = {"CenterX": "cx", "CenterY": "cy", "Width": "width", "Height": "height", "Angle": "angle"}
_BRUSH = {"Left": "left", "Top": "top", "Width": "width", "Height": "height"}
_LEAST = {"Point": 1, "Polyline": 2, "Polygon": 3}
_BY_TYPE = {"Rectangle": frozenset(_RECTANGLE), "RotatedRectangle": frozenset(_ROTATED)}
_BY_TYPE |= {"Brush": frozenset(_BRUSH) | {"Runs"}} | dict.fromkeys(_LEAST, frozenset({"Points"}))


def members(type_: str) -> frozenset[str]:
    """Of an annotation of one of `KINDS`: what says its shape, with the type itself."""
    return _BY_TYPE[type_] | {"Type"}


def written(shape: Shape, width: int, height: int) -> tuple[Document, str]:
    """Members that say the shape, and what becomes of a shape that Zillin has no type for.

    Raises:
        Malformed: it has no place.
    """
    if isinstance(shape, Box):
        return _flat("Rectangle", shape, _RECTANGLE), ""
    if isinstance(shape, RotatedBox):
        return _flat("RotatedRectangle", shape, _ROTATED), ""
    if isinstance(shape, Mask):
        return _flat("Brush", shape, _BRUSH) | {"Runs": shape.counts}, ""
    if isinstance(shape, Ellipse):
        return _dotted("Polygon", geometry.outline(shape)), POLYGON_OF_ELLIPSE
    if isinstance(shape, Point):
        return _dotted("Point", [shape.x, shape.y]), ""
    if isinstance(shape, Polyline):
        return _dotted("Polyline", shape.points), ""
    if not isinstance(shape, Polygon):
        raise Malformed(f"has no type for a {shape.kind}")
    if len(shape.parts) == 1 and not shape.parts[0].holes:
        return _dotted("Polygon", shape.parts[0].outer), ""
    mask = masks.of_polygon(shape, width, height)
    if not mask.counts:
        raise Malformed("covers no pixel")
    return _flat("Brush", mask, _BRUSH) | {"Runs": mask.counts}, BRUSH_OF_POLYGON


def points(document: Document) -> int:
    """What a written annotation adds to the sum of points: its corners, none of a brush."""
    return {"Rectangle": 4, "RotatedRectangle": 4, "Brush": 0}.get(document["Type"], len(document.get("Points", ())))


def _flat(type_: str, shape: Shape, names: dict[str, str]) -> Document:
    return {"Type": type_} | {key: getattr(shape, name) for key, name in names.items()}


def _dotted(type_: str, numbers: list[float]) -> Document:
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return {"Type": type_, "Points": [{"X": x, "Y": y} for x, y in pairs]}


def read(document: Document) -> Shape:
    """The shape of an annotation of one of `KINDS`. Raises Malformed: it is none; the place is below it."""
    type_ = document["Type"]
    if type_ == "Rectangle":
        return Box(*_numbers(document, _RECTANGLE))
    if type_ == "RotatedRectangle":
        cx, cy, width, height, angle = _numbers(document, _ROTATED)
        return RotatedBox(cx, cy, width, height, geometry.turn(angle))
    if type_ == "Brush":
        return _read_brush(document)
    numbers = _read_points(document.get("Points"), _LEAST[type_])
    if type_ == "Point":
        if len(numbers) != 2:
            raise Malformed(f"needs one point, has {len(numbers) // 2}", ".Points")
        return Point(*numbers)
    return Polyline(numbers) if type_ == "Polyline" else Polygon([Part(numbers)])


def _numbers(document: Document, names: Iterable[str]) -> list[float]:
    return [scalars.member(document, key, scalars.number) for key in names]


def _read_points(listed: Any, least: int) -> list[float]:
    if not isinstance(listed, list) or len(listed) < least:
        raise Malformed(f"needs at least {least} points", ".Points")
    pairs = scalars.at(".Points", lambda points: scalars.each(points, _pair), listed)
    return [number for pair in pairs for number in pair]


def _pair(point: Any) -> list[float]:
    return _numbers(scalars.members(point, "X and Y"), ("X", "Y"))


def _read_brush(document: Document) -> Mask:
    left, top, width, height = (scalars.member(document, key, scalars.whole) for key in _BRUSH)
    mask = Mask(left, top, width, height, document.get("Runs", []))
    try:
        masks.check_counts(mask)
    except Malformed as error:
        raise Malformed(str(error), ".Runs") from error
    return mask
