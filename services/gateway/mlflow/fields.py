"""Owns what a request may say: declared fields, read from a body or a query, refused in MLflow's words.

Like MLflow's server: unknown fields are ignored, a null is an absent field, a number may come as text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.gateway.mlflow.errors import MlflowError, invalid

_SEE = " See the API docs for more information about request parameters."

Parse = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a request; `parse` raises ValueError for a value of another type.

    `check`, when given, answers a message for a value that is not acceptable.
    """

    name: str
    parse: Parse
    required: bool = False
    alias: str = ""
    check: Callable[[Any], str | None] | None = None


def text(value: Any) -> str:
    """Accepts text alone, also the empty one."""
    if not isinstance(value, str):
        raise ValueError
    return value


def integer(value: Any) -> int:
    """Accepts whole numbers, also as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError
    if isinstance(value, float) and not value.is_integer():
        raise ValueError
    return int(value)


def double(value: Any) -> float:
    """Accepts numbers, also as text, and the words NaN, Infinity and -Infinity."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError
    found = float(value)
    if not math.isfinite(found) and value not in ("NaN", "Infinity", "-Infinity"):
        raise ValueError
    return found


def boolean(value: Any) -> bool:
    """Accepts true and false, in a query as words."""
    if value in (True, False):
        return bool(value)
    words = {"true": True, "false": False}
    if not isinstance(value, str) or value.lower() not in words:
        raise ValueError
    return words[value.lower()]


def texts(value: Any) -> list[str]:
    """Accepts a list of texts; one text in a query is such a list."""
    if not isinstance(value, list):
        raise ValueError
    return [text(one) for one in value]


def objects(value: Any) -> list[dict[str, Any]]:
    """Accepts a list of objects; what is inside is the handler's business."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ValueError
    return value


def tags(value: Any) -> list[dict[str, Any]]:
    """Accepts a list of `{key, value}`, both texts."""
    found = objects(value)
    for one in found:
        text(one.get("key") or "")
        text(one.get("value") or "")
    return found


def required(name: str, parse: Parse = text, *, alias: str = "") -> Field:
    """A field that must be there and not empty."""
    return Field(name, parse, required=True, alias=alias)


def optional(name: str, parse: Parse = text, check: Callable[[Any], str | None] | None = None) -> Field:
    """A field that may be left out."""
    return Field(name, parse, check=check)


RUN_ID = required("run_id", alias="run_uuid")
EXPERIMENT_ID = required("experiment_id")


def decode(body: bytes) -> dict[str, Any]:
    """The body of a request; an empty one, and one that is not JSON, says nothing.

    Raises:
        MlflowError: JSON, but not an object.
    """
    try:
        document = orjson.loads(body) if body else None
        if isinstance(document, str):
            # older clients encode twice
            document = orjson.loads(document)
    except ValueError:
        document = None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise invalid("The body of this request must be a JSON object.")
    return document


def read(declared: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The declared fields that were given, parsed.

    Raises:
        MlflowError: the first field that is missing or not acceptable.
    """
    found = {}
    for field in declared:
        value = given.get(field.name)
        if value is None and field.alias:
            value = given.get(field.alias)
        if field.required and value in (None, ""):
            raise missing(field.name)
        if value is not None:
            found[field.name] = _parsed(field, value)
    return found


def missing(name: str) -> MlflowError:
    """A required field was left out."""
    return invalid(f"Missing value for required parameter '{name}'.{_SEE}")


def _parsed(field: Field, value: Any) -> Any:
    try:
        parsed = field.parse(value)
    except (ValueError, OverflowError, TypeError) as error:
        shown = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        hint = f" Hint: Value was of type '{type(value).__name__}'."
        raise invalid(f"Invalid value {shown} for parameter '{field.name}' supplied: {hint}{_SEE}") from error
    problem = field.check(parsed) if field.check else None
    if problem is not None:
        raise invalid(problem + _SEE)
    return parsed
