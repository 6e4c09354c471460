"""Owns JSON of any size: checked for what parsers let pass, read in pieces with bounded memory. Does not know formats.

A large file is scanned once for the places of the elements of its outermost lists, 16 bytes each; these are then parsed
in slices, or one by one in any order. Every error names the file and the place in it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
import orjson

from plumbline_formats import scanner
from plumbline_formats.archive import Source, copy
from plumbline_formats.problems import Refused
from plumbline_formats.scanner import Offsets, Positions, Scan

_MIB = 2**20
_SLICE = _MIB
# What is outside the lists of one file, or one line, or one element, is parsed at once.
_WHOLE = 256 * _MIB
_SPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"


def parse(content: bytes, file: str) -> Any:
    """A whole JSON document, with or without a byte order mark.

    Raises:
        Refused: not JSON, not UTF-8, nested too deeply, a key that is there twice, or a number that is none.
    """
    start = _start(content[:4], file)
    content = content[start:] if start else content
    if content.count(b"[") + content.count(b"{") > scanner.DEEPEST:
        scanner.check_depth(content, file)
    try:
        return _checked(content)
    except _Unparsable as error:
        line, column = content.count(b"\n", 0, error.at) + 1, error.at - content.rfind(b"\n", 0, error.at)
        raise Refused(f"{file}: line {line}, column {column}: {error}.") from error


def lines(stream: BinaryIO, file: str) -> Iterator[tuple[int, Any]]:
    """The values of JSON Lines with their line numbers, from 1; empty lines are passed over.

    Raises:
        Refused: as `parse`.
    """
    number = 0
    while line := stream.readline(_WHOLE):
        number += 1
        if len(line) == _WHOLE:
            raise Refused(f"{file}: line {number} has more than {_WHOLE} bytes: write one image per line.")
        if number == 1:
            line = line[_start(line[:4], file) :]
        if line.count(b"[") + line.count(b"{") > scanner.DEEPEST:
            scanner.check_depth(line, f"{file}: line {number}")
        if not line.isspace() and line:
            try:
                yield number, _checked(line)
            except _Unparsable as error:
                raise Refused(f"{file}: line {number}, column {error.at + 1}: {error}.") from error


@contextmanager
def open_json(source: Source, name: str) -> Iterator[JsonFile]:
    """A file of a source as a `JsonFile`; what cannot be read twice is unpacked into a temporary file first."""
    with source.open(name) as stream:
        if stream.seekable():
            yield JsonFile(stream, name)
            return
        with tempfile.TemporaryFile(buffering=0) as unpacked:
            copy(stream, unpacked)
            yield JsonFile(unpacked, name)


class JsonFile:
    """One JSON document whose outermost value is an object or a list.

    Attributes:
        members: of the outermost object, parsed, without its lists of objects or lists (those are in `lists`).
        lists: by name the number of elements of each list that is read in pieces; the outermost list is called ``""``.
    """

    def __init__(self, stream: BinaryIO, file: str) -> None:
        """Scan a stream that can be read twice.

        Raises:
            Refused: the document is cut off, nested too deeply, or wrong outside its lists.
        """
        self._stream = stream
        self._file = file
        stream.seek(0)
        self._scan = Scan(stream, file, start=_start(stream.read(4), file))
        self.members: dict[str, Any] = {}
        self._lists: dict[str, Offsets] = {}
        if self._scan.is_list:
            self._lists[""] = self._scan.lists[0]
            if not self._scan.lists[0].count:
                self.members[""] = self._values(self._lists.pop(""))
        else:
            self._read_members()
        self.lists = {name: offsets.count for name, offsets in self._lists.items()}

    def batches(self, name: str) -> Iterator[tuple[int, list[Any]]]:
        """The elements of a list in their order, about 1 MB at a time, each time with the position of the first.

        Nothing when there is no such list.

        Raises:
            Refused: an element is no JSON, or has a key twice.
        """
        offsets = self._lists.get(name)
        if offsets is None:
            values = self.members.get(name)
            if isinstance(values, list) and values:
                yield 0, values
            return
        for first, end in self._slices(offsets, 0, offsets.count):
            yield first, self._run(name, first, end)
        if self._read(int(offsets.ends[-1]), offsets.closing).strip(_SPACE):
            raise self._error(f"{name}[{offsets.count}]", int(offsets.ends[-1]), "is no object or list")

    def texts(self, name: str) -> Iterator[tuple[int, bytes, Positions]]:
        """The elements of a list as they are written, unchecked: the position of the first, a text of about 1 MB, and
        where in it each starts. For what can be found without parsing, and is checked when `elements` parses it.
        """
        if offsets := self._lists.get(name):
            for first, end in self._slices(offsets, 0, offsets.count):
                start = int(offsets.starts[first])
                yield first, self._read(start, int(offsets.ends[end - 1])), offsets.starts[first:end] - start

    def _slices(self, offsets: Offsets, first: int, stop: int) -> Iterator[tuple[int, int]]:
        while first < stop:
            end = int(np.searchsorted(offsets.ends, offsets.starts[first] + _SLICE))
            end = min(max(end, first + 1), stop)
            yield first, end
            first = end

    def element(self, name: str, index: int) -> Any:
        """One element of a list. Raises Refused as `batches`, IndexError."""
        return self.elements(name, [index])[0]

    def elements(self, name: str, indices: Iterable[int]) -> list[Any]:
        """Elements of a list in the order of `indices`; neighbours are read and parsed together.

        Raises:
            Refused: as `batches`.
            IndexError: there is no such element.
        """
        wanted = np.fromiter(indices, np.int64)
        offsets = self._lists.get(name)
        if offsets is None:
            values = self.members.get(name, [])
            return [values[index] for index in wanted.tolist()]
        if len(wanted) and not 0 <= wanted.min() <= wanted.max() < offsets.count:
            raise IndexError(f"{name} has {offsets.count} elements")
        found: list[Any] = []
        breaks = np.flatnonzero(np.diff(wanted) != 1) + 1
        for run in np.split(wanted, breaks) if len(wanted) else []:
            for first, end in self._slices(offsets, int(run[0]), int(run[-1]) + 1):
                found += self._run(name, first, end)
        return found

    def written(self, name: str, indices: Sequence[int]) -> list[bytes]:
        """Elements of a list in the order of `indices` as they are written."""
        offsets = self._lists.get(name)
        if offsets is None:
            return [orjson.dumps(value) for value in self.elements(name, indices)]
        found = []
        starts, ends = offsets.starts[indices].tolist(), offsets.ends[indices].tolist()
        base, text = 0, b""
        for start, end in zip(starts, ends, strict=True):
            if start < base or end > base + len(text):
                base, text = start, self._read(start, max(min(start + _SLICE, ends[-1]), end))
            found.append(text[start - base : end - base])
        return found

    def line(self, name: str, index: int) -> int:
        """The line on which an element of a list starts, from 1; it is counted anew each time."""
        return self._place(int(self._lists[name].starts[index]))[0]

    def _run(self, name: str, first: int, end: int) -> list[Any]:
        """Neighbouring elements, `first` to before `end`, with a check of the gap in front of them."""
        offsets = self._lists[name]
        before = int(offsets.ends[first - 1]) if first else offsets.opening + 1
        start, stop = int(offsets.starts[first]), int(offsets.ends[end - 1])
        if stop - start > _WHOLE:
            raise self._error(f"{name}[{first}]", start, f"has more than {_WHOLE} bytes")
        content = self._read(before, stop)
        if content[: start - before].strip(_SPACE) != (b"," if first else b""):
            raise self._error(f"{name}[{first}]", before, "is not parted from the one before by one comma")
        content = b"[%b]" % content[start - before :]
        try:
            values = _checked(content)
        except _Unparsable:
            values = None
        if values is None or len(values) != end - first:
            raise self._located(name, first, end, values)
        return values

    def _located(self, name: str, first: int, end: int, values: list[Any] | None) -> Refused:
        """Which of some elements is wrong: they are parsed one by one."""
        for at, value in enumerate(values or ()):
            if not isinstance(value, dict | list):
                return self._error(f"{name}[{first + at}]", int(self._lists[name].starts[first]), "is no object")
        starts, ends = self._lists[name].starts, self._lists[name].ends
        for index in range(first, end):
            start = int(starts[index])
            try:
                _checked(self._read(start, int(ends[index])))
            except _Unparsable as error:
                return self._error(f"{name}[{index}]", start + error.at, str(error))
            if index + 1 < end and self._read(int(ends[index]), int(starts[index + 1])).strip(_SPACE) != b",":
                message = "is not parted from the one before by one comma"
                return self._error(f"{name}[{index + 1}]", int(ends[index]), message)
        return self._error(f"{name}[{first}]", int(starts[first]), "is no JSON")

    def _read_members(self) -> None:
        """What is outside the lists, as one small document in which each list is its position in the file."""
        pieces, before = [], self._scan.start
        if self._scan.end - before - sum(one.closing - one.opening for one in self._scan.lists) > _WHOLE:
            raise Refused(f"{self._file}: more than {_WHOLE} bytes are outside of lists: it is none of the formats.")
        for at, offsets in enumerate(self._scan.lists):
            pieces += [self._read(before, offsets.opening + 1), b"%d" % at]
            before = offsets.closing
        pieces.append(self._read(before, self._scan.end))
        try:
            members = _checked(b"".join(pieces))
        except _Unparsable as error:
            raise self._error("", self._in_file(pieces, error.at), str(error)) from error
        for name, value in members.items():
            if not isinstance(value, list):
                self.members[name] = value
            elif (offsets := self._scan.lists[value[0]]).count:
                self._lists[name] = offsets
            else:
                self.members[name] = self._values(offsets)

    def _in_file(self, pieces: list[bytes], at: int) -> int:
        """The offset in the file of a position among the pieces of `_read_members`."""
        before = self._scan.start
        for number, piece in enumerate(pieces):
            if at < len(piece):
                return before + at
            at -= len(piece)
            before = self._scan.lists[number // 2].closing if number % 2 else before + len(piece)
        return self._scan.end

    def _values(self, offsets: Offsets) -> list[Any]:
        """A list without objects or lists in it."""
        if offsets.closing - offsets.opening > _WHOLE:
            raise Refused(f"{self._file}: a list has more than {_WHOLE} bytes of plain values: it is no list of ours.")
        try:
            return _checked(self._read(offsets.opening, offsets.closing + 1))
        except _Unparsable as error:
            raise self._error("", offsets.opening + error.at, str(error)) from error

    def _read(self, start: int, end: int) -> bytes:
        self._stream.seek(start)
        return self._stream.read(end - start)

    def _place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        self._stream.seek(0)
        line, last, at = 1, -1, 0
        while at < offset:
            block = self._stream.read(min(_MIB, offset - at))
            line += block.count(b"\n")
            if (found := block.rfind(b"\n")) >= 0:
                last = at + found
            at += len(block)
        return line, offset - last

    def _error(self, place: str, offset: int, message: str) -> Refused:
        line, column = self._place(offset)
        return Refused(f"{self._file}: {place + ': ' if place else ''}line {line}, column {column}: {message}.")


class _Unparsable(ValueError):
    """What is wrong with a piece of JSON, and at which byte of it."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def _start(head: bytes, file: str) -> int:
    """Bytes of the byte order mark. Raises Refused: nothing is there, or it is no UTF-8."""
    if not head:
        raise Refused(f"{file} is empty: send it again.")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        raise Refused(f"{file} is UTF-16 or UTF-32 or no text at all: save it as UTF-8.")
    return len(_BOM) if head.startswith(_BOM) else 0


def _checked(content: bytes) -> Any:
    """Parsed, with keys that are there twice found by their colons: the parser would silently take the last.

    Raises:
        _Unparsable: with the byte where.
    """
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _reason(content, error) from error
    if isinstance(value, list) and set(map(type, value)) == {dict} and content.count(b":") == sum(map(len, value)):
        # a list of flat objects has as many colons as keys when no key is there twice
        return value
    # a colon in a string is on both sides, but for one that was written as an escape
    if b":" in content and (content.count(b":") != orjson.dumps(value).count(b":") or b"\\u003" in content):
        _refuse_twins(content)
    return value


def _refuse_twins(content: bytes) -> None:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            names = [name for name, _ in pairs]
            name = next(name for at, name in enumerate(names) if name in names[:at])
            quoted = json.dumps(name, ensure_ascii=False).encode()
            first = content.find(quoted)
            raise _Unparsable(f"the key {name[:80]!r} is there twice", max(content.find(quoted, first + 1), first, 0))
        return members

    json.loads(content, object_pairs_hook=unique)


def _reason(content: bytes, error: orjson.JSONDecodeError) -> _Unparsable:
    try:
        content.decode()
    except UnicodeDecodeError as wrong:
        byte = content[wrong.start]
        return _Unparsable(f"the byte 0x{byte:02x} is not UTF-8: save the file as UTF-8", wrong.start)
    at = len(error.doc[: error.pos].encode(errors="replace")) if isinstance(error.doc, str) else error.pos
    for word in (b"NaN", b"Infinity", b"-Infinity"):
        if content[max(at - 1, 0) :].lstrip(b", [:").startswith(word):
            return _Unparsable(f"{word.decode()} is no JSON number: write null or leave it out", at)
    return _Unparsable(f"is no JSON ({error.msg.rsplit(': line', 1)[0]})", at)
