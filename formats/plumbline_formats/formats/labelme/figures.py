"""Owns what LabelMe's kinds of shapes say, and what that makes of ours. Does not know labels or files."""

from __future__ import annotations

import binascii
import math
from base64 import b64decode, b64encode
from dataclasses import dataclass
from itertools import chain
from typing import Any

from plumbline_formats import decimals, geometry, masks, pngs, scalars
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
)

KINDS = {
    "box": "",
    "rotated_box": "",
    "polygon": "",
    "polyline": "",
    "point": "",
    "mask": "",
    "ellipse": "circle, or polygon of 72 points",
    "skeleton": "points",
}
_MAX_MASK_BYTES = 2**26
Pair = list[float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A shape as the format says it.

    Attributes:
        type: its `shape_type`.
        mask: PNG image of the crop, in base64; of masks only.
        action: for the loss report; empty when it is the same shape.
    """

    type: str
    points: list[Pair]
    mask: str | None = None
    action: str = ""

    @property
    def visible(self) -> Any:
        """What any reader sees of it."""
        return [self.type, [[float(x), float(y)] for x, y in self.points], self.mask]


def of_shape(shape: Shape, width: int, height: int) -> Figure | None:
    """What becomes of a shape on an image of this size; None when it has no place."""
    if isinstance(shape, Box):
        right, bottom = _sum(shape.x, shape.width), _sum(shape.y, shape.height)
        return Figure("rectangle", [[shape.x, shape.y], [right, bottom]])
    if isinstance(shape, RotatedBox):
        return Figure("oriented_rectangle", _pairs(geometry.corners(shape)))
    if isinstance(shape, Polyline):
        return Figure("linestrip", _pairs(shape.points))
    if isinstance(shape, Point):
        return Figure("point", [[shape.x, shape.y]])
    if isinstance(shape, Ellipse):
        return _of_ellipse(shape)
    if isinstance(shape, Skeleton):
        return _of_skeleton(shape)
    try:
        return _of_area(shape, width, height) if isinstance(shape, Polygon | Mask) else None
    except Malformed:
        return None


def _of_area(shape: Polygon | Mask, width: int, height: int) -> Figure | None:
    if isinstance(shape, Mask):
        return _of_mask(shape)
    if len(shape.parts) == 1 and not shape.parts[0].holes:
        return Figure("polygon", _pairs(shape.parts[0].outer))
    return _of_mask(masks.of_polygon(shape, width, height), "mask")


def _of_mask(mask: Mask, action: str = "") -> Figure | None:
    if min(mask.width, mask.height) < 1:
        return None
    # the second corner is the last pixel, not the one after it
    last = [float(mask.left + mask.width - 1), float(mask.top + mask.height - 1)]
    image = b64encode(pngs.encode(masks.to_array(mask))).decode()
    return Figure("mask", [[float(mask.left), float(mask.top)], last], image, action)


def _of_ellipse(shape: Ellipse) -> Figure:
    if shape.rx != shape.ry:
        return Figure("polygon", _pairs(geometry.outline(shape)), action="polygon of 72 points")
    rim = [_sum(shape.cx, shape.rx), shape.cy]
    # the turn of a circle cannot be seen, and is not said
    return Figure("circle", [[shape.cx, shape.cy], rim], action="circle" if shape.angle else "")


def _of_skeleton(shape: Skeleton) -> Figure | None:
    points = [[node.x, node.y] for node in shape.nodes if node.visibility]
    is_plain = [(node.name, node.visibility) for node in shape.nodes] == [
        (str(at), 2) for at in range(len(shape.nodes))
    ]
    return Figure("points", points, action="" if is_plain else "points") if points else None


def to_shape(kind: str, points: list[Pair], mask: Any) -> Shape:
    """Raises Malformed: an unknown kind, too few or too many points, or a damaged mask; places are below the shape."""
    least, most = _COUNTS.get(kind, (0, None))
    if kind not in _COUNTS:
        raise Malformed(f"is {kind[:40]!r}; known are {', '.join(_COUNTS)}", ".shape_type")
    if len(points) < least or (most is not None and len(points) > most):
        expected = f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
        raise Malformed(f"needs {expected} points for a {kind}, has {len(points)}", ".points")
    flat = list(chain.from_iterable(points))
    if kind == "rectangle":
        return _rectangle(points)
    if kind == "oriented_rectangle":
        return _oriented(flat)
    if kind == "polygon":
        return Polygon([Part(flat)])
    if kind in ("line", "linestrip"):
        return Polyline(flat)
    if kind == "point":
        return Point(*points[0])
    if kind == "points":
        return Skeleton([Node(str(at), x, y, 2) for at, (x, y) in enumerate(points)])
    return _circle(*points) if kind == "circle" else _mask(points, mask)


# Fewest and most points by kind.
_COUNTS: dict[str, tuple[int, int | None]] = {
    "polygon": (3, None),
    "rectangle": (2, 4),
    "oriented_rectangle": (4, 4),
    "point": (1, 1),
    "points": (1, None),
    "line": (2, 2),
    "linestrip": (2, None),
    "circle": (2, 2),
    "mask": (2, 2),
}


def pairs_of(points: Any) -> list[Pair]:
    """`[[x, y], ...]`. Raises Malformed: it is something else."""
    if not isinstance(points, list):
        raise Malformed("is missing or no list", ".points")
    pairs = []
    for at, pair in enumerate(points):
        try:
            numbers = scalars.numbers(list(pair) if isinstance(pair, list) else pair)
        except Malformed as error:
            raise Malformed(str(error), f".points[{at}]{error.place}") from error
        if len(numbers) != 2:
            raise Malformed(f"needs x and y, has {len(numbers)} numbers", f".points[{at}]")
        pairs.append(numbers)
    return pairs


def _rectangle(points: list[Pair]) -> Box:
    """Two opposite corners in any order, or all four."""
    across, down = {x for x, _ in points}, {y for _, y in points}
    if len(points) > 2 and (len(points) != 4 or len(across) != 2 or len(down) != 2):
        raise Malformed("is no upright rectangle: give two opposite corners", ".points")
    left, top = min(across), min(down)
    return Box(left, top, _difference(max(across), left), _difference(max(down), top))


def _oriented(flat: list[float]) -> RotatedBox | Polygon:
    try:
        return geometry.of_corners(flat)
    except Malformed:
        return Polygon([Part(flat)])


def _circle(center: Pair, rim: Pair) -> Ellipse:
    (cx, cy), (x, y) = center, rim
    radius = abs(_difference(x, cx)) if y == cy else math.hypot(x - cx, y - cy)
    return Ellipse(cx, cy, radius, radius, 0.0)


def _mask(points: list[Pair], image: Any) -> Mask:
    (left, right), (top, bottom) = (sorted(pair[axis] for pair in points) for axis in (0, 1))
    if left != int(left) or top != int(top) or min(left, top) < 0:
        raise Malformed("of a mask needs whole pixels inside the image", ".points")
    if not isinstance(image, str) or len(image) > _MAX_MASK_BYTES:
        raise Malformed(f"is no text of at most {_MAX_MASK_BYTES} characters", ".mask")
    try:
        content = b64decode(image, validate=True)
        size = pngs.size(content)
        # the second corner is the last pixel; some tools give the one after it
        if size not in ((right - left + 1, bottom - top + 1), (right - left, bottom - top)):
            raise Malformed(f"is an image of {size[0]} x {size[1]}, which does not fit its two corners")
        pixels = pngs.decode(content).pixels
        if pixels.ndim != 2:
            raise Malformed("is an image in colours, expected one of 0 and 1")
        return masks.of_array(pixels, int(left), int(top))
    except (binascii.Error, ValueError) as error:
        raise Malformed(
            f"is no base64 ({error})" if not isinstance(error, Malformed) else str(error), ".mask"
        ) from error


def _pairs(flat: list[float]) -> list[Pair]:
    return [[flat[at], flat[at + 1]] for at in range(0, len(flat), 2)]


def _sum(one: float, other: float) -> float:
    """Of the written digits, so that the difference is what it was."""
    return float(decimals.add(decimals.of(one), decimals.of(other)))


def _difference(one: float, other: float) -> float:
    return float(decimals.subtract(decimals.of(one), decimals.of(other)))
