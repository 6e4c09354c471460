"""Jobs on the real platform: what they pin, what they refuse, what a retry does. No worker runs here."""

from __future__ import annotations

import pytest

from kit.errors import Conflict, FailedPrecondition, Invalid, NotFound
from plumbapi.annotation import v1 as annotation
from plumbapi.experiments import v1 as experiments
from plumbapi.trainer import v1 as pb
from tests.trainer.conftest import Queue


async def _run(queue: Queue, run_id: str) -> experiments.Run:
    return await queue.by("VIEWER").experiments.GetRun(experiments.GetRunRequest(run_id=run_id))


async def test_newest_becomes_the_number_and_digest_it_is_now(queue: Queue) -> None:
    job = await queue.submit()
    assert (job.state, job.spec.version, job.spec.snapshot) == (pb.Job.State.QUEUED, 1, 1)
    run = await _run(queue, job.run_id)
    inputs = {experiments.Input.Kind.Name(item.kind): item for item in run.inputs}
    assert inputs["DATASET_VERSION"].name == "tiles@v1"
    assert inputs["SNAPSHOT"].digest.startswith("sha256:")
    assert inputs["SNAPSHOT"].image_sets == ["train", "validation"]
    assert inputs["CONFIG"].digest.startswith("sha256:")


async def test_a_retried_submission_makes_one_job_and_one_run(queue: Queue) -> None:
    first, again = await queue.submit("once"), await queue.submit("once")
    assert (first.id, first.run_id) == (again.id, again.run_id)
    with pytest.raises(Conflict):
        await queue.submit("once", run_name="another")
    listed = await queue.by("VIEWER").trainer.ListJobs(pb.ListJobsRequest())
    assert [job.id for job in listed.jobs] == [first.id]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"recipe": "magic"}, "RECIPE_UNKNOWN"),
        ({"recipe": ""}, "RECIPE_UNKNOWN"),
        ({"config": {"epochs": -1}}, "RECIPE_CONFIG_INVALID"),
        ({"config": {"epoch": 3}}, "RECIPE_CONFIG_INVALID"),
        ({"kind": "EVALUATE", "recipe": ""}, "JOB_SPEC_INVALID"),
    ],
)
async def test_a_spec_that_makes_no_sense_is_refused_and_changes_nothing(
    queue: Queue, changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await queue.submit(**changes)
    assert refusal.value.reason == reason
    assert not (await queue.by("VIEWER").trainer.ListJobs(pb.ListJobsRequest())).jobs
    assert not (await queue.by("VIEWER").experiments.ListRuns(experiments.ListRunsRequest())).runs


async def test_training_without_a_snapshot_is_refused(queue: Queue) -> None:
    label = annotation.Label(name="scratch", color="#ff0000")
    await queue.by("MANAGER").annotation.CreateProject(
        annotation.CreateProjectRequest(name="empty", labels=[label], tools=[annotation.Tool.TAG])
    )
    with pytest.raises((NotFound, FailedPrecondition)) as refusal:
        await queue.submit(project_id="empty")
    assert refusal.value.reason == "SNAPSHOT_NOT_FOUND"


async def test_a_waiting_job_is_cancelled_at_once_with_its_run(queue: Queue) -> None:
    job = await queue.submit()
    cancelled = await queue.by("DEVELOPER").trainer.CancelJob(pb.CancelJobRequest(job_id=job.id))
    assert cancelled.state == pb.Job.State.CANCELLED
    assert (await _run(queue, job.run_id)).status == experiments.Run.Status.CANCELLED
    with pytest.raises(FailedPrecondition, match="already"):
        await queue.by("DEVELOPER").trainer.CancelJob(pb.CancelJobRequest(job_id=job.id))


async def test_a_repetition_pins_the_same_data_and_registers_no_model(queue: Queue) -> None:
    first = await queue.submit(register_as="tiles", config={"epochs": 2})
    again = await queue.by("DEVELOPER").trainer.RepeatRun(pb.RepeatRunRequest(run_id=first.run_id))
    assert (again.repeat_of_run_id, again.spec.register_as) == (first.run_id, "")
    original, repeated = await _run(queue, first.run_id), await _run(queue, again.run_id)
    assert [item.digest for item in repeated.inputs] == [item.digest for item in original.inputs]
    assert repeated.parent_run_id == original.id


async def test_a_run_from_outside_cannot_be_repeated_by_the_platform(queue: Queue) -> None:
    request = experiments.CreateRunRequest(experiment="outside")
    run = await queue.by("DEVELOPER").experiments.CreateRun(request)
    with pytest.raises(FailedPrecondition) as refusal:
        await queue.by("DEVELOPER").trainer.RepeatRun(pb.RepeatRunRequest(run_id=run.id))
    assert refusal.value.reason == "RUN_NOT_REPEATABLE"


async def test_another_workspace_sees_no_job(queue: Queue) -> None:
    job = await queue.submit()
    stranger = queue.bench.call_as("OWNER", "another").trainer
    with pytest.raises(NotFound):
        await stranger.GetJob(pb.GetJobRequest(job_id=job.id))
    assert job.id not in {one.id for one in (await stranger.ListJobs(pb.ListJobsRequest())).jobs}
