"""Leases on the real platform: one writer at a time, and nothing of an old one gets through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from kit import clock
from kit.errors import FailedPrecondition, Forbidden
from plumbapi.experiments import v1 as experiments
from plumbapi.trainer import v1 as pb
from services.trainer import dispatch
from services.trainer.settings import TrainerSettings
from services.trainer.tables import Job
from tests.trainer.conftest import Queue


async def _fall_silent(queue: Queue, job: pb.Job) -> None:
    past = clock.now() - timedelta(minutes=5)
    async with queue.database.transaction() as tx:
        await tx.execute(update(Job).where(Job.id == job.id).values(lease_expire_time=past))


async def _log(queue: Queue, job: pb.Job, epoch: int) -> None:
    series = experiments.Series(key="loss", steps=[1], values=[0.5])
    request = experiments.LogRequest(run_id=job.run_id, series=[series], epoch=epoch)
    await queue.worker(job).experiments.Log(request)


async def test_a_leased_job_is_not_given_to_a_second_worker(queue: Queue) -> None:
    job = await queue.submit()
    leased = await queue.lease(job)
    assert (leased.state, leased.epoch, leased.worker) == (pb.Job.State.RUNNING, 1, "here:1")
    with pytest.raises(FailedPrecondition) as refusal:
        await queue.lease(job)
    assert refusal.value.reason == "JOB_LEASED"


async def test_every_write_of_a_silent_worker_is_refused_once_another_leased(queue: Queue) -> None:
    job = await queue.submit()
    await queue.lease(job)
    await _log(queue, job, epoch=1)
    await _fall_silent(queue, job)
    assert (await queue.lease(job)).epoch == 2
    trainer = queue.worker(job).trainer
    checkpoint = pb.Checkpoint(step=1, artifact_path="a", sha256="b")
    for late in (
        trainer.RenewLease(pb.RenewLeaseRequest(job_id=job.id, epoch=1)),
        trainer.SaveCheckpoint(pb.SaveCheckpointRequest(job_id=job.id, epoch=1, checkpoint=checkpoint)),
        trainer.FinishJob(pb.FinishJobRequest(job_id=job.id, epoch=1, state="FINISHED")),
        _log(queue, job, epoch=1),
    ):
        with pytest.raises(FailedPrecondition) as refusal:
            await late
        assert refusal.value.reason == "EPOCH_STALE"
    await _log(queue, job, epoch=2)


async def test_a_token_of_one_job_opens_no_other(queue: Queue) -> None:
    job, other = await queue.submit(), await queue.submit()
    with pytest.raises(Forbidden) as refusal:
        await queue.worker(job).trainer.LeaseJob(pb.LeaseJobRequest(job_id=other.id, worker="here:1"))
    assert refusal.value.reason == "JOB_TOKEN_FOREIGN"


async def test_the_checkpoint_reaches_the_next_worker(queue: Queue) -> None:
    job = await queue.submit()
    await queue.lease(job)
    checkpoint = pb.Checkpoint(step=7, artifact_path="checkpoints/7", sha256="c" * 64)
    request = pb.SaveCheckpointRequest(job_id=job.id, epoch=1, checkpoint=checkpoint)
    await queue.worker(job).trainer.SaveCheckpoint(request)
    handed_back = pb.FinishJobRequest(job_id=job.id, epoch=1, state="QUEUED")
    assert (await queue.worker(job).trainer.FinishJob(handed_back)).state == pb.Job.State.QUEUED
    resumed = await queue.lease(job)
    assert (resumed.epoch, resumed.checkpoint.step) == (2, 7)


async def test_a_cancel_request_reaches_the_worker_and_ends_the_run(queue: Queue) -> None:
    job = await queue.submit()
    await queue.lease(job)
    await queue.by("DEVELOPER").trainer.CancelJob(pb.CancelJobRequest(job_id=job.id))
    renewed = await queue.worker(job).trainer.RenewLease(pb.RenewLeaseRequest(job_id=job.id, epoch=1))
    assert renewed.cancel_requested
    report = pb.FinishJobRequest(job_id=job.id, epoch=1, state="QUEUED")
    assert (await queue.worker(job).trainer.FinishJob(report)).state == pb.Job.State.CANCELLED
    run = await queue.by("VIEWER").experiments.GetRun(experiments.GetRunRequest(run_id=job.run_id))
    assert run.status == experiments.Run.Status.CANCELLED


async def test_a_silent_job_is_queued_again_and_given_up_after_its_attempts(queue: Queue) -> None:
    job = await queue.submit()
    app = queue.platform.apps["trainer"]
    settings = TrainerSettings(trainer_attempts=2)
    for attempt in (1, 2):
        assert (await queue.lease(job)).epoch == attempt
        await _fall_silent(queue, job)
        await dispatch.take_back(app, settings)
    ended = await queue.by("VIEWER").trainer.GetJob(pb.GetJobRequest(job_id=job.id))
    assert (ended.state, ended.error) == (pb.Job.State.FAILED, "The worker fell silent 2 times.")
    run = await queue.by("VIEWER").experiments.GetRun(experiments.GetRunRequest(run_id=job.run_id))
    assert run.status == experiments.Run.Status.FAILED
