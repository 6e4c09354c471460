"""Runs side by side and in groups: what they have, where they differ, how their metrics spread."""

from __future__ import annotations

import math

import pytest
from sqlalchemy import insert

from services.experiments import comparisons, run_groups, runs
from services.experiments.errors import ComparisonInvalid, FilterInvalid, GroupingInvalid, RunNotFound
from services.experiments.inputs import CheckedInput
from services.experiments.run_groups import Aggregate
from services.experiments.run_search import RunQuery
from services.experiments.tables import MetricSummary


async def summarise(db, run_id: str, **lasts: float) -> None:
    fixed = {"last_step": 0, "last_time": 0, "min": None, "max": None, "point_count": 1}
    async with db.transaction() as tx:
        rows = [{"run_id": run_id, "key": key, "last": last, **fixed} for key, last in lasts.items()]
        await tx.execute(insert(MetricSummary), rows)


def version(number: int) -> CheckedInput:
    return CheckedInput("DATASET_VERSION", f"tiles@v{number}", f"sha256:{number}", "ds_1", number, ())


def test_leaves_are_named_by_their_path() -> None:
    document = {"a": {"b": 1.0, "c": {}}, "d": [1, {"x": None}], "e": "é"}
    assert dict(comparisons.leaves(document)) == {"a.b": "1", "a.c": "{}", "d": '[1,{"x":null}]', "e": '"é"'}


@pytest.mark.parametrize(
    ("cells", "differs"),
    [
        (["a", "a"], False),
        (["a", None], True),
        (["", None], True),
        ([math.nan, math.nan], False),
        ([math.nan, 1.0], True),
    ],
)
def test_cells_differ_when_one_is_unlike(cells: list[object], differs: bool) -> None:
    assert comparisons.differs(cells) == differs


async def test_runs_stand_side_by_side_in_the_order_asked_for(db, who, make_run) -> None:
    first = await make_run(
        params=[("lr", "0.1"), ("net", "a")], record={"torch": {"threads": 2}}, inputs=[version(1)], tags=[("t", "x")]
    )
    second = await make_run(experiment="other", params=[("lr", "0.2"), ("net", "a")], inputs=[version(3)])
    await summarise(db, first.id, loss=0.5)
    async with db.transaction() as tx:
        found = await comparisons.of_runs(tx, who, [second.id, first.id])
    assert [run.id for run in found.runs] == [second.id, first.id]
    assert found.params == {"lr": ("0.2", "0.1"), "net": ("a", "a")}
    assert (found.tags, found.record) == ({"t": (None, "x")}, {"torch.threads": (None, "2")})
    assert found.metrics["loss"][0] is None
    assert found.metrics["loss"][1].last == 0.5
    [(thing, cells)] = found.inputs.items()
    assert (thing, [one.number for one in cells]) == (("DATASET_VERSION", "tiles", 0), [3, 1])
    assert comparisons.number_pairs(cells) == [(1, 3)]


async def test_only_2_to_100_known_and_different_runs_are_compared(db, who, make_run) -> None:
    run = await make_run()
    for wrong in ([], [run.id], [run.id, run.id], [f"run_{number}" for number in range(101)]):
        with pytest.raises(ComparisonInvalid):
            async with db.transaction() as tx:
                await comparisons.of_runs(tx, who, wrong)
    with pytest.raises(RunNotFound):
        async with db.transaction() as tx:
            await comparisons.of_runs(tx, who, [run.id, "run_nobody"])


async def grouped(db, who, *group_by: str, metric_keys=(), **query):
    async with db.transaction() as tx:
        return await run_groups.groups(tx, who, RunQuery(**query), group_by=group_by, metric_keys=metric_keys)


async def test_groups_count_their_runs_and_spread_of_metrics(db, who, make_run) -> None:
    for net, loss in (("a", 1.0), ("a", 3.0), ("a", math.nan), ("b", 5.0), (None, 7.0)):
        run = await make_run(params=[("net", net)] if net else [])
        await summarise(db, run.id, loss=loss)
    await make_run(params=[("net", "b")], kind="EVALUATION")
    found = await grouped(db, who, "params.net", metric_keys=["loss", "f1"])
    assert [(one.values, one.run_count) for one in found] == [(["a"], 3), (["b"], 2), ([None], 1)]
    assert found[0].metrics == [Aggregate(2, 1.0, 2.0, 3.0), Aggregate(0, 0, 0, 0)]
    both = await grouped(db, who, "params.net", "kind", filter="params.net IS NOT NULL")
    assert [(one.values, one.run_count) for one in both] == [
        (["a", "TRAINING"], 3),
        (["b", "EVALUATION"], 1),
        (["b", "TRAINING"], 1),
    ]


async def test_runs_are_grouped_by_texts_alone(db, who) -> None:
    for wrong in (["metrics.loss"], ["start_time"], [], ["params.a", "params.b", "params.c", "params.d"], ["model"]):
        with pytest.raises(GroupingInvalid):
            await grouped(db, who, *wrong)
    for wrong in (["dataset.name"], ["nothing"], ["params.a", "params.a"]):
        with pytest.raises(FilterInvalid):
            await grouped(db, who, *wrong)


async def test_a_record_as_long_as_a_diff_is_shortened_in_a_table(make_run, db, who) -> None:
    made = [await make_run(record={"diff": "x" * 5000 + end}) for end in ("a", "b")]
    async with db.transaction() as tx:
        found = await comparisons.of_runs(tx, who, [run.id for run in made])
        assert (await runs.get(tx, who, made[0].id)).record == {"diff": "x" * 5000 + "a"}
    assert comparisons.differs(found.record["diff"])
    assert len(comparisons.shortened(found.record["diff"][0] or "")) == 1001
