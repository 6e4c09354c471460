"""Owns side-car files beside formats of many files: JSON lines, the first of the set, then one for each image."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_formats import documents, streams
from plumbline_formats.archive import Source, Target
from plumbline_formats.documents import Document
from plumbline_formats.problems import Problems, Refused
from plumbline_formats.sidecar import KEY
from plumbline_formats.spool import Spool


class SidecarLines:
    """Collects the lines of images, since some of what the first line says is known only after them.

    Args:
        is_wanted: the option `sidecar`; without it nothing is kept and nothing written.
    """

    def __init__(self, *, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        self._spool = Spool()

    def add(self, document: Document) -> None:
        if self._is_wanted:
            self._spool.write(documents.encode(document) + b"\n")

    def write(self, target: Target, name: str, of_set: Document) -> None:
        """Write the file; `of_set` goes into its first line."""
        if not self._is_wanted:
            self._spool.pour(None)
            return
        with target.open(name) as file:
            file.write(documents.encode({KEY: of_set}) + b"\n")
            self._spool.pour(file)


def of_set(source: Source, name: str) -> Document:
    """What the first line says; nothing when there is no such file. Raises Refused: it is no side-car of ours."""
    if name not in source.names:
        return {}
    with source.open(name) as file:
        _number, document = next(streams.lines(file, name), (1, None))
    said = document.get(KEY) if isinstance(document, dict) else None
    if not isinstance(said, dict):
        raise Refused(f"{name}: line 1 says nothing of the set: remove the file to read what is visible.")
    return said


def of_images(source: Source, name: str, problems: Problems) -> Iterator[tuple[int, Document]]:
    """The lines of images with their numbers; one that is no object is a problem. Raises Refused: it is no JSON."""
    if name not in source.names:
        return
    with source.open(name) as file:
        for number, document in streams.lines(file, name):
            if number > 1 and isinstance(document, dict):
                yield number, document
            elif number > 1:
                problems.error(name, f"line {number}", "is no side-car of an image")


def note_gone(problems: Problems, name: str, number: int, what: object) -> None:
    """Say that a line is about something that is no longer in the source."""
    problems.note(name, f"line {number}", f"is about {str(what)[:200]!r}, which is not there any more")
