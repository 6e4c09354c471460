"""Owns the shapes of annotations. Does not know any file format.

Coordinates are float64 pixels of the oriented full-resolution image, exactly as written: nothing is rounded or clipped.
The origin is the top-left corner of the top-left pixel, and pixel i covers [i, i + 1). Angles are degrees, clockwise on
screen (y grows downwards), in [0, 360).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(slots=True)
class Tag:
    """A label of the whole image."""

    kind: ClassVar[str] = "tag"


@dataclass(slots=True)
class Box:
    """An upright rectangle by its top-left corner and size."""

    x: float
    y: float
    width: float
    height: float
    kind: ClassVar[str] = "box"


@dataclass(slots=True)
class RotatedBox:
    """A rectangle by centre, size and turn; its corners start at the box's own top-left and go clockwise."""

    cx: float
    cy: float
    width: float
    height: float
    angle: float
    kind: ClassVar[str] = "rotated_box"


@dataclass(slots=True)
class Part:
    """One outer ring and its holes, each `[x0, y0, x1, y1, ...]`; rings do not repeat their first point."""

    outer: list[float]
    holes: list[list[float]] = field(default_factory=list)


@dataclass(slots=True)
class Polygon:
    """An area of one or more parts."""

    parts: list[Part]
    kind: ClassVar[str] = "polygon"


@dataclass(slots=True)
class Polyline:
    """An open line, `[x0, y0, x1, y1, ...]`."""

    points: list[float]
    kind: ClassVar[str] = "polyline"


@dataclass(slots=True)
class Point:
    """One place."""

    x: float
    y: float
    kind: ClassVar[str] = "point"


@dataclass(slots=True)
class Node:
    """A place of a skeleton; `visibility` is 0 absent, 1 labelled but hidden, 2 visible (COCO keypoints)."""

    name: str
    x: float
    y: float
    visibility: int


@dataclass(slots=True)
class Skeleton:
    """Named nodes; the edges between them belong to the label."""

    nodes: list[Node]
    kind: ClassVar[str] = "skeleton"


@dataclass(slots=True)
class Ellipse:
    """An ellipse by centre, half axes and turn."""

    cx: float
    cy: float
    rx: float
    ry: float
    angle: float
    kind: ClassVar[str] = "ellipse"


@dataclass(slots=True)
class Mask:
    """Pixels of a crop of the image: run lengths, row by row from its top-left pixel, the first of background.

    `left`, `top`, `width`, `height` are whole pixels; the counts sum to `width * height`.
    """

    left: int
    top: int
    width: int
    height: int
    counts: list[int]
    kind: ClassVar[str] = "mask"


Shape = Tag | Box | RotatedBox | Polygon | Polyline | Point | Skeleton | Ellipse | Mask
KINDS: dict[str, type[Shape]] = {
    shape.kind: shape for shape in (Tag, Box, RotatedBox, Polygon, Polyline, Point, Skeleton, Ellipse, Mask)
}
