"""Owns the JSON form of shapes: `{<kind>: {...}}`. Every number is a float, but those of a mask, which are whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import Any

from plumbline_formats import scalars
from plumbline_formats.problems import Malformed
from plumbline_formats.scalars import each, member, number, whole
from plumbline_formats.shapes import (
    KINDS,
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

Document = dict[str, Any]


def of_shape(shape: Shape) -> Document:
    """`{kind: {...}}`."""
    if isinstance(shape, Box):
        return {"box": {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height}}
    if isinstance(shape, Polygon):
        parts = [{"outer": part.outer} | ({"holes": part.holes} if part.holes else {}) for part in shape.parts]
        return {"polygon": {"parts": parts}}
    if isinstance(shape, Skeleton):
        nodes = [{"name": n.name, "x": n.x, "y": n.y, "visibility": n.visibility} for n in shape.nodes]
        return {"skeleton": {"nodes": nodes}}
    return {shape.kind: {name: getattr(shape, name) for name in type(shape).__slots__}}


def to_shape(document: Any) -> Shape:
    """Raises Malformed: the document is no shape; its place is below it, such as `.box.x`."""
    if not isinstance(document, dict) or len(document) != 1:
        raise Malformed("needs exactly one shape, such as {'box': {...}}")
    [(kind, values)] = document.items()
    if kind not in _SHAPES:
        raise Malformed(f"is of kind {kind!r}; known are {', '.join(KINDS)}")
    try:
        _check_names(values, KINDS[kind])
        return _SHAPES[kind](values)
    except Malformed as error:
        raise Malformed(str(error), f".{kind}{error.place}") from error


def _check_names(document: Any, model: type) -> None:
    if not isinstance(document, dict):
        raise Malformed(f"is {scalars.type_of(document)}, expected an object")
    for name in document:
        if name not in model.__slots__:  # type: ignore[attr-defined]
            raise Malformed("is not known", f".{name}")


def _flat(shape: Callable[..., Shape]) -> Callable[[Document], Shape]:
    names: tuple[str, ...] = tuple(shape.__slots__)  # type: ignore[attr-defined]

    def read(document: Document) -> Shape:
        values = [document.get(name) for name in names]
        # of millions of shapes, nearly all are in order
        if not all(type(value) is float and isfinite(value) for value in values):
            values = [member(document, name, number) for name in names]
        return shape(*values)

    return read


def _polygon(document: Document) -> Polygon:
    return Polygon(member(document, "parts", lambda parts: each(parts, _part)))


def _part(document: Any) -> Part:
    ring = partial(scalars.points, least=3)
    _check_names(document, Part)
    holes = scalars.at(".holes", lambda holes: each(holes, ring), document.get("holes", []))
    return Part(member(document, "outer", ring), holes)


def _polyline(document: Document) -> Polyline:
    return Polyline(member(document, "points", partial(scalars.points, least=2)))


def _skeleton(document: Document) -> Skeleton:
    return Skeleton(member(document, "nodes", lambda nodes: each(nodes, _node)))


def _node(document: Any) -> Node:
    _check_names(document, Node)
    visibility = member(document, "visibility", whole)
    if visibility > 2:
        raise Malformed(f"is {visibility}, expected 0, 1 or 2", ".visibility")
    x, y = (member(document, name, number) for name in ("x", "y"))
    return Node(member(document, "name", scalars.text), x, y, visibility)


def _mask(document: Document) -> Mask:
    left, top, width, height = (member(document, name, whole) for name in ("left", "top", "width", "height"))
    counts = member(document, "counts", _counts)
    if sum(counts) != width * height:
        raise Malformed(f"has runs of {sum(counts)} pixels for {width} x {height}", ".counts")
    return Mask(left, top, width, height, counts)


def _counts(values: Any) -> list[int]:
    # a mask has thousands; one by one only for the place of a wrong one
    if isinstance(values, list) and set(map(type, values)) <= {int} and all(map(_RUNS.__contains__, values)):
        return values
    return each(values, whole)


_RUNS = range(2**63)
_SHAPES: dict[str, Callable[[Document], Shape]] = {
    "tag": lambda _document: Tag(),
    "box": _flat(Box),
    "rotated_box": _flat(RotatedBox),
    "polygon": _polygon,
    "polyline": _polyline,
    "point": _flat(Point),
    "skeleton": _skeleton,
    "ellipse": _flat(Ellipse),
    "mask": _mask,
}
