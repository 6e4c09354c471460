"""Owns the turning of a broken rule into the error a caller sees. Does not know the rules themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from services.storage import rules
from services.storage.errors import PathInvalid, TooMany, ValueInvalid, VersionImmutable

T = TypeVar("T")
R = TypeVar("R")


def checked(what: str, rule: Callable[[T], R], value: T) -> R:
    """`rule(value)`. Raises ValueInvalid that names what is wrong."""
    try:
        return rule(value)
    except rules.Broken as broken:
        raise ValueInvalid(f"{what} {broken}.") from broken


def path(text: str) -> str:
    """The path in normal form. Raises PathInvalid."""
    try:
        return rules.plain_path(text)
    except rules.Broken as broken:
        raise PathInvalid(text, str(broken)) from broken


def paths(texts: Iterable[str]) -> list[str]:
    """Distinct paths in normal form, in order. Raises PathInvalid, TooMany."""
    plain = sorted({path(text) for text in texts})
    at_most(plain, rules.MAX_PATHS, "paths")
    return plain


def at_most(items: Sequence[Any], most: int, what: str) -> None:
    if len(items) > most:
        raise TooMany(what, most)


def is_draft(version: int) -> None:
    """Raises VersionImmutable for a write that names a version."""
    if version:
        raise VersionImmutable
