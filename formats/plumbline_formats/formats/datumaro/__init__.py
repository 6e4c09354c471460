"""Owns Datumaro's JSON: `annotations/<subset>.json`, with images in `images/<subset>/`."""

from __future__ import annotations

from plumbline_formats.archive import Source
from plumbline_formats.format import Format, Guess
from plumbline_formats.formats.datumaro.labels import NAME
from plumbline_formats.formats.datumaro.reader import DatumaroReader, annotation_files
from plumbline_formats.formats.datumaro.writer import CARRIES, DatumaroWriter

_FIRST_BYTES = 65536


def _guess(source: Source) -> Guess | None:
    for name in annotation_files(source.names)[:1]:
        with source.open(name) as file:
            start = file.read(_FIRST_BYTES)
        if b'"dm_format_version"' in start:
            return Guess(0.99, f"{name} says that it is Datumaro's")
        if b'"categories"' in start and b'"items"' in start:
            return Guess(0.9, f"{name} has categories and items")
    return None


FORMAT = Format(
    name=NAME,
    title="Datumaro JSON",
    summary="One JSON file per subset with almost every kind of shape and typed attributes, as Datumaro reads it.",
    ending=".zip",
    carries=CARRIES,
    open=DatumaroReader,
    create=DatumaroWriter,
    guess=_guess,
)
