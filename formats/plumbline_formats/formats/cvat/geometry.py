"""Owns the geometry of CVAT's shapes as XML attributes, written and read.

A rotated box is `<box>` with its unrotated corners and `rotation` about its centre, clockwise in degrees; `rotation`
is there even when it is 0, so that it stays one. `<points>` of several points is a skeleton of nodes 1, 2, 3.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from plumbline_formats import decimals
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

Attributes = dict[str, str]
_CORNERS = ("xtl", "ytl", "xbr", "ybr")
_CENTRED = ("cx", "cy", "rx", "ry")
_CROP = ("left", "top", "width", "height")
_OF_NODES = ("label", "outside", "occluded", "points")
# XML attributes that say where a shape lies, by element.
NAMES: dict[str, frozenset[str]] = {
    "tag": frozenset(),
    "box": frozenset({*_CORNERS, "rotation"}),
    "ellipse": frozenset({*_CENTRED, "rotation"}),
    "polygon": frozenset({"points"}),
    "polyline": frozenset({"points"}),
    "points": frozenset({"points"}),
    "mask": frozenset({"rle", *_CROP}),
    "skeleton": frozenset(),
}


def write(shape: Shape, places: int | None) -> tuple[str, Attributes]:
    """Name of the element and its attributes, of everything but a skeleton and a polygon with holes or of parts."""
    if isinstance(shape, Box):
        return "box", _corners(shape.x, shape.width, shape.y, shape.height, places)
    if isinstance(shape, RotatedBox):
        return "box", _rotated(shape, places)
    if isinstance(shape, Ellipse):
        centred = {name: _text(getattr(shape, name), places) for name in _CENTRED}
        return "ellipse", centred | ({"rotation": _text(shape.angle, places)} if shape.angle else {})
    if isinstance(shape, Mask):
        crop = {name: str(getattr(shape, name)) for name in _CROP}
        return "mask", {"rle": ", ".join(map(str, shape.counts))} | crop
    if isinstance(shape, Polygon):
        return "polygon", {"points": _points(shape.parts[0].outer, places)}
    if isinstance(shape, Polyline):
        return "polyline", {"points": _points(shape.points, places)}
    if isinstance(shape, Point):
        return "points", {"points": _points((shape.x, shape.y), places)}
    if isinstance(shape, Skeleton):
        return "points", {"points": _points([at for node in shape.nodes for at in (node.x, node.y)], places)}
    return "tag", {}


def write_node(node: Node, places: int | None) -> Attributes:
    """Attributes of a node of a skeleton, in CVAT's order."""
    return {
        "label": node.name,
        "source": "manual",
        "outside": str(int(node.visibility == 0)),
        "occluded": str(int(node.visibility == 1)),
        "points": _points((node.x, node.y), places),
    }


def is_points(shape: Skeleton) -> bool:
    """Whether it is no more than several points, as `read` makes it."""
    return all(node.name == str(at) and node.visibility == 2 for at, node in enumerate(shape.nodes, 1))


def _text(value: float, places: int | None) -> str:
    return repr(value) if places is None else f"{value:.{places}f}"


def _points(flat: Sequence[float], places: int | None) -> str:
    numbers = [_text(value, places) for value in flat]
    return ";".join(f"{x},{y}" for x, y in zip(numbers[::2], numbers[1::2], strict=True))


def _corners(x: float, width: float, y: float, height: float, places: int | None) -> Attributes:
    if not (x % 1 or y % 1 or width % 1 or height % 1):
        whole = (x, y, x + width, y + height)
        return dict(zip(_CORNERS, (_text(value, places) for value in whole), strict=True))
    left, top = decimals.of(x), decimals.of(y)
    right, bottom = decimals.add(left, decimals.of(width)), decimals.add(top, decimals.of(height))
    texts = [decimals.text(value, places) for value in (left, top, right, bottom)]
    return dict(zip(_CORNERS, texts, strict=True))


def _rotated(shape: RotatedBox, places: int | None) -> Attributes:
    across, down = decimals.half(decimals.of(shape.width)), decimals.half(decimals.of(shape.height))
    cx, cy = decimals.of(shape.cx), decimals.of(shape.cy)
    values = (
        decimals.subtract(cx, across),
        decimals.subtract(cy, down),
        decimals.add(cx, across),
        decimals.add(cy, down),
    )
    corners = dict(zip(_CORNERS, (decimals.text(value, places) for value in values), strict=True))
    return corners | {"rotation": _text(shape.angle, places)}


def read(tag: str, said: Mapping[str, str]) -> Shape:
    """The shape of an element other than a skeleton; its numbers may be anything that is finite.

    Raises:
        Malformed: an attribute is missing or no number.
    """
    if tag == "tag":
        return Tag()
    if tag == "box":
        return _read_box(said)
    if tag == "ellipse":
        angle = decimals.turned(_decimal(said, "rotation")) if "rotation" in said else 0.0
        cx, cy, rx, ry = (float(_decimal(said, name)) for name in _CENTRED)
        return Ellipse(cx, cy, rx, ry, angle)
    if tag == "mask":
        return _read_mask(said)
    points = read_points(said)
    if tag == "polygon":
        return Polygon([Part(points)])
    if tag == "polyline":
        return Polyline(points)
    if len(points) == 2:
        return Point(points[0], points[1])
    places = zip(points[::2], points[1::2], strict=True)
    return Skeleton([Node(str(at), x, y, 2) for at, (x, y) in enumerate(places, 1)])


def read_points(said: Mapping[str, str]) -> list[float]:
    """Flat numbers of `points`. Raises Malformed."""
    text = said.get("points")
    if text is None:
        raise Malformed("is missing", ".points")
    pairs = [pair.split(",") for pair in text.split(";")] if text else []
    try:
        numbers = [float(number) for x, y in pairs for number in (x, y)]
    except ValueError as error:
        raise Malformed("is no list of x,y;x,y", ".points") from error
    if not all(map(math.isfinite, numbers)) or "_" in text:
        raise Malformed("has a number that is not finite", ".points")
    if not numbers:
        raise Malformed("has no point", ".points")
    return numbers


def _read_box(said: Mapping[str, str]) -> Shape:
    left, top, right, bottom = (_decimal(said, name) for name in _CORNERS)
    width, height = decimals.subtract(right, left), decimals.subtract(bottom, top)
    if "rotation" not in said:
        return Box(float(left), float(top), float(width), float(height))
    cx, cy = decimals.half(decimals.add(left, right)), decimals.half(decimals.add(top, bottom))
    angle = decimals.turned(_decimal(said, "rotation"))
    return RotatedBox(float(cx), float(cy), float(width), float(height), angle)


def _read_mask(said: Mapping[str, str]) -> Mask:
    crop = [_whole(said, name) for name in _CROP]
    text = said.get("rle")
    if text is None:
        raise Malformed("is missing", ".rle")
    try:
        counts = [int(count) for count in text.split(",")] if text.strip() else []
    except ValueError as error:
        raise Malformed("is no list of whole numbers", ".rle") from error
    return Mask(crop[0], crop[1], crop[2], crop[3], counts)


def _decimal(said: Mapping[str, str], name: str) -> Decimal:
    try:
        return decimals.read(said.get(name))
    except Malformed as error:
        raise Malformed(str(error), f".{name}") from error


def _whole(said: Mapping[str, str], name: str) -> int:
    value = _decimal(said, name)
    if value != value.to_integral_value() or value < 0:
        raise Malformed(f"is {said[name]!r}, expected whole pixels", f".{name}")
    return int(value)


def read_node(said: Mapping[str, str]) -> Node:
    """A node of a skeleton. Raises Malformed."""
    points = read_points(said)
    if len(points) != 2:
        raise Malformed(f"needs one point, has {len(points) // 2}", ".points")
    hidden = 1 if said.get("occluded") == "1" else 2
    visibility = 0 if said.get("outside") == "1" else hidden
    return Node(said.get("label", ""), points[0], points[1], visibility)


def visible(tag: str, label: str, said: Mapping[str, str], nodes: Sequence[Mapping[str, str]]) -> list[object]:
    """What any reader sees of a shape, as a JSON value."""
    where = {name: said[name] for name in NAMES[tag] if name in said}
    return [tag, label, where, [[node.get(name) for name in _OF_NODES] for node in nodes]]
