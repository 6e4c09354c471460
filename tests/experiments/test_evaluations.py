"""Evaluations on real PostgreSQL: replaced as a whole, NaN included."""

from __future__ import annotations

import asyncio
import math
from dataclasses import asdict, replace

import pytest

from services.experiments import evaluations
from services.experiments.errors import EvaluationInvalid
from services.experiments.evaluations import Failure, Slice

ALL = Slice("all", "", 10, ["f1", "auc"], [0.5, math.nan])
SITE_B = Slice("source", "site B", 4, ["f1"], [0.25])
MISS = Failure("FALSE_POSITIVE", "a" * 64, "b/1.png", "site B", ["lab"], "ok", "scratch", 0.75)


async def store(db, who, run_id: str, slices: list[Slice], failures: list[Failure]) -> None:
    async with db.transaction() as tx:
        await evaluations.replace(tx, who, run_id, epoch=0, slices=slices, failures=failures)


async def load(db, who, run_id: str):
    async with db.transaction() as tx:
        return await evaluations.get(tx, who, run_id)


async def test_what_was_logged_comes_back_in_order(db, who, make_run) -> None:
    run = await make_run(kind="EVALUATION")
    assert await load(db, who, run.id) == ([], [])
    await store(db, who, run.id, [SITE_B, ALL], [MISS, replace(MISS, path="b/0.png")])
    slices, failures = await load(db, who, run.id)
    assert [(one.dimension, one.value, one.image_count) for one in slices] == [("source", "site B", 4), ("all", "", 10)]
    assert slices[1].metric_keys == ["f1", "auc"]
    assert slices[1].metric_values[0] == 0.5
    assert math.isnan(slices[1].metric_values[1])
    assert [one.path for one in failures] == ["b/1.png", "b/0.png"]
    assert {name: getattr(failures[0], name) for name in asdict(MISS)} == asdict(MISS)


async def test_a_second_evaluation_replaces_the_first(db, who, make_run) -> None:
    run = await make_run()
    await store(db, who, run.id, [ALL, SITE_B], [MISS])
    for _ in range(2):
        await store(db, who, run.id, [SITE_B], [])
    slices, failures = await load(db, who, run.id)
    assert ([one.value for one in slices], failures) == (["site B"], [])


async def test_racing_evaluations_leave_one_of_them_whole(db, who, make_run) -> None:
    run = await make_run()
    many = [replace(SITE_B, value=str(number)) for number in range(20)]
    await asyncio.gather(*(store(db, who, run.id, many[: count + 1], [MISS] * count) for count in range(8)))
    slices, failures = await load(db, who, run.id)
    assert len(slices) == len(failures) + 1


@pytest.mark.parametrize(
    ("slices", "failures"),
    [
        ([replace(ALL, dimension="camera")], []),
        ([ALL, ALL], []),
        ([replace(ALL, value="a\x00")], []),
        ([], [replace(MISS, image_sha256="x")]),
        ([], [replace(MISS, kind="KIND_UNSPECIFIED")]),
        ([], [replace(MISS, tags=["\x00"])]),
    ],
)
async def test_what_cannot_be_kept_is_refused(db, who, make_run, slices, failures) -> None:
    run = await make_run()
    with pytest.raises(EvaluationInvalid):
        await store(db, who, run.id, slices, failures)
