"""At most one worker writes to a run: an older epoch is refused, and what it wrote too far is dropped."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

import pytest

from services.experiments import artifacts, evaluations, fencing, metrics, runs
from services.experiments.artifacts import NewArtifact
from services.experiments.errors import EpochStale, EpochUnknown, JobForeign, RunEnded
from tests.experiments.builders import columns, history, log


async def log_steps(db, who, run_id: str, steps: list[float], *, epoch: int, sequence: int = 0) -> None:
    async with db.transaction() as tx:
        points = [columns("loss", steps, steps)]
        await log(tx, who, run_id, points, epoch=epoch, writer="worker", sequence=sequence)


async def fence(db, trainer, run_id: str, *, epoch: int, from_step: int = 0) -> None:
    async with db.transaction() as tx:
        await fencing.fence(tx, trainer, run_id, epoch=epoch, from_step=from_step)


async def steps_of(db, who, run_id: str) -> list[float]:
    async with db.transaction() as tx:
        found = await history(tx, who, run_id, keys=["loss"], max_points=0)
    return [step for one in found for step in one.steps.tolist()]


async def test_a_new_epoch_drops_points_beyond_its_start(db, who, trainer, make_run) -> None:
    run = await make_run()
    await fence(db, trainer, run.id, epoch=1)
    await log_steps(db, who, run.id, [1, 2, 3], epoch=1)
    await log_steps(db, who, run.id, [4, 5, 6], epoch=1)
    await log_steps(db, who, run.id, [7], epoch=1)
    await fence(db, trainer, run.id, epoch=2, from_step=5)
    assert await steps_of(db, who, run.id) == [1, 2, 3, 4, 5]
    async with db.transaction() as tx:
        [loss] = (await metrics.summaries_of(tx, [run.id]))[run.id]
    assert (loss.last_step, loss.max, loss.point_count) == (5, 5, 5)
    await log_steps(db, who, run.id, [6, 7], epoch=2)
    assert await steps_of(db, who, run.id) == [1, 2, 3, 4, 5, 6, 7]


async def test_a_series_that_lies_wholly_beyond_vanishes(db, who, trainer, make_run) -> None:
    run = await make_run()
    await log_steps(db, who, run.id, [10], epoch=0)
    await fence(db, trainer, run.id, epoch=1, from_step=0)
    async with db.transaction() as tx:
        assert await metrics.summaries_of(tx, [run.id]) == {}


async def test_fencing_again_with_the_same_epoch_drops_nothing(db, who, trainer, make_run) -> None:
    run = await make_run()
    await fence(db, trainer, run.id, epoch=1)
    await log_steps(db, who, run.id, [5], epoch=1)
    await fence(db, trainer, run.id, epoch=1)
    assert await steps_of(db, who, run.id) == [5]


async def test_a_resumed_worker_may_count_its_requests_from_one(db, who, trainer, make_run) -> None:
    run = await make_run()
    await fence(db, trainer, run.id, epoch=1)
    await log_steps(db, who, run.id, [1], epoch=1, sequence=1)
    await fence(db, trainer, run.id, epoch=2, from_step=1)
    await log_steps(db, who, run.id, [2], epoch=2, sequence=1)
    assert await steps_of(db, who, run.id) == [1, 2]


@pytest.mark.parametrize("epoch", [0, 1])
async def test_every_write_of_an_older_epoch_is_refused(db, who, trainer, make_run, epoch: int) -> None:
    run = await make_run()
    await fence(db, trainer, run.id, epoch=2)
    file = NewArtifact("a.txt", hashlib.sha256(b"").hexdigest(), 0, "")
    writes = [
        lambda tx: log(tx, who, run.id, [columns("loss", [1], [1])], epoch=epoch),
        lambda tx: log(tx, who, run.id, [], epoch=epoch, params=[("a", "b")]),
        lambda tx: runs.set_record(tx, who, run.id, epoch=epoch, record={"seed": 1}),
        lambda tx: runs.add_inputs(tx, who, run.id, epoch=epoch, checked=[]),
        lambda tx: runs.finish(tx, who, run.id, epoch=epoch, status="FINISHED", error=""),
        lambda tx: evaluations.replace(tx, who, run.id, epoch=epoch, slices=[], failures=[]),
        lambda tx: artifacts.prepare(tx, who, run.id, file, epoch=epoch),
    ]
    for write in writes:
        with pytest.raises(EpochStale):
            async with db.transaction() as tx:
                await write(tx)


async def test_only_the_token_of_the_runs_own_job_writes(db, who, trainer, make_run) -> None:
    run, of_people = await make_run(), await make_run()
    own, other = (replace(who, role="JOB", kind="JOB", job_id=job_id) for job_id in ("job_own", "job_other"))
    async with db.transaction() as tx:
        await fencing.fence(tx, trainer, run.id, epoch=1, from_step=0, job_id="job_own")
    await log_steps(db, own, run.id, [1], epoch=1)
    with pytest.raises(JobForeign):
        await log_steps(db, other, run.id, [2], epoch=1)
    with pytest.raises(JobForeign):
        await log_steps(db, own, of_people.id, [1], epoch=0)
    with pytest.raises(JobForeign):
        async with db.transaction() as tx:
            await runs.finish(tx, other, run.id, epoch=1, status="FAILED", error="")


async def test_an_epoch_that_nobody_announced_is_refused(db, who, make_run) -> None:
    run = await make_run()
    with pytest.raises(EpochUnknown):
        await log_steps(db, who, run.id, [1], epoch=1)


async def test_an_older_fence_and_an_ended_run_are_refused(db, who, trainer, make_run) -> None:
    run = await make_run()
    await fence(db, trainer, run.id, epoch=2)
    with pytest.raises(EpochStale):
        await fence(db, trainer, run.id, epoch=1)
    async with db.transaction() as tx:
        await runs.finish(tx, who, run.id, epoch=2, status="FAILED", error="out of memory")
    with pytest.raises(RunEnded):
        await fence(db, trainer, run.id, epoch=3)


async def test_no_write_under_way_slips_in_behind_a_fence(db, who, trainer, make_run) -> None:
    """A slow writer holds the run; the fence waits for it, and drops what it wrote."""
    run = await make_run()
    async with db.transaction() as slow:
        await log(slow, who, run.id, [columns("loss", [9], [9])], epoch=0)
        fencing_now = asyncio.create_task(fence(db, trainer, run.id, epoch=1, from_step=3))
        await asyncio.sleep(0.2)
        assert not fencing_now.done()
    await fencing_now
    assert await steps_of(db, who, run.id) == []
