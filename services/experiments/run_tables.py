"""Owns lists of runs as messages, row by row or in columns, without an object per row where it can be helped.

Does not search: the rows come from `run_search.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import fetch
from kit.wire import fill
from plumbapi.experiments import v1 as pb
from services.experiments import inputs, run_datasets
from services.experiments.run_search import Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_METRICS = """SELECT run_id, key, last, min, max, last_step, last_time, point_count
FROM metric_summaries WHERE run_id = ANY($1::text[])"""
_METRIC_COLUMNS = """SELECT run_id, array_agg(key) AS keys, array_agg(last) AS lasts,
    array_agg(last_step) AS last_steps, array_agg(last_time) AS last_times,
    array_agg(coalesce(min, 'NaN')) AS mins, array_agg(coalesce(max, 'NaN')) AS maxs
FROM metric_summaries WHERE run_id = ANY($1::text[]) GROUP BY run_id"""
_KINDS: Mapping[str, int] = dict(pb.Run.Kind.items())
_STATUSES: Mapping[str, int] = dict(pb.Run.Status.items())


async def table(tx: AsyncSession, rows: Sequence[Row]) -> pb.RunTable:
    """Runs in columns, in the order of the rows."""
    params = [orjson.loads(row["params"]) for row in rows]
    tags = [orjson.loads(row["tags"]) for row in rows]
    return pb.RunTable(
        ids=[row["id"] for row in rows],
        experiment_ids=[row["experiment_id"] for row in rows],
        names=[row["name"] for row in rows],
        kinds=[_KINDS[row["kind"]] for row in rows],
        statuses=[_STATUSES[row["status"]] for row in rows],
        start_times=[_milliseconds(row["start_time"]) for row in rows],
        end_times=[_milliseconds(row["end_time"]) for row in rows],
        delete_times=[_milliseconds(row["delete_time"]) for row in rows],
        notes=[row["note"] for row in rows],
        creator_names=[orjson.loads(row["creator"])["name"] for row in rows],
        user_names=[row["user_name"] for row in rows],
        parent_run_ids=[row["parent_run_id"] for row in rows],
        params=_pair_columns(params),
        tags=_pair_columns(tags),
        metrics=await _metric_columns(tx, rows),
        links=await _links(tx, rows),
    )


async def messages(tx: AsyncSession, rows: Sequence[Row]) -> list[pb.Run]:
    """Runs one by one, in the order of the rows, without their records."""
    names = await _experiment_names(tx, rows)
    metrics = await _metrics_by_run(tx, rows)
    links = {link.row: link for link in await _links(tx, rows)}
    return [
        _message(row, names[row["experiment_id"]], metrics.get(row["id"], []), links.get(place))
        for place, row in enumerate(rows)
    ]


def _summary(row: Row) -> pb.MetricSummary:
    """What became of one metric; NaN for an extreme of a series that never had a number."""
    return pb.MetricSummary(
        key=row["key"],
        last=row["last"],
        min=_extreme(row["min"]),
        max=_extreme(row["max"]),
        last_step=row["last_step"],
        last_time=row["last_time"],
        point_count=row["point_count"],
    )


async def metrics_of(tx: AsyncSession, run_ids: Sequence[str]) -> list[Row]:
    """Summaries of all metrics of some runs, in no order."""
    return await fetch(tx, _METRICS, list(run_ids)) if run_ids else []


def _message(row: Row, experiment_name: str, metrics: Sequence[Row], links: pb.RunLinks | None) -> pb.Run:
    run = pb.Run(
        id=row["id"],
        experiment_id=row["experiment_id"],
        experiment_name=experiment_name,
        kind=_KINDS[row["kind"]],
        name=row["name"],
        status=_STATUSES[row["status"]],
        params=[pb.Param(key=key, value=value) for key, value in sorted(orjson.loads(row["params"]).items())],
        tags=[pb.Param(key=key, value=value) for key, value in sorted(orjson.loads(row["tags"]).items())],
        record_digest=row["record_digest"],
        parent_run_id=row["parent_run_id"],
        metrics=[_summary(one) for one in sorted(metrics, key=lambda one: one["key"])],
        note=row["note"],
        creator=orjson.loads(row["creator"]),
        start_time=row["start_time"],
        end_time=row["end_time"],
        error=row["error"],
        delete_time=row["delete_time"],
        forked_from_run_id=row["forked_from_run_id"],
        forked_from_step=row["forked_from_step"],
        job_id=row["job_id"],
        user_name=row["user_name"],
    )
    if links is not None:
        run.inputs.extend(links.inputs)
        run.datasets.extend(links.datasets)
        run.model_inputs.extend(links.model_inputs)
        run.model_outputs.extend(links.model_outputs)
    return run


def _pair_columns(pairs: Sequence[Mapping[str, str]]) -> pb.PairColumns:
    return pb.PairColumns(
        counts=[len(one) for one in pairs],
        keys=[key for one in pairs for key in one],
        values=[value for one in pairs for value in one.values()],
    )


async def _metric_columns(tx: AsyncSession, rows: Sequence[Row]) -> pb.MetricColumns:
    """All metrics of all rows; the database makes one row per run of them: less to carry than one per metric."""
    run_ids = [row["id"] for row in rows]
    found = {one["run_id"]: one for one in (await fetch(tx, _METRIC_COLUMNS, run_ids) if run_ids else ())}
    held = [found[run_id] for run_id in run_ids if run_id in found]

    def flat(name: str) -> list[Any]:
        return [*chain.from_iterable(one[name] for one in held)]

    return pb.MetricColumns(
        counts=[len(found[run_id]["keys"]) if run_id in found else 0 for run_id in run_ids],
        keys=flat("keys"),
        lasts=flat("lasts"),
        last_steps=flat("last_steps"),
        last_times=flat("last_times"),
        mins=flat("mins"),
        maxs=flat("maxs"),
    )


async def _metrics_by_run(tx: AsyncSession, rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for one in await metrics_of(tx, [row["id"] for row in rows]):
        found.setdefault(one["run_id"], []).append(one)
    return found


async def _experiment_names(tx: AsyncSession, rows: Sequence[Row]) -> dict[str, str]:
    wanted = sorted({row["experiment_id"] for row in rows})
    found = await fetch(tx, "SELECT id, name FROM experiments WHERE id = ANY($1::text[])", wanted) if wanted else []
    return {row["id"]: row["name"] for row in found}


async def _links(tx: AsyncSession, rows: Sequence[Row]) -> list[pb.RunLinks]:
    """Inputs, datasets and models of the rows that have any."""
    with_inputs = [row["id"] for row in rows if row["has_inputs"]]
    with_datasets = [row["id"] for row in rows if row["has_datasets"]]
    held_inputs = await inputs.of_runs(tx, with_inputs) if with_inputs else {}
    held_datasets = await run_datasets.of_runs(tx, with_datasets) if with_datasets else {}
    found = []
    for place, row in enumerate(rows):
        if not (row["has_inputs"] or row["has_datasets"] or row["model_inputs"] or row["model_outputs"]):
            continue
        links = pb.RunLinks(
            row=place,
            inputs=[fill(pb.Input, one) for one in held_inputs.get(row["id"], ())],
            datasets=[dataset(one) for one in held_datasets.get(row["id"], ())],
            model_inputs=model_links(orjson.loads(row["model_inputs"] or "[]")),
            model_outputs=model_links(orjson.loads(row["model_outputs"] or "[]")),
        )
        found.append(links)
    return found


def dataset(row: Any) -> pb.RunDataset:
    """A foreign dataset of a run."""
    return fill(pb.RunDataset, row, tags=[pb.Param(key=key, value=value) for key, value in row.tags.items()])


def model_links(held: Sequence[Mapping[str, Any]]) -> list[pb.ModelLink]:
    """Logged models as they are kept on the row of a run."""
    return [pb.ModelLink(logged_model_id=one["logged_model_id"], step=one["step"]) for one in held]


def _extreme(value: float | None) -> float:
    return math.nan if value is None else value


def _milliseconds(moment: datetime | None) -> float:
    # whole numbers all the way: a float of seconds may lie a hair below its millisecond
    return 0.0 if moment is None else float((moment - _EPOCH) // _MILLISECOND)
