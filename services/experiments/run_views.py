"""Owns the reading of runs: a run with what belongs to it, for answers about a few. Does not change any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.experiments import inputs, metrics, run_datasets
from services.experiments.tables import Experiment, MetricSummary, Run, RunDataset, RunInput


@dataclass(frozen=True, slots=True)
class RunView:
    """Everything a caller sees of a run."""

    run: Run
    experiment_name: str
    inputs: Sequence[RunInput]
    metrics: Sequence[MetricSummary]
    datasets: Sequence[RunDataset]


async def describe(tx: AsyncSession, runs: Sequence[Run]) -> list[RunView]:
    """Views of several runs, in their order, by four queries however many they are."""
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
    datasets = await run_datasets.of_runs(tx, run_ids)
    return [
        RunView(
            run,
            names[run.experiment_id],
            found_inputs.get(run.id, ()),
            summaries.get(run.id, ()),
            datasets.get(run.id, ()),
        )
        for run in runs
    ]


async def describe_one(tx: AsyncSession, run: Run) -> RunView:
    """The view of one run."""
    return (await describe(tx, [run]))[0]
