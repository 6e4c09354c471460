"""Compaction on real PostgreSQL: fewer rows, the same points, whatever happens at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from sqlalchemy import select

from services.experiments import chunks, compaction, fencing, histories, metrics, pyramid, runs
from services.experiments.series import Columns
from services.experiments.tables import LogRequest, MetricBatch, MetricChunk, Run
from tests.experiments.builders import history, log

LOGS, EACH = 40, 500


def wave(begin: int, count: int = EACH) -> Columns:
    steps = np.arange(begin, begin + count, dtype=float)
    return Columns("loss", steps, np.sin(steps), steps * 10)


@pytest.fixture(autouse=True)
def compact_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would gather for minutes is compacted at once."""
    monkeypatch.setattr(compaction, "_MOST_BATCHES", 1)


@pytest.fixture
def fill(db, who, make_run) -> Callable:
    """`await fill()`: a run with 20,000 points of one series in 40 segments."""

    async def make(epoch: int = 0) -> Run:
        run = await make_run()
        for number in range(LOGS):
            async with db.transaction() as tx:
                await log(tx, who, run.id, [wave(number * EACH)], epoch=epoch)
        return run

    return make


async def all_points(db, who, run_id: str) -> Columns:
    async with db.transaction() as tx:
        [found] = await history(tx, who, run_id, keys=["loss"], max_points=histories.MOST_POINTS)
    return found


async def sizes(db, run_id: str) -> tuple[int, list[int]]:
    """How many batches a run has, and the points of each of its chunks."""
    async with db.transaction() as tx:
        batches = await tx.scalars(select(MetricBatch.id).where(MetricBatch.run_id == run_id))
        chunk_sizes = await tx.scalars(select(MetricChunk.point_count).where(MetricChunk.run_id == run_id))
        return len(batches.all()), sorted(chunk_sizes)


async def compact_all(db) -> None:
    while await compaction.compact_once(db):
        pass


async def test_a_running_run_gets_full_chunks_and_keeps_every_point(db, who, fill) -> None:
    run = await fill()
    before = await all_points(db, who, run.id)
    await compact_all(db)
    after = await all_points(db, who, run.id)
    assert after.values.tobytes() == before.values.tobytes()
    assert after.times.tobytes() == before.times.tobytes()
    rest = LOGS * EACH - 2 * chunks.FULL
    assert await sizes(db, run.id) == (0, [rest, chunks.FULL, chunks.FULL])


async def test_an_ended_run_is_compacted_to_its_last_point_and_left_alone(db, who, fill) -> None:
    run = await fill()
    async with db.transaction() as tx:
        await log(tx, who, run.id, [], epoch=0, writer="w", sequence=1)
        await runs.finish(tx, who, run.id, epoch=0, status="FINISHED", error="")
    await compact_all(db)
    assert (await sizes(db, run.id))[0] == 0
    assert len(await all_points(db, who, run.id)) == LOGS * EACH
    async with db.transaction() as tx:
        assert (await runs.get(tx, who, run.id)).compacted
        assert (await tx.scalars(select(LogRequest.sequence).where(LogRequest.run_id == run.id))).all() == []


async def test_loggers_and_compactors_at_once_lose_nothing(db, who, make_run) -> None:
    run = await make_run()

    async def logger(writer: int) -> None:
        for number in range(10):
            async with db.transaction() as tx:
                await log(tx, who, run.id, [wave((writer * 10 + number) * EACH)], epoch=0)

    async def compactor() -> None:
        for _ in range(6):
            await compaction.compact_once(db)

    await asyncio.gather(*(logger(writer) for writer in range(4)), compactor(), compactor())
    found = await all_points(db, who, run.id)
    assert found.steps.tolist() == list(range(40 * EACH))


async def test_a_reader_during_compaction_sees_every_point_once(db, who, fill) -> None:
    run = await fill()
    compacting = asyncio.create_task(compact_all(db))
    while not compacting.done():
        assert len(await all_points(db, who, run.id)) == LOGS * EACH
    await compacting


async def test_a_fence_cuts_compacted_points_too(db, who, trainer, fill) -> None:
    run = await fill()
    await compact_all(db)
    async with db.transaction() as tx:
        await fencing.fence(tx, trainer, run.id, epoch=1, from_step=9000)
    found = await all_points(db, who, run.id)
    assert found.steps.tolist() == list(range(9001))
    async with db.transaction() as tx:
        [loss] = (await metrics.summaries_of(tx, [run.id]))[run.id]
    assert (loss.last_step, loss.point_count) == (9000, 9001)


async def test_a_chart_of_overviews_keeps_a_lonely_spike(db, who, make_run) -> None:
    run = await make_run()
    points = wave(0, 12 * chunks.FULL)
    points.values[54_321], points.values[77_777] = 99.0, np.nan
    async with db.transaction() as tx:
        await log(tx, who, run.id, [points], epoch=0)
    await compact_all(db)
    assert pyramid.level_for(len(points), 500) > 0
    async with db.transaction() as tx:
        [chart] = await history(tx, who, run.id, keys=[], max_points=500)
    assert len(chart) <= 500
    assert chart.steps[chart.values == 99.0].tolist() == [54_321]
    assert chart.steps[np.isnan(chart.values)].tolist() == [77_777]
    assert (chart.steps[0], chart.steps[-1]) == (0, len(points) - 1)


async def test_late_and_repeated_points_end_up_in_order_and_once(db, who, make_run, monkeypatch) -> None:
    monkeypatch.setattr(chunks, "FULL", 64)
    run = await make_run()
    random = np.random.default_rng(3)
    for _ in range(12):
        steps = random.integers(0, 300, 40).astype(float)
        async with db.transaction() as tx:
            await log(tx, who, run.id, [Columns("loss", steps, steps, steps)], epoch=0)
        await compact_all(db)
    async with db.transaction() as tx:
        await runs.finish(tx, who, run.id, epoch=0, status="FINISHED", error="")
    await compact_all(db)
    found = await all_points(db, who, run.id)
    assert found.steps.tolist() == sorted(set(found.steps.tolist()))
    async with db.transaction() as tx:
        rows = (
            await tx.execute(
                select(MetricChunk.min_step, MetricChunk.max_step)
                .where(MetricChunk.run_id == run.id)
                .order_by(MetricChunk.min_step)
            )
        ).all()
    assert all(before.max_step < after.min_step for before, after in pairwise(rows))


async def test_many_short_chunks_of_a_wide_run_become_few(db, who, make_run) -> None:
    run = await make_run()
    for number in range(30):
        async with db.transaction() as tx:
            points = [Columns(f"k{key}", *np.full((3, 1), float(number))) for key in range(20)]
            await log(tx, who, run.id, points, epoch=0)
        await compact_all(db)
    batches, found = await sizes(db, run.id)
    assert (batches, sum(found)) == (0, 600)
    assert len(found) <= 20 * (compaction._MOST_SHORT + 1)


async def test_nobody_who_logs_waits_for_a_compaction(db, who, make_run) -> None:
    run = await make_run()
    remembered = metrics.Remembered()
    async with db.transaction() as tx:
        await compaction.lock(tx, run.id)
        async with asyncio.timeout(30):
            await metrics.log_points(db, who, run.id, metrics.Points([wave(0)]), remembered)
            async with db.transaction() as other:
                await log(other, who, run.id, [], epoch=0, params=[("lr", "0.1")])
    assert len(await all_points(db, who, run.id)) == EACH
