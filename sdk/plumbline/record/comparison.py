"""Owns what differs between two records, field by field. Does not judge it: `verdict` does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every difference of two records: `field` (dotted path), `first` and `second`, None where it is missing."""
    left, right = flat(first), flat(second)
    return [
        {"field": name, "first": left.get(name), "second": right.get(name)}
        for name in sorted(left.keys() | right.keys())
        if left.get(name) != right.get(name)
    ]


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """Leaves of nested mappings by dotted path."""
    if not isinstance(value, Mapping):
        return {path: list(value) if isinstance(value, tuple) else value}
    found: dict[str, Any] = {}
    for name, inner in value.items():
        found |= flat(inner, f"{path}.{name}" if path else str(name))
    return found
