"""Metric series on real PostgreSQL: durable, idempotent, concurrent, truly drawn."""

from __future__ import annotations

import asyncio
import math

import numpy as np
import pytest
from sqlalchemy import func, select

from kit import clock
from kit.journal_tables import outbox
from services.experiments import fencing, histories, metrics, runs
from services.experiments.errors import (
    EpochStale,
    MaxPointsInvalid,
    ParamImmutable,
    RunDeleted,
    RunEnded,
    RunNotFound,
    RunsInvalid,
    SeriesInvalid,
)
from services.experiments.histories import Window
from services.experiments.metrics import Points
from services.experiments.series import Columns, Range
from services.experiments.tables import MetricBatch
from tests.experiments.builders import columns, history, log, within


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


async def send(db, who, run_id: str, remembered: metrics.Remembered, *points: Columns, **how: object) -> int:
    """Log points alone, as most requests do: in a transaction of their own."""
    return await metrics.log_points(db, who, run_id, Points(list(points), **how), remembered)


async def test_points_alone_need_no_transaction_around_them(db, who, make_run) -> None:
    run = await make_run()
    known = metrics.Remembered()
    for step in range(3):
        assert await send(db, who, run.id, known, columns("loss", [step], [step])) == 1
    async with db.transaction() as tx:
        [loss] = await history(tx, who, run.id)
    assert loss.values.tolist() == [0, 1, 2]


async def test_what_was_remembered_of_a_run_lets_nobody_write(db, who, trainer, make_run) -> None:
    ended, fenced, deleted = [await make_run() for _ in range(3)]
    known = metrics.Remembered()
    async with db.transaction() as tx:
        await fencing.fence(tx, trainer, ended.id, epoch=1, from_step=0)
    for run, epoch in ((ended, 1), (fenced, 0), (deleted, 0)):
        await send(db, who, run.id, known, columns("loss", [0], [0]), epoch=epoch)
    async with db.transaction() as tx:
        await runs.finish(tx, who, ended.id, epoch=1, status="FINISHED", error="")
        await fencing.fence(tx, trainer, fenced.id, epoch=1, from_step=9)
        (await runs.get_locked(tx, who, deleted.id)).delete_time = clock.now()
    for run, epoch, refusal in ((ended, 1, RunEnded), (fenced, 0, EpochStale), (deleted, 0, RunDeleted)):
        with pytest.raises(refusal):
            await send(db, who, run.id, known, columns("loss", [1], [1]), epoch=epoch)
    await send(db, who, fenced.id, known, columns("loss", [1], [1]), epoch=1)
    stranger = type(who)(workspace_id="ws_other", member_id="mem_x", name="X", role="OWNER")
    with pytest.raises(RunNotFound):
        await send(db, stranger, fenced.id, known, columns("loss", [2], [2]), epoch=1)
    async with db.transaction() as tx:
        kept = [(await metrics.summaries_of(tx, [run.id]))[run.id][0].point_count for run in (ended, fenced, deleted)]
    assert kept == [1, 2, 1]


async def test_eight_writers_that_send_everything_twice_lose_and_double_nothing(db, who, make_run) -> None:
    run = await make_run()
    known = metrics.Remembered()

    async def write(writer: int) -> None:
        for sequence in range(1, 11):
            for _ in range(2):
                step = writer * 100 + sequence
                points = [columns(key, [step], [step]) for key in ("a", "b")]
                await send(db, who, run.id, known, *points, writer=f"w{writer}", sequence=sequence)

    await asyncio.gather(*(write(writer) for writer in range(8)))
    async with db.transaction() as tx:
        found = await history(tx, who, run.id)
        summaries = (await metrics.summaries_of(tx, [run.id]))[run.id]
    expected = sorted(writer * 100.0 + sequence for writer in range(8) for sequence in range(1, 11))
    assert [one.values.tolist() for one in found] == [expected] * 2
    assert [one.point_count for one in summaries] == [80, 80]


async def test_the_same_point_again_is_no_new_point(db, who, make_run) -> None:
    run = await make_run()
    async with db.transaction() as tx:
        for value in (0.5, math.nan, 0.5, math.nan, 0.6):
            await log(tx, who, run.id, [columns("acc", [1], [value], time=7)])
        [acc] = await history(tx, who, run.id)
    assert sorted(map(str, acc.values.tolist())) == ["0.5", "0.6", "nan"]


async def test_of_points_of_one_moment_the_greatest_value_is_the_last(db, who, make_run) -> None:
    """NaN counts as 0 in this order, as it does for MLflow."""
    run = await make_run()
    async with db.transaction() as tx:
        for value in (0.5, math.nan, 0.2):
            await log(tx, who, run.id, [columns("acc", [1], [value], time=7)])
        await log(tx, who, run.id, [columns("negative", [1], [-1.0], time=7)])
        await log(tx, who, run.id, [columns("negative", [1], [math.nan], time=7)])
        found = {row.key: row.last for row in (await metrics.summaries_of(tx, [run.id]))[run.id]}
    assert found["acc"] == 0.5
    assert math.isnan(found["negative"])


async def test_one_chart_of_many_runs_within_some_steps(db, who, make_run) -> None:
    first, second = await make_run(), await make_run()
    async with db.transaction() as tx:
        for run, offset in ((first, 0), (second, 10)):
            steps = list(range(20))
            await log(tx, who, run.id, [columns("loss", steps, [step + offset for step in steps])])
        await log(tx, who, second.id, [columns("other", [1], [1])])
        window = Window(["loss"], 0, Range(3, 5))
        found = await histories.charts(within(tx), who, [second.id, first.id], window)
        with pytest.raises(RunNotFound):
            await histories.charts(within(tx), who, [first.id, "run_none"], window)
        with pytest.raises(RunsInvalid):
            await histories.charts(within(tx), who, [first.id] * 101, window)
    assert [[one.values.tolist() for one in each] for each in found] == [[[13, 14, 15]], [[3, 4, 5]]]
