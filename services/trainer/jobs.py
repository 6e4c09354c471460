"""Owns jobs as people see them: submitted, listed, repeated. Leases are in `leases`, ends in `endings`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import ids, journal
from kit.identity import Principal
from kit.peers import Peers
from plumbapi.experiments import v1 as experiments
from plumbapi.trainer import v1 as pb
from services.trainer import events, recipes, rules
from services.trainer.errors import JobNotFound, NotRepeatable
from services.trainer.inputs import Resolved, resolve
from services.trainer.tables import Job

_RUN_KINDS = {
    pb.JobSpec.Kind.TRAIN: experiments.Run.Kind.TRAINING,
    pb.JobSpec.Kind.EVALUATE: experiments.Run.Kind.EVALUATION,
    pb.JobSpec.Kind.PREDICT: experiments.Run.Kind.INFERENCE,
}


async def submit(
    tx: AsyncSession,
    who: Principal,
    peers: Peers,
    spec: pb.JobSpec,
    *,
    request_id: str,
    repeat_of_run_id: str = "",
) -> Job:
    """Queue a job with its run; "newest" becomes the number it is now.

    Raises:
        SpecInvalid, RecipeUnknown, ConfigInvalid: the spec does not make sense.
        SnapshotEmpty: there is nothing to train on.
        NotFound: dataset, project or model does not exist.
    """
    if spec.kind == pb.JobSpec.Kind.TRAIN:
        recipes.check(spec.recipe, MessageToDict(spec.config))
    resolved = await resolve(peers, spec)
    job_id = ids.new("job")
    run = await peers.experiments.CreateRun(_run(resolved, repeat_of_run_id, request_id or job_id))
    row = Job(
        id=job_id,
        workspace_id=who.workspace_id,
        spec=MessageToDict(resolved.spec, preserving_proto_field_name=True),
        state=rules.QUEUED,
        run_id=run.id,
        repeat_of_run_id=repeat_of_run_id,
        creator=who.actor(),
    )
    tx.add(row)
    await tx.flush()
    await tx.refresh(row)
    await journal.change(tx, who, events.SUBMITTED, row.id, run_id=run.id)
    return row


async def repeat(tx: AsyncSession, who: Principal, peers: Peers, run_id: str, *, request_id: str) -> Job:
    """Queue the job of a run once more, with the same data, configuration and seed; it registers no model.

    Raises:
        NotRepeatable: the run was not computed by a job.
    """
    row = await tx.scalar(
        select(Job).where(Job.workspace_id == who.workspace_id, Job.run_id == run_id).order_by(Job.id).limit(1)
    )
    if row is None:
        await peers.experiments.GetRun(experiments.GetRunRequest(run_id=run_id))
        raise NotRepeatable("This run was logged from outside: only runs of the platform's jobs can be repeated by it.")
    spec = spec_of(row)
    spec.register_as = ""
    spec.run_name = f"repeat of {spec.run_name or run_id}"
    return await submit(tx, who, peers, spec, request_id=request_id, repeat_of_run_id=run_id)


async def get(tx: AsyncSession, who: Principal, job_id: str) -> Job:
    row = await tx.scalar(select(Job).where(Job.workspace_id == who.workspace_id, Job.id == job_id))
    if row is None:
        raise JobNotFound(f"There is no job {job_id}.")
    return row


async def listing(
    tx: AsyncSession, who: Principal, *, state: str, after: list[Any] | None, limit: int
) -> Sequence[Job]:
    """Jobs of the workspace, newest first."""
    query = select(Job).where(Job.workspace_id == who.workspace_id)
    if state:
        query = query.where(Job.state == state)
    if after:
        query = query.where(Job.id < after[0])
    return (await tx.scalars(query.order_by(Job.id.desc()).limit(limit))).all()


async def locked(tx: AsyncSession, workspace_id: str, job_id: str) -> Job:
    """The job, held until the transaction ends."""
    query = select(Job).where(Job.workspace_id == workspace_id, Job.id == job_id).with_for_update()
    row = await tx.scalar(query)
    if row is None:
        raise JobNotFound(f"There is no job {job_id}.")
    return row


def spec_of(row: Job) -> pb.JobSpec:
    """The stored spec as a message."""
    return ParseDict(row.spec, pb.JobSpec())


def _run(resolved: Resolved, repeat_of_run_id: str, request_id: str) -> experiments.CreateRunRequest:
    spec = resolved.spec
    params = {"recipe": spec.recipe, **MessageToDict(spec.config)} if spec.recipe else {}
    return experiments.CreateRunRequest(
        experiment=spec.experiment,
        kind=_RUN_KINDS[spec.kind],
        name=spec.run_name,
        params=[experiments.Param(key=key, value=str(value)) for key, value in params.items()],
        inputs=resolved.inputs,
        parent_run_id=repeat_of_run_id or resolved.parent_run_id,
        request_id=request_id,
    )
