"""Owns text as XML says it, and unknown elements as JSON values. Does not parse: see `xml`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from plumbline_formats import documents

_UNSAYABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPECIAL = re.compile("[&<>\r]")
_SPECIAL_QUOTED = re.compile('[&<>"\t\n\r]')
_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}
_DEEPEST = 16

# Text of an element; elements that repeat or carry attributes are told apart by the list.
Foreign = dict[str, Any]


def is_sayable(text: str) -> bool:
    """Whether XML 1.0 has every character of it; it has no control characters."""
    return _UNSAYABLE.search(text) is None


@lru_cache(4096)
def escape(text: str) -> str:
    """As the text of an element."""
    return _SPECIAL.sub(_entity, text) if _SPECIAL.search(text) else text


def side_car(document: Any) -> str:
    """A JSON value as the text of an element."""
    text = documents.encode(document).decode()
    return escape.__wrapped__(_UNSAYABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


@lru_cache(4096)
def quote(text: str) -> str:
    """As the value of an attribute, between double quotes."""
    return _SPECIAL_QUOTED.sub(_entity, text) if _SPECIAL_QUOTED.search(text) else text


def _entity(found: re.Match[str]) -> str:
    return _ENTITIES[found[0]]


def of_element(element: Element) -> Foreign:
    """An element as a JSON value: `{"name", "text", "attributes", "elements"}`, without what is empty."""
    document: Foreign = {"name": element.tag}
    if len(element) == 0:
        if element.text:
            document["text"] = element.text
    else:
        document["elements"] = [of_element(child) for child in element]
    if element.attrib:
        document["attributes"] = dict(element.attrib)
    return document


def are_elements(listed: Any, depth: int = 0) -> bool:
    """Whether a JSON value is a list of what `of_element` makes, so that it can be written as elements."""
    return (
        isinstance(listed, list)
        and depth < _DEEPEST
        and all(isinstance(document, dict) and _is_element(document, depth) for document in listed)
    )


def _is_element(document: Foreign, depth: int) -> bool:
    text, attributes = document.get("text", ""), document.get("attributes", {})
    return (
        set(document) <= {"name", "text", "attributes", "elements"}
        and _is_name(document.get("name"))
        and isinstance(text, str)
        and is_sayable(text)
        and are_attributes(attributes)
        and are_elements(document.get("elements", []), depth + 1)
    )


def are_attributes(document: Any) -> bool:
    """Whether a JSON value can be written as attributes of an element."""
    return isinstance(document, dict) and all(
        _is_name(name) and isinstance(value, str) and is_sayable(value) for name, value in document.items()
    )


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def elements(listed: Iterable[Foreign], indent: str) -> str:
    """Elements of what `are_elements` allows, one a line, each line after `indent`."""
    return "".join(_element(document, indent) for document in listed)


def _element(document: Foreign, indent: str) -> str:
    name = document["name"]
    start = f"{indent}<{name}{attributes(document.get('attributes', {}))}>"
    if document.get("elements"):
        return f"{start}\n{elements(document['elements'], indent + '  ')}{indent}</{name}>\n"
    return f"{start}{escape(document.get('text', ''))}</{name}>\n"


def attributes(document: dict[str, str]) -> str:
    """Attributes of what `are_attributes` allows, each after a space."""
    return "".join(f' {name}="{quote(value)}"' for name, value in document.items())
