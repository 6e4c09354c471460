"""Owns attribute values as text, for formats that know nothing else, and their way back by the schema of a label."""

from __future__ import annotations

import math
from collections.abc import Mapping

import orjson

from plumbline_formats.model import AttributeSpec, AttributeValue


def as_text(value: AttributeValue) -> str:
    """`true`, `3.5`, the text itself, or a JSON list."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)


def typed(text: str, spec: AttributeSpec | None) -> AttributeValue:
    """The value as the schema declares it; the text itself where there is no schema or it does not fit."""
    if spec is not None and spec.type == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if spec is not None and spec.type == "number":
        return _number(text)
    return text


def _number(text: str) -> AttributeValue:
    try:
        value = float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) and "_" not in text else text


def become_text(attributes: Mapping[str, AttributeValue]) -> int:
    """How many values are none, so that a format of texts reads them back different."""
    return sum(not isinstance(value, str) for value in attributes.values())
