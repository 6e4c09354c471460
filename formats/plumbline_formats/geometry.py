"""Owns what can be computed from shapes alone: corners, outlines, bounds, areas, and whether a shape makes sense.

Does not know any file format, and never changes a shape. Rings and points are flat, `[x0, y0, x1, y1, ...]`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from plumbline_formats import masks
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import (
    Box,
    Ellipse,
    Mask,
    Part,
    Point,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    Skeleton,
    Tag,
)

_RIGHT_ANGLES = {0.0: (1.0, 0.0), 90.0: (0.0, 1.0), 180.0: (-1.0, 0.0), 270.0: (0.0, -1.0)}
Extent = tuple[float, float, float, float]


def turn(angle: float) -> float:
    """The same angle in [0, 360); what is in there already is returned as it is."""
    turned = angle % 360.0
    # the remainder of a tiny negative number rounds up to 360
    return 0.0 if turned >= 360.0 else turned


def corners(box: RotatedBox) -> list[float]:
    """Four corners: the box's own top-left, then clockwise on screen."""
    x, y = box.width / 2, box.height / 2
    cos, sin = _direction(box.angle)
    offsets = ((-x, -y), (x, -y), (x, y), (-x, y))
    return [at for dx, dy in offsets for at in (box.cx + dx * cos - dy * sin, box.cy + dx * sin + dy * cos)]


def of_corners(points: Sequence[float], tolerance: float = 1e-3) -> RotatedBox:
    """The rectangle of four corners, the first its own top-left; given counter-clockwise, they are taken backwards.

    Args:
        tolerance: pixels that a corner may lie away from the rectangle's.

    Raises:
        Malformed: they make no rectangle; as a polygon they can be kept as they are.
    """
    if len(points) != 8 or not all(map(math.isfinite, points)):
        raise Malformed(f"needs four corners, has {len(points)} numbers")
    x0, y0, x1, y1, x2, y2, x3, y3 = points
    if (x1 - x0) * (y3 - y0) - (y1 - y0) * (x3 - x0) < 0:
        x1, y1, x3, y3 = x3, y3, x1, y1
    # opposite sides together, so that rounded corners count alike
    right, down = ((x1 - x0 + x2 - x3) / 2, (y1 - y0 + y2 - y3) / 2), ((x3 - x0 + x2 - x1) / 2, (y3 - y0 + y2 - y1) / 2)
    width, height = math.hypot(*right), math.hypot(*down)
    # the longer side says the angle more exactly
    angle = math.atan2(right[1], right[0]) if width >= height else math.atan2(-down[0], down[1])
    box = RotatedBox((x0 + x1 + x2 + x3) / 4, (y0 + y1 + y2 + y3) / 4, width, height, turn(math.degrees(angle)))
    apart = max(abs(a - b) for a, b in zip(corners(box), (x0, y0, x1, y1, x2, y2, x3, y3), strict=True))
    if apart > tolerance:
        raise Malformed(f"has corners up to {apart:.3g} pixels away from a rectangle")
    return box


def top_left(box: RotatedBox) -> tuple[float, float]:
    """The box's own top-left corner, about which some tools turn it."""
    x, y, *_ = corners(box)
    return x, y


def of_top_left(x: float, y: float, width: float, height: float, angle: float) -> RotatedBox:
    """A box that is turned about its top-left corner."""
    cos, sin = _direction(angle)
    cx, cy = x + (width * cos - height * sin) / 2, y + (width * sin + height * cos) / 2
    return RotatedBox(cx, cy, width, height, turn(angle))


def outline(shape: Ellipse, points: int = 72) -> list[float]:
    """A ring of points on an ellipse, clockwise on screen from the end of its first axis."""
    cos, sin = _direction(shape.angle)
    ring = []
    for step in range(points):
        along = _direction(360.0 * step / points)
        dx, dy = shape.rx * along[0], shape.ry * along[1]
        ring += [shape.cx + dx * cos - dy * sin, shape.cy + dx * sin + dy * cos]
    return ring


def to_polygon(shape: Box | RotatedBox | Ellipse | Polygon, points: int = 72) -> Polygon:
    """The area as a polygon: four corners of a box, `points` of an ellipse."""
    if isinstance(shape, Polygon):
        return shape
    if isinstance(shape, Ellipse):
        return Polygon([Part(outline(shape, points))])
    if isinstance(shape, RotatedBox):
        return Polygon([Part(corners(shape))])
    right, bottom = shape.x + shape.width, shape.y + shape.height
    return Polygon([Part([shape.x, shape.y, right, shape.y, right, bottom, shape.x, bottom])])


def bounds(shape: Shape) -> Extent | None:
    """Left, top, right and bottom; None when it covers nothing. Nodes that are absent do not count."""
    if isinstance(shape, Box):
        return shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
    if isinstance(shape, Ellipse):
        cos, sin = _direction(shape.angle)
        dx = math.hypot(shape.rx * cos, shape.ry * sin)
        dy = math.hypot(shape.rx * sin, shape.ry * cos)
        return shape.cx - dx, shape.cy - dy, shape.cx + dx, shape.cy + dy
    if isinstance(shape, Mask):
        around = masks.bounds(shape)
        return around and (around[0], around[1], around[0] + around[2], around[1] + around[3])
    points = _points(shape)
    if not points:
        return None
    return min(points[::2]), min(points[1::2]), max(points[::2]), max(points[1::2])


def area(shape: Shape) -> float:
    """Square pixels; of a polygon, outer rings less their holes; 0 of what has no area."""
    if isinstance(shape, Box | RotatedBox):
        return shape.width * shape.height
    if isinstance(shape, Ellipse):
        return math.pi * shape.rx * shape.ry
    if isinstance(shape, Mask):
        return masks.area(shape)
    if isinstance(shape, Polygon):
        return sum(ring_area(part.outer) - sum(map(ring_area, part.holes)) for part in shape.parts)
    return 0.0


def ring_area(ring: Sequence[float]) -> float:
    """Square pixels inside a ring that does not cross itself."""
    # around its first point, so that far coordinates do not cost digits
    x, y = [at - ring[0] for at in ring[::2]], [at - ring[1] for at in ring[1::2]]
    return abs(math.fsum(x[i - 1] * y[i] - x[i] * y[i - 1] for i in range(len(x)))) / 2


def problem(shape: Shape, width: int, height: int) -> str:
    """What is wrong with a shape on an image of this size (0 when unknown), as a phrase; empty when nothing is."""
    if isinstance(shape, Mask):
        return _problem_of_mask(shape, width, height)
    if not all(map(math.isfinite, _numbers(shape))):
        return "has a number that is not finite"
    if isinstance(shape, Box | RotatedBox) and min(shape.width, shape.height) < 0:
        return f"has a negative size: {shape.width} x {shape.height}"
    if isinstance(shape, Ellipse) and min(shape.rx, shape.ry) < 0:
        return f"has a negative half axis: {shape.rx}, {shape.ry}"
    if isinstance(shape, Polygon):
        rings = [ring for part in shape.parts for ring in (part.outer, *part.holes)]
        return _too_short(rings, 3) if rings else "has no part"
    if isinstance(shape, Polyline):
        return _too_short([shape.points], 2)
    if isinstance(shape, Skeleton) and not shape.nodes:
        return "has no node"
    return ""


def outside(shape: Shape, width: int, height: int) -> bool:
    """Whether some of it lies outside an image of this size; never when the size is unknown."""
    extent = bounds(shape)
    if extent is None or width <= 0 or height <= 0:
        return False
    left, top, right, bottom = extent
    return left < 0 or top < 0 or right > width or bottom > height


def _direction(angle: float) -> tuple[float, float]:
    angle = turn(angle)
    return _RIGHT_ANGLES.get(angle) or (math.cos(math.radians(angle)), math.sin(math.radians(angle)))


def _points(shape: Shape) -> list[float]:
    if isinstance(shape, RotatedBox):
        return corners(shape)
    if isinstance(shape, Polygon):
        return [number for part in shape.parts for number in part.outer]
    if isinstance(shape, Polyline):
        return shape.points
    if isinstance(shape, Point):
        return [shape.x, shape.y]
    if isinstance(shape, Skeleton):
        return [number for node in shape.nodes if node.visibility for number in (node.x, node.y)]
    return []


def _numbers(shape: Shape) -> Iterable[float]:
    if isinstance(shape, Polygon):
        return [number for part in shape.parts for ring in (part.outer, *part.holes) for number in ring]
    if isinstance(shape, Polyline):
        return shape.points
    if isinstance(shape, Skeleton):
        return [number for node in shape.nodes for number in (node.x, node.y)]
    return [] if isinstance(shape, Tag) else [getattr(shape, name) for name in type(shape).__slots__]


def _too_short(lines: Iterable[Sequence[float]], least: int) -> str:
    wrong = next((line for line in lines if len(line) % 2 or len(line) < 2 * least), None)
    return "" if wrong is None else f"needs x, y of at least {least} points, has {len(wrong)} numbers"


def _problem_of_mask(mask: Mask, width: int, height: int) -> str:
    try:
        masks.check_counts(mask)
        if width > 0 and height > 0:
            masks.check_inside(mask, width, height)
    except Malformed as error:
        return str(error)
    return ""
