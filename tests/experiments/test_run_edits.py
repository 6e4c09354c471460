"""Runs after their creation: renamed, tagged, opened again, deleted, restored; what a job sealed stays sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from kit import clock
from kit.db import fetch
from kit.journal_tables import outbox
from services.experiments import experiments, fencing, metrics, run_datasets, run_edits, run_search, runs
from services.experiments.errors import (
    DatasetInvalid,
    EpochStale,
    ExperimentDeleted,
    JobForeign,
    RunBusy,
    RunDeleted,
    RunEnded,
    RunNotFound,
    StatusInvalid,
    TextInvalid,
)
from services.experiments.metrics import Points
from services.experiments.run_datasets import Dataset
from services.experiments.run_edits import Edit, ModelLinks
from services.experiments.run_search import RunQuery
from services.experiments.runs import NewRun
from tests.experiments.builders import columns


async def edited(db, who, run_id: str, epoch: int = 0, **facts):
    async with db.transaction() as tx:
        return await run_edits.change(tx, who, run_id, Edit(**facts), epoch=epoch)


async def listed(db, who, view: str = "ACTIVE") -> list[str]:
    async with db.transaction() as tx:
        rows = await run_search.page(partial(fetch, tx), who, RunQuery(view=view), after=None, limit=100)
    return [row["id"] for row in rows]


async def test_a_run_is_renamed_noted_and_tagged(db, who, make_run) -> None:
    run = await make_run(name="first", tags=[("keep", "1"), ("drop", "2")])
    changed = await edited(
        db, who, run.id, name="second", note="good", set_tags=[("new", "3"), ("keep", "4")], remove_tags=["drop", "no"]
    )
    assert (changed.name, changed.note, changed.tags) == ("second", "good", {"keep": "4", "new": "3"})
    async with db.transaction() as tx:
        events = await tx.scalars(
            select(outbox.c.data).where(outbox.c.subject == run.id, outbox.c.type.contains("run.updated"))
        )
    assert [event["fields"] for event in events] == [["name", "note", "tags"]]


async def test_what_is_left_out_stays_and_what_is_the_same_is_no_event(db, who, make_run) -> None:
    run = await make_run(name="first", note="why")
    changed = await edited(db, who, run.id, name="first")
    assert (changed.name, changed.note, changed.status) == ("first", "why", "RUNNING")
    async with db.transaction() as tx:
        types = await tx.scalars(select(outbox.c.type).where(outbox.c.subject == run.id))
    assert list(types) == ["plumb.experiments.run.created.v1"]


async def test_a_run_without_a_job_takes_more_after_its_end_and_is_opened_again(db, who, make_run) -> None:
    run = await make_run()
    ended_at = clock.now() - timedelta(hours=1)
    ended = await edited(db, who, run.id, status="FAILED", end_time=ended_at, error="out of memory")
    assert (ended.status, ended.end_time, ended.error) == ("FAILED", ended_at, "out of memory")
    async with db.transaction() as tx:
        await metrics.log(tx, who, run.id, Points([columns("loss", [1], [1])]), params=[("late", "1")])
    with pytest.raises(RunEnded):
        async with db.transaction() as tx:
            await runs.add_inputs(tx, who, run.id, epoch=0, checked=[])
    with pytest.raises(RunEnded):
        async with db.transaction() as tx:
            await runs.set_record(tx, who, run.id, epoch=0, record={"seed": 1})
    opened = await edited(db, who, run.id, status="RUNNING")
    assert (opened.status, opened.end_time, opened.params) == ("RUNNING", None, {"late": "1"})
    async with db.transaction() as tx:
        await runs.set_record(tx, who, run.id, epoch=0, record={"seed": 1})


async def test_a_run_that_goes_on_has_no_end_time(db, who, make_run) -> None:
    run = await make_run()
    with pytest.raises(StatusInvalid):
        await edited(db, who, run.id, end_time=clock.now())
    with pytest.raises(StatusInvalid):
        await edited(db, who, run.id, status="ASLEEP")


async def test_a_scheduled_run_begins(db, who, make_run) -> None:
    start = clock.now() - timedelta(days=400)
    run = await make_run(status="SCHEDULED", start_time=start, user_name="root")
    assert (run.status, run.start_time, run.user_name) == ("SCHEDULED", start, "root")
    assert (await edited(db, who, run.id, status="RUNNING")).status == "RUNNING"
    with pytest.raises(StatusInvalid):
        await make_run(status="FINISHED")


async def test_what_a_job_computed_stays_sealed_but_people_may_remark_on_it(db, who, trainer, make_run) -> None:
    run = await make_run()
    async with db.transaction() as tx:
        await fencing.fence(tx, trainer, run.id, epoch=1, from_step=0, job_id="job_1")
    with pytest.raises(EpochStale):
        await edited(db, who, run.id, status="FINISHED")
    with pytest.raises(RunBusy):
        async with db.transaction() as tx:
            await run_edits.delete(tx, who, run.id)
    await edited(db, who, run.id, epoch=1, status="FINISHED")
    with pytest.raises(RunEnded):
        await edited(db, who, run.id, epoch=1, status="RUNNING")
    worker = replace(who, role="JOB", kind="JOB", job_id="job_2")
    with pytest.raises(JobForeign):
        await edited(db, worker, run.id, epoch=1, note="mine")
    remarked = await edited(db, who, run.id, note="the best so far", set_tags=[("best", "yes")])
    assert (remarked.note, remarked.tags, remarked.status) == ("the best so far", {"best": "yes"}, "FINISHED")


async def test_a_deleted_run_is_listed_apart_and_takes_nothing_until_it_is_restored(db, who, make_run) -> None:
    run, other = await make_run(), await make_run()
    async with db.transaction() as tx:
        first = (await run_edits.delete(tx, who, run.id)).delete_time
        assert (await run_edits.delete(tx, who, run.id)).delete_time == first
    assert (await listed(db, who), await listed(db, who, "DELETED")) == ([other.id], [run.id])
    assert await listed(db, who, "ALL") == [other.id, run.id]
    for write in (
        lambda tx: metrics.log(tx, who, run.id, Points([columns("loss", [1], [1])])),
        lambda tx: run_edits.change(tx, who, run.id, Edit(name="x"), epoch=0),
        lambda tx: runs.finish(tx, who, run.id, epoch=0, status="FINISHED", error=""),
        lambda tx: runs.add_datasets(tx, who, run.id, epoch=0, given=[Dataset("d", "1")]),
    ):
        with pytest.raises(RunDeleted, match="must be in the 'active' state"):
            async with db.transaction() as tx:
                await write(tx)
    async with db.transaction() as tx:
        assert (await run_edits.restore(tx, who, run.id)).delete_time is None
        await metrics.log(tx, who, run.id, Points([columns("loss", [1], [1])]))


async def test_points_after_the_end_are_compacted_like_the_rest(db, who, make_run) -> None:
    run = await make_run()
    await edited(db, who, run.id, status="FINISHED")
    async with db.transaction() as tx:
        (await runs.get_locked(tx, who, run.id)).compacted = True
    async with db.transaction() as tx:
        await metrics.log(tx, who, run.id, Points([columns("loss", [1], [1])]))
    async with db.transaction() as tx:
        assert not (await runs.get(tx, who, run.id)).compacted


async def test_experiments_take_their_runs_with_them_and_bring_them_back(db, who, make_run) -> None:
    alone, kept = await make_run(), await make_run()
    async with db.transaction() as tx:
        await run_edits.delete(tx, who, alone.id)
    async with db.transaction() as tx:
        await experiments.delete(tx, who, kept.experiment_id)
    assert await listed(db, who) == []
    with pytest.raises(ExperimentDeleted, match="must be in the 'active' state"):
        async with db.transaction() as tx:
            await runs.create(tx, who, NewRun(kind="TRAINING", experiment="scratches"))
    with pytest.raises(ExperimentDeleted):
        async with db.transaction() as tx:
            await run_edits.restore(tx, who, kept.id)
    async with db.transaction() as tx:
        await experiments.restore(tx, who, "scratches")
    assert (await listed(db, who), await listed(db, who, "DELETED")) == ([kept.id], [alone.id])


async def test_a_fork_and_a_parent_must_exist_and_nobody_descends_from_itself(db, who, make_run) -> None:
    run = await make_run()
    child = await make_run(parent_run_id=run.id, forked_from_run_id=run.id, forked_from_step=12.5)
    assert (child.forked_from_run_id, child.forked_from_step) == (run.id, 12.5)
    with pytest.raises(RunNotFound):
        await make_run(forked_from_run_id="run_nobody")
    with pytest.raises(RunNotFound):
        await edited(db, who, run.id, parent_run_id="run_nobody")
    for parent in (run.id, child.id):
        with pytest.raises(TextInvalid, match="its own ancestor"):
            await edited(db, who, run.id, parent_run_id=parent)
    assert (await edited(db, who, child.id, parent_run_id="")).parent_run_id == ""


async def test_a_dataset_is_kept_once_and_gets_new_tags(db, who, make_run) -> None:
    given = Dataset("wine", "d1", "http", "https://example.com/wine.csv", "{}", "{}", (("context", "training"),))
    run = await make_run(datasets=[given])
    again = replace(given, source="elsewhere", tags=(("context", "eval"), ("split", "a")))
    async with db.transaction() as tx:
        await runs.add_datasets(tx, who, run.id, epoch=0, given=[again, Dataset("wine", "d2"), Dataset("wine", "d3")])
    async with db.transaction() as tx:
        await runs.add_datasets(tx, who, run.id, epoch=0, given=[Dataset("rice", "d1")])
        [held] = (await run_datasets.of_runs(tx, [run.id])).values()
    assert [(one.name, one.digest) for one in held] == [("wine", "d1"), ("wine", "d2"), ("wine", "d3"), ("rice", "d1")]
    assert (held[0].source, held[0].tags) == ("https://example.com/wine.csv", {"context": "eval", "split": "a"})


@pytest.mark.parametrize(
    "wrong",
    [
        Dataset("", "d"),
        Dataset("n", ""),
        Dataset("n" * 501, "d"),
        Dataset("n", "d", profile="p\x00"),
        Dataset("n", "d", tags=(("k", "v" * 501),)),
    ],
)
async def test_a_dataset_that_cannot_be_kept_is_refused(make_run, wrong: Dataset) -> None:
    with pytest.raises(DatasetInvalid):
        await make_run(datasets=[wrong])


async def test_models_are_linked_once_with_their_newest_step(db, who, make_run) -> None:
    run = await make_run()
    for links in (ModelLinks({"m-1": 0}, {"m-2": 5}), ModelLinks({}, {"m-2": 7, "m-3": 1})):
        async with db.transaction() as tx:
            linked = await run_edits.link_models(tx, who, run.id, links, epoch=0)
    assert linked.model_inputs == [{"logged_model_id": "m-1", "step": 0}]
    assert linked.model_outputs == [{"logged_model_id": "m-2", "step": 7}, {"logged_model_id": "m-3", "step": 1}]
