"""Owns how versions are named on the command line: `tiles@v3`, `tiles-defects@s1`, `tile-net@production`."""

from __future__ import annotations

import re

from plumbline.cli.failures import Misused

_NUMBER = re.compile(r"[vs]?(\d+)")


def numbered(reference: str) -> tuple[str, int]:
    """Name and number of a dataset version or snapshot; 0 (the newest) when none is given.

    Raises:
        Misused: what follows the `@` is no number.
    """
    name, at, text = reference.partition("@")
    if not at:
        return name, 0
    found = _NUMBER.fullmatch(text)
    if not name or not found:
        raise Misused(f"{reference!r} names no version.", "Write it as tiles@v3, or tiles for the newest.")
    return name, int(found[1])


def versioned(reference: str) -> tuple[str, str]:
    """Name, and number or alias, of a model version; an empty text when none is given."""
    name, _, version = reference.partition("@")
    number = _NUMBER.fullmatch(version)
    return name, number[1] if number else version


def assignments(texts: list[str], option: str) -> dict[str, str]:
    """`name=value` texts as a mapping.

    Raises:
        Misused: one of them has no `=`.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise Misused(f"{option} {text} has no value.", f"Write it as {option} name=value.")
        found[name] = value
    return found
