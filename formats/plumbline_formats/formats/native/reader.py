"""Owns reading the native format, line by line, as a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import orjson

from plumbline_formats import documents
from plumbline_formats.archive import Source
from plumbline_formats.format import Options
from plumbline_formats.formats.native import lines
from plumbline_formats.inspection import inspect
from plumbline_formats.model import Header, Image
from plumbline_formats.problems import Malformed, Problems, Refused

_LONGEST_LINE = 256 * 2**20
_BOM = b"\xef\xbb\xbf"


class NativeReader:
    """Reads images line by line; see `format.Reader`.

    Raises:
        Refused: there is no file of lines, more than one, or it says neither a known version nor a header.
    """

    def __init__(self, source: Source, _options: Options) -> None:
        self.problems = Problems()
        self._source = source
        self._name = _only_file(source)
        self._seen: set[str] = set()
        self.header, self._has_own_header = self._read_header()

    def __iter__(self) -> Iterator[Image]:
        digest = sha256()
        with self._source.open(self._name) as file:
            number = 0
            while line := file.readline(_LONGEST_LINE + 1):
                number += 1
                self._check_length(line, number)
                digest.update(line)
                if (number > 1 or not self._has_own_header) and not line.isspace():
                    yield from self._read_line(line, number)
        self._check_digest(digest.hexdigest())

    def _read_line(self, line: bytes, number: int) -> Iterator[Image]:
        place = f"line {number}"
        try:
            document = parse(line.removeprefix(_BOM) if number == 1 else line)
            image = documents.to_image(document)
            _check_ids(image)
            self._inspect(image, place)
        except Malformed as error:
            self.problems.error(self._name, place + error.place, str(error))
            return
        if image.path in self._seen:
            self.problems.error(self._name, f"{place}.path", f"{image.path!r} was there before: join the two lines")
            return
        self._seen.add(image.path)
        yield image

    def _inspect(self, image: Image, place: str) -> None:
        for at, annotation in enumerate(image.annotations):
            below = f".annotations[{at}].geometry"
            try:
                inspect(annotation.shape, image, self.problems, self._name, place + below)
            except Malformed as error:
                raise Malformed(str(error), below + error.place) from error

    def _read_header(self) -> tuple[Header, bool]:
        with self._source.open(self._name) as file:
            line = file.readline(_LONGEST_LINE + 1)
        self._check_length(line, 1)
        first = self._parsed(line, self._name)
        if lines.is_header(first):
            return self._header_of(first, f"{self._name}: line 1"), True
        beside = self._name.removesuffix(lines.ANNOTATIONS) + lines.SCHEMA
        if beside not in self._source.names:
            raise Refused(f"{self._name}: the first line needs to say {lines.VERSION!r} and a header.")
        document = self._parsed(self._source.read(beside), beside)
        if not lines.is_header(document):
            raise Refused(f"{beside} needs to say {lines.VERSION!r} and a header.")
        return self._header_of(document, beside), False

    def _parsed(self, content: bytes, name: str) -> Any:
        try:
            return parse(content.removeprefix(_BOM))
        except Malformed as error:
            raise Refused(f"{name}: the header {error}.") from error

    def _header_of(self, document: Any, place: str) -> Header:
        try:
            return lines.to_header(document)
        except Malformed as error:
            raise Refused(f"{place}{error.place}: {error}.") from error

    def _check_length(self, line: bytes, number: int) -> None:
        if len(line) > _LONGEST_LINE:
            raise Refused(f"{self._name}: line {number} is longer than {_LONGEST_LINE} bytes: one image per line.")

    def _check_digest(self, found: str) -> None:
        sums = self._name.removesuffix(lines.ANNOTATIONS) + lines.CHECKSUMS
        if not self._name.endswith(lines.ANNOTATIONS) or sums not in self._source.names:
            return
        said = {line[66:]: line[:64] for line in self._source.read(sums).decode("utf-8", "replace").splitlines()}
        if said.get(lines.ANNOTATIONS) != found:
            self.problems.note(sums, "", f"does not fit {lines.ANNOTATIONS}: it was changed since it was written")


def parse(line: bytes) -> Any:
    """A JSON value. Raises Malformed: it is none, or names a member twice."""
    try:
        document = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"is no JSON ({error})") from error
    # canonical lines, as ours are, cannot name anything twice
    if len(documents.encode(document)) != len(line.rstrip()):
        try:
            json.loads(line, object_pairs_hook=_without_twins)
        except RecursionError as error:
            raise Malformed("is nested too deeply") from error
    return document


def _without_twins(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        names = [name for name, _ in members]
        twin = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"says {twin[:100]!r} twice")
    return found


def _check_ids(image: Image) -> None:
    ids = {annotation.id for annotation in image.annotations}
    if len(ids) != len(image.annotations):
        raise Malformed("has two annotations of the same id", ".annotations")


def _only_file(source: Source) -> str:
    names = lines.annotation_files(source.names)
    if len(names) != 1:
        found = f"there are {len(names)}" if names else "there is none"
        raise Refused(f"{source.label} needs one file {lines.ANNOTATIONS}, {found}: give it alone.")
    return names[0]
