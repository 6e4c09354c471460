"""Owns the counting of runs in groups: how many share a param, a tag or an attribute, and how their metrics spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import fetch
from kit.identity import Principal
from services.experiments import run_search
from services.experiments.errors import GroupingInvalid
from services.experiments.run_search import RunQuery
from services.experiments.search import parser, schema, targets
from services.experiments.search.compiler import Arguments, compile_filter, value_sql
from services.experiments.search.schema import Kind
from services.experiments.search.syntax import Entity, Field

_MOST_FIELDS = 3
_MOST_METRICS = 20
_MOST_GROUPS = 1000


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The last values of one metric in a group, NaN left out; without any, the three numbers are 0."""

    run_count: int
    min: float
    mean: float
    max: float


@dataclass(frozen=True, slots=True)
class Group:
    """Runs that share their values; None where they lack the field."""

    values: Sequence[str | None]
    run_count: int
    metrics: Sequence[Aggregate]


async def groups(
    tx: AsyncSession, who: Principal, wanted: RunQuery, *, group_by: Sequence[str], metric_keys: Sequence[str]
) -> list[Group]:
    """Groups of the runs that a query finds, largest first.

    Raises:
        FilterInvalid, GroupingInvalid.
    """
    fields = _fields(group_by)
    if len(metric_keys) > _MOST_METRICS:
        raise GroupingInvalid(f"Name at most {_MOST_METRICS} metrics.")
    arguments = Arguments()
    conditions = run_search.conditions(who, wanted, arguments)
    node = parser.parse(wanted.filter, schema.RUNS)
    if node is not None:
        conditions.append(compile_filter(node, targets.RUNS, arguments))
    columns = [f"{value_sql(one, targets.RUNS, arguments)} AS g{place}" for place, one in enumerate(fields)]
    joins = []
    for place, key in enumerate(metric_keys):
        joins.append(
            f"LEFT JOIN metric_summaries o{place} ON o{place}.run_id = r.id "
            f"AND o{place}.key = {arguments.add(key, 'text')} AND o{place}.last <> 'NaN'::float8"
        )
        last = f"o{place}.last"
        columns.append(f"count({last}) AS n{place}")
        columns += [f"coalesce({name}({last}), 0) AS {name}{place}" for name in ("min", "avg", "max")]
    grouped = ", ".join(f"g{place}" for place in range(len(fields)))
    # Every value is a numbered argument; names of columns come from our own tables of fields.
    rows = await fetch(
        tx,
        f"SELECT {', '.join(columns)}, count(*) AS run_count FROM runs r {' '.join(joins)} "  # noqa: S608
        f"WHERE {' AND '.join(conditions)} GROUP BY {grouped} ORDER BY run_count DESC, {grouped} LIMIT {_MOST_GROUPS}",
        *arguments.values,
    )
    return [
        Group(
            values=[row[f"g{place}"] for place in range(len(fields))],
            run_count=row["run_count"],
            metrics=[
                Aggregate(row[f"n{place}"], row[f"min{place}"], row[f"avg{place}"], row[f"max{place}"])
                for place in range(len(metric_keys))
            ],
        )
        for row in rows
    ]


def _fields(group_by: Sequence[str]) -> list[Field]:
    if not 0 < len(group_by) <= _MOST_FIELDS:
        raise GroupingInvalid(f"Group by 1 to {_MOST_FIELDS} params, tags or attributes.")
    fields = [order.field for order in parser.parse_order(list(group_by), schema.RUNS)]
    for one in fields:
        is_countable = one.entity is not Entity.METRIC and (one.entity, one.key) not in targets.RUNS.elements
        if not is_countable or schema.RUNS.kind(one.entity, one.key) is Kind.NUMBER:
            raise GroupingInvalid(f"Runs are grouped by texts: params, tags and attributes, not by {one}.")
    return fields
