"""Owns what a file says that the model has no place for: kept by format, and written back into the same format."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from plumbline_formats.model import Foreign


def kept(members: Mapping[str, Any], known: Collection[str], name: str) -> Foreign:
    """Members of an object in a file that the reader of a format does not know; nothing when it knows all."""
    unknown = {key: value for key, value in members.items() if key not in known}
    return {name: unknown} if unknown else {}


def given_back(foreign: Foreign, known: Collection[str], name: str) -> dict[str, Any]:
    """What a format's writer adds to an object; what it says itself is never overwritten."""
    return {key: value for key, value in foreign.get(name, {}).items() if key not in known}


def is_said(foreign: Foreign, known: Collection[str], name: str) -> bool:
    """Whether `given_back` says all of it: there is nothing of other formats, and nothing that it leaves out."""
    return not foreign or (foreign.keys() == {name} and bool(foreign[name]) and not foreign[name].keys() & set(known))
