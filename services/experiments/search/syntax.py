"""Owns the tree of a filter and its writing as text. Does not parse and knows no table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

_BARE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")


class Entity(StrEnum):
    """What a field belongs to; the values are the words of error messages."""

    METRIC = "metric"
    PARAM = "parameter"
    TAG = "tag"
    ATTRIBUTE = "attribute"
    DATASET = "dataset"
    INPUT = "input"


class Reducer(StrEnum):
    """Which value of a metric series is meant."""

    LAST = "last"
    MIN = "min"
    MAX = "max"


class Operator(StrEnum):
    """How a field is compared."""

    EQ = "="
    NE = "!="
    GT = ">"
    GE = ">="
    LT = "<"
    LE = "<="
    LIKE = "LIKE"
    ILIKE = "ILIKE"
    NOT_LIKE = "NOT LIKE"
    NOT_ILIKE = "NOT ILIKE"
    IN = "IN"
    NOT_IN = "NOT IN"


SIZES = frozenset({Operator.GT, Operator.GE, Operator.LT, Operator.LE})
PATTERNS = frozenset({Operator.LIKE, Operator.ILIKE, Operator.NOT_LIKE, Operator.NOT_ILIKE})
LISTS = frozenset({Operator.IN, Operator.NOT_IN})


@dataclass(frozen=True, slots=True)
class Field:
    """`metrics.f1`, `min(metrics.loss)`, `params.lr`, `status`."""

    entity: Entity
    key: str
    reducer: Reducer = Reducer.LAST

    def __str__(self) -> str:
        key = self.key if _BARE_KEY.fullmatch(self.key) else f"`{self.key.replace('`', '``')}`"
        named = f"{self.entity}.{key}"
        return named if self.reducer is Reducer.LAST else f"{self.reducer}({named})"


Scalar = str | Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field against a value: a text, a number, or a tuple of one kind for IN and NOT IN."""

    field: Field
    operator: Operator
    value: Scalar | tuple[Scalar, ...]

    @property
    def is_numeric(self) -> bool:
        first = self.value[0] if isinstance(self.value, tuple) else self.value
        return isinstance(first, Decimal)

    def __str__(self) -> str:
        if isinstance(self.value, tuple):
            return f"{self.field} {self.operator} ({', '.join(map(_literal, self.value))})"
        return f"{self.field} {self.operator} {_literal(self.value)}"


@dataclass(frozen=True, slots=True)
class Presence:
    """`params.lr IS NULL` and its opposite."""

    field: Field
    is_null: bool

    def __str__(self) -> str:
        return f"{self.field} IS {'NULL' if self.is_null else 'NOT NULL'}"


@dataclass(frozen=True, slots=True)
class Not:
    """True where its part is not."""

    part: Node

    def __str__(self) -> str:
        return f"NOT ({self.part})"


@dataclass(frozen=True, slots=True)
class And:
    """True where all of its parts, two or more, are."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " AND ".join(f"({part})" if isinstance(part, And | Or) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """True where one of its parts, two or more, is."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


Node = Comparison | Presence | Not | And | Or


@dataclass(frozen=True, slots=True)
class Order:
    """One key of an order; what lacks the field comes last either way."""

    field: Field
    is_descending: bool = False

    def __str__(self) -> str:
        return f"{self.field} {'DESC' if self.is_descending else 'ASC'}"


def _literal(value: Scalar) -> str:
    return str(value) if isinstance(value, Decimal) else "'" + value.replace("'", "''") + "'"
