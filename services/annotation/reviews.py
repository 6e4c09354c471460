"""Owns verdicts: submission, a reviewer's review and the customer's verification, each on one exact revision.

Does not change annotations (see `revisions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids, journal
from kit.identity import Principal
from services.annotation import revisions, rules, tasks
from services.annotation.errors import TaskState, VerdictInvalid
from services.annotation.tables import Review, Task

_COMMENT_LIMIT = 4000


async def of_task(tx: AsyncSession, task: Task, stage: str) -> Sequence[Review]:
    """Verdicts of a stage (REVIEW or VERIFICATION) on a task, newest first."""
    query = select(Review).where(Review.task_id == task.id, Review.stage == stage)
    return (await tx.scalars(query.order_by(Review.position.desc()))).all()


async def submit(tx: AsyncSession, who: Principal, task_id: str, *, revision: int) -> Task:
    """Hand a task over to review.

    Submitting an image without a revision says that there is nothing on it to mark: it gets an empty revision.

    Raises:
        RevisionStale: `revision` is not 0 and not the newest.
        TaskState: the task is in review or accepted already.
    """
    task = await tasks.lock(tx, who, task_id)
    if revision not in (0, task.revision):
        raise await revisions.stale(tx, task, revision)
    state = tasks.move_on(task, "submit")
    if not task.revision:
        await revisions.append(tx, who, task, None, [], {})
    task.state, task.update_time = state, clock.now()
    await tx.flush()
    await journal.change(
        tx, who, "annotation.task.submitted", task.id, project_id=task.project_id, revision=task.revision
    )
    return task


async def review(tx: AsyncSession, who: Principal, task_id: str, *, revision: int, verdict: str, comment: str) -> Task:
    """A reviewer's verdict on the revision that was seen.

    Raises:
        RevisionStale: there is a newer revision.
        TaskState: the task is not in review.
    """
    task = await _judged(tx, who, task_id, revision, verdict, comment)
    task.state = tasks.move_on(task, {"ACCEPT": "accept", "REJECT": "reject"}[verdict])
    await _record(tx, who, task, "REVIEW", verdict, comment)
    await journal.change(tx, who, "annotation.task.reviewed", task.id, **_verdict(task, verdict), state=task.state)
    return task


async def verify(tx: AsyncSession, who: Principal, task_id: str, *, revision: int, verdict: str, comment: str) -> Task:
    """The customer's verdict on the revision that was seen; whatever state the task is in, it is evidence.

    Raises:
        RevisionStale: there is a newer revision.
        TaskState: nothing was marked yet.
    """
    task = await _judged(tx, who, task_id, revision, verdict, comment)
    task.verification = rules.verification_of(verdict)
    await _record(tx, who, task, "VERIFICATION", verdict, comment)
    await journal.change(
        tx,
        who,
        "annotation.task.verified",
        task.id,
        **_verdict(task, verdict),
        verification=task.verification,
        organisation=who.organisation,
    )
    return task


async def _judged(tx: AsyncSession, who: Principal, task_id: str, revision: int, verdict: str, comment: str) -> Task:
    if verdict not in ("ACCEPT", "REJECT"):
        raise VerdictInvalid("The verdict is ACCEPT or REJECT.")
    if len(comment) > _COMMENT_LIMIT:
        raise VerdictInvalid(f"The comment is longer than {_COMMENT_LIMIT} characters.")
    task = await tasks.lock(tx, who, task_id)
    if not task.revision:
        raise TaskState("Nothing was marked on this image yet; there is nothing to judge.", state=task.state)
    if revision != task.revision:
        raise await revisions.stale(tx, task, revision)
    return task


async def _record(tx: AsyncSession, who: Principal, task: Task, stage: str, verdict: str, comment: str) -> None:
    task.update_time = clock.now()
    tx.add(
        Review(
            id=ids.new("rvw"),
            workspace_id=task.workspace_id,
            task_id=task.id,
            stage=stage,
            revision=task.revision,
            revision_digest=task.revision_digest,
            verdict=verdict,
            comment=comment,
            reviewer=who.actor(),
            organisation=who.organisation,
        )
    )
    await tx.flush()


def _verdict(task: Task, verdict: str) -> dict[str, Any]:
    return {
        "project_id": task.project_id,
        "image_sha256": task.image_sha256,
        "revision": task.revision,
        "revision_digest": task.revision_digest,
        "verdict": verdict,
    }
