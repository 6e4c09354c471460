"""Owns the canonical model: every reader makes it and every writer consumes it. Does not know any file format.

A default value means "not said"; see `fields` for what that makes of a loss.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from zlib import crc32

from plumbline_formats.shapes import Shape

# Text, number, yes or no, or several chosen options.
AttributeValue = str | float | bool | list[str]
# By format: what a file said that the model has no place for, kept for the way back into the same format.
Foreign = dict[str, dict[str, Any]]
Origin = Literal["human", "model", "imported"]
AttributeType = Literal["text", "number", "boolean", "select", "multi_select"]


@dataclass(slots=True)
class Annotation:
    """One object on an image, or one label of it.

    Attributes:
        id: a UUID, the same through all files and edits.
        group: objects with the same number other than 0 belong together.
        z: drawing order; higher lies on top.
        origin: who made it.
        confidence: of a model, in [0, 1]; None when there is none.
        created, updated: RFC 3339 in UTC; empty when unknown.
    """

    id: str
    label: str
    shape: Shape
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    group: int = 0
    z: int = 0
    occluded: bool = False
    truncated: bool = False
    difficult: bool = False
    origin: Origin = "human"
    confidence: float | None = None
    author: str = ""
    created: str = ""
    updated: str = ""
    foreign: Foreign = field(default_factory=dict)


@dataclass(slots=True)
class Image:
    """One image and what is marked on it.

    Attributes:
        path: relative, with `/`; which file it is.
        width, height: pixels of the oriented image; 0 when the file does not say.
        annotated: False when nobody has looked at it yet. An image that holds nothing is annotated and has none.
        sha256: of the image file, lower-case hex; empty when unknown.
        subset: `train`, `validation`, `test` or another name; empty when it is in none.
        source: where the image comes from, such as a site.
        answers: by the text of the question.
        state: of review, such as `ACCEPTED`; empty when unknown.
    """

    path: str
    width: int = 0
    height: int = 0
    annotations: list[Annotation] = field(default_factory=list)
    annotated: bool = True
    sha256: str = ""
    subset: str = ""
    source: str = ""
    tags: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    state: str = ""
    foreign: Foreign = field(default_factory=dict)


@dataclass(slots=True)
class AttributeSpec:
    """An attribute that objects of a label may have."""

    name: str
    type: AttributeType = "text"
    options: list[str] = field(default_factory=list)
    default: AttributeValue | None = None


@dataclass(slots=True)
class Label:
    """A class of objects.

    Attributes:
        color: `#rrggbb`, or empty.
        parent: name of the label above, or empty.
        kinds: kinds of shapes it is drawn with; empty means any.
        nodes, edges: of its skeleton; edges are pairs of 0-based positions in `nodes`.
    """

    name: str
    color: str = ""
    parent: str = ""
    kinds: list[str] = field(default_factory=list)
    attributes: list[AttributeSpec] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    edges: list[tuple[int, int]] = field(default_factory=list)
    foreign: Foreign = field(default_factory=dict)


@dataclass(slots=True)
class Question:
    """Something that is asked about a whole image."""

    text: str
    type: AttributeType = "text"
    options: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Header:
    """What a set of annotations says once: its labels in their order, its questions, and where it comes from.

    `versions` are counters such as `configuration`, `annotation` and `set`.
    """

    name: str = ""
    description: str = ""
    labels: list[Label] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    foreign: Foreign = field(default_factory=dict)

    def label(self, name: str) -> Label | None:
        """The label of a name, None when the set does not declare it."""
        return next((label for label in self.labels if label.name == name), None)


def stable_id(path: str, ordinal: int, content: bytes) -> str:
    """A UUID for an object whose file gives it none: the same file read again names it the same.

    It is of version 8 of RFC 9562: 60 bits of the path, 30 of the position, 32 of the content.

    Args:
        path: of the image.
        ordinal: position of the object on the image.
        content: what the file says of the object.
    """
    # a checksum is enough beside the position, and files have millions of objects
    lower = (ordinal & 0xFFFF) << 32 | crc32(content)
    return _upper(path, ordinal >> 16) + lower.to_bytes(6, "big").hex()


@lru_cache(maxsize=64)
def _upper(path: str, ordinal: int) -> str:
    text = hashlib.sha256(path.encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-8{text[12:15]}-{0x8000 | ordinal & 0x3FFF:04x}-"
