"""Owns the native format: one canonical JSON object per image and line. Loses nothing, in either direction.

The digest of a revision can be recomputed from its line: see `rules.revision_digest`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from services.annotation import geometry, rules
from services.annotation.formats.marks import FoundMarks, ImageMarks

_COPIED = ("image_sha256", "path", "source", "tags", "image_set", "width", "height", "revision_digest")


def write(images: Iterable[ImageMarks]) -> bytes:
    """The lines of some images."""
    return b"".join(_line(image) for image in images)


def _line(image: ImageMarks) -> bytes:
    document: dict[str, Any] = {name: getattr(image, name) for name in _COPIED}
    document.update(format=rules.DIGEST_FORMAT, annotations=image.annotations, answers=image.answers)
    return (rules.encode(document) + "\n").encode()


def read(name: str, content: bytes) -> tuple[list[FoundMarks], list[str]]:
    """The marks of a file and the problems of lines that could not be read."""
    found: list[FoundMarks] = []
    problems: list[str] = []
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        place = f"{name}, line {number}"
        try:
            found.append(_parse(place, json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            problems.append(f"{place}: not a line of the native format ({type(error).__name__}: {error})")
    return found, problems


def _parse(place: str, document: dict[str, Any]) -> FoundMarks:
    if document["format"] != rules.DIGEST_FORMAT:
        raise ValueError(f"format {document['format']!r}, expected {rules.DIGEST_FORMAT!r}")
    return FoundMarks(
        place=place,
        image_sha256=str(document["image_sha256"]),
        path=str(document.get("path", "")),
        width=int(document.get("width", 0)),
        height=int(document.get("height", 0)),
        annotations=[geometry.canonical(annotation) for annotation in document["annotations"]],
        answers={str(question): str(value) for question, value in document.get("answers", {}).items()},
    )
