"""Owns lists of runs as messages, row by row or in columns, without an object per cell where it can be helped.

Does not search: the rows come from `run_search.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from kit.wire import fill
from plumbapi.experiments import v1 as pb
from services.experiments import inputs, run_datasets
from services.experiments.metrics import AS_JSON
from services.experiments.run_search import Fetch, Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_COLUMNS = """r.id, r.experiment_id, r.name, r.kind, r.status, r.start_time, r.end_time, r.delete_time,
r.note, r.user_name, r.parent_run_id, r.model_inputs::text AS model_inputs, r.model_outputs::text AS model_outputs,
EXISTS (SELECT FROM run_inputs i WHERE i.run_id = r.id) AS has_inputs,
EXISTS (SELECT FROM run_datasets d WHERE d.run_id = r.id) AS has_datasets"""
# JSON as text: whoever needs it decodes it, without the driver's detour per value.
MESSAGE_COLUMNS = f"""{_COLUMNS}, r.params::text AS params, r.tags::text AS tags, r.creator::text AS creator,
r.error, r.record_digest, r.job_id, r.forked_from_run_id, r.forked_from_step"""
# Ready for clients: nobody on the way makes an object of each cell.
TABLE_COLUMNS = f"""{_COLUMNS}, r.param_list AS params, r.tag_list AS tags, r.creator ->> 'name' AS creator_name,
CASE WHEN r.compacted AND r.metric_list IS NOT NULL THEN r.metric_list
    ELSE {AS_JSON.format(run_id="r.id")} END AS metrics"""
_METRICS = """SELECT run_id, key, last, min, max, last_step, last_time, point_count
FROM metric_summaries WHERE run_id = ANY($1::text[])"""
_KINDS: Mapping[str, int] = dict(pb.Run.Kind.items())
_STATUSES: Mapping[str, int] = dict(pb.Run.Status.items())


def table(rows: Sequence[Row], links: Sequence[pb.RunLinks]) -> pb.RunTable:
    """Runs in columns, in the order of the rows, which hold `TABLE_COLUMNS`."""
    if not rows:
        return pb.RunTable()
    columns = dict(zip(rows[0].keys(), zip(*(row.values() for row in rows), strict=True), strict=True))
    return pb.RunTable(
        ids=columns["id"],
        experiment_ids=columns["experiment_id"],
        names=columns["name"],
        kinds=[_KINDS[kind] for kind in columns["kind"]],
        statuses=[_STATUSES[status] for status in columns["status"]],
        start_times=map(_milliseconds, columns["start_time"]),
        end_times=map(_milliseconds, columns["end_time"]),
        delete_times=map(_milliseconds, columns["delete_time"]),
        notes=columns["note"],
        creator_names=columns["creator_name"],
        user_names=columns["user_name"],
        parent_run_ids=columns["parent_run_id"],
        params=columns["params"],
        tags=columns["tags"],
        metrics=columns["metrics"],
        links=links,
    )


def has_links(row: Row) -> bool:
    """Whether a run has inputs, datasets or models."""
    return row["has_inputs"] or row["has_datasets"] or bool(row["model_inputs"] or row["model_outputs"])


async def links(tx: AsyncSession, rows: Sequence[Row]) -> list[pb.RunLinks]:
    """Inputs, datasets and models of the rows that have any."""
    held_inputs = await inputs.of_runs(tx, [row["id"] for row in rows if row["has_inputs"]])
    held_datasets = await run_datasets.of_runs(tx, [row["id"] for row in rows if row["has_datasets"]])
    return [
        pb.RunLinks(
            row=place,
            inputs=[fill(pb.Input, one) for one in held_inputs.get(row["id"], ())],
            datasets=[dataset(one) for one in held_datasets.get(row["id"], ())],
            model_inputs=model_links(orjson.loads(row["model_inputs"] or "[]")),
            model_outputs=model_links(orjson.loads(row["model_outputs"] or "[]")),
        )
        for place, row in enumerate(rows)
        if has_links(row)
    ]


async def messages(fetch: Fetch, rows: Sequence[Row], links: Sequence[pb.RunLinks]) -> list[pb.Run]:
    """Runs one by one, in the order of the rows, which hold `MESSAGE_COLUMNS`, without their records."""
    names = await _experiment_names(fetch, rows)
    metrics = await _metrics_by_run(fetch, rows)
    linked = {one.row: one for one in links}
    return [
        _message(row, names[row["experiment_id"]], metrics.get(row["id"], []), linked.get(place))
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


async def _metrics_by_run(fetch: Fetch, rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for one in await fetch(_METRICS, [row["id"] for row in rows]) if rows else ():
        found.setdefault(one["run_id"], []).append(one)
    return found


async def _experiment_names(fetch: Fetch, rows: Sequence[Row]) -> dict[str, str]:
    wanted = sorted({row["experiment_id"] for row in rows})
    found = await fetch("SELECT id, name FROM experiments WHERE id = ANY($1::text[])", wanted) if wanted else []
    return {row["id"]: row["name"] for row in found}


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
