"""Owns the order of a list and the way to continue it behind a row. Does not run queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.experiments.errors import FilterInvalid
from services.experiments.search.compiler import Arguments, Target, value_sql
from services.experiments.search.schema import Kind, Schema
from services.experiments.search.syntax import Entity, Order

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Key:
    """One column that a list is ordered by.

    Args:
        value: SQL of the value.
        cast: PostgreSQL's name of its type.
        rank: SQL of 0 for a value, more for what comes after all values; empty when there is always a value.
    """

    value: str
    cast: str
    is_descending: bool
    rank: str = ""

    @property
    def bare(self) -> str:
        """SQL of the order among rows that all have a value."""
        return f"{self._collated} {'DESC' if self.is_descending else 'ASC'}"

    @property
    def order(self) -> str:
        """SQL of the order among all rows."""
        return f"{self.rank}, {self.bare}" if self.rank else self.bare

    @property
    def columns(self) -> tuple[str, str]:
        """SQL of what a row must answer so that a list can continue behind it: rank and value."""
        return self.rank or "0", self.value

    def beyond(self, mark: Mark, arguments: Arguments) -> str:
        """SQL that holds for rows behind a mark in this key alone."""
        if mark.rank:
            return f"{self.rank} > {mark.rank:d}"
        value = self._compared("<" if self.is_descending else ">", mark, arguments)
        return f"({self.rank} > 0 OR ({self.rank} = 0 AND {value}))" if self.rank else value

    def level(self, mark: Mark, arguments: Arguments) -> str:
        """SQL that holds for rows that this key cannot tell from a mark."""
        if mark.rank:
            return f"{self.rank} = {mark.rank:d}"
        value = self._compared("=", mark, arguments)
        return f"({self.rank} = 0 AND {value})" if self.rank else value

    def not_before(self, mark: Mark, arguments: Arguments) -> str:
        """SQL that holds for rows with a value at a mark or behind it."""
        return self._compared("<=" if self.is_descending else ">=", mark, arguments)

    @property
    def _collated(self) -> str:
        # Ids are left to their index; texts of people are sorted alike on every machine.
        return f'{self.value} COLLATE "C"' if self.cast == "text" else self.value

    def _compared(self, sign: str, mark: Mark, arguments: Arguments) -> str:
        cast = "text" if self.cast == "id" else self.cast
        return f"{self._collated} {sign} {arguments.add(mark.typed(cast), cast)}"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a row stands in one key: JSON values."""

    rank: int
    value: Any

    @classmethod
    def of(cls, rank: int, value: Any) -> Mark:
        if rank:
            return cls(rank, None)
        return cls(0, (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value)

    def typed(self, cast: str) -> Any:
        return _EPOCH + self.value * _MICROSECOND if cast == "timestamptz" else self.value


def keys(orders: Sequence[Order], schema: Schema, target: Target, arguments: Arguments) -> list[Key]:
    """The keys of an order; metrics are read from the joined `o0`, `o1`, ... by their place.

    Raises:
        FilterInvalid: a field of which a row may have several values.
    """
    return [_key(place, order, schema, target, arguments) for place, order in enumerate(orders)]


def _key(place: int, order: Order, schema: Schema, target: Target, arguments: Arguments) -> Key:
    one = order.field
    if (one.entity, one.key) in target.elements:
        raise FilterInvalid(f"Invalid order_by entity type '{one}': a run may have several.")
    if one.entity is Entity.METRIC:
        value = f"o{place}.{one.reducer}"
        rank = f"(CASE WHEN {value} IS NULL THEN 2 WHEN {value} = 'NaN' THEN 1 ELSE 0 END)"
        return Key(value, "float8", order.is_descending, rank)
    value, cast = value_sql(one, target, arguments), "text"
    if one.entity is Entity.ATTRIBUTE and one.key in target.times:
        value, cast = target.times[one.key], "timestamptz"
    elif schema.kind(one.entity, one.key) is Kind.NUMBER:
        value, cast = f"({value})::float8", "float8"
    return Key(value, cast, order.is_descending, f"(CASE WHEN {value} IS NULL THEN 1 ELSE 0 END)")


def after(ordered: Sequence[Key], marks: Sequence[Mark], arguments: Arguments) -> str:
    """SQL that holds for the rows behind the one that stands at `marks`."""
    found = ""
    for key, mark in zip(reversed(ordered), reversed(marks), strict=True):
        beyond = key.beyond(mark, arguments)
        found = f"({beyond} OR ({key.level(mark, arguments)} AND {found}))" if found else beyond
    return found


def marks(row: Mapping[str, Any], key_count: int) -> list[tuple[int, Any]]:
    """Where a row stands in the keys of its list, as JSON values; it answers `rank0`, `value0`, `rank1`, ..."""
    found = (Mark.of(row[f"rank{place}"], row[f"value{place}"]) for place in range(key_count))
    return [(mark.rank, mark.value) for mark in found]


def marked(ordered: Sequence[Key]) -> list[str]:
    """SQL of the columns that `marks` reads."""
    return [
        f"{sql} AS {name}{place}"
        for place, key in enumerate(ordered)
        for name, sql in zip(("rank", "value"), key.columns, strict=True)
    ]
