"""Submission, review and the customer's verification, each bound to one exact revision."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from kit.errors import FailedPrecondition, Forbidden, Stale
from plumbapi.annotation import v1 as pb
from tests.annotation.builders import add, make_bench
from tests.conftest import CallAs


async def test_a_task_goes_through_review_to_acceptance(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    task = await bench.accept(bench.tasks[0])
    assert task.state == pb.Task.ACCEPTED
    [review] = (await bench.get(task)).reviews
    assert (review.revision, review.verdict, review.reviewer.name) == (
        1,
        pb.Review.ACCEPT,
        f"Reviewer {bench.workspace}",
    )
    assert review.revision_digest == (await bench.get(task)).revision.digest


async def test_a_rejected_task_can_be_corrected_and_submitted_again(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    [task] = bench.tasks
    await bench.save(task, add())
    await bench.by("ANNOTATOR").SubmitTask(pb.SubmitTaskRequest(task_id=task.id, revision=1))
    request = pb.ReviewTaskRequest(task_id=task.id, revision=1, verdict="REJECT", comment="the dent is missing")
    assert (await bench.by("REVIEWER").ReviewTask(request)).state == pb.Task.REJECTED
    await bench.save(task, add(), base=1)
    again = await bench.by("ANNOTATOR").SubmitTask(pb.SubmitTaskRequest(task_id=task.id, revision=2))
    assert again.state == pb.Task.IN_REVIEW


async def test_a_review_of_an_older_revision_is_refused(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    [task] = bench.tasks
    await bench.save(task, add())
    await bench.save(task, add(), base=1)
    await bench.by("ANNOTATOR").SubmitTask(pb.SubmitTaskRequest(task_id=task.id, revision=2))
    for role, request in (
        ("REVIEWER", pb.ReviewTaskRequest(task_id=task.id, revision=1, verdict="ACCEPT")),
        ("CUSTOMER", pb.VerifyTaskRequest(task_id=task.id, revision=1, verdict="ACCEPT")),
    ):
        method = "ReviewTask" if role == "REVIEWER" else "VerifyTask"
        with pytest.raises(Stale) as raised:
            await getattr(bench.by(role), method)(request)
        assert raised.value.metadata["revision"] == "2"
    assert (await bench.get(task)).task.state == pb.Task.IN_REVIEW


async def test_what_the_state_does_not_allow_is_explained(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    [task] = bench.tasks
    await bench.save(task, add())
    with pytest.raises(FailedPrecondition) as raised:
        await bench.by("REVIEWER").ReviewTask(pb.ReviewTaskRequest(task_id=task.id, revision=1, verdict="ACCEPT"))
    assert raised.value.reason == "TASK_STATE_INVALID"
    assert raised.value.metadata == {"state": "ANNOTATING", "allowed": "save, submit"}


async def test_submitting_an_untouched_image_says_that_nothing_is_on_it(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    task = await bench.by("ANNOTATOR").SubmitTask(pb.SubmitTaskRequest(task_id=bench.tasks[0].id))
    assert (task.state, task.revision, task.annotation_count) == (pb.Task.IN_REVIEW, 1, 0)


async def test_the_customer_verifies_an_exact_revision_with_the_organisation(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    task = await bench.accept(bench.tasks[0])
    assert (await bench.verify(task, 1)).verification == pb.Task.VERIFIED
    read = await bench.get(task)
    [verification] = read.verifications
    assert verification.organisation == "Customer Ltd"
    assert verification.revision_digest == read.revision.digest
    async with bench.database.transaction() as tx:
        query = text("SELECT data FROM outbox WHERE subject = :id AND type = 'plumb.annotation.task.verified.v1'")
        [event] = (await tx.execute(query, {"id": task.id})).scalars()
    assert (event["organisation"], event["revision_digest"]) == ("Customer Ltd", read.revision.digest)


async def test_a_refusal_is_recorded_beside_the_acceptance(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    task = await bench.accept(bench.tasks[0])
    refused = await bench.verify(task, 1, "REJECT")
    assert (refused.state, refused.verification) == (pb.Task.ACCEPTED, pb.Task.REFUSED)
    assert (await bench.verify(task, 1)).verification == pb.Task.VERIFIED
    verdicts = [verdict.verdict for verdict in (await bench.get(task)).verifications]
    assert verdicts == [pb.Review.ACCEPT, pb.Review.REJECT]


async def test_nothing_can_be_verified_before_something_is_there(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    with pytest.raises(FailedPrecondition, match="Nothing was marked"):
        await bench.verify(bench.tasks[0], 1)


@pytest.mark.parametrize("role", ["OWNER", "MANAGER", "REVIEWER", "ANNOTATOR", "DEVELOPER", "VIEWER"])
async def test_only_the_customer_verifies(call_as: CallAs, database, role: str) -> None:
    bench = await make_bench(call_as, database)
    request = pb.VerifyTaskRequest(task_id=bench.tasks[0].id, revision=1, verdict="ACCEPT")
    with pytest.raises(Forbidden):
        await bench.by(role).VerifyTask(request)
