"""Every single point of a series, in pages: in order, each once, wherever it is kept."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from services.experiments import compaction, points, series
from services.experiments.series import Columns, Range
from tests.experiments.builders import log


@pytest.fixture(autouse=True)
def compact_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "_MOST_BATCHES", 1)


def scattered(seed: int, count: int = 700) -> Columns:
    """Points in no order, some of them twice, some NaN, many with one step."""
    random = np.random.default_rng(seed)
    values = random.integers(0, 5, count).astype(float)
    values[::17] = math.nan
    return Columns(
        "loss",
        random.integers(0, 60, count).astype(float) / 4,
        values,
        random.integers(0, 9, count).astype(float),
    )


async def fill(db, who, run_id: str, parts: list[Columns], *, compact_after: int) -> Columns:
    for number, part in enumerate(parts):
        async with db.transaction() as tx:
            await log(tx, who, run_id, [part])
        if number < compact_after:
            await compaction.compact_once(db)
    return series.join("loss", map(series.matrix, parts))


async def all_pages(db, run_id: str, size: int, **options: object) -> Columns:
    found, after = [], None
    while True:
        async with db.transaction() as tx:
            page = await points.page(tx, run_id, "loss", size=size, after=after, **options)
        assert len(page.points) <= size
        found.append(series.matrix(page.points))
        if page.cursor is None:
            return series.join("loss", found)
        # what a token does to it
        after = json.loads(json.dumps(page.cursor))


@pytest.mark.parametrize("compact_after", [0, 2, 4])
@pytest.mark.parametrize("size", [7, 100, 5000])
async def test_pages_are_the_whole_series_in_order(db, who, make_run, size: int, compact_after: int) -> None:
    run = await make_run()
    everything = await fill(db, who, run.id, [scattered(seed) for seed in range(4)], compact_after=compact_after)
    expected = series.in_order(everything)
    assert len(expected) < len(everything)
    assert series.pack(await all_pages(db, run.id, size)) == series.pack(expected)


async def test_pages_in_the_order_of_time(db, who, make_run) -> None:
    run = await make_run()
    everything = series.in_order(await fill(db, who, run.id, [scattered(seed) for seed in range(3)], compact_after=2))
    expected = everything.take(np.argsort(everything.times, kind="stable"))
    assert series.pack(await all_pages(db, run.id, 50, by_time=True)) == series.pack(expected)


async def test_pages_of_a_part_of_the_steps(db, who, make_run) -> None:
    run = await make_run()
    everything = await fill(db, who, run.id, [scattered(seed) for seed in range(3)], compact_after=2)
    steps = Range(3.25, 9)
    expected = series.in_order(steps.cut(everything))
    assert series.pack(await all_pages(db, run.id, 60, steps=steps)) == series.pack(expected)


async def test_a_gap_in_a_chunk_does_not_end_the_pages(db, who, make_run, monkeypatch) -> None:
    monkeypatch.setattr("services.experiments.chunks.FULL", 10)
    run = await make_run()
    steps = np.concatenate((np.arange(5), np.arange(100, 205))).astype(float)
    points_with_gap = Columns("loss", steps, steps, steps)
    await fill(db, who, run.id, [points_with_gap], compact_after=1)
    found = await all_pages(db, run.id, 4, steps=Range(4, 102))
    assert found.steps.tolist() == [4, 100, 101, 102]


async def test_a_series_that_nobody_logged_is_empty(db, who, make_run) -> None:
    run = await make_run()
    assert len(await all_pages(db, run.id, 10)) == 0
