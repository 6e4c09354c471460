"""Owns the names and the version of the native format, and what its first line says."""

from __future__ import annotations

from typing import Any

from plumbline_formats import documents
from plumbline_formats.model import Header
from plumbline_formats.problems import Malformed

VERSION = "plumbline-annotations/2"
ANNOTATIONS = "annotations.jsonl"
SCHEMA = "schema.json"
CHECKSUMS = "checksums.sha256"


def annotation_files(names: list[str]) -> list[str]:
    """Files of a source that hold images, in its order: all of the right name, else all of the right ending."""
    exact = [name for name in names if name.rpartition("/")[2] == ANNOTATIONS]
    return exact or [name for name in names if name.endswith(".jsonl")]


def of_header(header: Header) -> documents.Document:
    """The first line."""
    return {"format": VERSION, "header": documents.of_header(header)}


def is_header(document: Any) -> bool:
    """Whether a line is a header, of whatever version."""
    return isinstance(document, dict) and "format" in document


def to_header(document: Any) -> Header:
    """Raises Malformed: it is of another version, or a part is unknown or of the wrong type."""
    if set(document) != {"format", "header"} or document["format"] != VERSION:
        raise Malformed(f"is {document['format']!r}, expected {VERSION!r} and a header", ".format")
    try:
        return documents.to_header(document["header"])
    except Malformed as error:
        raise Malformed(str(error), f".header{error.place}") from error
