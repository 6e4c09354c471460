"""Owns what Label Studio asks beside regions: choices, texts, taxonomies, numbers and ratings, and their values."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson

from plumbline_formats import scalars
from plumbline_formats.documents import Document
from plumbline_formats.model import AttributeValue, Question
from plumbline_formats.problems import Malformed

TYPES = frozenset({"choices", "textarea", "taxonomy", "number", "rating"})
# Controls of whole images that are no questions.
TAGS = "tags"
TAG = "image_label"
_MEMBERS = {"choices": "choices", "textarea": "text", "taxonomy": "taxonomy", "number": "number", "rating": "rating"}


def member(kind: str) -> str:
    """Of a value of one of `TYPES`: where the answer is."""
    return _MEMBERS[kind]


def of_attribute(value: AttributeValue, is_select: bool) -> tuple[str, Any]:
    """One of `TYPES` and the answer.

    Args:
        is_select: the label declares one chosen option.
    """
    if isinstance(value, bool):
        return "choices", ["true" if value else "false"]
    if isinstance(value, str):
        return ("choices", [value]) if is_select else ("textarea", [value])
    if isinstance(value, list):
        # a control has either one choice or several; a taxonomy is a list in any case
        return ("taxonomy", [[item] for item in value]) if is_select else ("choices", value)
    return "number", value


def read(kind: str, value: Document, is_multiple: bool) -> AttributeValue:
    """The answer of a result of one of `TYPES`.

    Args:
        is_multiple: the control takes several choices, so that one alone is a list too.

    Raises:
        Malformed: it is none.
    """
    name = _MEMBERS[kind]
    answer = value.get(name)
    if kind in ("number", "rating"):
        return float(scalars.at(f".{name}", scalars.number, answer))
    if kind == "taxonomy" and isinstance(answer, list):
        answer, is_multiple = [_path(item) for item in answer], True
    if isinstance(answer, str):
        return answer
    if not isinstance(answer, list) or not all(isinstance(item, str) for item in answer):
        raise Malformed("is no list of texts", f".{name}")
    return answer[0] if len(answer) == 1 and not (is_multiple and kind != "textarea") else answer


def _path(item: Any) -> Any:
    """Of a taxonomy: names from the root down."""
    if isinstance(item, list) and all(isinstance(name, str) for name in item):
        return "/".join(item)
    return item


def as_answer(value: AttributeValue) -> str:
    """An answer is text: numbers and lists as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def of_answer(answer: str, question: Question | None, multiple: Collection[str]) -> tuple[str, Any]:
    """One of `TYPES` and the answer: by the type of the question if it reads back the same, else as text."""
    kind, value = "textarea", [answer]
    if question is not None and question.type in ("select", "boolean"):
        kind, value = "choices", [answer]
    elif question is not None and question.type in ("number", "multi_select"):
        kind, value = "number" if question.type == "number" else "choices", _parsed(answer)
    try:
        name = question.text if question else ""
        if as_answer(read(kind, {_MEMBERS[kind]: value}, name in multiple)) == answer:
            return kind, value
    except Malformed:
        # the answer is not of the question's type: text says it as it is
        return "textarea", [answer]
    return "textarea", [answer]


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
