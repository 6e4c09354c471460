"""Owns the regions of Label Studio: which shape is which `value`, in percent of the image, in both directions."""

from __future__ import annotations

from typing import Any

from plumbline_formats import brush, geometry, masks, scalars
from plumbline_formats.documents import Document
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Box, Ellipse, Mask, Part, Point, Polygon, RotatedBox, Shape

BOX_OF_ROTATED = "box"
BRUSH_OF_POLYGON = "brush when it has holes or several parts"
SMALLEST_CROP = "brush on its smallest crop"
TYPES = ("rectangle", "ellipse", "polygon", "keypoint", "brush")
KINDS = {"rectangle": "box", "ellipse": "ellipse", "polygon": "polygon", "keypoint": "point", "brush": "mask"}
# Of a keypoint on screen, in percent of the image's width: Label Studio asks for one.
DOT = 0.5
_MEMBERS = {
    "rectangle": frozenset({"x", "y", "width", "height", "rotation"}),
    "ellipse": frozenset({"x", "y", "radiusX", "radiusY", "rotation"}),
    "polygon": frozenset({"points", "closed"}),
    "keypoint": frozenset({"x", "y", "width"}),
    "brush": frozenset({"format", "rle"}),
}


def members(kind: str) -> frozenset[str]:
    """Of a value of one of `TYPES`: what is read of it besides its labels."""
    return _MEMBERS[kind]


def written(shape: Shape, width: int, height: int) -> tuple[str, Document, str]:
    """One of `TYPES`, the value, and what becomes of a shape that Label Studio has no region for.

    Raises:
        Malformed: it has no place; nothing has on an image of unknown size.
    """
    if width <= 0 or height <= 0:
        raise Malformed("is on an image of unknown size, of which nothing can be a percentage")
    if isinstance(shape, Box):
        return "rectangle", _rectangle(shape.x, shape.y, shape, 0.0, width, height), ""
    if isinstance(shape, RotatedBox):
        x, y = geometry.top_left(shape)
        becomes = "" if shape.angle else BOX_OF_ROTATED
        return "rectangle", _rectangle(x, y, shape, shape.angle, width, height), becomes
    if isinstance(shape, Ellipse):
        value = {"x": shape.cx * 100 / width, "y": shape.cy * 100 / height}
        value |= {"radiusX": shape.rx * 100 / width, "radiusY": shape.ry * 100 / height, "rotation": shape.angle}
        return "ellipse", value, ""
    if isinstance(shape, Point):
        return "keypoint", {"x": shape.x * 100 / width, "y": shape.y * 100 / height, "width": DOT}, ""
    if isinstance(shape, Polygon):
        return _polygon(shape, width, height)
    if isinstance(shape, Mask):
        return "brush", {"format": "rle", "rle": brush.encode(shape, width, height)}, ""
    raise Malformed(f"has no region for a {shape.kind}")


def _rectangle(x: float, y: float, box: Box | RotatedBox, angle: float, width: int, height: int) -> Document:
    place = {"x": x * 100 / width, "y": y * 100 / height}
    return place | {"width": box.width * 100 / width, "height": box.height * 100 / height, "rotation": angle}


def _polygon(shape: Polygon, width: int, height: int) -> tuple[str, Document, str]:
    if len(shape.parts) == 1 and not shape.parts[0].holes:
        ring = shape.parts[0].outer
        points = [[x * 100 / width, y * 100 / height] for x, y in zip(ring[::2], ring[1::2], strict=True)]
        return "polygon", {"points": points, "closed": True}, ""
    mask = masks.of_polygon(shape, width, height)
    if not mask.counts:
        raise Malformed("covers no pixel")
    return "brush", {"format": "rle", "rle": brush.encode(mask, width, height)}, BRUSH_OF_POLYGON


def read(kind: str, value: Document, width: int, height: int) -> Shape:
    """The shape of a region of one of `TYPES`.

    Raises:
        Malformed: it is none; the place is below the value.
    """
    if kind == "brush":
        return _read_brush(value, width, height)
    if kind == "polygon":
        return _read_polygon(value, width, height)
    x, y = _number(value, "x") * width / 100, _number(value, "y") * height / 100
    if kind == "keypoint":
        return Point(x, y)
    angle = _number(value, "rotation") if "rotation" in value else 0.0
    if kind == "ellipse":
        rx, ry = _number(value, "radiusX") * width / 100, _number(value, "radiusY") * height / 100
        return Ellipse(x, y, rx, ry, geometry.turn(angle))
    across, down = _number(value, "width") * width / 100, _number(value, "height") * height / 100
    if not angle:
        return Box(x, y, across, down)
    return geometry.of_top_left(x, y, across, down, angle)


def _read_polygon(value: Document, width: int, height: int) -> Polygon:
    if value.get("closed", True) is not True:
        raise Malformed("is still open: close the polygon in Label Studio", ".closed")
    points = value.get("points")
    if not isinstance(points, list):
        raise Malformed("is no list", ".points")
    ring: list[float] = []
    for at, point in enumerate(points):
        try:
            x, y = scalars.points(list(point) if isinstance(point, list) else point, 1)
        except (Malformed, ValueError) as error:
            raise Malformed("needs x and y", f".points[{at}]") from error
        ring += [x * width / 100, y * height / 100]
    if len(ring) < 6:
        raise Malformed(f"needs at least 3 points, has {len(ring) // 2}", ".points")
    return Polygon([Part(ring)])


def _read_brush(value: Document, width: int, height: int) -> Mask:
    if value.get("format") != "rle":
        raise Malformed(f"is {value.get('format')!r}, expected 'rle'", ".format")
    mask: Mask = scalars.at(".rle", lambda rle: brush.decode(rle, width, height), value.get("rle"))
    return mask


def _number(value: Document, name: str) -> float:
    return float(scalars.member(value, name, scalars.number))


def size(result: Document) -> tuple[int, int]:
    """Width and height of the image that a result is about. Raises Malformed: it does not say, or was turned."""
    sides: list[Any] = [result.get("original_width"), result.get("original_height")]
    if not all(type(side) is int and side > 0 for side in sides):
        raise Malformed(f"is {sides[0]!r} x {sides[1]!r}, expected the size of the image", ".original_width")
    if result.get("image_rotation"):
        message = f"is {result['image_rotation']!r}: turn the image back in Label Studio, then export again"
        raise Malformed(message, ".image_rotation")
    return sides[0], sides[1]
