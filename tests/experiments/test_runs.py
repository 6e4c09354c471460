"""Runs on real PostgreSQL: created with their facts, described, ended once."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import select

from kit.db import fetch
from kit.journal_tables import audit, outbox
from services.experiments import experiment_search, experiments, rules, run_search, run_views, runs
from services.experiments.errors import (
    ExperimentExists,
    NameInvalid,
    RecordImmutable,
    RecordInvalid,
    RunEnded,
    RunNotFound,
    StatusInvalid,
    TextInvalid,
)
from services.experiments.run_search import RunQuery
from services.experiments.runs import NewRun


async def test_a_run_is_described_with_everything_it_was_created_with(db, who, make_run) -> None:
    record = {"seed": 7, "torch": {"threads": 2}}
    run = await make_run(name="first", params=[("lr", "0.1")], tags=[("gpu", "no")], record=record)
    async with db.transaction() as tx:
        view = await run_views.describe_one(tx, await runs.get(tx, who, run.id))
    assert (view.experiment_name, view.run.name, view.run.kind) == ("scratches", "first", "TRAINING")
    assert (view.run.params, view.run.tags) == ({"lr": "0.1"}, {"gpu": "no"})
    assert view.run.record == record
    assert view.run.record_digest == rules.record_digest(view.run.record)


async def test_racing_creators_share_one_experiment(db, who, make_run) -> None:
    made = await asyncio.gather(*(make_run(experiment="shared") for _ in range(6)))
    assert len({run.experiment_id for run in made}) == 1
    async with db.transaction() as tx:
        [found] = await experiment_search.page(tx, who, limit=10)
    assert (found.experiment.name, found.run_count) == ("shared", 6)


async def test_an_experiment_name_is_taken_once(db, who) -> None:
    async with db.transaction() as tx:
        await experiments.create(tx, who, name="tiles", description="")
        with pytest.raises(ExperimentExists):
            await experiments.create(tx, who, name="tiles", description="")
        with pytest.raises(NameInvalid):
            await experiments.create(tx, who, name=" ", description="")


async def test_the_change_its_event_and_its_audit_entry_are_one_transaction(db, who) -> None:
    async def fail_late() -> None:
        async with db.transaction() as tx:
            await runs.create(tx, who, NewRun(experiment="e", kind="TRAINING"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_late()
    async with db.transaction() as tx:
        for table in (outbox, audit):
            assert (await tx.execute(select(table).where(table.c.workspace_id == who.workspace_id))).first() is None
        await runs.create(tx, who, NewRun(experiment="e", kind="TRAINING"))
    async with db.transaction() as tx:
        types = (await tx.scalars(select(outbox.c.type).where(outbox.c.workspace_id == who.workspace_id))).all()
        actions = (await tx.scalars(select(audit.c.action).where(audit.c.workspace_id == who.workspace_id))).all()
    assert types == ["plumb.experiments.experiment.created.v1", "plumb.experiments.run.created.v1"]
    assert sorted(actions) == ["experiments.experiment.created", "experiments.run.created"]


async def test_a_record_is_written_once(db, who, make_run) -> None:
    run = await make_run()
    async with db.transaction() as tx:
        first = await runs.set_record(tx, who, run.id, epoch=0, record={"seed": 1})
        again = await runs.set_record(tx, who, run.id, epoch=0, record={"seed": 1.0})
        assert first.record_digest == again.record_digest
        with pytest.raises(RecordImmutable):
            await runs.set_record(tx, who, run.id, epoch=0, record={"seed": 2})
        with pytest.raises(RecordInvalid):
            await runs.set_record(tx, who, run.id, epoch=0, record={"loss": float("nan")})


async def test_a_run_ends_once_and_then_refuses_writes(db, who, make_run) -> None:
    run = await make_run()
    async with db.transaction() as tx:
        with pytest.raises(StatusInvalid):
            await runs.finish(tx, who, run.id, epoch=0, status="RUNNING", error="")
        ended = await runs.finish(tx, who, run.id, epoch=0, status="FAILED", error="out of memory")
        ended_at = ended.end_time
    async with db.transaction() as tx:
        again = await runs.finish(tx, who, run.id, epoch=0, status="FAILED", error="out of memory")
        assert again.end_time == ended_at
        with pytest.raises(RunEnded):
            await runs.finish(tx, who, run.id, epoch=0, status="FINISHED", error="")
        with pytest.raises(RunEnded):
            await runs.set_record(tx, who, run.id, epoch=0, record={"seed": 1})
        with pytest.raises(RunEnded):
            await runs.add_inputs(tx, who, run.id, epoch=0, checked=[])


async def test_a_parent_must_exist_in_the_workspace(db, who, make_run) -> None:
    run = await make_run()
    child = await make_run(parent_run_id=run.id)
    assert child.parent_run_id == run.id
    stranger = type(who)(workspace_id=who.workspace_id + "x", member_id="mem_x", name="X", role="OWNER")
    with pytest.raises(RunNotFound):
        async with db.transaction() as tx:
            await runs.create(tx, stranger, NewRun(experiment="e", kind="TRAINING", parent_run_id=run.id))


@pytest.mark.parametrize("pairs", [[("", "x")], [("a", "x\x00")], [("a", "x" * 6001)], [("a", "1"), ("a", "2")]])
async def test_params_that_cannot_be_kept_are_refused(make_run, pairs) -> None:
    with pytest.raises(TextInvalid):
        await make_run(params=pairs)


async def test_lists_filter_and_page_newest_first(db, who, make_run) -> None:
    made = [await make_run(kind=kind) for kind in ("TRAINING", "EVALUATION", "TRAINING")]
    async with db.transaction() as tx:
        page = partial(run_search.page, partial(fetch, tx))
        everything = await page(who, RunQuery(), after=None, limit=10)
        training = await page(who, RunQuery(kind="TRAINING"), after=None, limit=10)
        rest = await page(who, RunQuery(), after=run_search.marks_of(everything[0]), limit=10)
    assert [run["id"] for run in everything] == [run.id for run in reversed(made)]
    assert [run["id"] for run in training] == [made[2].id, made[0].id]
    assert [run["id"] for run in rest] == [made[1].id, made[0].id]
