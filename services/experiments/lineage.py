"""Owns the questions across runs and models: where did this come from, what was made of it? Does not store anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit.identity import Principal
from services.experiments import runs, versions
from services.experiments.tables import ModelVersion, Run, RunInput
from services.experiments.versions import NamedVersion

_MOST_ANCESTORS = 100
_MOST_USES = 500


@dataclass(frozen=True, slots=True)
class Lineage:
    """From a model version back to its data, and forward to where it was used.

    `training` is None when no run is known that made it.
    """

    version: NamedVersion
    training: Run | None
    ancestors: Sequence[Run]
    evaluations: Sequence[Run]
    inferences: Sequence[Run]


async def of_version(tx: AsyncSession, who: Principal, model: str, version: str) -> Lineage:
    """The lineage of one model version, given by number or alias; of a hidden one too."""
    found = await versions.get(tx, who, model, version, deleted=True)
    number, run_id = found.version.number, found.version.run_id
    return Lineage(
        version=found,
        training=await runs.get(tx, who, run_id) if run_id else None,
        ancestors=await _ancestors(tx, run_id) if run_id else (),
        evaluations=await evaluations_of(tx, who, found.model.id, number),
        inferences=await _users(tx, who, found.model.id, number, kind="INFERENCE"),
    )


async def evaluations_of(tx: AsyncSession, who: Principal, model_id: str, number: int) -> Sequence[Run]:
    """The evaluations of a model version, newest first, at most 500."""
    return await _users(tx, who, model_id, number, kind="EVALUATION")


async def uses(
    tx: AsyncSession, who: Principal, resource_id: str, number: int, *, after: Sequence[Any] | None, limit: int
) -> Sequence[Run]:
    """Runs that were computed from a dataset, project or model (one number of it, or any when 0), newest first."""
    query = (
        select(Run)
        .where(Run.workspace_id == who.workspace_id, _has_input(who, resource_id, number))
        .order_by(Run.id.desc())
        .limit(limit)
    )
    if after:
        query = query.where(Run.id < after[0])
    return (await tx.scalars(query)).all()


async def registered_from(tx: AsyncSession, run_ids: Sequence[str]) -> list[NamedVersion]:
    """The model versions that were registered from some runs, newest first."""
    rows = await tx.scalars(
        select(ModelVersion)
        .where(ModelVersion.run_id.in_(run_ids))
        .order_by(ModelVersion.create_time.desc(), ModelVersion.model_id, ModelVersion.number.desc())
    )
    return await versions.named(tx, rows.all())


async def _ancestors(tx: AsyncSession, run_id: str) -> Sequence[Run]:
    """The runs that a run continues or repeats, nearest first. A parent exists before its child: no cycles."""
    chain = (
        select(Run.id, Run.parent_run_id, literal(0).label("depth"))
        .where(Run.id == run_id)
        .cte("chain", recursive=True)
    )
    parent = aliased(Run)
    chain = chain.union_all(
        select(parent.id, parent.parent_run_id, chain.c.depth + 1).where(
            parent.id == chain.c.parent_run_id, chain.c.depth < _MOST_ANCESTORS
        )
    )
    query = select(Run).join(chain, chain.c.id == Run.id).where(chain.c.depth > 0).order_by(chain.c.depth)
    return (await tx.scalars(query)).all()


async def _users(tx: AsyncSession, who: Principal, model_id: str, number: int, *, kind: str) -> Sequence[Run]:
    query = (
        select(Run)
        .where(Run.workspace_id == who.workspace_id, Run.kind == kind, _has_input(who, model_id, number))
        .order_by(Run.id.desc())
        .limit(_MOST_USES)
    )
    return (await tx.scalars(query)).all()


def _has_input(who: Principal, resource_id: str, number: int) -> Any:
    wanted = (
        RunInput.run_id == Run.id,
        RunInput.workspace_id == who.workspace_id,
        RunInput.resource_id == resource_id,
    )
    return exists().where(*wanted, RunInput.number == number) if number else exists().where(*wanted)
