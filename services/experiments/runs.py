"""Owns runs: create, read, who may write when, write-once facts, ending. Does not own their metric points or files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids, journal
from kit.identity import Principal
from services.experiments import experiments, inputs, rules, run_datasets
from services.experiments.errors import (
    EpochStale,
    EpochUnknown,
    JobForeign,
    ParamImmutable,
    RecordImmutable,
    RecordInvalid,
    RunDeleted,
    RunEnded,
    RunNotFound,
    StatusInvalid,
    TextInvalid,
)
from services.experiments.inputs import CheckedInput
from services.experiments.run_datasets import Dataset
from services.experiments.tables import Experiment, Run

PARAM_LIMIT = 6000
TAG_LIMIT = 8000
_TEXT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a caller says about a run that begins; its experiment by name, created when unknown, or by id."""

    kind: str
    experiment: str = ""
    experiment_id: str = ""
    status: str = rules.RUNNING
    name: str = ""
    note: str = ""
    params: Sequence[tuple[str, str]] = ()
    tags: Sequence[tuple[str, str]] = ()
    inputs: Sequence[CheckedInput] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    parent_run_id: str = ""
    forked_from_run_id: str = ""
    forked_from_step: float = 0.0
    start_time: datetime | None = None
    user_name: str = ""
    datasets: Sequence[Dataset] = ()


class Held(Protocol):
    """What decides over a write, of a run's row or of a few of its columns."""

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def epoch(self) -> int: ...
    @property
    def job_id(self) -> str: ...
    @property
    def delete_time(self) -> datetime | None: ...


async def create(tx: AsyncSession, who: Principal, new: NewRun) -> Run:
    """Begin or announce a run.

    Raises:
        StatusInvalid, TextInvalid, RecordInvalid, RunNotFound, ExperimentNotFound, ExperimentDeleted.
    """
    if new.status not in rules.OPEN:
        raise StatusInvalid("A run is created as RUNNING or SCHEDULED.", status=new.status)
    check_text(new.name, new.note, new.user_name)
    params, tags = as_pairs(new.params, PARAM_LIMIT), as_pairs(new.tags, TAG_LIMIT)
    digest = _digest(new.record) if new.record else ""
    for other in {new.parent_run_id, new.forked_from_run_id} - {""}:
        await get(tx, who, other)
    experiment = await _experiment(tx, who, new)
    run = Run(
        id=ids.new("run"),
        workspace_id=who.workspace_id,
        experiment_id=experiment.id,
        kind=new.kind,
        name=new.name,
        status=new.status,
        params=params,
        tags=tags,
        record=dict(new.record) if new.record else None,
        record_digest=digest,
        parent_run_id=new.parent_run_id,
        note=new.note,
        creator=who.actor(),
        start_time=new.start_time or clock.now(),
        error="",
        epoch=0,
        job_id=who.job_id,
        compacted=False,
        forked_from_run_id=new.forked_from_run_id,
        forked_from_step=new.forked_from_step,
        user_name=new.user_name,
    )
    tx.add(run)
    await tx.flush()
    await inputs.add(tx, who, run.id, new.inputs)
    await run_datasets.add(tx, who, run.id, new.datasets)
    await journal.change(
        tx, who, "experiments.run.created", run.id, experiment_id=experiment.id, kind=run.kind, name=run.name
    )
    return run


async def get(tx: AsyncSession, who: Principal, run_id: str) -> Run:
    """One run; raises RunNotFound."""
    run = await tx.scalar(select(Run).where(Run.id == run_id, Run.workspace_id == who.workspace_id))
    if run is None:
        raise _absent(run_id)
    return run


async def writable(tx: AsyncSession, who: Principal, run_id: str, *, epoch: int) -> Run:
    """The run, locked for a write that carries `epoch`, after asking whether it may be written.

    Raises:
        RunNotFound, RunEnded, RunDeleted, EpochStale, EpochUnknown.
    """
    run = await get_locked(tx, who, run_id)
    check_writable(who, run, epoch)
    # What is written now to an ended run is compacted like the rest.
    run.compacted = False
    return run


async def hold(tx: AsyncSession, who: Principal, run_id: str, *, epoch: int) -> None:
    """Like `writable` for writes beside the run's row: many hold a run at once, but ending or fencing it waits."""
    found = (
        await tx.execute(
            select(Run.id, Run.status, Run.epoch, Run.job_id, Run.delete_time)
            .where(Run.id == run_id, Run.workspace_id == who.workspace_id, ~Run.compacted)
            .with_for_update(read=True)
        )
    ).first()
    if found is None:
        # Absent, or settled by the compactor: whoever writes to it again must change its row, so nobody shares it.
        await writable(tx, who, run_id, epoch=epoch)
    else:
        check_writable(who, found, epoch)


async def annotate(
    tx: AsyncSession,
    who: Principal,
    run: Run,
    *,
    params: Sequence[tuple[str, str]],
    tags: Sequence[tuple[str, str]],
) -> None:
    """Add params (each written once; the same value again is no change) and set tags of a locked run.

    Raises:
        ParamImmutable: a param has another value already.
    """
    new_params, new_tags = as_pairs(params, PARAM_LIMIT), as_pairs(tags, TAG_LIMIT)
    changed = rules.changed_key(run.params, new_params)
    if changed is not None:
        raise ParamImmutable(
            f"Param {changed!r} was logged with another value; params are written once. Log a tag or start a new run.",
            key=changed,
        )
    merged_params, merged_tags = {**run.params, **new_params}, {**run.tags, **new_tags}
    if merged_params == run.params and merged_tags == run.tags:
        return
    run.params, run.tags = merged_params, merged_tags
    await journal.change(tx, who, "experiments.run.updated", run.id, params=sorted(new_params), tags=sorted(new_tags))


async def add_inputs(
    tx: AsyncSession, who: Principal, run_id: str, *, epoch: int, checked: Sequence[CheckedInput]
) -> Run:
    """Say what else a run was computed from; an input that is there already has no second effect."""
    run = await open_for_lineage(tx, who, run_id, epoch=epoch)
    await inputs.add(tx, who, run.id, checked)
    return run


async def add_datasets(tx: AsyncSession, who: Principal, run_id: str, *, epoch: int, given: Sequence[Dataset]) -> Run:
    """Say which foreign data a run was computed from; one that is there already gets the new tags."""
    run = await open_for_lineage(tx, who, run_id, epoch=epoch)
    await run_datasets.add(tx, who, run.id, given)
    return run


async def open_for_lineage(tx: AsyncSession, who: Principal, run_id: str, *, epoch: int) -> Run:
    """The run, locked, if it goes on: what it was computed from never changes after its end.

    Raises:
        RunNotFound, RunEnded, RunDeleted, EpochStale, EpochUnknown.
    """
    run = await writable(tx, who, run_id, epoch=epoch)
    if run.status in rules.ENDINGS:
        raise RunEnded(
            f"Run {run.id} is {run.status.lower()}: its inputs and its record stay as they were. Start a new run.",
            status=run.status,
        )
    return run


async def set_record(tx: AsyncSession, who: Principal, run_id: str, *, epoch: int, record: Mapping[str, Any]) -> Run:
    """Write the reproducibility record, once; raises RecordImmutable when another one is there."""
    run = await open_for_lineage(tx, who, run_id, epoch=epoch)
    digest = _digest(record)
    if run.record_digest == digest:
        return run
    if run.record_digest:
        raise RecordImmutable(
            "This run has another reproducibility record already; start a new run.", record_digest=run.record_digest
        )
    run.record, run.record_digest = dict(record), digest
    await journal.change(tx, who, "experiments.record.set", run.id, record_digest=digest)
    return run


async def finish(tx: AsyncSession, who: Principal, run_id: str, *, epoch: int, status: str, error: str) -> Run:
    """End a run. Ending it again in the same way has no effect, in another way raises RunEnded."""
    if status not in rules.ENDINGS:
        raise StatusInvalid("A run ends as FINISHED, FAILED or CANCELLED.", status=status)
    check_text(error)
    run = await get_locked(tx, who, run_id)
    _check_writer(who, run, epoch)
    if run.status == status:
        return run
    if run.status in rules.ENDINGS:
        raise RunEnded(f"Run {run.id} is {run.status.lower()} already.", status=run.status)
    check_writable(who, run, epoch)
    run.error = error
    await end(tx, who, run, status, clock.now())
    return run


async def end(tx: AsyncSession, who: Principal, run: Run, status: str, at: datetime) -> None:
    """Write the end of a locked run."""
    run.status, run.end_time = status, at
    await journal.change(
        tx, who, "experiments.run.finished", run.id, status=status, experiment_id=run.experiment_id, kind=run.kind
    )


def check_writable(who: Principal, run: Held, epoch: int) -> None:
    """Raise unless `who` may write to this run with `epoch`."""
    _check_writer(who, run, epoch)
    check_active(run)
    if rules.is_sealed(run.status, run.epoch, run.job_id):
        raise RunEnded(
            f"Run {run.id} is {run.status.lower()} and takes no more writes; start a new run.", status=run.status
        )


def check_active(run: Held) -> None:
    """Raise RunDeleted for a deleted run."""
    if run.delete_time is not None:
        raise RunDeleted(f"The run {run.id} must be in the 'active' state. Current state is deleted: restore it first.")


def as_pairs(pairs: Sequence[tuple[str, str]], limit: int) -> dict[str, str]:
    """Params or tags as a mapping; raises TextInvalid for names and values that cannot be kept."""
    twice = rules.key_given_twice(key for key, _ in pairs)
    if twice is not None:
        raise TextInvalid(f"{twice!r} is given twice in one request.", key=twice)
    for key, value in pairs:
        if not rules.is_key(key):
            raise TextInvalid("A name of a param or tag has 1 to 250 printable characters.", key=key[:100])
        if len(value) > limit or "\x00" in value:
            raise TextInvalid(f"The value of {key!r} has more than {limit} characters or a NUL.", key=key)
    return dict(pairs)


async def get_locked(tx: AsyncSession, who: Principal, run_id: str) -> Run:
    """The run, locked until the transaction ends; raises RunNotFound."""
    run = await tx.scalar(
        select(Run)
        .where(Run.id == run_id, Run.workspace_id == who.workspace_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if run is None:
        raise _absent(run_id)
    return run


def _check_writer(who: Principal, run: Held, epoch: int) -> None:
    if not rules.may_write(who.job_id, run.job_id, run.epoch):
        raise JobForeign(f"This token belongs to job {who.job_id}; run {run.id} is not the run of that job.")
    verdict = rules.judge_epoch(run.epoch, epoch)
    if verdict == "stale":
        raise EpochStale(
            f"Run {run.id} belongs to epoch {run.epoch} of its job, this write has {epoch or 'none'}: stop writing.",
            epoch=str(run.epoch),
        )
    if verdict == "unknown":
        raise EpochUnknown(
            f"Run {run.id} knows no epoch {epoch}, its current one is {run.epoch}: fence the run first.",
            epoch=str(run.epoch),
        )


async def _experiment(tx: AsyncSession, who: Principal, new: NewRun) -> Experiment:
    if new.experiment_id:
        found = await experiments.get(tx, who, new.experiment_id)
    else:
        found = await experiments.ensure(tx, who, name=new.experiment)
    experiments.check_active(found)
    return found


def _digest(record: Mapping[str, Any]) -> str:
    try:
        return rules.record_digest(record)
    except ValueError as error:
        raise RecordInvalid("The record must be plain JSON, without NaN, infinities and NUL characters.") from error


def check_text(*texts: str) -> None:
    """Raise TextInvalid for names and notes that cannot be kept."""
    if any("\x00" in text or len(text) > _TEXT_LIMIT for text in texts):
        raise TextInvalid(f"A text has a NUL character or more than {_TEXT_LIMIT} characters.")


def _absent(run_id: str) -> RunNotFound:
    return RunNotFound(f"There is no run {run_id[:80]}; list the runs to find its id.")
