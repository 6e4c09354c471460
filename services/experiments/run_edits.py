"""Owns changes of runs after their creation: name, note, tags, status, models, deletion. Does not log anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, journal
from kit.identity import Principal
from services.experiments import experiments, rules, runs
from services.experiments.errors import RunBusy, RunEnded, StatusInvalid, TextInvalid
from services.experiments.tables import Run

_MOST_MODELS = 1000
_MOST_ANCESTORS = 100


@dataclass(frozen=True, slots=True)
class Edit:
    """What changes of a run; None and empty stay as they are."""

    name: str | None = None
    note: str | None = None
    parent_run_id: str | None = None
    set_tags: Sequence[tuple[str, str]] = ()
    remove_tags: Sequence[str] = ()
    status: str = ""
    end_time: datetime | None = None
    error: str | None = None

    @property
    def is_result(self) -> bool:
        """Whether it says how the run went, which only its writer may say."""
        return bool(self.status) or self.end_time is not None or self.error is not None


@dataclass(frozen=True, slots=True)
class ModelLinks:
    """Logged models that a run used and made: id -> step."""

    inputs: Mapping[str, int] = field(default_factory=dict)
    outputs: Mapping[str, int] = field(default_factory=dict)


async def change(tx: AsyncSession, who: Principal, run_id: str, edit: Edit, *, epoch: int) -> Run:
    """Change a run. People name, note and tag a run of a job at any time: these are remarks on it, not results.

    Raises:
        RunNotFound, RunDeleted, RunEnded, EpochStale, EpochUnknown, StatusInvalid, TextInvalid.
    """
    runs.check_text(edit.name or "", edit.note or "", edit.error or "")
    run = await runs.get_locked(tx, who, run_id)
    if edit.is_result or who.job_id:
        runs.check_writable(who, run, epoch)
    runs.check_active(run)
    changed = await _describe(tx, who, run, edit) | _tag(run, edit)
    if edit.error is not None and edit.error != run.error:
        run.error = edit.error
        changed.add("error")
    if changed:
        await journal.change(tx, who, "experiments.run.updated", run.id, fields=sorted(changed))
    await _set_status(tx, who, run, edit)
    return run


async def delete(tx: AsyncSession, who: Principal, run_id: str) -> Run:
    """Delete a run, softly; deleting it again has no effect.

    Raises:
        RunBusy: a job is computing it.
    """
    run = await runs.get_locked(tx, who, run_id)
    if run.delete_time is not None:
        return run
    if run.epoch > 0 and run.status in rules.OPEN:
        raise RunBusy(f"A job is computing run {run.id}: cancel the job first.", job_id=run.job_id)
    run.delete_time = clock.now()
    await journal.change(tx, who, "experiments.run.deleted", run.id, experiment_id=run.experiment_id)
    return run


async def restore(tx: AsyncSession, who: Principal, run_id: str) -> Run:
    """Restore a run; an active one stays as it is. Raises ExperimentDeleted while its experiment is deleted."""
    run = await runs.get_locked(tx, who, run_id)
    if run.delete_time is None:
        return run
    experiments.check_active(await experiments.get(tx, who, run.experiment_id))
    run.delete_time = None
    await journal.change(tx, who, "experiments.run.restored", run.id, experiment_id=run.experiment_id)
    return run


async def link_models(tx: AsyncSession, who: Principal, run_id: str, links: ModelLinks, *, epoch: int) -> Run:
    """Say which logged models a run used and made; a known one gets the new step.

    Raises:
        RunNotFound, RunEnded, RunDeleted, EpochStale, EpochUnknown, TextInvalid.
    """
    for model_id in (*links.inputs, *links.outputs):
        if not rules.is_key(model_id):
            raise TextInvalid("The id of a logged model has 1 to 250 printable characters.")
    run = await runs.writable(tx, who, run_id, epoch=epoch)
    used = {one["logged_model_id"]: one["step"] for one in run.model_inputs or ()} | dict(links.inputs)
    made = {one["logged_model_id"]: one["step"] for one in run.model_outputs or ()} | dict(links.outputs)
    if max(len(used), len(made)) > _MOST_MODELS:
        raise TextInvalid(f"A run uses and makes at most {_MOST_MODELS} models.")
    run.model_inputs, run.model_outputs = _linked(used), _linked(made)
    if links.inputs or links.outputs:
        await journal.change(
            tx, who, "experiments.run.linked", run.id, inputs=sorted(links.inputs), outputs=sorted(links.outputs)
        )
    return run


async def _describe(tx: AsyncSession, who: Principal, run: Run, edit: Edit) -> set[str]:
    changed: set[str] = set()
    if edit.parent_run_id and edit.parent_run_id != run.parent_run_id:
        await _check_parent(tx, who, run.id, edit.parent_run_id)
    for name in ("name", "note", "parent_run_id"):
        value = getattr(edit, name)
        if value is not None and value != getattr(run, name):
            setattr(run, name, value)
            changed.add(name)
    return changed


async def _check_parent(tx: AsyncSession, who: Principal, run_id: str, parent_run_id: str) -> None:
    """The parent exists, and is neither the run itself nor one that descends from it."""
    above = parent_run_id
    for _ in range(_MOST_ANCESTORS):
        if above == run_id:
            raise TextInvalid(f"Run {run_id} cannot be its own ancestor: choose another parent.")
        if not above:
            return
        above = (await runs.get(tx, who, above)).parent_run_id


def _tag(run: Run, edit: Edit) -> set[str]:
    kept = {key: value for key, value in run.tags.items() if key not in edit.remove_tags}
    tags = kept | runs.as_pairs(edit.set_tags, runs.TAG_LIMIT)
    if tags == run.tags:
        return set()
    run.tags = tags
    return {"tags"}


async def _set_status(tx: AsyncSession, who: Principal, run: Run, edit: Edit) -> None:
    wanted = edit.status or run.status
    if wanted not in rules.OPEN | rules.ENDINGS:
        raise StatusInvalid("A run is SCHEDULED, RUNNING, FINISHED, FAILED or CANCELLED.", status=wanted)
    if wanted in rules.ENDINGS:
        at = edit.end_time or (run.end_time if wanted == run.status else None) or clock.now()
        if (wanted, at) != (run.status, run.end_time):
            await runs.end(tx, who, run, wanted, at)
        return
    if edit.end_time is not None:
        raise StatusInvalid("A run that goes on has no end_time: end it in the same request.", status=wanted)
    if wanted == run.status:
        return
    if run.epoch > 0:
        raise RunEnded(f"Run {run.id} belongs to a job: its trainer begins and ends it.", status=run.status)
    run.status, run.end_time, run.compacted = wanted, None, False
    await journal.change(tx, who, "experiments.run.opened", run.id, status=wanted, experiment_id=run.experiment_id)


def _linked(models: Mapping[str, int]) -> list[dict[str, object]] | None:
    return [{"logged_model_id": model_id, "step": step} for model_id, step in models.items()] or None
