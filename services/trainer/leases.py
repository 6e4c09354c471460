"""Owns the hold of a worker on a job: at most one worker writes, and the epoch of its lease fences every write."""

from __future__ import annotations

from datetime import timedelta

from google.protobuf.json_format import MessageToDict
from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.errors import NotFound
from kit.identity import Principal
from kit.peers import Peers
from plumbapi.experiments import v1 as experiments
from plumbapi.trainer import v1 as pb
from services.trainer import endings, events, jobs, rules
from services.trainer.errors import EpochStale, ForeignJob, JobEnded, JobLeased
from services.trainer.tables import Job


async def lease(tx: AsyncSession, who: Principal, peers: Peers, job_id: str, worker: str, duration: timedelta) -> Job:
    """Give the job to a worker under a new epoch; older epochs cannot write to its run from then on.

    Raises:
        JobEnded, JobLeased: there is nothing to do, or another worker does it.
    """
    row = await _own_job(tx, who, job_id)
    now = await endings.database_time(tx)
    if row.state in rules.ENDED:
        raise JobEnded(f"The job is {row.state.lower()} already.")
    if not rules.may_lease(row.state, row.lease_expire_time, now):
        raise JobLeased(f"Worker {row.worker} holds the job.")
    row.state, row.worker, row.epoch = rules.RUNNING, worker, row.epoch + 1
    row.lease_expire_time = now + duration
    row.start_time = row.start_time or now
    step = row.checkpoint["step"] if row.checkpoint else 0
    # before the commit: should it fail, a run that is fenced too early only waits for the next lease
    await peers.experiments.FenceRun(
        experiments.FenceRunRequest(run_id=row.run_id, epoch=row.epoch, from_step=step, job_id=row.id)
    )
    await journal.change(tx, who, events.STARTED, row.id, worker=worker, epoch=row.epoch)
    return row


async def renew(
    tx: AsyncSession, who: Principal, job_id: str, epoch: int, progress: pb.Progress, duration: timedelta
) -> Job:
    """Keep the lease; the answer says whether somebody asked to cancel."""
    row = await _held_job(tx, who, job_id, epoch)
    row.lease_expire_time = await endings.database_time(tx) + duration
    if progress.stage:
        row.progress = MessageToDict(progress, preserving_proto_field_name=True)
    return row


async def save_checkpoint(tx: AsyncSession, who: Principal, job_id: str, epoch: int, checkpoint: pb.Checkpoint) -> Job:
    """Make a stored artifact the point from which the job resumes."""
    row = await _held_job(tx, who, job_id, epoch)
    row.checkpoint = MessageToDict(checkpoint, preserving_proto_field_name=True)
    await journal.change(tx, who, events.CHECKPOINTED, row.id, step=checkpoint.step, sha256=checkpoint.sha256)
    return row


async def finish(tx: AsyncSession, who: Principal, peers: Peers, request: pb.FinishJobRequest) -> Job:
    """End the job with its run, register the model, and let the worker's token die.

    A worker that must stop reports QUEUED: another one resumes at the newest checkpoint.
    """
    row = await _held_job(tx, who, request.job_id, request.epoch)
    state = rules.state_after_report(pb.Job.State.Name(request.state), row.cancel_requested)
    if state == rules.QUEUED:
        _queue_again(row)
        await journal.change(tx, who, events.REQUEUED, row.id)
        return row
    if state == rules.FINISHED:
        row.model_version = await _register_model(peers, row, request.model_artifact_path)
    await endings.end(tx, who, peers, row, state, request.error)
    return row


def give_up_or_queue(row: Job, attempts: int) -> str:
    """The next state of a job whose worker fell silent; a queued one is ready for another worker."""
    state = rules.state_after_silence(row.cancel_requested, row.epoch, attempts)
    if state == rules.QUEUED:
        _queue_again(row)
    return state


def _queue_again(row: Job) -> None:
    row.state, row.worker, row.lease_expire_time, row.launch_time = rules.QUEUED, "", None, None


async def _register_model(peers: Peers, row: Job, artifact_path: str) -> str:
    name = jobs.spec_of(row).register_as
    if not name or not artifact_path:
        return ""
    try:
        model = await peers.experiments.GetModel(experiments.GetModelRequest(model_id=name))
    except NotFound:
        create = experiments.CreateModelRequest(name=name, request_id=f"{row.id}-model")
        model = await peers.experiments.CreateModel(create)
    version = await peers.experiments.CreateModelVersion(
        experiments.CreateModelVersionRequest(
            model_id=model.id,
            run_id=row.run_id,
            artifact_path=artifact_path,
            epoch=row.epoch,
            request_id=f"{row.id}-version",
        )
    )
    return f"{version.model_name}@{version.number}"


async def _own_job(tx: AsyncSession, who: Principal, job_id: str) -> Job:
    if who.job_id != job_id:
        raise ForeignJob("This token belongs to another job.")
    return await jobs.locked(tx, who.workspace_id, job_id)


async def _held_job(tx: AsyncSession, who: Principal, job_id: str, epoch: int) -> Job:
    row = await _own_job(tx, who, job_id)
    if row.state != rules.RUNNING or row.epoch != epoch:
        raise EpochStale(f"The job is at epoch {row.epoch} ({row.state.lower()}): this worker no longer holds it.")
    return row
