"""Owns logged models: the files of a model as a training saved them, with params, tags and what was measured with it.

Does not own the files (`artifacts.py`), or the versions registered from it (`versions.py`).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, journal
from kit.identity import Principal
from services.experiments import experiments, models, registry_rules, runs
from services.experiments.errors import (
    LoggedModelInvalid,
    LoggedModelNotFound,
    ParamImmutable,
)
from services.experiments.tables import LoggedModel, ModelMetric

MOST_METRICS = 1_000
_TEXT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class NewLoggedModel:
    """What a caller says about a logged model; it belongs to an experiment, or to that of its run."""

    experiment_id: str = ""
    name: str = ""
    model_type: str = ""
    source_run_id: str = ""
    params: Sequence[tuple[str, str]] = field(default=())
    tags: Sequence[tuple[str, str]] = field(default=())


@dataclass(frozen=True, slots=True)
class Measurement:
    """Something measured with a logged model; `time` in milliseconds since the epoch, UTC."""

    key: str
    value: float
    time: int
    step: int
    run_id: str = ""
    dataset_name: str = ""
    dataset_digest: str = ""


async def create(tx: AsyncSession, who: Principal, new: NewLoggedModel) -> LoggedModel:
    """A logged model whose files are still to come.

    Raises:
        ExperimentNotFound, ExperimentDeleted, RunNotFound, LoggedModelInvalid, TextInvalid.
    """
    if len(new.name) > _TEXT_LIMIT or not registry_rules.is_logged_model_name(new.name):
        raise LoggedModelInvalid(
            f"Invalid model name ({new.name[:100]!r}) provided. Model name must be a non-empty string and cannot "
            "contain the following characters: ('/', ':', '.', '%', '\"', \"'\")"
        )
    models.check_text(new.model_type)
    run = await runs.get(tx, who, new.source_run_id) if new.source_run_id else None
    if run is None and not new.experiment_id:
        raise LoggedModelInvalid("Say where the logged model belongs: experiment_id or source_run_id.")
    experiment = await experiments.get(tx, who, new.experiment_id or (run.experiment_id if run else ""))
    experiments.check_active(experiment)
    now = clock.now()
    model_id = f"{registry_rules.LOGGED_MODEL_PREFIX}{uuid.uuid4().hex}"
    logged = LoggedModel(
        id=model_id,
        workspace_id=who.workspace_id,
        experiment_id=experiment.id,
        name=new.name or f"model-{model_id[-8:]}",
        model_type=new.model_type,
        status="PENDING",
        status_message="",
        source_run_id=new.source_run_id or None,
        params=runs.as_pairs(new.params, runs.PARAM_LIMIT),
        tags=models.changed_tags({}, new.tags, ()),
        creator=who.actor(),
        create_time=now,
        update_time=now,
    )
    tx.add(logged)
    await tx.flush()
    told: dict[str, Any] = {"experiment_id": experiment.id, "name": logged.name, "source_run_id": new.source_run_id}
    await journal.change(tx, who, "experiments.logged_model.created", logged.id, **told)
    return logged


async def get(
    tx: AsyncSession, who: Principal, logged_model_id: str, *, lock: bool = False, deleted: bool = False
) -> LoggedModel:
    """One logged model; raises LoggedModelNotFound."""
    query = select(LoggedModel).where(LoggedModel.id == logged_model_id, LoggedModel.workspace_id == who.workspace_id)
    if not deleted:
        query = query.where(LoggedModel.delete_time.is_(None))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = await tx.scalar(query)
    if found is None:
        raise LoggedModelNotFound(f"There is no logged model {logged_model_id[:80]!r}; list those of its experiment.")
    return found


async def update(
    tx: AsyncSession,
    who: Principal,
    logged_model_id: str,
    *,
    status: str,
    status_message: str,
    params: Sequence[tuple[str, str]],
    set_tags: Sequence[tuple[str, str]],
    remove_tags: Sequence[str],
) -> LoggedModel:
    """Finish, describe or tag a logged model; an empty status stays.

    Raises:
        ParamImmutable: a param has another value already.
    """
    logged = await get(tx, who, logged_model_id, lock=True)
    models.check_text(status_message)
    given = runs.as_pairs(params, runs.PARAM_LIMIT)
    other = next((key for key, value in given.items() if logged.params.get(key, value) != value), None)
    if other is not None:
        raise ParamImmutable(f"Param {other!r} of this logged model has another value already.", key=other)
    logged.params = {**logged.params, **given}
    logged.tags = models.changed_tags(logged.tags, set_tags, remove_tags)
    if status:
        logged.status, logged.status_message = status, status_message
    logged.update_time = clock.now()
    await tx.flush()
    told: dict[str, Any] = {"status": logged.status, "params": sorted(given), "tags": [key for key, _ in set_tags]}
    await journal.change(tx, who, "experiments.logged_model.updated", logged.id, **told)
    return logged


async def remove(tx: AsyncSession, who: Principal, logged_model_id: str) -> None:
    """Hide a logged model; versions registered from it keep their files."""
    logged = await get(tx, who, logged_model_id, lock=True)
    logged.delete_time = logged.update_time = clock.now()
    await journal.change(tx, who, "experiments.logged_model.deleted", logged.id, name=logged.name)


async def measure(tx: AsyncSession, who: Principal, logged_model_id: str, given: Sequence[Measurement]) -> None:
    """Keep what was measured with a logged model; the same point again replaces the earlier one."""
    if len(given) > MOST_METRICS:
        raise LoggedModelInvalid(f"At most {MOST_METRICS} metrics in one request.")
    logged = await get(tx, who, logged_model_id)
    points = {}
    for one in given:
        for text in (one.key, one.run_id, one.dataset_name, one.dataset_digest):
            models.check_text(text, 500)
        points[(one.key, one.time, one.step, one.run_id)] = {
            "logged_model_id": logged.id,
            "key": one.key,
            "value": one.value,
            "time": one.time,
            "step": one.step,
            "run_id": one.run_id,
            "dataset_name": one.dataset_name,
            "dataset_digest": one.dataset_digest,
        }
    if not points:
        return
    write = insert(ModelMetric).values(list(points.values()))
    replaced = {name: write.excluded[name] for name in ("value", "dataset_name", "dataset_digest")}
    keys = ["logged_model_id", "key", "time", "step", "run_id"]
    await tx.execute(write.on_conflict_do_update(index_elements=keys, set_=replaced))


async def metrics_of(tx: AsyncSession, logged_model_ids: Sequence[str]) -> dict[str, list[ModelMetric]]:
    """What was measured with several logged models, by key and time."""
    rows = await tx.scalars(
        select(ModelMetric)
        .where(ModelMetric.logged_model_id.in_(logged_model_ids))
        .order_by(ModelMetric.logged_model_id, ModelMetric.key, ModelMetric.time, ModelMetric.step)
    )
    found: dict[str, list[ModelMetric]] = {}
    for row in rows:
        found.setdefault(row.logged_model_id, []).append(row)
    return found
