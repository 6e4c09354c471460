"""Owns the comparison of runs side by side: what each has, and where they differ. Does not ask other services."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.identity import Principal
from services.experiments import inputs, metrics, rules, runs
from services.experiments.errors import ComparisonInvalid
from services.experiments.tables import Experiment, MetricSummary, Run, RunInput

K = TypeVar("K", str, tuple[str, str, int])
V = TypeVar("V")

FEWEST, MOST = 2, 100
# The text of a difference in code may be megabytes: a table shows how it begins.
_LONGEST_CELL = 1000

Cells = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs in the order they were asked for; every tuple of cells has one per run, None where a run has nothing."""

    runs: Sequence[Run]
    experiment_names: Mapping[str, str]
    params: Mapping[str, Cells]
    tags: Mapping[str, Cells]
    record: Mapping[str, Cells]
    metrics: Mapping[str, Sequence[MetricSummary | None]]
    # (kind, name without number, which one of several) -> cells
    inputs: Mapping[tuple[str, str, int], Sequence[RunInput | None]]


async def of_runs(tx: AsyncSession, who: Principal, run_ids: Sequence[str]) -> Comparison:
    """Compare 2 to 100 runs.

    Raises:
        ComparisonInvalid, RunNotFound.
    """
    if not FEWEST <= len(run_ids) <= MOST or len(set(run_ids)) < len(run_ids):
        raise ComparisonInvalid(f"Name {FEWEST} to {MOST} different runs.")
    query = select(Run).where(Run.workspace_id == who.workspace_id, Run.id.in_(run_ids))
    held = {run.id: run for run in await tx.scalars(query)}
    found = [held[run_id] if run_id in held else await runs.get(tx, who, run_id) for run_id in run_ids]
    names = await tx.execute(
        select(Experiment.id, Experiment.name).where(Experiment.id.in_({run.experiment_id for run in found}))
    )
    summaries = await metrics.summaries_of(tx, run_ids)
    used = await inputs.of_runs(tx, run_ids)
    return Comparison(
        runs=found,
        experiment_names={row[0]: row[1] for row in names},
        params=side_by_side([run.params for run in found]),
        tags=side_by_side([run.tags for run in found]),
        record=side_by_side([dict(leaves(run.record or {})) for run in found]),
        metrics=side_by_side([{one.key: one for one in summaries.get(run.id, ())} for run in found]),
        inputs=side_by_side([_by_thing(used.get(run.id, ())) for run in found]),
    )


def side_by_side(columns: Sequence[Mapping[K, V]]) -> dict[K, tuple[V | None, ...]]:
    """One row per key that any column has, sorted; None where a column lacks it."""
    keys = sorted({key for column in columns for key in column})
    return {key: tuple(column.get(key) for column in columns) for key in keys}


def leaves(document: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The leaves of a JSON object by their dotted path, lists and scalars as JSON."""
    if isinstance(document, Mapping) and document:
        for key, value in document.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif path:
        yield path, rules.canonical_json(document)


def differs(cells: Iterable[object]) -> bool:
    """Whether not all cells are alike; an absent one differs from every other, NaN from no NaN."""
    return len({"NaN" if isinstance(one, float) and math.isnan(one) else one for one in cells}) > 1


def shortened(text: str) -> str:
    """A text as a table shows it."""
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + "…"


def number_pairs(cells: Sequence[RunInput | None]) -> list[tuple[int, int]]:
    """The numbers of one thing that runs used, in pairs that follow each other, older first."""
    return list(pairwise(sorted({one.number for one in cells if one is not None})))


def _by_thing(used: Sequence[RunInput]) -> dict[tuple[str, str, int], RunInput]:
    found: dict[tuple[str, str, int], RunInput] = {}
    for one in used:
        name = inputs.name_of_thing(one)
        place = sum(1 for kind, other, _ in found if (kind, other) == (one.kind, name))
        found[one.kind, name, place] = one
    return found
