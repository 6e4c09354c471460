"""Owns annotations: their canonical form and what makes one valid on an image. Standard library only.

Coordinates are float64 pixels of the oriented full-resolution image, kept as drawn: nothing is rounded or clipped.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Shape = dict[str, Any]

TOOL_OF = {
    "box": "BOX",
    "rotated_box": "ROTATED_BOX",
    "polygon": "POLYGON",
    "polyline": "POLYLINE",
    "point": "POINT",
    "skeleton": "SKELETON",
    "ellipse": "ELLIPSE",
    "mask": "BRUSH",
    "tag": "TAG",
}
ORIGINS = ("HUMAN", "MODEL", "IMPORTED")
POINT_LIMIT = 100_000
# Bytes as JSON of what an annotation keeps of a file beside what has a place.
FOREIGN_LIMIT = 64 * 1024

_FLAT = {
    "box": ("x", "y", "width", "height"),
    "rotated_box": ("cx", "cy", "width", "height", "angle"),
    "point": ("x", "y"),
    "ellipse": ("cx", "cy", "rx", "ry", "angle"),
    "tag": (),
}
_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
# Lengths of one run never need more 5-bit groups than this; more would be a bomb of big integers.
_GROUP_LIMIT = 7


class Malformed(ValueError):
    """A shape that cannot be read; the message is a phrase that follows the place of the shape."""


def canonical(annotation: Mapping[str, Any]) -> dict[str, Any]:
    """The annotation with numbers as floats and nothing unknown in it.

    The keys of `_OPTIONAL` are there only where they say something: what was digested before there were such keys
    keeps its digest. All others are always there.

    Raises:
        Malformed: a part is missing or has the wrong type.
    """
    try:
        [(kind, shape)] = annotation["geometry"].items()
        document = {
            "id": str(annotation["id"]),
            "label": str(annotation["label"]),
            "geometry": {kind: _canonical_shape(kind, shape)},
            "attributes": floats(annotation.get("attributes") or {}),
            "origin": annotation.get("origin") or "HUMAN",
            "confidence": float(annotation.get("confidence") or 0),
        }
        document |= {name: read(annotation[name]) for name, read in _OPTIONAL.items() if annotation.get(name)}
    except Malformed:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Malformed(f"is not an annotation ({type(error).__name__}: {error})") from error
    if document["origin"] not in ORIGINS or not isinstance(document["attributes"], dict):
        raise Malformed("has an unknown origin, or attributes that are no object")
    if not all(isinstance(part, dict) for part in document.get("foreign", {}).values()):
        raise Malformed("has foreign parts that are no objects")
    return document


def _canonical_shape(kind: str, shape: Mapping[str, Any]) -> Shape:
    if kind in _FLAT:
        return {name: float(shape[name]) for name in _FLAT[kind]}
    if kind == "polygon":
        return {"parts": [_part(part) for part in shape["parts"]]}
    if kind == "polyline":
        return {"points": [float(value) for value in shape["points"]]}
    if kind == "skeleton":
        return {"nodes": [_node(node) for node in shape["nodes"]]}
    if kind == "mask":
        return {"height": int(shape["height"]), "width": int(shape["width"]), "counts": str(shape["counts"])}
    raise Malformed(f"has a geometry {kind!r}; known are {', '.join(TOOL_OF)}")


def _part(part: Mapping[str, Any]) -> Shape:
    holes = [{"points": [float(value) for value in hole["points"]]} for hole in part.get("holes") or ()]
    return {"outer": [float(value) for value in part["outer"]], "holes": holes}


def _node(node: Mapping[str, Any]) -> Shape:
    visibility = int(node.get("visibility", 0))
    return {"name": str(node["name"]), "x": float(node["x"]), "y": float(node["y"]), "visibility": visibility}


def _whole(value: Any) -> int:
    number = int(value)
    if not -(2**31) <= number < 2**31:
        raise Malformed(f"has the number {number}, more than 32 bits")
    return number


def floats(value: Any) -> Any:
    """A JSON value as a protobuf Struct carries it: every number is a double. Malformed when it is not finite."""
    if isinstance(value, dict):
        return {str(key): floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [floats(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if not math.isfinite(value):
        raise Malformed("has an attribute that is not a finite number")
    return float(value)


_OPTIONAL: dict[str, Callable[[Any], Any]] = {
    "group": _whole,
    "z": _whole,
    "occluded": bool,
    "truncated": bool,
    "difficult": bool,
    "foreign": lambda value: floats(dict(value)),
}


def kind_of(annotation: Mapping[str, Any]) -> str:
    """The name of the annotation's shape, such as `rotated_box`."""
    return next(iter(annotation["geometry"]))


def problem(annotation: Mapping[str, Any], width: int, height: int) -> str:
    """Why a canonical annotation is not valid on an image of this size in pixels; empty when it is."""
    if not _ID.fullmatch(annotation["id"]):
        return f"id {annotation['id']!r} is not a UUID"
    if not 0 <= annotation["confidence"] <= 1:
        return f"confidence {annotation['confidence']} is not between 0 and 1"
    if len(json.dumps(annotation.get("foreign", {}), ensure_ascii=False).encode()) > FOREIGN_LIMIT:
        return f"foreign has more than {FOREIGN_LIMIT} bytes; leave out what nobody needs"
    [(kind, shape)] = annotation["geometry"].items()
    return _CHECKS[kind](shape, width, height)


def _box(shape: Shape, _width: int, _height: int) -> str:
    if not _finite(shape.values()):
        return "box: every number must be finite"
    return "" if shape["width"] > 0 and shape["height"] > 0 else "box: width and height must be above 0"


def _rotated_box(shape: Shape, width: int, height: int) -> str:
    complaint = _box(shape, width, height)
    if complaint:
        return "rotated_" + complaint
    return "" if 0 <= shape["angle"] < 360 else "rotated_box: angle must be in [0, 360) degrees"


def _polygon(shape: Shape, _width: int, _height: int) -> str:
    if not shape["parts"]:
        return "polygon: needs at least one part"
    for part in shape["parts"]:
        for ring in (part["outer"], *(hole["points"] for hole in part["holes"])):
            complaint = _ring(ring)
            if complaint:
                return f"polygon: {complaint}"
    return ""


def _ring(points: Sequence[float]) -> str:
    complaint = _path(points, 3)
    if not complaint and tuple(points[:2]) == tuple(points[-2:]):
        return "a ring must not repeat its first point"
    return complaint


def _path(points: Sequence[float], least: int) -> str:
    if len(points) % 2 or not least * 2 <= len(points) <= POINT_LIMIT * 2:
        return f"needs {least} to {POINT_LIMIT} points as x, y pairs, has {len(points)} numbers"
    return "" if _finite(points) else "every coordinate must be finite"


def _polyline(shape: Shape, _width: int, _height: int) -> str:
    complaint = _path(shape["points"], 2)
    return f"polyline: {complaint}" if complaint else ""


def _point(shape: Shape, _width: int, _height: int) -> str:
    return "" if _finite(shape.values()) else "point: every number must be finite"


def _skeleton(shape: Shape, _width: int, _height: int) -> str:
    names = [node["name"] for node in shape["nodes"]]
    if not names or len(set(names)) != len(names) or "" in names:
        return "skeleton: needs nodes with names, each name once"
    if any(node["visibility"] not in (0, 1, 2) for node in shape["nodes"]):
        return "skeleton: visibility must be 0 (absent), 1 (hidden) or 2 (visible)"
    return "" if all(_finite((n["x"], n["y"])) for n in shape["nodes"]) else "skeleton: coordinates must be finite"


def _ellipse(shape: Shape, _width: int, _height: int) -> str:
    if not _finite(shape.values()):
        return "ellipse: every number must be finite"
    return "" if shape["rx"] > 0 and shape["ry"] > 0 else "ellipse: rx and ry must be above 0"


def _mask(shape: Shape, width: int, height: int) -> str:
    if (shape["width"], shape["height"]) != (width, height):
        return f"mask: is {shape['width']} x {shape['height']} pixels, the image is {width} x {height}"
    try:
        lengths = run_lengths(shape["counts"])
    except Malformed as error:
        return f"mask: {error}"
    if sum(lengths) != width * height:
        return f"mask: the runs cover {sum(lengths)} pixels, the image has {width * height}"
    return "" if any(lengths[1::2]) else "mask: no pixel is set; leave the annotation out"


def _tag(_shape: Shape, _width: int, _height: int) -> str:
    return ""


def run_lengths(counts: str) -> list[int]:
    """The run lengths of COCO compressed `counts`, starting with zeros.

    Masks from outside pass here before any C code sees them: the usual decoder trusts its input.

    Raises:
        Malformed: the text is not such an encoding.
    """
    lengths: list[int] = []
    value = groups = 0
    for character in counts:
        bits = ord(character) - 48
        if not 0 <= bits < 64 or groups >= _GROUP_LIMIT:
            raise Malformed("counts is not COCO compressed run-length encoding")
        value |= (bits & 0x1F) << (5 * groups)
        groups += 1
        if bits & 0x20:
            continue
        if bits & 0x10:
            value -= 1 << (5 * groups)
        if len(lengths) > 2:
            value += lengths[-2]
        if value < 0:
            raise Malformed("counts holds a run of negative length")
        lengths.append(value)
        value = groups = 0
    if groups:
        raise Malformed("counts ends in the middle of a number")
    return lengths


def counts_of(lengths: Sequence[int]) -> str:
    """COCO compressed `counts` of run lengths that start with zeros: the inverse of `run_lengths`."""
    characters = []
    for position, length in enumerate(lengths):
        value = length - lengths[position - 2] if position > 2 else length
        more = True
        while more:
            bits = value & 0x1F
            value >>= 5
            more = value != (-1 if bits & 0x10 else 0)
            characters.append(chr((bits | 0x20 if more else bits) + 48))
    return "".join(characters)


def _finite(values: Any) -> bool:
    return all(map(math.isfinite, values))


_CHECKS: dict[str, Callable[[Shape, int, int], str]] = {
    "box": _box,
    "rotated_box": _rotated_box,
    "polygon": _polygon,
    "polyline": _polyline,
    "point": _point,
    "skeleton": _skeleton,
    "ellipse": _ellipse,
    "mask": _mask,
    "tag": _tag,
}
