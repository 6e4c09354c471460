"""Owns the shortest way through the XML of most images: a strict pattern instead of a tree, three times as fast.

The pattern takes nothing that the parser would refuse or understand otherwise: no entities, comments, declarations of
other encodings, unknown elements, or characters that XML does not have. Everything else is for the parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# name, truncated, occluded, difficult (all 0 or 1; empty: not said), xmin, ymin, xmax, ymax
PlainObject = tuple[str, str, str, str, str, str, str, str]

_S = r"[ \t\r\n]*"
_TEXT = "[^<>&\0-\x1f\x7f-\x9f\ufffe\uffff]"
_WHOLE = "[0-9]{1,9}"
_NUMBER = rf"{_WHOLE}(?:\.[0-9]{{1,20}})?"


@dataclass(frozen=True, slots=True)
class PlainImage:
    """What a plain file says.

    Attributes:
        depth: the text of `<depth>`.
        others: XML of the elements that are of other tools, one after the other.
    """

    name: str
    width: int
    height: int
    depth: str
    others: str
    objects: list[PlainObject]


def _element(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>{_S}"


_CORNERS = "".join(_element(name, f"({_NUMBER})") for name in ("xmin", "ymin", "xmax", "ymax"))
# the fourth group of the head is the name of an element inside
_SOURCE = rf"<source>{_S}(?:<([a-z_]+)>{_TEXT}*</\4>{_S})*</source>"
_HEAD = re.compile(
    rf"""(?:<\?xml version="1\.0"(?: encoding="(?:utf-8|UTF-8)")?\?>)?{_S}<annotation>{_S}"""
    + rf"(?:{_element('folder', 'JPEGImages')}|(<folder>{_TEXT}*</folder>){_S})?"
    + rf"{_element('filename', f'({_TEXT}*)')}(?:({_SOURCE}){_S})?<size>{_S}"
    + _element("width", f"({_WHOLE})")
    + _element("height", f"({_WHOLE})")
    + rf"{_element('depth', '([0-9]?)')}</size>{_S}(?:{_element('segmented', '[01]')})?"
)
_OBJECT = re.compile(
    rf"<object>{_S}{_element('name', f'({_TEXT}+)')}(?:{_element('pose', 'Unspecified')})?"
    + "".join(f"(?:{_element(flag, '([01])')})?" for flag in ("truncated", "occluded", "difficult"))
    + rf"<bndbox>{_S}{_CORNERS}</bndbox>{_S}</object>{_S}"
)
_TAIL = re.compile(f"</annotation>{_S}")


def read(content: bytes) -> PlainImage | None:
    """What the file says; None when the parser has to be asked."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    head = _HEAD.match(text)
    if head is None:
        return None
    objects: list[PlainObject] = []
    end = head.end()
    while (found := _OBJECT.match(text, end)) is not None:
        objects.append(found.groups("0"))  # type: ignore[arg-type]
        end = found.end()
    if not _TAIL.fullmatch(text, end):
        return None
    folder, name, source, _, width, height, depth = head.groups("")
    return PlainImage(name, int(width), int(height), depth, folder + source, objects)
