"""Owns the reading of runs: a run with its experiment's name, inputs and metric summaries. Does not change any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.identity import Principal
from services.experiments import inputs, metrics
from services.experiments.tables import Experiment, MetricSummary, Run, RunInput


@dataclass(frozen=True, slots=True)
class RunView:
    """Everything a caller sees of a run."""

    run: Run
    experiment_name: str
    inputs: Sequence[RunInput]
    metrics: Sequence[MetricSummary]


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs a list wants; an empty text means any."""

    experiment_id: str = ""
    kind: str = ""
    status: str = ""
    parent_run_id: str = ""


async def describe(tx: AsyncSession, runs: Sequence[Run]) -> list[RunView]:
    """Views of several runs, in their order, by three queries however many they are."""
    run_ids = [run.id for run in runs]
    names = dict(
        (
            await tx.execute(
                select(Experiment.id, Experiment.name).where(Experiment.id.in_({run.experiment_id for run in runs}))
            )
        ).all()
    )
    found_inputs = await inputs.of_runs(tx, run_ids)
    summaries = await metrics.summaries_of(tx, run_ids)
    return [
        RunView(run, names[run.experiment_id], found_inputs.get(run.id, ()), summaries.get(run.id, ())) for run in runs
    ]


async def describe_one(tx: AsyncSession, run: Run) -> RunView:
    """The view of one run."""
    return (await describe(tx, [run]))[0]


async def listing(
    tx: AsyncSession, who: Principal, wanted: RunFilter, *, after: Sequence[Any] | None, limit: int
) -> Sequence[Run]:
    """Runs that match, newest first."""
    query = select(Run).where(Run.workspace_id == who.workspace_id).order_by(Run.id.desc()).limit(limit)
    if wanted.experiment_id:
        query = query.where(Run.experiment_id == wanted.experiment_id)
    if wanted.kind:
        query = query.where(Run.kind == wanted.kind)
    if wanted.status:
        query = query.where(Run.status == wanted.status)
    if wanted.parent_run_id:
        query = query.where(Run.parent_run_id == wanted.parent_run_id)
    if after:
        query = query.where(Run.id < after[0])
    return (await tx.scalars(query)).all()
