"""Owns XML that comes from elsewhere: no document types, no entities of its own, bounded depth. Does not know formats.

The parser itself (expat) reports a document type in whatever encoding it is written; without a document type there are
no entities to multiply and no files to fetch. Most small files need not be asked: a document type begins with ``<!``,
and UTF-8 without ``<!`` has none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import BinaryIO, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from plumbline_formats.problems import Refused

_MIB = 2**20
_DEEPEST = 64
_CHUNK = 256 * 1024
# of a small file, and of one element of a large one
_LARGEST = 64 * _MIB
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)""")


def parse(content: bytes, file: str) -> Element:
    """The outermost element of a small file.

    Raises:
        Refused: not XML, with a document type, nested too deeply, or larger than 64 MB.
    """
    if len(content) > _LARGEST:
        raise Refused(f"{file} has {len(content)} bytes, at most {_LARGEST} are read at once: send it in parts.")
    root = _plain(content)
    if root is None:
        builder = TreeBuilder()
        parser = _parser(file)
        parser.StartElementHandler = builder.start
        parser.EndElementHandler = builder.end
        parser.CharacterDataHandler = builder.data
        _feed(parser, content, True, file)
        root = builder.close()
    _check_depth(root, file)
    return root


def _plain(content: bytes) -> Element | None:
    """The outermost element of well-formed UTF-8 that surely has no document type, else None. Twice as fast."""
    # the parser takes UTF-16 for what it is, whatever it was told; its markup has a zero in every second byte
    if b"<!" in content or b"\0" in content:
        return None
    declared = _ENCODING.search(content, 0, content.find(b"?>") + 1) if content.startswith(b"<?xml") else None
    if declared and declared[1].lower() != b"utf-8":
        return None
    # the argument overrides whatever the content declares, other alphabets of one byte in particular
    parser = XMLParser(encoding="utf-8")  # noqa: S314
    try:
        parser.feed(content)
        return parser.close()
    except ParseError:
        return None


def elements(stream: BinaryIO, file: str, tags: Collection[str]) -> Iterator[tuple[int, Element]]:
    """The elements of some names wherever they are outermost, each with its line, one in memory at a time.

    The first is the outermost element of the file with its attributes but without its content, for its name.

    Raises:
        Refused: as `parse`; also when the file is cut off, which is known only at its end.
    """
    collector = _Collector(file, frozenset(tags))
    while chunk := stream.read(_CHUNK):
        collector.feed(chunk)
        yield from collector.take()
    collector.feed(b"", is_last=True)
    yield from collector.take()


class _Collector:
    """Builds the wanted elements of what it is fed."""

    def __init__(self, file: str, tags: frozenset[str]) -> None:
        self._file = file
        self._tags = tags
        self._found: list[tuple[int, Element]] = []
        self._builder: TreeBuilder | None = None
        self._depth = self._wanted_depth = self._line = self._start = 0
        self._parser = _parser(file)
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close

    def feed(self, chunk: bytes, is_last: bool = False) -> None:
        """Raises Refused."""
        _feed(self._parser, chunk, is_last, self._file)
        if self._builder is not None and self._parser.CurrentByteIndex - self._start > _LARGEST:
            raise Refused(f"{self._file}: line {self._line}: one element has more than {_LARGEST} bytes.")

    def take(self) -> list[tuple[int, Element]]:
        """What was completed since the last call."""
        found, self._found = self._found, []
        return found

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _too_deep(self._file, self._parser.CurrentLineNumber)
        if self._builder is not None:
            self._builder.start(tag, attributes)
        elif self._depth == 1:
            self._found.append((self._parser.CurrentLineNumber, Element(tag, attributes)))
        elif tag in self._tags:
            self._line, self._start = self._parser.CurrentLineNumber, self._parser.CurrentByteIndex
            self._wanted_depth = self._depth
            self._builder = TreeBuilder()
            self._builder.start(tag, attributes)
            self._parser.CharacterDataHandler = self._builder.data

    def _close(self, tag: str) -> None:
        if self._builder is not None:
            self._builder.end(tag)
            if self._depth == self._wanted_depth:
                self._found.append((self._line, self._builder.close()))
                self._builder = self._parser.CharacterDataHandler = None
        self._depth -= 1


def _parser(file: str) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(name: str, *_ids: object) -> NoReturn:
        raise Refused(
            f"{file}: line {parser.CurrentLineNumber}: has a document type ({name[:40]!r}), which could hold"
            " entities: remove the DOCTYPE."
        )

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _feed(parser: expat.XMLParserType, content: bytes, is_last: bool, file: str) -> None:
    try:
        parser.Parse(content, is_last)
    except expat.ExpatError as error:
        raise _refusal(error, file) from error
    except Refused:
        raise
    except (ValueError, LookupError) as error:  # what Python says of encodings that expat asks it about
        raise Refused(f"{file}: its encoding cannot be read ({error}): save it as UTF-8.") from error


def _refusal(error: expat.ExpatError, file: str) -> Refused:
    reason = expat.errors.messages.get(error.code, "no XML") if error.code else str(error)
    if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]:
        return Refused(f"{file}: holds no element: it is empty or cut off, send it again.")
    return Refused(f"{file}: line {error.lineno}, column {error.offset + 1}: is no XML ({reason}).")


def _check_depth(root: Element, file: str) -> None:
    level = [root]
    for _ in range(_DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return
    raise _too_deep(file, None)


def _too_deep(file: str, line: int | None) -> Refused:
    place = "" if line is None else f" line {line}:"
    return Refused(f"{file}:{place} is nested more than {_DEEPEST} levels deep: it is none of the formats.")
