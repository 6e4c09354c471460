"""Owns the JSON form of the model: what the native format writes, and what side-cars keep. Defaults are left out.

An annotation is `{"id", "label", "geometry": {<kind>: {...}}, ...}`; every number of a shape is a float, but those of a
mask, which are whole.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from plumbline_formats.fields import Fields
from plumbline_formats.fields import said as said
from plumbline_formats.model import Annotation, AttributeSpec, AttributeValue, Header, Image, Label, Question
from plumbline_formats.problems import Malformed
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
_WHOLE_END = 2**63

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ATTRIBUTE_TYPES = ("text", "number", "boolean", "select", "multi_select")


def encode(document: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, shortest numbers that read back the same, UTF-8."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


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


def of_annotation(annotation: Annotation) -> Document:
    document: Document = {"id": annotation.id, "label": annotation.label, "geometry": of_shape(annotation.shape)}
    for name in _BESIDES.said(annotation):
        document[name] = getattr(annotation, name)
    return document


_BESIDES = Fields(Annotation, ("id", "label", "shape"))


def of_image(image: Image) -> Document:
    document: Document = {name: getattr(image, name) for name in said(image)}
    if image.annotations:
        document["annotations"] = [of_annotation(annotation) for annotation in image.annotations]
    return document


def of_header(header: Header) -> Document:
    document: Document = {name: getattr(header, name) for name in said(header)}
    if header.labels:
        document["labels"] = [_of_label(label) for label in header.labels]
    if header.questions:
        document["questions"] = [
            {name: getattr(question, name) for name in said(question)} for question in header.questions
        ]
    return document


def _of_label(label: Label) -> Document:
    document: Document = {name: getattr(label, name) for name in said(label)}
    if label.attributes:
        document["attributes"] = [{name: getattr(spec, name) for name in said(spec)} for spec in label.attributes]
    return document


def to_shape(document: Any) -> Shape:
    """Raises Malformed: the document is no shape; its place is below `geometry`."""
    kind, values = _only_member(document)
    if kind not in KINDS:
        raise Malformed(f"is of kind {kind!r}; known are {', '.join(KINDS)}")
    try:
        return _SHAPES[kind](values)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed(f"is not a {kind} ({type(error).__name__}: {error})", f".{kind}") from error


def to_annotation(document: Any) -> Annotation:
    """Raises Malformed: a part is missing, unknown or of the wrong type."""
    given = _members(document, "an annotation")
    shape = to_shape(given.pop("geometry", None))
    return Annotation(shape=shape, **_values(given, _ANNOTATION, "id", "label"))


def update(annotation: Annotation, document: Mapping[str, Any]) -> None:
    """Set some fields of an object, its shape as `geometry`. Raises Malformed as `to_annotation`."""
    for name, value in document.items():
        if name == "geometry":
            annotation.shape = to_shape(value)
        else:
            setattr(annotation, name, _read(name, value, _ANNOTATION))


def to_image(document: Any) -> Image:
    """Raises Malformed: a part is missing, unknown or of the wrong type."""
    given = _members(document, "an image")
    annotations = _each(given.pop("annotations", []), to_annotation, ".annotations")
    return Image(annotations=annotations, **_values(given, _IMAGE, "path"))


def to_header(document: Any) -> Header:
    """Raises Malformed: a part is unknown or of the wrong type."""
    given = _members(document, "a header")
    labels = _each(given.pop("labels", []), _to_label, ".labels")
    questions = _each(given.pop("questions", []), _to_question, ".questions")
    return Header(labels=labels, questions=questions, **_values(given, _HEADER))


def _to_label(document: Any) -> Label:
    given = _members(document, "a label")
    attributes = _each(given.pop("attributes", []), _to_spec, ".attributes")
    return Label(attributes=attributes, **_values(given, _LABEL, "name"))


def _to_question(document: Any) -> Question:
    given = _members(document, "a question")
    return Question(**_values(given, _QUESTION, "text"))


def _to_spec(document: Any) -> AttributeSpec:
    given = _members(document, "an attribute")
    return AttributeSpec(**_values(given, _SPEC, "name"))


def _members(document: Any, what: str) -> Document:
    if not isinstance(document, dict):
        raise Malformed(f"is {_type(document)}, expected {what}")
    return dict(document)


def _each(documents: Any, read: Callable[[Any], Any], place: str) -> list[Any]:
    things = []
    for at, document in enumerate(_list(documents)):
        try:
            things.append(read(document))
        except Malformed as error:
            raise Malformed(str(error), f"{place}[{at}]{error.place}") from error
    return things


def _values(given: Document, readers: Mapping[str, Callable[[Any], Any]], *needed: str) -> Document:
    for name in needed:
        if name not in given:
            raise Malformed("is missing", f".{name}")
    return {name: _read(name, value, readers) for name, value in given.items()}


def _read(name: str, value: Any, readers: Mapping[str, Callable[[Any], Any]]) -> Any:
    reader = readers.get(name)
    if reader is None:
        raise Malformed("is not known", f".{name}")
    try:
        return reader(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise Malformed(str(error), f".{name}{getattr(error, 'place', '')}") from error


def _only_member(document: Any) -> tuple[str, Any]:
    if not isinstance(document, dict) or len(document) != 1:
        raise Malformed("needs exactly one shape, such as {'box': {...}}", ".geometry")
    [(kind, values)] = document.items()
    return kind, values


def number(value: Any) -> float:
    """A finite number as float64. Raises Malformed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(f"is {_type(value)}, expected a number")
    if not math.isfinite(value):
        raise Malformed("is not a finite number")
    return float(value)


def whole(value: Any) -> int:
    """A whole number that is not negative. Raises Malformed."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _WHOLE_END:
        raise Malformed(f"is {value!r:.40}, expected a whole number that is not negative")
    return value


def numbers(values: Any) -> list[float]:
    """Raises Malformed: one is no finite number; its place is the position."""
    listed = _list(values)
    for at, value in enumerate(listed):
        if type(value) is not float or not math.isfinite(value):
            try:
                listed[at] = number(value)
            except Malformed as error:
                raise Malformed(str(error), f"[{at}]") from error
    return listed


def points(values: Any, least: int) -> list[float]:
    """`[x0, y0, ...]` of at least `least` points. Raises Malformed."""
    listed = numbers(values)
    if len(listed) % 2 or len(listed) < 2 * least:
        raise Malformed(f"needs x, y of at least {least} points, has {len(listed)} numbers")
    return listed


def attribute(value: Any) -> AttributeValue:
    """The value of an attribute; whole numbers become floats. Raises Malformed."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, list):
        return [_text(item) for item in value]
    return number(value)


def attributes(value: Any) -> dict[str, AttributeValue]:
    """Raises Malformed: not an object, or a value that no attribute can have; its place is the name."""
    if not isinstance(value, dict):
        raise Malformed(f"is {_type(value)}, expected an object")
    taken = {}
    for name, item in value.items():
        try:
            taken[_text(name)] = attribute(item)
        except Malformed as error:
            raise Malformed(str(error), f".{name}") from error
    return taken


def _type(value: Any) -> str:
    return "missing" if value is None else f"of type {type(value).__name__}"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed(f"is {_type(value)}, expected text")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Malformed(f"is {_type(value)}, expected a list")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Malformed(f"is {_type(value)}, expected true or false")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -_WHOLE_END <= value < _WHOLE_END:
        raise Malformed(f"is {_type(value)}, expected a whole number of 64 bits")
    return value


def _uuid(value: Any) -> str:
    if not _UUID.fullmatch(_text(value)):
        raise Malformed(f"is {value[:40]!r}, expected a UUID in lower case")
    return value


def _one_of(choices: Sequence[str]) -> Callable[[Any], Any]:
    def read(value: Any) -> str:
        if value not in choices:
            raise Malformed(f"is {value!r}, expected one of {', '.join(choices)}")
        return value

    return read


def _texts(value: Any) -> list[str]:
    return [_text(item) for item in _list(value)]


def _object(value: Any) -> Document:
    return _members(value, "an object")


def _confidence(value: Any) -> float:
    if not 0 <= number(value) <= 1:
        raise Malformed(f"is {value}, expected 0 to 1")
    return float(value)


def _edges(value: Any) -> list[tuple[int, int]]:
    return [(whole(start), whole(end)) for start, end in _list(value)]


def _part(document: Document) -> Part:
    holes = [points(hole, 3) for hole in document.get("holes", ())]
    return Part(points(document["outer"], 3), holes)


def _node(document: Document) -> Node:
    visibility = whole(document["visibility"])
    if visibility > 2:
        raise Malformed(f"has visibility {visibility}, expected 0, 1 or 2")
    return Node(_text(document["name"]), number(document["x"]), number(document["y"]), visibility)


def _mask(document: Document) -> Mask:
    left, top, width, height = (whole(document[name]) for name in ("left", "top", "width", "height"))
    counts = [whole(count) for count in _list(document["counts"])]
    if sum(counts) != width * height:
        raise Malformed(f"has runs of {sum(counts)} pixels for {width} x {height}", ".counts")
    return Mask(left, top, width, height, counts)


def _flat(shape: Callable[..., Shape], names: Sequence[str]) -> Callable[[Document], Shape]:
    return lambda document: shape(*(number(document[name]) for name in names))


_SHAPES: dict[str, Callable[[Document], Shape]] = {
    "tag": lambda _document: Tag(),
    "box": _flat(Box, ("x", "y", "width", "height")),
    "rotated_box": _flat(RotatedBox, ("cx", "cy", "width", "height", "angle")),
    "polygon": lambda document: Polygon([_part(part) for part in document["parts"]]),
    "polyline": lambda document: Polyline(points(document["points"], 2)),
    "point": _flat(Point, ("x", "y")),
    "skeleton": lambda document: Skeleton([_node(node) for node in document["nodes"]]),
    "ellipse": _flat(Ellipse, ("cx", "cy", "rx", "ry", "angle")),
    "mask": _mask,
}
_ANNOTATION: dict[str, Callable[[Any], Any]] = {
    "id": _uuid,
    "label": _text,
    "attributes": attributes,
    "group": _integer,
    "z": _integer,
    "occluded": _boolean,
    "truncated": _boolean,
    "difficult": _boolean,
    "origin": _one_of(("human", "model", "imported")),
    "confidence": _confidence,
    "author": _text,
    "created": _text,
    "updated": _text,
    "foreign": _object,
}
_IMAGE: dict[str, Callable[[Any], Any]] = {
    "path": _text,
    "width": whole,
    "height": whole,
    "annotated": _boolean,
    "sha256": _text,
    "subset": _text,
    "source": _text,
    "tags": _texts,
    "answers": lambda value: {_text(key): _text(answer) for key, answer in _object(value).items()},
    "attributes": attributes,
    "state": _text,
    "foreign": _object,
}
_HEADER: dict[str, Callable[[Any], Any]] = {
    "name": _text,
    "description": _text,
    "versions": lambda value: {_text(key): _integer(version) for key, version in _object(value).items()},
    "foreign": _object,
}
_LABEL: dict[str, Callable[[Any], Any]] = {
    "name": _text,
    "color": _text,
    "parent": _text,
    "kinds": _texts,
    "nodes": _texts,
    "edges": _edges,
    "foreign": _object,
}
_QUESTION: dict[str, Callable[[Any], Any]] = {"text": _text, "type": _one_of(_ATTRIBUTE_TYPES), "options": _texts}
_SPEC: dict[str, Callable[[Any], Any]] = {
    "name": _text,
    "type": _one_of(_ATTRIBUTE_TYPES),
    "options": _texts,
    "default": lambda value: None if value is None else attribute(value),
}
