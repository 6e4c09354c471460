"""Owns reading the table: twice, first for its labels and whether the rows of an image stand together."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from plumbline_formats import documents, scalars, sidecar, streams
from plumbline_formats.archive import Source
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.csv_table import columns
from plumbline_formats.inspection import inspect
from plumbline_formats.model import Annotation, Header, Image, Label, stable_id
from plumbline_formats.problems import Malformed, Problems, Refused
from plumbline_formats.shapes import KINDS, Box, Shape, Tag

_LONGEST_TITLES = 2**16
_LONGEST_CELL = 64 * 2**20
# Rows of images that do not stand together are all kept at once.
_MOST_SCATTERED = 512 * 2**20
_DELIMITERS = (",", ";", "\t")
_BOOLEANS = {"": False, "true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
Row = dict[str, str]


class CsvReader:
    """Reads rows of images; see `format.Reader`.

    Raises:
        Refused: there is no such table, or its first row names no images.
    """

    def __init__(self, source: Source, options: Options) -> None:
        self.problems = Problems()
        self._source = source
        self._name = only_file(source)
        self._is_raw = bool(options["raw"])
        first = _first_row(source, self._name)
        self._delimiter = _delimiter(first)
        self._titles = _cells(first, self._name)
        self._meant = columns.meant(self._titles)
        if "image" not in self._meant.values():
            raise Refused(f"{self._name}: the first row needs to name the columns, one of them `image` or `filename`.")
        self._is_ours = columns.SIDECAR_COLUMN in self._meant.values() or {*columns.COLUMNS} <= set(self._titles)
        self._aside: Document = {}
        self.header, self._is_scattered = self._survey()
        self._note_columns()

    def __iter__(self) -> Iterator[Image]:
        groups: Iterator[tuple[str, list[tuple[int, Row]]]]
        if self._is_scattered:
            groups = iter(self._gathered().items())
        else:
            rows = self._rows_of_images()
            groups = ((path, list(pairs)) for path, pairs in groupby(rows, key=lambda pair: pair[1]["image"]))
        for path, pairs in groups:
            image = self._image(path, pairs)
            if image is not None:
                yield image

    def _survey(self) -> tuple[Header, bool]:
        labels: dict[str, None] = {}
        paths: set[str] = set()
        last, is_scattered = "", False
        # what is wrong with rows is said when they are read for good
        for line, row in self._rows(Problems(limit=0)):
            if line_aside := row.get(columns.SIDECAR_COLUMN):
                self._take_header(line_aside, line)
            if row.get("kind") or row.get("label"):
                labels.setdefault(row.get("label", ""))
            path = row.get("image", "")
            if path and path != last:
                is_scattered |= path in paths
                paths.add(path)
                last = path
        return self._make_header(labels), is_scattered

    def _take_header(self, text: str, line: int) -> None:
        if not self._aside and '"header"' in text:
            aside = streams.parse(text.encode(), f"{self._name}: line {line}")
            if isinstance(aside, dict) and isinstance(aside.get("header"), dict):
                self._aside = aside

    def _make_header(self, labels: dict[str, None]) -> Header:
        others = [name for at, name in enumerate(self._titles) if at not in self._meant]
        header = Header(foreign={columns.NAME: {"columns": others}} if others else {})
        if not self._aside:
            header.labels = [Label(self._text(name)) for name in labels]
            return header
        try:
            self._is_raw = bool(self._aside.get("options", {}).get("raw", self._is_raw))
            written = documents.to_header(self._aside["header"])
            order = [label.name for label in written.labels]
            header.labels = [Label(name) for name in sorted(map(self._text, labels), key=_position(order))]
            return sidecar.restored_header(header, self._aside["header"])
        except (Malformed, AttributeError) as error:
            raise Refused(f"{self._name}: the side-car of the header is damaged ({error}): remove it.") from error

    def _note_columns(self) -> None:
        renamed = {self._titles[at]: name for at, name in self._meant.items() if self._titles[at] != name}
        if renamed:
            said = ", ".join(f"{title} is {name}" for title, name in renamed.items())
            self.problems.note(self._name, "line 1", f"columns are taken so: {said}")
        if self._is_scattered:
            self.problems.note(self._name, "", "has rows of an image in several places: they are put together")
        others = [name for at, name in enumerate(self._titles) if at not in self._meant]
        if others:
            self.problems.note(self._name, "line 1", f"columns are kept without a meaning: {', '.join(others)[:500]}")

    def _gathered(self) -> dict[str, list[tuple[int, Row]]]:
        if self._source.size(self._name) > _MOST_SCATTERED:
            raise Refused(f"{self._name}: sort it by image first, since it is larger than {_MOST_SCATTERED} bytes.")
        gathered: dict[str, list[tuple[int, Row]]] = {}
        for line, row in self._rows_of_images():
            gathered.setdefault(row["image"], []).append((line, row))
        return gathered

    def _rows_of_images(self) -> Iterator[tuple[int, Row]]:
        for line, row in self._rows(self.problems):
            if row.get("image"):
                yield line, row
            elif row.keys() - {"label", columns.SIDECAR_COLUMN}:
                # a label alone only says that there is one
                self.problems.error(self._name, f"line {line}.image", "is missing")

    def _rows(self, problems: Problems) -> Iterator[tuple[int, Row]]:
        """Cells that are not empty by our columns, others by their own titles after a space."""
        with _table(self._source, self._name, self._delimiter) as table:
            next(table, None)
            for cells in table:
                if len(cells) > len(self._titles) and any(cells[len(self._titles) :]):
                    problems.error(
                        self._name,
                        f"line {table.line_num}",
                        f"has {len(cells)} cells, the first row has {len(self._titles)}",
                    )
                    continue
                names = (self._meant.get(at, f" {title}") for at, title in enumerate(self._titles))
                yield table.line_num, {name: cell for name, cell in zip(names, cells, strict=False) if cell}

    def _image(self, path: str, pairs: list[tuple[int, Row]]) -> Image | None:
        line, first = pairs[0]
        try:
            image = self._bare_image(path, first)
            aside = _aside(first)
        except Malformed as error:
            self.problems.error(self._name, f"line {line}{error.place}", str(error))
            return None
        for ordinal, (at, row) in enumerate(pairs):
            try:
                self._add_object(image, row, ordinal)
            except Malformed as error:
                self.problems.error(self._name, f"line {at}{error.place}", str(error))
        try:
            return sidecar.restored_image(image, aside["image"]) if "image" in aside else image
        except Malformed as error:
            self.problems.error(self._name, f"line {line}{error.place}", str(error))
            return image

    def _bare_image(self, path: str, row: Row) -> Image:
        document: Document = {"path": self._text(path), "subset": self._text(row.get("subset", ""))}
        for name in ("width", "height"):
            document[name] = _whole(row, f"image_{name}")
        document |= {name: self._text(row.get(name, "")) for name in columns.TEXTS_OF_IMAGE}
        for name, field in columns.JSON_OF_IMAGE.items():
            if name in row:
                document[field] = _json(row[name], name)
        image = documents.to_image(document)
        image.annotated = _boolean(row.get("annotated", "true"), "annotated")
        if not self._says_object(row):
            image.foreign = self._foreign(row)
        return image

    def _says_object(self, row: Row) -> bool:
        return bool(
            row.get("kind") or row.get("label") or any(name in row for name in (*columns.BOX, *columns.CORNERS))
        )

    def _add_object(self, image: Image, row: Row, ordinal: int) -> None:
        if not self._says_object(row):
            return
        shape = _shape(row)
        inspect(shape, image, self.problems, self._name, f"object {ordinal} of {image.path}")
        annotation = self._annotation(image, row, shape, ordinal)
        aside = _aside(row)
        if "object" in aside:
            annotation = sidecar.restored(annotation, aside["object"], None)
        image.annotations.append(annotation)

    def _annotation(self, image: Image, row: Row, shape: Shape, ordinal: int) -> Annotation:
        document: Document = {
            "label": self._text(row.get("label", "")),
            "origin": "human" if self._is_ours else "imported",
        }
        document |= {name: self._text(row[name]) for name in columns.TEXTS if name in row}
        document |= {name: _boolean(row[name], name) for name in columns.FLAGS if name in row}
        document |= {name: _whole(row, name) for name in ("group", "z") if name in row}
        if "confidence" in row:
            document["confidence"] = _number(row, "confidence")
        if "attributes" in row:
            document["attributes"] = _json(row["attributes"], "attributes")
        foreign = self._foreign(row)
        if not self._is_ours and "id" in document:
            foreign.setdefault(columns.NAME, {})["id"] = document.pop("id")
        document["foreign"] = foreign
        document.setdefault("id", stable_id(image.path, ordinal, documents.encode(row)))
        annotation = documents.to_annotation(document | {"geometry": documents.of_shape(Tag())})
        annotation.shape = shape
        return annotation

    def _foreign(self, row: Row) -> dict[str, dict[str, Any]]:
        cells = {name[1:]: self._text(cell) for name, cell in row.items() if name.startswith(" ")}
        return {columns.NAME: cells} if cells else {}

    def _text(self, cell: str) -> str:
        return cell if self._is_raw or not self._is_ours else columns.plain(cell)


def only_file(source: Source) -> str:
    """The table of a source. Raises Refused: there is none, or more than one."""
    names = [name for name in source.names if name.lower().endswith((".csv", ".tsv"))]
    exact = [name for name in names if name.rpartition("/")[2] == columns.FILE] or names
    if len(exact) != 1:
        raise Refused(f"{source.label} needs one file {columns.FILE}, there are {len(exact)}: give it alone.")
    return exact[0]


def titles(source: Source, name: str) -> list[str]:
    """The cells of the first row. Raises Refused: it is no text."""
    return _cells(_first_row(source, name), name)


def _cells(line: str, name: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), [])
    except csv.Error as error:
        raise Refused(f"{name}: line 1: {error}.") from error


def _first_row(source: Source, name: str) -> str:
    with source.open(name) as file:
        line = file.readline(_LONGEST_TITLES)
    if len(line) == _LONGEST_TITLES:
        raise Refused(f"{name}: line 1 has more than {_LONGEST_TITLES} bytes: it needs to name the columns.")
    try:
        return line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is no UTF-8 ({error.reason} at byte {error.start}): save it as UTF-8.") from error


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


@contextmanager
def _table(source: Source, name: str, delimiter: str) -> Iterator[Any]:
    # masks are longer than what the module takes by default; it has one limit for the whole process
    csv.field_size_limit(_LONGEST_CELL)
    with source.open(name) as file:
        table = csv.reader(io.TextIOWrapper(file, "utf-8-sig", newline=""), delimiter=delimiter, strict=True)
        try:
            yield table
        except UnicodeDecodeError as error:
            raise Refused(f"{name}: after line {table.line_num} it is no UTF-8: save it as UTF-8.") from error
        except csv.Error as error:
            raise Refused(f"{name}: line {table.line_num}: {error}.") from error


def _shape(row: Row) -> Shape:
    kind = row.get("kind", "")
    if kind and kind in KINDS and kind not in ("box", "tag"):
        return documents.to_shape({kind: _json(row.get("shape", ""), "shape")})
    if all(name in row for name in columns.CORNERS):
        x, y, right, bottom = (_number(row, name) for name in columns.CORNERS)
        return Box(x, y, right - x, bottom - y)
    present = [name for name in (*columns.BOX, *columns.CORNERS) if name in row]
    if present and present != list(columns.BOX):
        raise Malformed(f"needs x, y, width and height, or xmin, ymin, xmax and ymax; has {', '.join(present)}")
    if present:
        return Box(*(_number(row, name) for name in columns.BOX))
    if kind not in ("", "tag"):
        raise Malformed(f"is {kind!r}, known are {', '.join(KINDS)}" if kind != "box" else "has no numbers", ".kind")
    return Tag()


def _aside(row: Row) -> Document:
    if columns.SIDECAR_COLUMN not in row:
        return {}
    aside = _json(row[columns.SIDECAR_COLUMN], columns.SIDECAR_COLUMN)
    if not isinstance(aside, dict):
        raise Malformed("is no side-car of ours", f".{columns.SIDECAR_COLUMN}")
    return aside


def _number(row: Row, name: str) -> float:
    text = row.get(name, "0").strip()
    try:
        return scalars.number(float(text) if "_" not in text else None)
    except ValueError as error:
        raise Malformed(f"is {text[:40]!r}, expected a finite number", f".{name}") from error


def _whole(row: Row, name: str) -> int:
    value = _number(row, name)
    if not value.is_integer():
        raise Malformed(f"is {value}, expected a whole number", f".{name}")
    return int(value)


def _boolean(text: str, name: str) -> bool:
    if text.strip().lower() not in _BOOLEANS:
        raise Malformed(f"is {text[:40]!r}, expected true or false", f".{name}")
    return _BOOLEANS[text.strip().lower()]


def _json(text: str, name: str) -> Any:
    try:
        return streams.parse(text.encode(), name)
    except Refused as error:
        raise Malformed(str(error), f".{name}") from error


def _position(order: list[str]) -> Any:
    places = {name: at for at, name in enumerate(order)}
    return lambda name: places.get(name, len(places))
