"""Owns random filters, and what a filter means, said once more in plain Python over plain values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from services.experiments.search.syntax import (
    LISTS,
    PATTERNS,
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

METRICS = ("f1", "val/loss", "a b")
PARAMS = ("lr", "net", "`odd`")
TAGS = ("team", "why?")
WORDS = ("", "adam", "Adam", "a%m", "a_m", "x'y", "tiles", "tiles2", "0.1", "1e-1", "10", "-3", "1e5", "nan")
SOURCES = ("site A", "site B")

Value = float | str | Decimal | None


@dataclass(frozen=True)
class PlainMetric:
    """A summary of a series as a search sees it."""

    last: float
    min: float | None
    max: float | None


@dataclass(frozen=True)
class PlainRun:
    """A run as a search sees it."""

    id: str
    name: str
    status: str
    kind: str
    start_ms: int
    end_ms: int | None
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Mapping[str, PlainMetric]
    # (name, number, digest, sources) of dataset versions
    inputs: tuple[tuple[str, int, str, tuple[str, ...]], ...] = ()
    # (name, digest, source, tags) of foreign datasets
    datasets: tuple[tuple[str, str, str, Mapping[str, str]], ...] = field(default=())


def matches(run: PlainRun, node: Node) -> bool:
    """Whether a filter holds for a run."""
    if isinstance(node, And):
        return all(matches(run, part) for part in node.parts)
    if isinstance(node, Or):
        return any(matches(run, part) for part in node.parts)
    if isinstance(node, Not):
        return not matches(run, node.part)
    values = [value for value in _values(run, node.field) if value is not None]
    if isinstance(node, Presence):
        return (not values) if node.is_null else bool(values)
    return any(_holds(value, node) for value in values)


def _values(run: PlainRun, one: Field) -> list[Value]:
    if one.entity is Entity.METRIC:
        metric = run.metrics.get(one.key)
        return [] if metric is None else [getattr(metric, one.reducer)]
    if one.entity is Entity.PARAM:
        return [run.params.get(one.key)]
    if one.entity is Entity.TAG:
        return [run.tags.get(one.key)]
    if one.entity is Entity.DATASET:
        return _dataset_values(run, one.key)
    attributes: dict[str, Value] = {
        "run_id": run.id,
        "run_name": run.name,
        "status": run.status,
        "kind": run.kind,
        "start_time": Decimal(run.start_ms),
        "end_time": None if run.end_ms is None else Decimal(run.end_ms),
    }
    return [attributes[one.key]]


def _dataset_values(run: PlainRun, key: str) -> list[Value]:
    if key == "name":
        return [*(name for name, *_ in run.inputs), *(name for name, *_ in run.datasets)]
    if key == "version":
        return [Decimal(number) for _, number, *_ in run.inputs]
    if key == "digest":
        return [*(digest for _, _, digest, _ in run.inputs), *(digest for _, digest, *_ in run.datasets)]
    if key == "context":
        return [tags.get("mlflow.data.context") for *_, tags in run.datasets]
    return [
        *(source for *_, sources in run.inputs for source in sources),
        *(source for _, _, source, _ in run.datasets),
    ]


def _holds(value: Value, node: Comparison) -> bool:
    given: Any = node.value
    if node.operator in LISTS:
        found = any(_equal(value, one) for one in given)
        return _comparable(value, given[0]) and found == (node.operator is Operator.IN)
    if node.operator in PATTERNS:
        flags = re.DOTALL | (re.IGNORECASE if node.operator in (Operator.ILIKE, Operator.NOT_ILIKE) else 0)
        pattern = re.escape(given).replace("%", ".*").replace("_", ".")
        found = re.fullmatch(pattern, str(value), flags) is not None
        return found == (node.operator in (Operator.LIKE, Operator.ILIKE))
    if not _comparable(value, given):
        return False
    if node.operator in (Operator.EQ, Operator.NE):
        return _equal(value, given) == (node.operator is Operator.EQ)
    return _SIZES[node.operator](_number(value), _number_like(value, given))


_SIZES: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.GT: lambda left, right: left > right,
    Operator.GE: lambda left, right: left >= right,
    Operator.LT: lambda left, right: left < right,
    Operator.LE: lambda left, right: left <= right,
}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def _comparable(value: Value, given: Any) -> bool:
    return not (isinstance(given, Decimal) and isinstance(value, str)) or _NUMBER.fullmatch(value) is not None


def _equal(value: Value, given: Any) -> bool:
    if not isinstance(given, Decimal):
        return value == given
    return _comparable(value, given) and _number(value) == _number_like(value, given)


def _number(value: Value) -> float | Decimal:
    return value if isinstance(value, float | Decimal) else Decimal(str(value))


def _number_like(value: Value, given: Decimal) -> float | Decimal:
    return float(given) if isinstance(value, float) else given


decimals = st.sampled_from(["-3", "0", "0.1", "0.5", "1", "10", "1e5", "2.50"]).map(Decimal)
texts = st.sampled_from(WORDS)
_SIZE_OPERATORS = st.sampled_from([Operator.EQ, Operator.NE, Operator.GT, Operator.GE, Operator.LT, Operator.LE])
_TEXT_OPERATORS = st.sampled_from([Operator.EQ, Operator.NE, *sorted(PATTERNS)])
_LIST_OPERATORS = st.sampled_from(sorted(LISTS))

metric_fields = st.builds(Field, st.just(Entity.METRIC), st.sampled_from(METRICS), st.sampled_from(list(Reducer)))
pair_fields = st.one_of(
    st.builds(Field, st.just(Entity.PARAM), st.sampled_from(PARAMS)),
    st.builds(Field, st.just(Entity.TAG), st.sampled_from(TAGS)),
)
text_fields = st.one_of(
    st.builds(Field, st.just(Entity.ATTRIBUTE), st.sampled_from(["run_name", "status", "kind"])),
    st.builds(Field, st.just(Entity.DATASET), st.sampled_from(["name", "digest", "source", "context"])),
)
number_fields = st.one_of(
    st.builds(Field, st.just(Entity.ATTRIBUTE), st.sampled_from(["start_time", "end_time"])),
    st.builds(Field, st.just(Entity.DATASET), st.just("version")),
)


def _compared(fields: st.SearchStrategy[Field], values: Any, operators: Any) -> st.SearchStrategy[Node]:
    lists = st.lists(values, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Comparison, fields, operators, values), st.builds(Comparison, fields, _LIST_OPERATORS, lists)
    )


_clauses: st.SearchStrategy[Node] = st.one_of(
    _compared(metric_fields, decimals, _SIZE_OPERATORS),
    _compared(number_fields, decimals, _SIZE_OPERATORS),
    _compared(pair_fields, decimals, _SIZE_OPERATORS),
    _compared(pair_fields | text_fields, texts, _TEXT_OPERATORS),
    st.builds(Presence, metric_fields | pair_fields | text_fields | number_fields, st.booleans()),
)


def _joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, parts), st.builds(Or, parts))


filters = st.recursive(_clauses, _joined, max_leaves=8)

numbers = st.sampled_from([-3.0, 0.0, 0.1, 0.5, 1.0, 10.0, math.inf, -math.inf, math.nan])


def _metric(last: float, low: float | None) -> PlainMetric:
    return PlainMetric(last, low, None if low is None else max(low, 0.5))


plain_runs = st.builds(
    PlainRun,
    id=st.just(""),
    name=texts,
    status=st.sampled_from(["RUNNING", "FINISHED", "FAILED"]),
    kind=st.sampled_from(["TRAINING", "EVALUATION"]),
    start_ms=st.sampled_from([0, 1, 10, 100_000]),
    end_ms=st.sampled_from([None, 1, 10, 100_000]),
    params=st.dictionaries(st.sampled_from(PARAMS), texts),
    tags=st.dictionaries(st.sampled_from(TAGS), texts),
    metrics=st.dictionaries(
        st.sampled_from(METRICS), st.builds(_metric, numbers, st.sampled_from([None, -3.0, 0.1, 10.0]))
    ),
    inputs=st.lists(
        st.tuples(
            st.sampled_from(["tiles", "tiles2", "a%m"]),
            st.integers(1, 3),
            st.sampled_from(["x'y", "adam"]),
            st.lists(st.sampled_from(["tiles", "adam"]), max_size=2).map(tuple),
        ),
        max_size=2,
        unique_by=lambda one: (one[0], one[1]),
    ).map(tuple),
    datasets=st.lists(
        st.tuples(
            st.sampled_from(["tiles", "adam"]),
            st.sampled_from(["10", "x'y"]),
            st.sampled_from(["tiles", "a_m"]),
            st.dictionaries(st.just("mlflow.data.context"), texts),
        ),
        max_size=2,
        unique_by=lambda one: (one[0], one[1]),
    ).map(tuple),
)
