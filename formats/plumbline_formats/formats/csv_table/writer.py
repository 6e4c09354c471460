"""Owns writing the table."""

from __future__ import annotations

import csv
import io

from plumbline_formats import documents, sidecar
from plumbline_formats.archive import Target
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.csv_table import columns
from plumbline_formats.losses import Carries, LossReport
from plumbline_formats.model import Annotation, Foreign, Header, Image
from plumbline_formats.problems import FormatError
from plumbline_formats.shapes import Box, Tag

Row = dict[str, str]


class CsvWriter:
    """Writes one row per object; see `format.Writer`."""

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        self.losses = LossReport()
        self._file = target.open(columns.FILE)
        self._has_sidecar = bool(options["sidecar"])
        self._is_raw = bool(options["raw"])
        self._others = _other_columns(header)
        own = {"foreign"} if header.foreign and header.foreign == _foreign_of(self._others) else set()
        self.losses.header(header, Carries(header=frozenset(own)))
        self._unused = dict.fromkeys(label.name for label in header.labels)
        self._paths: set[str] = set()
        self._columns = [*columns.COLUMNS, *self._others]
        self._first: Document = {}
        if self._has_sidecar:
            self._columns.append(columns.SIDECAR_COLUMN)
            self._first = {"header": sidecar.of_header(header), "options": {"raw": self._is_raw}}
        self._write({name: name for name in self._columns})

    def add(self, image: Image) -> None:
        if image.path in self._paths or not image.path:
            raise FormatError(f"Two images are called {image.path!r}, or it has no name: rename one.")
        self._paths.add(image.path)
        carries = self._carries(columns.CARRIES.image, image.foreign, is_said=not image.annotations)
        self.losses.image(image, carries)
        row = self._row_of_image(image)
        if not image.annotations:
            row |= {name: str(image.foreign.get(columns.NAME, {}).get(name, "")) for name in self._others}
        aside: Document = {"image": sidecar.of_image(image, carries, ())}
        for annotation in image.annotations:
            self._write_aside(row | self._row(annotation), aside | {"object": self._aside(annotation)})
            aside = {}
        if not image.annotations:
            self._write_aside(row, aside)

    def close(self) -> None:
        for label in self._unused:
            self._write({"label": self._text(label)})
        if self._first:
            self._write_aside({}, {})
        self._file.close()

    def image_name(self, image: Image) -> str:
        return f"images/{image.path}"

    def _row_of_image(self, image: Image) -> Row:
        row = {
            "image": self._text(image.path),
            "image_width": str(image.width) if image.width else "",
            "image_height": str(image.height) if image.height else "",
            "subset": self._text(image.subset),
            "annotated": _boolean(image.annotated),
        }
        row |= {name: self._text(getattr(image, name)) for name in columns.TEXTS_OF_IMAGE}
        return row | {name: _json(getattr(image, field)) for name, field in columns.JSON_OF_IMAGE.items()}

    def _row(self, annotation: Annotation) -> Row:
        self._unused.pop(annotation.label, None)
        self.losses.annotation(annotation, self._carries(columns.CARRIES.annotation, annotation.foreign, is_said=True))
        row = {
            "label": self._text(annotation.label),
            "kind": annotation.shape.kind,
            "attributes": _json(annotation.attributes),
            "group": str(annotation.group) if annotation.group else "",
            "z": str(annotation.z) if annotation.z else "",
            "confidence": "" if annotation.confidence is None else repr(annotation.confidence),
        }
        row |= {name: "true" if getattr(annotation, name) else "" for name in columns.FLAGS}
        row |= {name: self._text(getattr(annotation, name)) for name in columns.TEXTS}
        row |= {name: self._text(str(annotation.foreign.get(columns.NAME, {}).get(name, ""))) for name in self._others}
        shape = annotation.shape
        if isinstance(shape, Box):
            return row | {name: repr(getattr(shape, name)) for name in columns.BOX}
        if isinstance(shape, Tag):
            return row
        return row | {"shape": documents.encode(documents.of_shape(shape)[shape.kind]).decode()}

    def _aside(self, annotation: Annotation) -> Document:
        carries = self._carries(columns.CARRIES.annotation, annotation.foreign, is_said=True)
        return sidecar.of_annotation(annotation, carries, exact=True, visible=None)

    def _carries(self, fields: frozenset[str], foreign: Foreign, *, is_said: bool) -> Carries:
        """What rows say: of what is foreign, other columns of a table that this one was read from."""
        cells = foreign.get(columns.NAME, {})
        is_all = is_said and set(foreign) <= {columns.NAME} and set(cells) <= set(self._others)
        if is_all and all(isinstance(cell, str) and cell for cell in cells.values()):
            fields |= {"foreign"}
        return Carries(annotation=fields, image=fields)

    def _write_aside(self, row: Row, aside: Document) -> None:
        if self._has_sidecar:
            kept = self._first | {name: value for name, value in aside.items() if value}
            self._first = {}
            row |= {columns.SIDECAR_COLUMN: _json(kept)}
        self._write(row)

    def _write(self, row: Row) -> None:
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\r\n").writerow([row.get(name, "") for name in self._columns])
        self._file.write(buffer.getvalue().encode())

    def _text(self, text: str) -> str:
        return text if self._is_raw else columns.safe(text)


def _other_columns(header: Header) -> list[str]:
    """Columns of the table that the set was read from which are not ours."""
    listed = header.foreign.get(columns.NAME, {}).get("columns", [])
    taken = {*columns.COLUMNS, columns.SIDECAR_COLUMN}
    return [name for name in listed if isinstance(name, str) and name not in taken and not columns.meant([name])]


def _foreign_of(others: list[str]) -> Foreign:
    return {columns.NAME: {"columns": others}}


def _json(value: object) -> str:
    return documents.encode(value).decode() if value else ""


def _boolean(value: bool) -> str:
    return "true" if value else "false"
