"""Owns values of JSON documents: numbers, texts and lists of them, checked one by one. Does not know the model.

Each function takes any JSON value and raises `Malformed` when it is not what the name says.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from plumbline_formats.problems import Malformed

_WHOLE_END = 2**63
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def number(value: Any) -> float:
    """A finite number as float64."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(f"is {type_of(value)}, expected a number")
    if not math.isfinite(value):
        raise Malformed("is not a finite number")
    return float(value)


def whole(value: Any) -> int:
    """A whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _WHOLE_END:
        raise Malformed(f"is {value!r:.40}, expected a whole number that is not negative")
    return value


def integer(value: Any) -> int:
    """A whole number of 64 bits."""
    if isinstance(value, bool) or not isinstance(value, int) or not -_WHOLE_END <= value < _WHOLE_END:
        raise Malformed(f"is {type_of(value)}, expected a whole number of 64 bits")
    return value


def confidence(value: Any) -> float:
    """A number from 0 to 1."""
    if not 0 <= number(value) <= 1:
        raise Malformed(f"is {value}, expected 0 to 1")
    return float(value)


def numbers(values: Any) -> list[float]:
    """Finite numbers, in the very list that is given; the place of one that is none is its position."""
    listed = items(values)
    for at, value in enumerate(listed):
        if type(value) is not float or not math.isfinite(value):
            try:
                listed[at] = number(value)
            except Malformed as error:
                raise Malformed(str(error), f"[{at}]") from error
    return listed


def points(values: Any, least: int) -> list[float]:
    """`[x0, y0, ...]` of at least `least` points."""
    listed = numbers(values)
    if len(listed) % 2 or len(listed) < 2 * least:
        raise Malformed(f"needs x, y of at least {least} points, has {len(listed)} numbers")
    return listed


def boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Malformed(f"is {type_of(value)}, expected true or false")
    return value


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed(f"is {type_of(value)}, expected text")
    return value


def texts(value: Any) -> list[str]:
    return [text(item) for item in items(value)]


def uuid(value: Any) -> str:
    """A UUID in lower case, with hyphens."""
    if not is_uuid(text(value)):
        raise Malformed(f"is {value[:40]!r}, expected a UUID in lower case")
    return str(value)


def is_uuid(value: Any) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def one_of(choices: Sequence[str]) -> Callable[[Any], Any]:
    """A function that takes one of some words."""

    def read(value: Any) -> str:
        if value not in choices:
            raise Malformed(f"is {value!r}, expected one of {', '.join(choices)}")
        return str(value)

    return read


def items(value: Any) -> list[Any]:
    """The very list that is given."""
    if not isinstance(value, list):
        raise Malformed(f"is {type_of(value)}, expected a list")
    return value


def members(value: Any, what: str = "an object") -> dict[str, Any]:
    """A copy of an object; `what` is how a message calls it."""
    if not isinstance(value, dict):
        raise Malformed(f"is {type_of(value)}, expected {what}")
    return dict(value)


def member(document: Any, name: str, read: Callable[[Any], Any]) -> Any:
    """One member of an object, read; whatever is wrong with it is at its name."""
    if name not in document:
        raise Malformed("is missing", f".{name}")
    return at(f".{name}", read, document[name])


def each(values: Any, read: Callable[[Any], Any]) -> list[Any]:
    """The elements of a list, read; whatever is wrong with one is at its position."""
    return [at(f"[{position}]", read, value) for position, value in enumerate(items(values))]


def at(place: str, read: Callable[[Any], Any], value: Any) -> Any:
    """What `read` makes of a value at a place, which comes before the place of whatever is wrong."""
    try:
        return read(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise Malformed(str(error), place + getattr(error, "place", "")) from error


def type_of(value: Any) -> str:
    """For messages: `of type str`, or `missing`."""
    return "missing" if value is None else f"of type {type(value).__name__}"
