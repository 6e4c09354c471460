"""Owns the side-car of a set: one line for the set, then one for each image, keyed by its file of labels and its lines.

Lines are found again by what they say, since people add and delete lines above them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from plumbline_formats import sidecar, sidecar_lines
from plumbline_formats.archive import Source
from plumbline_formats.documents import Document
from plumbline_formats.formats.yolo import layout
from plumbline_formats.problems import Problems, Refused


@dataclass(slots=True)
class SetLine:
    """What is said once: the header, the options, and the classes as they were written."""

    header: Document = field(default_factory=dict)
    options: Document = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)


def of_image(labels: str, image: Document, lines: int, objects: list[Document]) -> Document:
    """The line of an image."""
    return {"labels": labels, "lines": lines, "objects": objects, sidecar.KEY: image}


def object_of(line: int, texts: Sequence[str], document: Document) -> Document:
    """An object and the lines that show it, the first counted from 1."""
    return {"line": line, "seen": [sidecar.seen(text) for text in texts], sidecar.KEY: document}


def of_set(source: Source, root: str) -> SetLine | None:
    """None when the set has no side-car. Raises Refused: it is damaged."""
    if not (said := sidecar_lines.of_set(source, root + layout.SIDECAR_FILE)):
        return None
    header, options, classes = (said.get(key) for key in ("header", "options", "classes"))
    return SetLine(header or {}, options if isinstance(options, dict) else {}, classes or [])


def of_images(source: Source, root: str, problems: Problems) -> Iterator[tuple[int, Document]]:
    """Lines of images with their numbers. Raises Refused: one is damaged."""
    name = root + layout.SIDECAR_FILE
    for number, document in sidecar_lines.of_images(source, name, problems):
        if not _is_whole(document):
            raise Refused(f"{name}: line {number} is damaged: delete the file to read what is visible.")
        yield number, document


def _is_whole(document: Document) -> bool:
    objects = document.get("objects")
    return (
        isinstance(document.get("labels"), str)
        and isinstance(document.get("lines"), int)
        and isinstance(document.get(sidecar.KEY), dict)
        and isinstance(objects, list)
        and all(
            isinstance(one, dict)
            and isinstance(one.get("line"), int)
            and isinstance(one.get("seen"), list)
            and all(isinstance(digest, str) for digest in one["seen"])
            for one in objects
        )
    )


def matched(texts: Sequence[str], record: Document) -> list[tuple[Document | None, list[int]]]:
    """Positions of lines that show one object together, with what the side-car says of it, in the order of the lines.

    Lines that say what they said are found wherever they are now. When none was added or deleted, a line that says
    something else is an edit of what was there.
    """
    digests = [sidecar.seen(text) for text in texts]
    places: dict[Any, list[int]] = defaultdict(list)
    for at, digest in enumerate(digests):
        places[digest].append(at)
    free = [True] * len(texts)
    groups: list[tuple[Document | None, list[int]]] = []

    def take(one: Document, start: int, is_edit: bool = False) -> bool:
        span = list(range(start, start + len(one["seen"])))
        if not span or start < 0 or span[-1] >= len(texts) or not all(free[at] for at in span):
            return False
        if not is_edit and [digests[at] for at in span] != one["seen"]:
            return False
        for at in span:
            free[at] = False
        groups.append((one, span))
        return True

    rest = [one for one in record["objects"] if not take(one, one["line"] - 1)]
    rest = [one for one in rest if not any(take(one, at) for at in places.get((one["seen"] or [""])[0], ()))]
    if record["lines"] == len(texts):
        for one in rest:
            take(one, one["line"] - 1, is_edit=True)
    groups += [(None, [at]) for at, is_free in enumerate(free) if is_free]
    return sorted(groups, key=lambda group: group[1][0])
