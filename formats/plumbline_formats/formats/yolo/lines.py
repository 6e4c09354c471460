"""Owns the numbers of a line: shapes to normalised texts and back. Does not know files or labels.

Numbers are computed as decimals, not as floats, so that what is read depends on the text alone: with enough digits a
shape reads back as the very same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Context, Decimal, DecimalException
from itertools import cycle

from plumbline_formats import geometry
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Box, Node, Part, Polygon, RotatedBox, Shape, Skeleton

TASKS = ("detect", "segment", "obb", "pose")
# Far beyond float64 both ways: a quotient that never ends is written with more digits than are read, so that the last
# one, which is not exact, is gone before two such numbers are subtracted.
_WRITING, _READING = Context(prec=60), Context(prec=30)
# digits that are tried in turn when nothing may be lost
_DIGITS = (17, 36)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_LONGEST = 200
_CLASS = re.compile(r"[0-9]{1,9}", re.ASCII)


def texts(shape: Shape, width: int, height: int, places: int | None, box: Box | None = None) -> list[str]:
    """The numbers of a line after its class.

    Args:
        places: digits behind the point; None for as many as it takes.
        box: of a pose, instead of the one around its nodes.
    """
    values = _values(shape, width, height, box)
    if places is not None:
        return [_fixed(value, places) for value in values]
    written: list[str] = []
    for digits in _DIGITS:
        written = [_significant(value, digits) for value in values]
        if shape_of(written, _task(shape), width, height, _nodes(shape)) == shape:
            break
    return written


def _fixed(value: Decimal | int, places: int) -> str:
    return str(value) if isinstance(value, int) else f"{value:z.{places}f}"


def _significant(value: Decimal | int, digits: int) -> str:
    return str(value) if isinstance(value, int) else f"{value:z.{digits}g}"


def _task(shape: Shape) -> str:
    return {"box": "detect", "polygon": "segment", "rotated_box": "obb", "skeleton": "pose"}[shape.kind]


def _nodes(shape: Shape) -> list[str]:
    return [node.name for node in shape.nodes] if isinstance(shape, Skeleton) else []


def _values(shape: Shape, width: int, height: int, box: Box | None) -> list[Decimal | int]:
    if isinstance(shape, Box):
        return [*_box(shape, width, height)]
    if isinstance(shape, RotatedBox):
        return [*_points(geometry.corners(shape), width, height)]
    if isinstance(shape, Polygon):
        return [*_points(shape.parts[0].outer, width, height)]
    if isinstance(shape, Skeleton):
        nodes: list[Decimal | int] = []
        for node in shape.nodes:
            nodes += [*_points([node.x, node.y], width, height), node.visibility]
        return [*_box(box or around(shape), width, height), *nodes]
    raise TypeError(shape.kind)


def around(skeleton: Skeleton) -> Box:
    """The box around the nodes that are labelled, around all when none is."""
    left, top, right, bottom = geometry.bounds(skeleton) or (0.0, 0.0, 0.0, 0.0)
    return Box(left, top, right - left, bottom - top)


def is_around(box: Shape, skeleton: Skeleton, size: int) -> bool:
    """Whether a box is the one around the nodes, but for rounding on an image of this size."""
    expected = around(skeleton)
    sides = zip(_sides(box), _sides(expected), strict=True) if isinstance(box, Box) else ()
    return all(abs(one - other) <= 1e-3 + 1e-5 * size for one, other in sides)


def _sides(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, box.width, box.height


def _box(box: Box, width: int, height: int) -> list[Decimal]:
    sides = [Decimal(side) for side in (box.width, box.height)]
    middles = [
        _WRITING.add(Decimal(start), _WRITING.divide(side, Decimal(2)))
        for start, side in zip((box.x, box.y), sides, strict=True)
    ]
    return [
        _WRITING.divide(value, Decimal(size)) for value, size in zip(middles + sides, (width, height) * 2, strict=True)
    ]


def _points(points: Sequence[float], width: int, height: int) -> list[Decimal]:
    sizes = cycle((Decimal(width), Decimal(height)))
    return [_WRITING.divide(Decimal(value), size) for value, size in zip(points, sizes, strict=False)]


def class_of(token: str) -> int:
    """Raises Malformed: it is no index of a class."""
    if not _CLASS.fullmatch(token):
        raise Malformed(f"starts with {token[:40]!r}, expected the index of a class")
    return int(token)


def task_of(count: int) -> str:
    """What a line says, told from how many numbers follow its class. Raises Malformed: that does not say it."""
    if count == 4:
        return "detect"
    if count == 8:
        raise Malformed(
            "has 9 numbers, a polygon of 4 points or a rotated box: read it with option task segment or task obb"
        )
    if count >= 6 and count % 2 == 0:
        return "segment"
    raise Malformed(f"has {count + 1} numbers, expected 5 for a box, or an odd count from 7 on for a polygon")


def shape_of(
    tokens: Sequence[str], task: str, width: int, height: int, nodes: Sequence[str] = (), dimensions: int = 3
) -> Shape:
    """The shape of the numbers after the class.

    Args:
        task: one of `TASKS`, or `auto` to tell it by the count.
        width, height: of the image, in pixels.
        nodes, dimensions: of a pose: names, and whether 2 or 3 numbers are given for each.

    Raises:
        Malformed: they are no numbers, or not as many as the task needs.
    """
    if task == "auto":
        task = task_of(len(tokens))
    if task == "pose":
        return _skeleton(tokens, width, height, nodes, dimensions)
    if task == "obb":
        _check_count(tokens, 8)
        return _rotated_box(_pixels(tokens, width, height), max(width, height))
    if task == "detect" or len(tokens) == 4:
        _check_count(tokens, 4)
        return _upright(tokens, width, height)
    if len(tokens) < 6 or len(tokens) % 2:
        raise Malformed(f"has {len(tokens) + 1} numbers, expected an odd count from 7 on for a polygon")
    return Polygon([Part(_pixels(tokens, width, height))])


def _check_count(tokens: Sequence[str], expected: int) -> None:
    if len(tokens) != expected:
        raise Malformed(f"needs {expected + 1} numbers, has {len(tokens) + 1}")


def _decimal(token: str) -> Decimal:
    if len(token) > _LONGEST or not _NUMBER.fullmatch(token):
        raise Malformed(f"has {token[:40]!r} where a number was expected")
    return Decimal(token)


def _float(value: Decimal) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise Malformed("has a number that is too large")
    return number


def _times(token: str, size: int) -> float:
    return _float(_READING.multiply(_decimal(token), Decimal(size)))


def _pixels(tokens: Sequence[str], width: int, height: int) -> list[float]:
    sizes = cycle((width, height))
    return [_times(token, size) for token, size in zip(tokens, sizes, strict=False)]


def _upright(tokens: Sequence[str], width: int, height: int) -> Box:
    sizes = (Decimal(width), Decimal(height)) * 2
    cx, cy, across, down = (_READING.multiply(_decimal(token), size) for token, size in zip(tokens, sizes, strict=True))
    if across < 0 or down < 0:
        raise Malformed(f"has a negative size: {tokens[2]} x {tokens[3]}")
    half = Decimal(2)
    try:
        left, top = (
            _READING.subtract(middle, _READING.divide(side, half)) for middle, side in ((cx, across), (cy, down))
        )
    except DecimalException as error:
        raise Malformed("has a number that is too large") from error
    return Box(_float(left), _float(top), _float(across), _float(down))


def _rotated_box(points: list[float], size: int) -> RotatedBox | Polygon:
    try:
        # five decimals are the fewest in use
        return geometry.of_corners(points, 1e-3 + 1e-5 * size)
    except Malformed:
        return Polygon([Part(points)])


def _skeleton(tokens: Sequence[str], width: int, height: int, names: Sequence[str], dimensions: int) -> Skeleton:
    count = (len(tokens) - 4) // dimensions
    if len(tokens) < 4 or (len(tokens) - 4) % dimensions or count < len(names):
        raise Malformed(f"needs {5 + dimensions * len(names)} numbers, has {len(tokens) + 1}")
    _upright(tokens[:4], width, height)
    nodes = []
    for at in range(count):
        x, y, *seen = tokens[4 + dimensions * at : 4 + dimensions * (at + 1)]
        place = _pixels([x, y], width, height)
        # without a third number, a negative place says that there is none
        visibility = _visibility(seen[0]) if seen else 0 if min(place) < 0 else 2
        nodes.append(Node(names[at] if at < len(names) else str(at), place[0], place[1], visibility))
    if any(node.visibility for node in nodes[len(names) :]):
        raise Malformed(f"has more nodes than the {len(names)} of its label")
    return Skeleton(nodes[: len(names)])


def _visibility(token: str) -> int:
    value = _decimal(token)
    if value not in (0, 1, 2):
        raise Malformed(f"has visibility {token[:40]}, expected 0, 1 or 2")
    return int(value)
