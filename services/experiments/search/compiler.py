"""Owns the way from a tree to SQL with numbered arguments. Does not parse, and runs nothing.

A comparison with something missing is false, and NOT turns that into true: `NOT metrics.f1 > 0.9` finds runs without
the metric, `metrics.f1 != 0.9` does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

from services.experiments.search.syntax import (
    LISTS,
    PATTERNS,
    SIZES,
    And,
    Comparison,
    Entity,
    Field,
    Node,
    Not,
    Operator,
    Or,
    Presence,
    Reducer,
)

# A decimal number as people write it. The exponent is short enough for PostgreSQL's numeric type.
_NUMERIC = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"

_RANGES = SIZES | {Operator.EQ}


class Arguments:
    """The values of one statement, in the order of their numbers."""

    def __init__(self, *values: Any) -> None:
        self.values: list[Any] = list(values)

    def add(self, value: Any, cast: str = "") -> str:
        """The placeholder of a value, such as `$3::text`."""
        self.values.append(value)
        return f"${len(self.values)}{'::' + cast if cast else ''}"


@dataclass(frozen=True, slots=True)
class Element:
    """A field that a row has any number of: what is asked of one of them must hold for some.

    Args:
        exists: SQL with `{condition}` that holds for rows with such an element.
        value: SQL of the element's value.
    """

    exists: str
    value: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where the fields of one noun are kept.

    Args:
        attributes: attribute -> SQL of its value.
        pairs: entity -> SQL of the JSON object that holds its keys.
        pair_aliases: (entity, key) -> SQL of a value that is not kept in the object.
        elements: (entity, key) -> where to look.
        metric: SQL with `{key}` and `{condition}`: whether the row has this metric and the condition holds for it.
        spellings: attribute -> other spelling of a value -> the value.
        times: attribute -> column, of attributes that are compared as numbers and ordered as times.
        blank: attributes of which an empty text says that there is none.
    """

    attributes: Mapping[str, str]
    pairs: Mapping[Entity, str] = field(default_factory=dict)
    pair_aliases: Mapping[tuple[Entity, str], str] = field(default_factory=dict)
    elements: Mapping[tuple[Entity, str], tuple[Element, ...]] = field(default_factory=dict)
    metric: str = ""
    spellings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()


def compile_filter(node: Node, target: Target, arguments: Arguments) -> str:
    """SQL of a condition that is true for the rows that match, false or NULL for the others."""
    return _Compiler(target, arguments).condition(node, exact=False)


def is_estimable(node: Node, target: Target) -> bool:
    """Whether PostgreSQL's statistics tell how many rows match: of what an index answers, and of all of such."""
    if isinstance(node, And):
        return all(is_estimable(part, target) for part in node.parts)
    if not isinstance(node, Comparison):
        return False
    if node.field.entity is Entity.METRIC:
        return node.field.reducer is Reducer.LAST and node.operator in _RANGES
    return _is_contained(node, target)


def _is_contained(node: Comparison, target: Target) -> bool:
    """Whether it asks for a pair with exactly this text."""
    one = node.field
    is_pair = one.entity in target.pairs and (one.entity, one.key) not in target.pair_aliases
    return is_pair and node.operator is Operator.EQ and not node.is_numeric


def value_sql(one: Field, target: Target, arguments: Arguments) -> str:
    """SQL of the value of an attribute, param or tag."""
    if one.entity is Entity.ATTRIBUTE:
        return target.attributes[one.key]
    alias = target.pair_aliases.get((one.entity, one.key))
    return alias or f"({target.pairs[one.entity]} ->> {arguments.add(one.key, 'text')})"


class _Compiler:
    def __init__(self, target: Target, arguments: Arguments) -> None:
        self._target = target
        self._arguments = arguments

    def condition(self, node: Node, *, exact: bool) -> str:
        """With `exact` never NULL: below a NOT the difference between NULL and false counts."""
        if isinstance(node, And | Or):
            word = " AND " if isinstance(node, And) else " OR "
            return "(" + word.join(self.condition(part, exact=exact) for part in node.parts) + ")"
        if isinstance(node, Not):
            return f"(NOT {self.condition(node.part, exact=True)})"
        if isinstance(node, Presence):
            return self._presence(node)
        if node.field.entity is Entity.METRIC:
            return self._metric(node.field, self._metric_condition(node))
        elements = self._elements(node.field)
        if elements:
            found = [one.exists.format(condition=self._compare(one.value, node)) for one in elements]
            return "(" + " OR ".join(found) + ")"
        compared = self._contains(node) or self._compare(value_sql(node.field, self._target, self._arguments), node)
        return f"coalesce({compared}, false)" if exact else compared

    def _contains(self, node: Comparison) -> str:
        """A param or tag with exactly this text, in the form that an index answers; empty for everything else."""
        if not _is_contained(node, self._target):
            return ""
        pair = self._arguments.add(orjson.dumps({node.field.key: node.value}).decode(), "jsonb")
        return f"({self._target.pairs[node.field.entity]} @> {pair})"

    def _presence(self, node: Presence) -> str:
        one = node.field
        if one.entity is Entity.METRIC:
            found = self._metric(one, f"m.{one.reducer} IS NOT NULL")
            return f"(NOT {found})" if node.is_null else found
        elements = self._elements(one)
        if elements:
            found = " OR ".join(each.exists.format(condition=f"{each.value} IS NOT NULL") for each in elements)
            return f"(NOT ({found}))" if node.is_null else f"({found})"
        value = value_sql(one, self._target, self._arguments)
        if one.entity is Entity.ATTRIBUTE and one.key in self._target.blank:
            return f"({value} {'=' if node.is_null else '<>'} '')"
        return f"({value} IS {'NULL' if node.is_null else 'NOT NULL'})"

    def _elements(self, one: Field) -> tuple[Element, ...]:
        return self._target.elements.get((one.entity, one.key), ())

    def _metric(self, one: Field, condition: str) -> str:
        return self._target.metric.format(key=self._arguments.add(one.key, "text"), condition=condition)

    def _metric_condition(self, node: Comparison) -> str:
        column = f"m.{node.field.reducer}"
        if isinstance(node.value, tuple):
            given = self._arguments.add([float(one) for one in node.value], "float8[]")
            return f"{column} = ANY({given})" if node.operator is Operator.IN else f"{column} <> ALL({given})"
        condition = f"{column} {_symbol(node.operator)} {self._arguments.add(float(node.value), 'float8')}"
        # To PostgreSQL NaN is larger than every number; to everybody else it is no number.
        is_above = node.operator in (Operator.GT, Operator.GE)
        return f"{condition} AND {column} < 'NaN'::float8" if is_above else condition

    def _compare(self, value: str, node: Comparison) -> str:
        operator = node.operator
        if node.is_numeric:
            is_text = node.field.entity in self._target.pairs
            number = f"(CASE WHEN {value} ~ '{_NUMERIC}' THEN {value}::numeric END)" if is_text else value
            return self._plain(number, operator, node.value, "numeric")
        given = self._respelled(node)
        if operator in PATTERNS:
            # Without an escape character, as in other platforms: `_` and `%` are all there is.
            return f"({value} {operator} {self._arguments.add(given, 'text')} ESCAPE '')"
        return self._plain(value, operator, given, "text")

    def _plain(self, value: str, operator: Operator, given: Any, cast: str) -> str:
        if operator in LISTS:
            held = self._arguments.add(list(given), f"{cast}[]")
            return f"({value} = ANY({held}))" if operator is Operator.IN else f"({value} <> ALL({held}))"
        return f"({value} {_symbol(operator)} {self._arguments.add(given, cast)})"

    def _respelled(self, node: Comparison) -> Any:
        known = self._target.spellings.get(node.field.key, {}) if node.field.entity is Entity.ATTRIBUTE else {}
        if isinstance(node.value, tuple):
            return tuple(known.get(str(one), one) for one in node.value)
        return node.value if isinstance(node.value, Decimal) else known.get(node.value, node.value)


def _symbol(operator: Operator) -> str:
    assert operator in SIZES or operator in (Operator.EQ, Operator.NE)
    return "<>" if operator is Operator.NE else operator.value
