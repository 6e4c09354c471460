"""Owns the JSON form of the model: what the native format writes, and what side-cars keep. Defaults are left out.

An annotation is `{"id", "label", "geometry": {<kind>: {...}}, ...}`; `shape_documents` owns what is in `geometry`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from plumbline_formats import scalars
from plumbline_formats.fields import Fields
from plumbline_formats.fields import said as said
from plumbline_formats.model import Annotation, AttributeSpec, AttributeValue, Header, Image, Label, Question
from plumbline_formats.problems import Malformed
from plumbline_formats.scalars import at, boolean, integer, members, number, text, texts, whole
from plumbline_formats.shape_documents import Document as Document
from plumbline_formats.shape_documents import of_shape as of_shape
from plumbline_formats.shape_documents import to_shape as to_shape

_ATTRIBUTE_TYPES = ("text", "number", "boolean", "select", "multi_select")


def encode(document: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, shortest numbers that read back the same, UTF-8."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


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


def to_annotation(document: Any) -> Annotation:
    """Raises Malformed: a part is missing, unknown or of the wrong type."""
    given = members(document, "an annotation")
    shape = at(".geometry", to_shape, given.pop("geometry", None))
    return Annotation(shape=shape, **_values(given, _ANNOTATION, "id", "label"))


def update(annotation: Annotation, document: Mapping[str, Any]) -> None:
    """Set some fields of an object, its shape as `geometry`. Raises Malformed as `to_annotation`."""
    for name, value in document.items():
        if name == "geometry":
            annotation.shape = at(".geometry", to_shape, value)
        else:
            setattr(annotation, name, _read(name, value, _ANNOTATION))


def to_image(document: Any) -> Image:
    """Raises Malformed: a part is missing, unknown or of the wrong type."""
    given = members(document, "an image")
    annotations = _each(given.pop("annotations", []), to_annotation, ".annotations")
    return Image(annotations=annotations, **_values(given, _IMAGE, "path"))


def to_header(document: Any) -> Header:
    """Raises Malformed: a part is unknown or of the wrong type."""
    given = members(document, "a header")
    labels = _each(given.pop("labels", []), _to_label, ".labels")
    questions = _each(given.pop("questions", []), _to_question, ".questions")
    return Header(labels=labels, questions=questions, **_values(given, _HEADER))


def _to_label(document: Any) -> Label:
    given = members(document, "a label")
    attributes = _each(given.pop("attributes", []), _to_spec, ".attributes")
    return Label(attributes=attributes, **_values(given, _LABEL, "name"))


def _to_question(document: Any) -> Question:
    given = members(document, "a question")
    return Question(**_values(given, _QUESTION, "text"))


def _to_spec(document: Any) -> AttributeSpec:
    given = members(document, "an attribute")
    return AttributeSpec(**_values(given, _SPEC, "name"))


def _each(documents: Any, read: Callable[[Any], Any], place: str) -> list[Any]:
    listed: list[Any] = at(place, lambda values: scalars.each(values, read), documents)
    return listed


def _values(given: Document, readers: Mapping[str, Callable[[Any], Any]], *needed: str) -> Document:
    for name in needed:
        if name not in given:
            raise Malformed("is missing", f".{name}")
    return {name: _read(name, value, readers) for name, value in given.items()}


def _read(name: str, value: Any, readers: Mapping[str, Callable[[Any], Any]]) -> Any:
    reader = readers.get(name)
    if reader is None:
        raise Malformed("is not known", f".{name}")
    return at(f".{name}", reader, value)


def attribute(value: Any) -> AttributeValue:
    """The value of an attribute; whole numbers become floats. Raises Malformed."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, list):
        return [text(item) for item in value]
    return number(value)


def attributes(value: Any) -> dict[str, AttributeValue]:
    """Raises Malformed: not an object, or a value that no attribute can have; its place is the name."""
    return {text(name): at(f".{name}", attribute, item) for name, item in members(value).items()}


def _edges(value: Any) -> list[tuple[int, int]]:
    return [(whole(start), whole(end)) for start, end in scalars.items(value)]


_ANNOTATION: dict[str, Callable[[Any], Any]] = {
    "id": scalars.uuid,
    "label": text,
    "attributes": attributes,
    "group": integer,
    "z": integer,
    "occluded": boolean,
    "truncated": boolean,
    "difficult": boolean,
    "origin": scalars.one_of(("human", "model", "imported")),
    "confidence": scalars.confidence,
    "author": text,
    "created": text,
    "updated": text,
    "foreign": members,
}
_IMAGE: dict[str, Callable[[Any], Any]] = {
    "path": text,
    "width": whole,
    "height": whole,
    "annotated": boolean,
    "sha256": text,
    "subset": text,
    "source": text,
    "tags": texts,
    "answers": lambda value: {text(key): text(answer) for key, answer in members(value).items()},
    "attributes": attributes,
    "state": text,
    "foreign": members,
}
_HEADER: dict[str, Callable[[Any], Any]] = {
    "name": text,
    "description": text,
    "versions": lambda value: {text(key): integer(version) for key, version in members(value).items()},
    "foreign": members,
}
_LABEL: dict[str, Callable[[Any], Any]] = {
    "name": text,
    "color": text,
    "parent": text,
    "kinds": texts,
    "nodes": texts,
    "edges": _edges,
    "foreign": members,
}
_QUESTION: dict[str, Callable[[Any], Any]] = {"text": text, "type": scalars.one_of(_ATTRIBUTE_TYPES), "options": texts}
_SPEC: dict[str, Callable[[Any], Any]] = {
    "name": text,
    "type": scalars.one_of(_ATTRIBUTE_TYPES),
    "options": texts,
    "default": lambda value: None if value is None else attribute(value),
}
