"""Owns the search over runs: one statement per page, in an order of the caller's choice. Does not change any run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit.identity import Principal
from services.experiments.experiments import DEFAULT_ID
from services.experiments.search import ordering, parser, schema, targets
from services.experiments.search.compiler import Arguments, compile_filter, is_estimable
from services.experiments.search.ordering import Key, Mark
from services.experiments.search.syntax import Entity, Node, Order

ACTIVE, DELETED, ALL = "ACTIVE", "DELETED", "ALL"

_WINDOW = 600
_NEWEST = Key("r.start_time", "timestamptz", True)
_ID = Key("r.id", "id", False)

Row = Mapping[str, Any]
# Rows of a statement with `$1`, `$2`, ... and its values: `Database.fetch`, or `kit.db.fetch` with its transaction.
Fetch = Callable[..., Awaitable[list[Any]]]


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs a list wants and in which order; what is empty asks for nothing."""

    experiment_ids: Sequence[str] = ()
    kind: str = ""
    status: str = ""
    parent_run_id: str = ""
    filter: str = ""
    order_by: Sequence[str] = ()
    view: str = ACTIVE


@dataclass(frozen=True, slots=True)
class _Stage:
    """A part of the answer that one statement walks through in order.

    Args:
        condition: which rows it holds, empty for all.
        join: how the metric that comes first in the order is joined.
        ranks: the ranks of the first key in it.
        is_window: whether it looks at the newest `_WINDOW` runs alone.
    """

    condition: str = ""
    join: str = "LEFT JOIN"
    ranks: frozenset[int] = frozenset({0, 1, 2})
    is_window: bool = False


async def page(
    fetch: Fetch,
    who: Principal,
    wanted: RunQuery,
    *,
    columns: str = "r.id",
    after: Sequence[Any] | None,
    limit: int,
) -> list[Row]:
    """Up to `limit` runs behind the marks `after`.

    Args:
        columns: SQL of what a row holds of `runs r`, besides what `marks_of` reads.

    Raises:
        FilterInvalid: the filter or the order is not understood.
    """
    node = parser.parse(wanted.filter, schema.RUNS)
    orders = parser.parse_order(list(wanted.order_by), schema.RUNS)
    marks = [Mark(rank, value) for rank, value in after or ()]
    found: list[Row] = []
    if node is not None and not orders and not is_estimable(node, targets.RUNS):
        # Most filters fill a page from the newest runs, which PostgreSQL cannot know of what it has no statistics of.
        window = _Stage(is_window=True)
        statement, values = _statement(who, wanted, columns, node, orders, window, marks, limit)
        found = await fetch(statement, *values)
        if len(found) == limit:
            return found
        found = []
    for stage in _stages(orders):
        is_past = bool(marks) and marks[0].rank > max(stage.ranks)
        if len(found) == limit or is_past:
            continue
        held = marks if marks and marks[0].rank in stage.ranks else []
        statement, values = _statement(who, wanted, columns, node, orders, stage, held, limit - len(found))
        found += await fetch(statement, *values)
    return found


def marks_of(row: Row) -> list[tuple[int, Any]]:
    """Where a row stands in the order of its list, as JSON values."""
    return ordering.marks(row, row["key_count"])


def _stages(orders: Sequence[Order]) -> list[_Stage]:
    """A metric's numbers are walked along their index until the page is full; the runs without are a second walk."""
    if not orders or orders[0].field.entity is not Entity.METRIC:
        return [_Stage()]
    value = f"o0.{orders[0].field.reducer}"
    return [
        _Stage(f"{value} < 'NaN'::float8", "JOIN", frozenset({0})),
        _Stage(f"({value} IS NULL OR {value} = 'NaN'::float8)", "LEFT JOIN", frozenset({1, 2})),
    ]


def _statement(
    who: Principal,
    wanted: RunQuery,
    columns: str,
    node: Node | None,
    orders: Sequence[Order],
    stage: _Stage,
    marks: Sequence[Mark],
    limit: int,
) -> tuple[str, list[Any]]:
    """The SQL of one stage of a page, and its arguments."""
    arguments = Arguments()
    where = conditions(who, wanted, arguments)
    keys = ordering.keys(orders, schema.RUNS, targets.RUNS, arguments)
    keys += [key for key in (_NEWEST, _ID) if all(key.value != other.value for other in keys)]
    order_by = [*([keys[0].bare] if stage.ranks == {0} else [keys[0].order]), *(key.order for key in keys[1:])]
    if marks:
        where += _behind(keys, marks, stage, arguments)
    if stage.condition:
        where.append(stage.condition)
    source = "runs r"
    if stage.is_window:
        source = (
            f"(SELECT * FROM runs r WHERE {' AND '.join(where)} "  # noqa: S608
            f"ORDER BY {', '.join(order_by)} LIMIT {_WINDOW}) r"
        )
        where = []
    if node is not None:
        where.append(compile_filter(node, targets.RUNS, arguments))
    joins = [
        f"{stage.join if place == 0 else 'LEFT JOIN'} metric_summaries o{place} "
        f"ON o{place}.run_id = r.id AND o{place}.key = {arguments.add(order.field.key, 'text')}"
        for place, order in enumerate(orders)
        if order.field.entity is Entity.METRIC
    ]
    selected = ", ".join([columns, *ordering.marked(keys), f"{len(keys)} AS key_count"])
    # Every value is a numbered argument; names of columns come from our own tables of fields.
    statement = (
        f"SELECT {selected} FROM {source} {' '.join(joins)} WHERE {' AND '.join(where)} "  # noqa: S608
        f"ORDER BY {', '.join(order_by)} LIMIT {limit:d}"
    )
    return statement, arguments.values


def conditions(who: Principal, wanted: RunQuery, arguments: Arguments) -> list[str]:
    """SQL of everything that a query asks for besides its filter, over `runs r`."""
    workspace = arguments.add(who.workspace_id, "text")
    found = [f"r.workspace_id = {workspace}"]
    if wanted.experiment_ids:
        found.append(_of_experiments(list(wanted.experiment_ids), workspace, arguments))
    for column in ("kind", "status", "parent_run_id"):
        value = getattr(wanted, column)
        if value:
            found.append(f"r.{column} = {arguments.add(value, 'text')}")
    if wanted.view != ALL:
        found.append(f"r.delete_time IS {'NOT NULL' if wanted.view == DELETED else 'NULL'}")
    return found


def _of_experiments(given: list[str], workspace: str, arguments: Arguments) -> str:
    """SQL that holds for runs of some experiments; `0` is the default one, if there is any."""
    default = f"SELECT e.id FROM experiments e WHERE e.workspace_id = {workspace} AND e.is_default"  # noqa: S608
    if len(given) == 1:
        # Not as a list of one: the index of an experiment's runs is in order only for one experiment.
        one = f"({default})" if given[0] == DEFAULT_ID else arguments.add(given[0], "text")
        return f"r.experiment_id = {one}"
    several = arguments.add(given, "text[]")
    return f"r.experiment_id = ANY({several}{f' || ARRAY({default})' if DEFAULT_ID in given else ''})"


def _behind(keys: Sequence[Key], marks: Sequence[Mark], stage: _Stage, arguments: Arguments) -> list[str]:
    """Behind the marks, and, said again in a form that an index understands, not before the first of them."""
    first = keys[0]
    found = [ordering.after(keys, marks, arguments)]
    if stage.ranks == {0} or not first.rank:
        found.append(first.not_before(marks[0], arguments))
    return found
