"""Metric series on real PostgreSQL: durable, idempotent, concurrent, truly drawn."""

from __future__ import annotations

import asyncio
import math

import numpy as np
import pytest
from sqlalchemy import func, select

from kit.journal_tables import outbox
from services.experiments import fencing, histories, metrics, runs
from services.experiments.errors import MaxPointsInvalid, ParamImmutable, RunEnded, RunNotFound, SeriesInvalid
from services.experiments.series import Columns
from services.experiments.tables import MetricBatch
from tests.experiments.builders import columns, history, log


async def test_points_come_back_in_the_order_of_steps(db, who, make_run) -> None:
    run = await make_run()
    async with db.transaction() as tx:
        assert await log(tx, who, run.id, [columns("loss", [2, 3], [0.5, 0.4])], epoch=0) == 2
    async with db.transaction() as tx:
        await log(tx, who, run.id, [columns("loss", [0, 1.5], [0.9, 0.7])], epoch=0)
        [loss] = await history(tx, who, run.id, keys=["loss"], max_points=0)
    assert loss.steps.tolist() == [0, 1.5, 2, 3]
    assert loss.values.tolist() == [0.9, 0.7, 0.5, 0.4]


async def test_summary_keeps_last_by_step_and_extremes_without_nan(db, who, make_run) -> None:
    run = await make_run()
    async with db.transaction() as tx:
        await log(tx, who, run.id, [columns("loss", [5, 6], [math.nan, math.inf])], epoch=0)
        await log(tx, who, run.id, [columns("loss", [1], [-2.0])], epoch=0)
        await log(tx, who, run.id, [columns("all_nan", [1], [math.nan])], epoch=0)
        found = {row.key: row for row in (await metrics.summaries_of(tx, [run.id]))[run.id]}
    loss = found["loss"]
    assert (loss.last, loss.last_step, loss.min, loss.max, loss.point_count) == (math.inf, 6, -2.0, math.inf, 3)
    assert found["all_nan"].min is None
    assert math.isnan(found["all_nan"].last)


async def test_the_same_step_again_is_won_by_the_later_time(db, who, make_run) -> None:
    run = await make_run()
    async with db.transaction() as tx:
        await log(tx, who, run.id, [columns("acc", [4], [0.9], time=20)], epoch=0)
        await log(tx, who, run.id, [columns("acc", [4], [0.1], time=10)], epoch=0)
        [acc] = (await metrics.summaries_of(tx, [run.id]))[run.id]
    assert (acc.last, acc.last_time) == (0.9, 20)


async def test_a_repeated_sequence_has_no_second_effect(db, who, make_run) -> None:
    run = await make_run()
    for _ in range(3):
        async with db.transaction() as tx:
            points = [columns("loss", [1, 2], [1, 2])]
            tags = [("note", "first")]
            count = await log(tx, who, run.id, points, epoch=0, writer="w1", sequence=1, tags=tags)
            assert count == 2
    async with db.transaction() as tx:
        [loss] = await history(tx, who, run.id, keys=[], max_points=0)
        events = await tx.scalar(
            select(func.count()).where(outbox.c.subject == run.id, outbox.c.type == "plumb.experiments.run.updated.v1")
        )
    assert len(loss) == 2
    assert events == 1


async def test_twins_of_one_sequence_at_the_same_moment_have_one_effect(db, who, make_run) -> None:
    run = await make_run()

    async def send() -> None:
        async with db.transaction() as tx:
            await log(tx, who, run.id, [columns("loss", [1], [1])], epoch=0, writer="w1", sequence=7)

    await asyncio.gather(*(send() for _ in range(8)))
    async with db.transaction() as tx:
        [loss] = (await metrics.summaries_of(tx, [run.id]))[run.id]
    assert loss.point_count == 1


async def test_concurrent_loggers_lose_nothing(db, who, make_run) -> None:
    run = await make_run()
    keys = ["a", "b", "c"]

    async def logger(writer: int) -> None:
        # Every writer names the series in another order: a careless upsert would deadlock.
        order = keys[writer % 3 :] + keys[: writer % 3]
        for sequence in range(1, 11):
            step = writer * 100 + sequence
            async with db.transaction() as tx:
                points = [columns(key, [step], [step]) for key in order]
                await log(tx, who, run.id, points, epoch=0, writer=f"w{writer}", sequence=sequence)

    await asyncio.gather(*(logger(writer) for writer in range(8)))
    expected = sorted(writer * 100.0 + sequence for writer in range(8) for sequence in range(1, 11))
    async with db.transaction() as tx:
        found = await history(tx, who, run.id, keys=keys, max_points=1000)
        summaries = (await metrics.summaries_of(tx, [run.id]))[run.id]
    assert [one.values.tolist() for one in found] == [expected] * 3
    assert [(one.point_count, one.min, one.max) for one in summaries] == [(80, 1.0, 710.0)] * 3


async def test_metric_logs_write_no_event(db, who, make_run) -> None:
    run = await make_run()
    async with db.transaction() as tx:
        before = await tx.scalar(select(func.count()).where(outbox.c.subject == run.id))
        await log(tx, who, run.id, [columns("loss", [1], [1])], epoch=0)
        assert await tx.scalar(select(func.count()).where(outbox.c.subject == run.id)) == before


async def test_params_are_written_once(db, who, make_run) -> None:
    run = await make_run(params=[("lr", "0.1")])
    async with db.transaction() as tx:
        await log(tx, who, run.id, [], epoch=0, params=[("lr", "0.1"), ("batch", "8")])
    with pytest.raises(ParamImmutable):
        async with db.transaction() as tx:
            await log(tx, who, run.id, [columns("loss", [1], [1])], epoch=0, params=[("lr", "0.2"), ("decay", "0")])
    async with db.transaction() as tx:
        assert (await runs.get(tx, who, run.id)).params == {"lr": "0.1", "batch": "8"}
        assert await metrics.summaries_of(tx, [run.id]) == {}


async def test_concurrent_params_lose_nothing(db, who, make_run) -> None:
    run = await make_run()

    async def log_one(number: int) -> None:
        async with db.transaction() as tx:
            await log(tx, who, run.id, [], epoch=0, params=[(f"p{number}", str(number))])

    await asyncio.gather(*(log_one(number) for number in range(10)))
    async with db.transaction() as tx:
        assert len((await runs.get(tx, who, run.id)).params) == 10


async def test_a_finished_run_of_a_job_refuses_points(db, who, trainer, make_run) -> None:
    run = await make_run()
    async with db.transaction() as tx:
        await fencing.fence(tx, trainer, run.id, epoch=1, from_step=0)
        await runs.finish(tx, who, run.id, epoch=1, status="FINISHED", error="")
    with pytest.raises(RunEnded):
        async with db.transaction() as tx:
            await log(tx, who, run.id, [columns("loss", [1], [1])], epoch=1)


async def test_a_run_of_another_workspace_is_as_good_as_absent(db, who, make_run) -> None:
    run = await make_run()
    stranger = type(who)(workspace_id="ws_other", member_id="mem_x", name="X", role="OWNER")
    with pytest.raises(RunNotFound):
        async with db.transaction() as tx:
            await log(tx, stranger, run.id, [columns("loss", [1], [1])], epoch=0)
    with pytest.raises(RunNotFound):
        async with db.transaction() as tx:
            await history(tx, stranger, run.id, keys=[], max_points=0)


@pytest.mark.parametrize(
    "bad",
    [
        Columns("loss", np.array([1.0]), np.array([1.0, 2.0]), np.array([0.0])),
        columns("loss", [math.nan], [1]),
        columns("loss", [1], [1], time=math.inf),
        columns("", [1], [1]),
        columns("a\x00b", [1], [1]),
        columns("x" * 251, [1], [1]),
    ],
)
async def test_points_that_cannot_be_kept_are_refused(db, who, make_run, bad) -> None:
    run = await make_run()
    with pytest.raises(SeriesInvalid):
        async with db.transaction() as tx:
            await log(tx, who, run.id, [bad], epoch=0)


async def test_a_series_given_twice_or_an_unnamed_writer_is_refused(db, who, make_run) -> None:
    run = await make_run()
    twice = [columns("loss", [1], [1]), columns("loss", [2], [1])]
    async with db.transaction() as tx:
        with pytest.raises(SeriesInvalid):
            await log(tx, who, run.id, twice, epoch=0)
        with pytest.raises(SeriesInvalid):
            await log(tx, who, run.id, [], epoch=0, sequence=1)
        with pytest.raises(MaxPointsInvalid):
            await history(tx, who, run.id, keys=[], max_points=4)


async def test_an_answer_that_would_not_fit_is_refused_with_the_way_out(db, who, make_run, monkeypatch) -> None:
    run = await make_run()
    monkeypatch.setattr(histories, "_MOST_ANSWERED", 5)
    async with db.transaction() as tx:
        await log(tx, who, run.id, [columns(key, [1, 2, 3], [1, 2, 3]) for key in "ab"], epoch=0)
        with pytest.raises(MaxPointsInvalid, match="fewer keys"):
            await history(tx, who, run.id, keys=[], max_points=0)
        assert len(await history(tx, who, run.id, keys=["a"], max_points=0)) == 1


async def test_a_thousand_series_in_one_request(db, who, make_run) -> None:
    run = await make_run()
    points = [columns(f"k{number}", [1], [number]) for number in range(1000)]
    async with db.transaction() as tx:
        await log(tx, who, run.id, points, epoch=0)
    async with db.transaction() as tx:
        assert await tx.scalar(select(func.count()).where(MetricBatch.run_id == run.id)) == 1
        found = await history(tx, who, run.id, keys=["k7", "k999"], max_points=5)
    assert [one.values.tolist() for one in found] == [[7.0], [999.0]]
