"""Owns the native format: `annotations.jsonl`, a header in the first line and one image in every further line.

The file is the same wherever it is written. In a folder or zip it stands beside `schema.json`, which is the header
alone for people and tools that want only that, and `checksums.sha256` for `sha256sum -c`. It says everything that the
model holds, so it needs no side-car. `native.schema.json` of this package is its JSON Schema.
"""

from __future__ import annotations

from dataclasses import fields

from plumbline_formats.archive import Source
from plumbline_formats.format import Format, Guess
from plumbline_formats.formats.native.lines import ANNOTATIONS, VERSION, annotation_files
from plumbline_formats.formats.native.reader import NativeReader
from plumbline_formats.formats.native.writer import NativeWriter
from plumbline_formats.losses import Carries
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.shapes import KINDS

_FIRST_BYTES = 4096


def _guess(source: Source) -> Guess | None:
    for name in annotation_files(source.names):
        with source.open(name) as file:
            if b'"plumbline-annotations/' in file.read(_FIRST_BYTES):
                return Guess(1.0, f"{name} says that it is {VERSION.partition('/')[0]}")
    return None


def _names(model: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(model))


FORMAT = Format(
    name="native",
    title="Plumbline JSON Lines",
    summary=f"{ANNOTATIONS}: a header and one image per line; says everything, and has a published JSON Schema.",
    ending=".jsonl",
    carries=Carries(_names(Annotation), _names(Image), _names(Label), _names(Header), dict.fromkeys(KINDS, "")),
    open=NativeReader,
    create=NativeWriter,
    guess=_guess,
    write_options=(),
)
