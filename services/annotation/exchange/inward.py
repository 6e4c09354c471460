"""Owns the way from the model of the formats to annotations of the platform. Does not judge them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plumbline_formats import masks, model, shapes
from plumbline_formats.problems import Malformed as FileMalformed
from services.annotation import geometry
from services.annotation.exchange.outward import OWN
from services.annotation.geometry import Malformed

_SAME = ("id", "label", "group", "z", "occluded", "truncated", "difficult")
# Facts of an object that the platform keeps with its revisions; those of a file stay with the object.
_ASIDE = ("author", "created", "updated")


def annotation(read: model.Annotation, width: int, height: int) -> dict[str, Any]:
    """The canonical form of an annotation on an image of this size in pixels.

    Raises:
        Malformed: it has no canonical form, such as a mask outside the image.
    """
    foreign = dict(read.foreign)
    own = dict(foreign.pop(OWN, {}))
    odd = own.pop("attributes", {})
    own |= {name: value for name in _ASIDE if (value := getattr(read, name))}
    if not isinstance(odd, dict):
        raise Malformed(f"has foreign.{OWN}.attributes that are no object")
    return geometry.canonical(
        {
            **{name: getattr(read, name) for name in _SAME},
            "geometry": {read.shape.kind: _shape(read.shape, width, height)},
            "attributes": odd | read.attributes,
            "origin": read.origin.upper(),
            "confidence": read.confidence or 0,
            "foreign": foreign | ({OWN: own} if own else {}),
        }
    )


def answers(read: model.Image, names: Mapping[str, str]) -> dict[str, str]:
    """The answers of an image by the key of their question; `names` are those of `outward.question_texts`.

    A question that the project does not ask keeps its text as the key.
    """
    keys = {text: key for key, text in names.items()}
    return {keys.get(text, text): value for text, value in read.answers.items()}


def _shape(shape: shapes.Shape, width: int, height: int) -> dict[str, Any]:
    try:
        return _DOCUMENTS[shape.kind](shape, width, height)
    except FileMalformed as error:
        raise Malformed(f"is a {shape.kind} that {error}") from error


def _fields(*names: str) -> Callable[[Any, int, int], dict[str, Any]]:
    return lambda shape, _width, _height: {name: getattr(shape, name) for name in names}


def _polygon(shape: shapes.Polygon, _width: int, _height: int) -> dict[str, Any]:
    parts = [{"outer": part.outer, "holes": [{"points": hole} for hole in part.holes]} for part in shape.parts]
    return {"parts": parts}


def _skeleton(shape: shapes.Skeleton, _width: int, _height: int) -> dict[str, Any]:
    return {
        "nodes": [{"name": n.name, "x": n.x, "y": n.y, "visibility": n.visibility} for n in shape.nodes],
    }


def _mask(shape: shapes.Mask, width: int, height: int) -> dict[str, Any]:
    return {"height": height, "width": width, "counts": masks.pack(masks.to_coco(shape, width, height))}


_DOCUMENTS: dict[str, Callable[[Any, int, int], dict[str, Any]]] = {
    "box": _fields("x", "y", "width", "height"),
    "rotated_box": _fields("cx", "cy", "width", "height", "angle"),
    "polygon": _polygon,
    "polyline": _fields("points"),
    "point": _fields("x", "y"),
    "skeleton": _skeleton,
    "ellipse": _fields("cx", "cy", "rx", "ry", "angle"),
    "mask": _mask,
    "tag": _fields(),
}
