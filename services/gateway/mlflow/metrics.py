"""Owns MLflow's routes that read metric points: whole histories in pages, and few points of many runs for charts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import orjson
from fastapi.responses import StreamingResponse

from plumbapi.experiments import v1 as pb
from services.gateway.mlflow import fields
from services.gateway.mlflow.asking import Asked, Route
from services.gateway.mlflow.encoding import JSON, number
from services.gateway.mlflow.errors import invalid
from services.gateway.mlflow.fields import RUN_ID, Field, optional, required

MOST_RUNS = 100
MOST_HISTORY = 25_000
MOST_PER_RUN = 2_500
# Fewer points than these the service does not keep of a series: there would be no room for its extremes.
_LEAST_KEPT = 5
_PAGE = 50_000


async def history(asked: Asked) -> Mapping[str, Any] | StreamingResponse:
    """One page when `max_results` is given; else all points, sent while they are read."""
    size = asked.get("max_results")
    if size is not None and size <= 0:
        raise invalid(f"Invalid value {size} for parameter 'max_results' supplied. It must be a positive integer.")
    request = pb.ListMetricPointsRequest(
        run_id=asked["run_id"],
        key=asked["metric_key"],
        page_size=min(size or _PAGE, _PAGE),
        page_token=asked.get("page_token", ""),
        by_time=True,
    )
    first = await asked.experiments.ListMetricPoints(request)
    if size is None and first.next_page_token:
        return StreamingResponse(_whole(asked, request, first), media_type=JSON)
    said: dict[str, Any] = {"metrics": list(_points(first.series, asked["metric_key"]))}
    if first.next_page_token:
        said["next_page_token"] = first.next_page_token
    return said


async def history_of_many(asked: Asked) -> Mapping[str, Any]:
    """Run by run, cut after `max_results` points of all of them."""
    run_ids = asked.get("run_id", [])
    if not run_ids:
        raise invalid("GetMetricHistoryBulk request must specify at least one run_id.")
    if len(run_ids) > MOST_RUNS:
        raise invalid(
            f"GetMetricHistoryBulk request cannot specify more than {MOST_RUNS} run_ids. "
            f"Received {len(run_ids)} run_ids."
        )
    if asked.get("metric_key") is None:
        raise invalid("GetMetricHistoryBulk request must specify a metric_key.")
    left = min(asked.get("max_results", MOST_HISTORY), MOST_HISTORY)
    found: list[dict[str, Any]] = []
    for run_id in sorted(set(run_ids)):
        if left <= 0:
            break
        page = await asked.experiments.ListMetricPoints(
            pb.ListMetricPointsRequest(run_id=run_id, key=asked["metric_key"], page_size=left, by_time=True)
        )
        found += ({**point, "run_id": run_id} for point in _points(page.series, asked["metric_key"]))
        left -= len(page.series.values)
    return {"metrics": found}


async def sampled(asked: Asked) -> Mapping[str, Any]:
    """At most `max_results` points a run, with the first, the last and the extremes between them."""
    start, end = asked.get("start_step"), asked.get("end_step")
    if (start is None) != (end is None):
        raise invalid("If either start step or end step are specified, both must be specified.")
    if start is not None and start > end:
        raise invalid(f"end_step must be greater than start_step. Found start_step={start} and end_step={end}.")
    size, key = asked.get("max_results", MOST_PER_RUN), asked["metric_key"]
    answer = await asked.experiments.CompareMetrics(
        pb.CompareMetricsRequest(
            run_ids=dict.fromkeys(asked["run_ids"]),
            keys=[key],
            max_points=max(size, _LEAST_KEPT),
            from_step=start,
            to_step=end,
        )
    )
    points = {run.run_id: [*_points(run.series[0], key)] if run.series else [] for run in answer.runs}
    return {
        "metrics": [
            {**point, "run_id": run_id} for run_id in asked["run_ids"] for point in _spread(points[run_id], size)
        ]
    }


def _spread(points: Sequence[dict[str, Any]], most: int) -> Sequence[dict[str, Any]]:
    """At most so many points with the last one, and the first if there is room for two."""
    if len(points) <= most:
        return points
    if most == 1:
        return points[-1:]
    return [points[round(position * (len(points) - 1) / (most - 1))] for position in range(most)]


def _points(series: pb.Series, key: str) -> Iterator[dict[str, Any]]:
    for step, value, time in zip(series.steps, series.values, series.times, strict=True):
        yield {"key": key, "value": number(value), "timestamp": int(time), "step": int(step)}


async def _whole(
    asked: Asked, request: pb.ListMetricPointsRequest, page: pb.ListMetricPointsResponse
) -> AsyncIterator[bytes]:
    yield b'{"metrics":['
    while True:
        yield b",".join(orjson.dumps(point) for point in _points(page.series, request.key))
        if not page.next_page_token:
            break
        yield b","
        request.page_token = page.next_page_token
        page = await asked.experiments.ListMetricPoints(request)
    yield b"]}"


def _most_runs(run_ids: list[str]) -> str | None:
    if len(run_ids) <= MOST_RUNS:
        return None
    return (
        f"GetMetricHistoryBulkInterval request must specify at most {MOST_RUNS} run_ids. "
        f"Received {len(run_ids)} run_ids."
    )


def _most_points(size: int) -> str | None:
    return None if 1 <= size <= MOST_PER_RUN else f"max_results must be between 1 and {MOST_PER_RUN}."


_AT = "/api/2.0/mlflow/metrics"
_AJAX = "/ajax-api/2.0/mlflow/metrics"
_MANY = (optional("run_id", fields.texts), optional("metric_key"), optional("max_results", fields.integer))
_SAMPLED = (
    Field("run_ids", fields.texts, required=True, check=_most_runs),
    required("metric_key"),
    optional("start_step", fields.integer),
    optional("end_step", fields.integer),
    optional("max_results", fields.integer, _most_points),
)

ROUTES = (
    Route(
        "GET",
        f"{_AT}/get-history",
        history,
        (RUN_ID, required("metric_key"), optional("page_token"), optional("max_results", fields.integer)),
    ),
    Route("GET", f"{_AT}/get-history-bulk", history_of_many, _MANY),
    Route("GET", f"{_AJAX}/get-history-bulk", history_of_many, _MANY),
    Route("GET", f"{_AT}/get-history-bulk-interval", sampled, _SAMPLED),
    Route("GET", f"{_AJAX}/get-history-bulk-interval", sampled, _SAMPLED),
)
