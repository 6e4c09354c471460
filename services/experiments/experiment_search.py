"""Owns the search over experiments, each with the number of its runs. Does not change any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import fetch
from kit.identity import Principal
from services.experiments.run_search import ALL, DELETED
from services.experiments.search import ordering, parser, schema, targets
from services.experiments.search.compiler import Arguments, compile_filter
from services.experiments.search.ordering import Key, Mark
from services.experiments.tables import Experiment, Run

_ID = Key("e.id", "id", False)


@dataclass(frozen=True, slots=True)
class CountedExperiment:
    """An experiment, how many runs it has, and where it stands in the order of its list."""

    experiment: Experiment
    run_count: int
    marks: Sequence[tuple[int, Any]] = ()


async def page(
    tx: AsyncSession,
    who: Principal,
    *,
    filter: str = "",
    order_by: Sequence[str] = (),
    view: str = "",
    after: Sequence[Any] | None = None,
    limit: int,
) -> list[CountedExperiment]:
    """Up to `limit` experiments behind the marks `after`; oldest first unless another order is wanted.

    Raises:
        FilterInvalid: the filter or the order is not understood.
    """
    arguments = Arguments()
    conditions = [f"e.workspace_id = {arguments.add(who.workspace_id, 'text')}"]
    if view != ALL:
        conditions.append(f"e.delete_time IS {'NOT NULL' if view == DELETED else 'NULL'}")
    node = parser.parse(filter, schema.EXPERIMENTS)
    if node is not None:
        conditions.append(compile_filter(node, targets.EXPERIMENTS, arguments))
    orders = parser.parse_order(list(order_by), schema.EXPERIMENTS)
    keys = ordering.keys(orders, schema.EXPERIMENTS, targets.EXPERIMENTS, arguments)
    keys += [] if any(key.value == _ID.value for key in keys) else [_ID]
    if after:
        conditions.append(ordering.after(keys, [Mark(rank, value) for rank, value in after], arguments))
    rows = await fetch(
        tx,
        # Every value is a numbered argument; names of columns come from our own tables of fields.
        f"SELECT e.id, {', '.join(ordering.marked(keys))} FROM experiments e WHERE {' AND '.join(conditions)} "  # noqa: S608
        f"ORDER BY {', '.join(key.order for key in keys)} LIMIT {limit:d}",
        *arguments.values,
    )
    marks = {row["id"]: ordering.marks(row, len(keys)) for row in rows}
    return await _described(tx, marks)


async def counted(tx: AsyncSession, row: Experiment) -> CountedExperiment:
    """One experiment with the number of its runs."""
    return CountedExperiment(row, (await _counts(tx, [row.id])).get(row.id, 0))


async def _described(tx: AsyncSession, marks: dict[str, list[tuple[int, Any]]]) -> list[CountedExperiment]:
    found = {row.id: row for row in await tx.scalars(select(Experiment).where(Experiment.id.in_(marks)))}
    counts = await _counts(tx, list(marks))
    return [CountedExperiment(found[one], counts.get(one, 0), marks[one]) for one in marks]


async def _counts(tx: AsyncSession, experiment_ids: Sequence[str]) -> dict[str, int]:
    rows = await tx.execute(
        select(Run.experiment_id, func.count())
        .where(Run.experiment_id.in_(experiment_ids), Run.delete_time.is_(None))
        .group_by(Run.experiment_id)
    )
    return {row[0]: row[1] for row in rows}
