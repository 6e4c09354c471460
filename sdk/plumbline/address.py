"""Owns how values become parts of an address, so that no name can lead to another route."""

from __future__ import annotations

from urllib.parse import quote


def part(value: str | int) -> str:
    """One segment of a path."""
    return quote(str(value), safe="")
