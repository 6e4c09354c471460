"""What a search finds on real PostgreSQL, against the same filter and order applied in plain Python."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from kit import ids
from kit.db import Database, fetch
from kit.identity import Principal
from services.experiments import experiments, run_search
from services.experiments.run_search import RunQuery
from services.experiments.search.syntax import Entity, Field, Node, Order, Reducer
from services.experiments.tables import MetricSummary, Run, RunDataset, RunInput
from tests.experiments.search.trees import METRICS, PARAMS, PlainRun, filters, matches, plain_runs

COUNT = 300
WHO = Principal(workspace_id="ws_found", member_id="mem_1", name="Dana", role="DEVELOPER")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Stored:
    """Runs that are in the database, and the same in plain values."""

    db: Database
    runs: Sequence[PlainRun]


@pytest_asyncio.fixture(scope="session")
async def stored(db: Database) -> AsyncIterator[Stored]:
    drawn: list[PlainRun] = []

    @settings(max_examples=COUNT, database=None, phases=[Phase.generate], derandomize=True, deadline=None)
    @given(plain_runs)
    def draw(run: PlainRun) -> None:
        drawn.append(replace(run, id=ids.new("run")))

    # in a thread: this function runs inside a loop already
    await asyncio.to_thread(draw)
    async with db.transaction() as tx:
        experiment = await experiments.ensure(tx, WHO, name="found")
        await tx.execute(insert(Run), [_row(run, experiment.id) for run in drawn])
        for table, rows in _beside(drawn).items():
            await tx.execute(insert(table), rows)
    yield Stored(db, drawn)


def _row(run: PlainRun, experiment_id: str) -> dict[str, Any]:
    empty = ("note", "record_digest", "parent_run_id", "error", "job_id", "forked_from_run_id", "user_name")
    return {
        **dict.fromkeys(empty, ""),
        "id": run.id,
        "workspace_id": WHO.workspace_id,
        "experiment_id": experiment_id,
        "kind": run.kind,
        "name": run.name,
        "status": run.status,
        "params": dict(run.params),
        "tags": dict(run.tags),
        "creator": WHO.actor(),
        "start_time": _EPOCH + timedelta(milliseconds=run.start_ms),
        "end_time": None if run.end_ms is None else _EPOCH + timedelta(milliseconds=run.end_ms),
        "epoch": 0,
        "compacted": True,
        "forked_from_step": 0,
    }


def _beside(runs: Sequence[PlainRun]) -> dict[Any, list[dict[str, Any]]]:
    metrics = [
        {"run_id": run.id, "key": key, "last": one.last, "last_step": 0, "last_time": 0, "point_count": 1}
        | {"min": one.min, "max": one.max}
        for run in runs
        for key, one in run.metrics.items()
    ]
    inputs = [
        {"run_id": run.id, "position": place, "workspace_id": WHO.workspace_id, "kind": "DATASET_VERSION"}
        | {"name": f"{name}@v{number}", "number": number, "digest": digest, "resource_id": name}
        | {"image_sets": [], "sources": list(sources)}
        for run in runs
        for place, (name, number, digest, sources) in enumerate(run.inputs)
    ]
    datasets = [
        {"run_id": run.id, "position": place, "name": name, "digest": digest, "source": source, "tags": dict(tags)}
        | {"source_type": "", "schema": "", "profile": ""}
        for run in runs
        for place, (name, digest, source, tags) in enumerate(run.datasets)
    ]
    return {MetricSummary: metrics, RunInput: inputs, RunDataset: datasets}


async def found(stored: Stored, query: RunQuery, page_size: int = 1000) -> list[str]:
    """The ids that all pages of a query hold."""
    seen: list[str] = []
    after = None
    async with stored.db.transaction() as tx:
        while True:
            rows = await run_search.page(partial(fetch, tx), WHO, query, after=after, limit=page_size)
            seen += [row["id"] for row in rows]
            if len(rows) < page_size:
                return seen
            assert len(seen) <= COUNT, "a page comes again"
            after = run_search.marks_of(rows[-1])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters)
async def test_a_search_finds_what_the_filter_means(stored: Stored, node: Node) -> None:
    expected = {run.id for run in stored.runs if matches(run, node)}
    assert set(await found(stored, RunQuery(filter=str(node)))) == expected


ORDERS = st.builds(
    Order,
    st.one_of(
        st.builds(Field, st.just(Entity.METRIC), st.sampled_from(METRICS), st.sampled_from(list(Reducer))),
        st.builds(Field, st.just(Entity.PARAM), st.sampled_from(PARAMS)),
        st.builds(Field, st.just(Entity.ATTRIBUTE), st.sampled_from(["start_time", "end_time", "run_name", "status"])),
    ),
    st.booleans(),
)


def in_order(runs: Sequence[PlainRun], orders: Sequence[Order]) -> list[str]:
    """Ids by the orders, missing values last, NaN before them, equal ones newest first and then by id."""
    ordered = sorted(runs, key=lambda run: (-run.start_ms, run.id))
    for order in reversed(orders):
        ordered = _by(ordered, order)
    return [run.id for run in ordered]


def _by(runs: Sequence[PlainRun], order: Order) -> list[PlainRun]:
    held = [(run, _value(run, order.field)) for run in runs]
    missing = [run for run, value in held if value is None]
    nans = [run for run, value in held if isinstance(value, float) and math.isnan(value)]
    others = [(run, value) for run, value in held if value is not None and value == value]
    others.sort(key=lambda pair: pair[1], reverse=order.is_descending)
    return [*(run for run, _ in others), *nans, *missing]


def _value(run: PlainRun, one: Field) -> Any:
    if one.entity is Entity.METRIC:
        return getattr(run.metrics[one.key], one.reducer) if one.key in run.metrics else None
    if one.entity is Entity.PARAM:
        return run.params.get(one.key)
    return {"start_time": run.start_ms, "end_time": run.end_ms, "run_name": run.name, "status": run.status}[one.key]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ORDERS, max_size=3, unique_by=lambda order: order.field), st.sampled_from([7, 50, 1000]))
async def test_pages_follow_the_order_without_gap_or_repetition(
    stored: Stored, orders: list[Order], page_size: int
) -> None:
    query = RunQuery(order_by=[str(order) for order in orders])
    assert await found(stored, query, page_size) == in_order(stored.runs, orders)


async def test_a_filter_that_few_of_the_newest_match_finds_the_older_ones_too(stored: Stored, monkeypatch) -> None:
    expected = [one for one in in_order(stored.runs, []) if one in {run.id for run in stored.runs if run.metrics}]
    monkeypatch.setattr(run_search, "_WINDOW", 10)
    query = RunQuery(filter=" OR ".join(f"metrics.`{key}` IS NOT NULL" for key in METRICS))
    assert await found(stored, query, page_size=8) == expected


async def test_nothing_of_another_workspace_or_experiment_is_found(stored: Stored) -> None:
    stranger = replace(WHO, workspace_id="ws_stranger")
    async with stored.db.transaction() as tx:
        assert not await run_search.page(partial(fetch, tx), stranger, RunQuery(), after=None, limit=10)
        nowhere = RunQuery(experiment_ids=["exp_1", "exp_2"], filter="metrics.f1 IS NULL")
        assert not await run_search.page(partial(fetch, tx), WHO, nowhere, after=None, limit=10)
