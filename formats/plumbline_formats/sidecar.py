"""Owns the side-car: what a format cannot say, kept beside what it says, so that our own files read back identical.

When somebody edited what is visible, the visible wins and the rest (id, attributes, author) is kept: it is an edit of
the same object. Writers put an object under `KEY` where their format allows one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from plumbline_formats import documents, scalars
from plumbline_formats.documents import Document
from plumbline_formats.losses import Carries
from plumbline_formats.model import Annotation, Header, Image
from plumbline_formats.problems import Malformed

KEY = "x_plumb"


@dataclass(frozen=True, slots=True)
class Hidden:
    """An object that has no visible form in the file, and its position among all objects of its image."""

    at: int
    annotation: Annotation


def seen(visible: Any) -> str:
    """A digest of what any reader sees of an object (a JSON value): when it differs on import, somebody edited it."""
    return sha256(documents.encode(visible)).hexdigest()[:32]


def of_annotation(annotation: Annotation, carries: Carries, *, exact: bool, visible: Any) -> Document:
    """What to keep beside a visible object.

    Args:
        exact: the visible shape reads back as the very same shape.
        visible: what any reader sees of it, as a JSON value; what `restored` gets on import.
    """
    document = {name: getattr(annotation, name) for name in carries.unsaid[Annotation].said(annotation)}
    if not exact:
        document |= {"geometry": documents.of_shape(annotation.shape), "seen": seen(visible)}
    return document


def restored(shown: Annotation, aside: Any, visible: Any) -> Annotation:
    """The object as it was written, or with the edit of somebody who changed what is visible. `shown` itself changes.

    Raises:
        Malformed: the side-car is damaged.
    """
    if not isinstance(aside, dict):
        raise Malformed("is no side-car of ours", f".{KEY}")
    if "geometry" in aside:
        kept = {name: value for name, value in aside.items() if name != "seen"}
        if aside.get("seen") != seen(visible):
            del kept["geometry"]
        aside = kept
    try:
        documents.update(shown, aside)
    except Malformed as error:
        raise Malformed(str(error), f".{KEY}{error.place}") from error
    return shown


def of_image(image: Image, carries: Carries, hidden: Iterable[Hidden]) -> Document:
    """What to keep of an image, with the objects that have no visible form."""
    document: Document = {name: getattr(image, name) for name in carries.unsaid[Image].said(image)}
    kept = [{"at": one.at, "annotation": documents.of_annotation(one.annotation)} for one in hidden]
    return document | ({"hidden": kept} if kept else {})


def restored_image(shown: Image, aside: Any) -> Image:
    """The image with what the side-car says of it; its hidden objects at their positions.

    Raises:
        Malformed: the side-car is damaged.
    """
    if not isinstance(aside, dict):
        raise Malformed("is no side-car of ours", f".{KEY}")
    try:
        fields = {name: value for name, value in aside.items() if name != "hidden"}
        said = documents.to_image({"path": shown.path} | fields)
        image = replace(shown, **{name: getattr(said, name) for name in fields})
        for one in aside.get("hidden", ()):
            image.annotations.insert(scalars.whole(one["at"]), documents.to_annotation(one["annotation"]))
    except (Malformed, KeyError, TypeError) as error:
        raise Malformed(f"is a damaged side-car ({error})", f".{KEY}{getattr(error, 'place', '')}") from error
    return image


def of_header(header: Header) -> Document:
    """The whole header: it is written once."""
    return documents.of_header(header)


def restored_header(shown: Header, aside: Any) -> Header:
    """The header as written, unless somebody changed the labels since: then what is visible.

    Raises:
        Malformed: the side-car is damaged.
    """
    header = documents.to_header(aside)
    return header if [label.name for label in header.labels] == [label.name for label in shown.labels] else shown
