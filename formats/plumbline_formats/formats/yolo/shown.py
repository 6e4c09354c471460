"""Owns what a line can show of a shape in each task, and what that makes of other shapes. Does not know numbers."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline_formats import geometry
from plumbline_formats.formats.yolo import outlines
from plumbline_formats.losses import Carries
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

_AROUND = "box around it"
_TURNED_AROUND = "rotated_box around it"
EACH_PART = "an object for each part"
_KINDS = {
    "detect": {"box": "", "rotated_box": _AROUND, "polygon": _AROUND, "ellipse": _AROUND, "mask": _AROUND},
    "segment": {
        "polygon": "",
        "box": "polygon of 4 corners",
        "rotated_box": "polygon of 4 corners",
        "ellipse": "polygon of 72 points",
        "mask": EACH_PART,
    },
    "obb": {
        "rotated_box": "",
        "box": _TURNED_AROUND,
        "polygon": _TURNED_AROUND,
        "ellipse": _TURNED_AROUND,
        "mask": _TURNED_AROUND,
    },
    "pose": {"skeleton": ""},
}


def carries(task: str) -> Carries:
    """What a set for a task says; the size of an image is that of its file."""
    label = frozenset({"nodes"}) if task == "pose" else frozenset[str]()
    return Carries(image=frozenset({"subset", "width", "height"}), label=label, kinds=_KINDS[task])


@dataclass(frozen=True, slots=True)
class Shown:
    """What becomes of a shape: a shape for each line, none when it has no place.

    Attributes:
        action: for the loss report; empty when the shape is shown as it is.
    """

    shapes: list[Shape]
    action: str = ""


def show(shape: Shape, task: str, nodes: list[str]) -> Shown:
    """What a task shows of a shape; `nodes` are those of its label."""
    if task == "pose":
        return _pose(shape, nodes)
    if isinstance(shape, Skeleton | Polyline | Point | Tag):
        return Shown([])
    if task == "segment":
        return _segment(shape)
    action = _KINDS[task][shape.kind]
    if task == "obb":
        return _rotated(shape, action)
    if isinstance(shape, Box):
        return Shown([shape])
    box = _around(shape)
    return Shown([box], action) if box else Shown([])


def _around(shape: Shape) -> Box | None:
    try:
        extent = geometry.bounds(shape)
    except Malformed:
        return None
    if extent is None:
        return None
    left, top, right, bottom = map(float, extent)
    return Box(left, top, right - left, bottom - top)


def _rotated(shape: Shape, action: str) -> Shown:
    if isinstance(shape, RotatedBox):
        return Shown([shape])
    if isinstance(shape, Ellipse):
        return Shown([RotatedBox(shape.cx, shape.cy, 2 * shape.rx, 2 * shape.ry, shape.angle)], action)
    if isinstance(shape, Polygon) and [(len(part.outer), part.holes) for part in shape.parts] == [(8, [])]:
        # four corners are what a line says; whether they read back as a rectangle shows
        return Shown([shape])
    box = shape if isinstance(shape, Box) else _around(shape)
    if box is None:
        return Shown([])
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return Shown([RotatedBox(x, y, box.width, box.height, 0.0)], action)


def _segment(shape: Box | RotatedBox | Ellipse | Polygon | Mask) -> Shown:
    # A line has one ring. A bridge to a hole or another part would claim an outline that nobody drew, and a hole that
    # is left out leaves its object in place: so each part is a line of its own, without its holes.
    if isinstance(shape, Mask):
        try:
            found = outlines.of_mask(shape)
        except Malformed:
            return Shown([])
        return _parts(found.rings, ["polygon"], found.has_holes)
    if isinstance(shape, Polygon):
        return _parts([part.outer for part in shape.parts], [], any(part.holes for part in shape.parts))
    return Shown([geometry.to_polygon(shape)], _KINDS["segment"][shape.kind])


def _parts(rings: list[list[float]], actions: list[str], has_holes: bool) -> Shown:
    actions = [EACH_PART] if len(rings) > 1 else actions
    actions += ["without its holes"] if has_holes else []
    return Shown([Polygon([Part(ring)]) for ring in rings], ", ".join(actions))


def _pose(shape: Shape, nodes: list[str]) -> Shown:
    if not isinstance(shape, Skeleton) or not nodes:
        return Shown([])
    places = {node.name: node for node in shape.nodes}
    if len(places) < len(shape.nodes) or not places.keys() <= set(nodes):
        return Shown([])
    whole = Skeleton([places.get(name) or Node(name, 0.0, 0.0, 0) for name in nodes])
    return Shown([whole], "" if whole == shape else "skeleton with all nodes of its label")
