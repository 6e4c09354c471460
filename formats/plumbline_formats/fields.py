"""Owns which fields of the model say something, that is, differ from their defaults. Does not know any format.

It is asked for every object of every file, so all fields of an object are compared at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import MISSING, Field, fields
from operator import attrgetter
from typing import Any

from plumbline_formats.model import Annotation, AttributeSpec, Header, Image, Label, Question


class Fields:
    """The fields of a class of the model but some."""

    __slots__ = ("_defaults", "_needed", "_optional", "_values")

    def __init__(self, model: type, without: Collection[str] = ()) -> None:
        taken = {field.name: _default(field) for field in fields(model) if field.name not in without}
        self._needed = tuple(name for name, default in taken.items() if default is MISSING)
        self._optional = tuple(name for name in taken if name not in self._needed)
        self._defaults = tuple(taken[name] for name in self._optional)
        self._values = _values_of(self._optional)

    def said(self, thing: object) -> tuple[str, ...]:
        """Names of those that have no default or differ from it, in the order of the model."""
        values = self._values(thing)
        if values == self._defaults:
            return self._needed
        pairs = zip(self._optional, values, self._defaults, strict=True)
        return self._needed + tuple(name for name, value, default in pairs if value != default)


def said(thing: Annotation | Image | Header | Label | Question | AttributeSpec) -> list[str]:
    """Names of the fields that differ from their default, in the order of the model."""
    return list(_ALL[type(thing)].said(thing))


def _values_of(names: tuple[str, ...]) -> Callable[[object], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    # of a single name it would give the bare value
    return lambda thing: tuple(getattr(thing, name) for name in names)


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


_ALL = {model: Fields(model) for model in (Annotation, Image, Header, Label, Question, AttributeSpec)}
