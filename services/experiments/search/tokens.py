"""Owns the words of the filter language. Does not know which of them make sense together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from services.experiments.errors import FilterInvalid

_MOST_CHARACTERS = 20_000
_QUOTED = {"'": re.compile(r"'(?:[^']|'')*'"), '"': re.compile(r'"(?:[^"]|"")*"'), "`": re.compile(r"`(?:[^`]|``)*`")}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")
_WORD = re.compile(r"[^\W\d]\w*")
# Unlike a word, a key after its dot may hold what metric names are full of: `val/loss`, `top-1`, `iou.0.5`.
_KEY = re.compile(r"[\w./:@-]+")
_SYMBOL = re.compile(r"<=|>=|!=|<>|==|[=<>(),.]")
_SPACE = re.compile(r"\s+")


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    KEY = auto()
    # In back-ticks: always a name.
    NAME = auto()
    # In single quotes: always a value.
    TEXT = auto()
    # In double quotes: a name or a value, by its place.
    EITHER = auto()
    NUMBER = auto()
    SYMBOL = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A token, unquoted, and where it begins; `raw` is how it was written."""

    kind: Kind
    text: str
    raw: str
    position: int


_KINDS = {"'": Kind.TEXT, '"': Kind.EITHER, "`": Kind.NAME}


def refuse(message: str, position: int) -> FilterInvalid:
    """The error for something wrong at a position, which counts from 0."""
    return FilterInvalid(f"{message} (at character {position + 1})", position=str(position + 1))


def tokenize(source: str) -> list[Token]:
    """The tokens of a filter, with an END at the end.

    Raises:
        FilterInvalid: a quote is not closed, or a character belongs nowhere.
    """
    if len(source) > _MOST_CHARACTERS:
        raise FilterInvalid(f"A filter has at most {_MOST_CHARACTERS} characters.")
    if "\x00" in source:
        raise refuse("Invalid clause(s) in filter string: a NUL character", source.index("\x00"))
    return list(_tokens(source))


def _tokens(source: str) -> Iterator[Token]:
    position = 0
    last = Token(Kind.END, "", "", 0)
    while position < len(source):
        if space := _SPACE.match(source, position):
            position, last = space.end(), Token(Kind.END, "", "", 0)
            continue
        last = _next(source, position, last)
        yield last
        position += len(last.raw)
    yield Token(Kind.END, "", "", len(source))


def _next(source: str, position: int, last: Token) -> Token:
    """The token at a position; `last` is the one right before it, an END when there is none or space between."""
    first = source[position]
    if first in _QUOTED:
        return _quoted(source, position, first)
    if last.text == "." and last.kind is Kind.SYMBOL and (key := _KEY.match(source, position)):
        return Token(Kind.KEY, key[0], key[0], position)
    # `.5` is a number, but not in `metrics.5`.
    is_dot = first == "." and last.kind in (Kind.WORD, Kind.NAME, Kind.EITHER)
    for kind, pattern in ((Kind.NUMBER, _NUMBER), (Kind.WORD, _WORD), (Kind.SYMBOL, _SYMBOL)):
        if (found := pattern.match(source, position)) and not (is_dot and kind is Kind.NUMBER):
            return Token(kind, found[0], found[0], position)
    raise refuse(f"Invalid clause(s) in filter string: '{source[position : position + 20]}'", position)


def _quoted(source: str, position: int, quote: str) -> Token:
    found = _QUOTED[quote].match(source, position)
    if found is None:
        raise refuse(f"Invalid clause(s) in filter string: the quote {quote} is not closed", position)
    return Token(_KINDS[quote], found[0][1:-1].replace(quote * 2, quote), found[0], position)
