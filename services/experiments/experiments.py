"""Owns experiments: create, find, list. Does not own their runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids, journal
from kit.identity import Principal
from services.experiments import rules
from services.experiments.errors import ExperimentExists, NameInvalid
from services.experiments.tables import Experiment, Run


@dataclass(frozen=True, slots=True)
class CountedExperiment:
    """An experiment and how many runs it has."""

    experiment: Experiment
    run_count: int


async def create(tx: AsyncSession, who: Principal, *, name: str, description: str) -> Experiment:
    """A new experiment; raises ExperimentExists when the name is taken."""
    made = await _insert(tx, who, name=name, description=description)
    if made is None:
        raise ExperimentExists(f"There is an experiment {name!r} already: choose another name.", name=name)
    return made


async def ensure(tx: AsyncSession, who: Principal, *, name: str) -> Experiment:
    """The experiment of this name, created when unknown; of two racing callers both get the same one."""
    found = await _find(tx, who, name)
    if found is None:
        found = await _insert(tx, who, name=name, description="") or await _find(tx, who, name)
    if found is None:
        raise ExperimentExists(f"Experiment {name!r} is just being created: try again.", name=name)
    return found


async def listing(
    tx: AsyncSession, who: Principal, *, after: Sequence[Any] | None, limit: int
) -> Sequence[CountedExperiment]:
    """Experiments in the order of their creation."""
    query = select(Experiment).where(Experiment.workspace_id == who.workspace_id).order_by(Experiment.id).limit(limit)
    if after:
        query = query.where(Experiment.id > after[0])
    found = (await tx.scalars(query)).all()
    counts = dict(
        (
            await tx.execute(
                select(Run.experiment_id, func.count())
                .where(Run.experiment_id.in_([row.id for row in found]))
                .group_by(Run.experiment_id)
            )
        ).all()
    )
    return [CountedExperiment(row, counts.get(row.id, 0)) for row in found]


async def _find(tx: AsyncSession, who: Principal, name: str) -> Experiment | None:
    return await tx.scalar(
        select(Experiment).where(Experiment.workspace_id == who.workspace_id, Experiment.name == name)
    )


async def _insert(tx: AsyncSession, who: Principal, *, name: str, description: str) -> Experiment | None:
    """The new row, None when another has the name: one statement, so a race has one winner."""
    if not rules.is_experiment_name(name):
        raise NameInvalid("An experiment's name has 1 to 500 printable characters.", name=name[:100])
    made = await tx.scalar(
        insert(Experiment)
        .values(
            id=ids.new("exp"),
            workspace_id=who.workspace_id,
            name=name,
            description=description,
            creator=who.actor(),
            create_time=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "name"])
        .returning(Experiment)
    )
    if made is not None:
        await journal.change(tx, who, "experiments.experiment.created", made.id, name=name)
    return made
