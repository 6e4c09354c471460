"""Owns the time of a chart: about a thousand points out of a million, and whether any extreme got lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from urllib.parse import urlencode

import numpy as np
import orjson

from benchmarks import runs, seeds
from benchmarks.ground import Ground, in_turns
from benchmarks.line import Line
from benchmarks.peer import INSTALLED
from benchmarks.report import Measurement, Report
from services.experiments import pyramid

_LENGTHS = (100_000, 1_000_000, 10_000_000)
_POINTS = 1000
_PEER_CALLS, _OUR_CALLS = 2, 40
_MOST_TIMES_LONGER = 1.5


def run(ground: Ground, report: Report) -> None:
    """The same curve on both sides; ours also ten times longer and shorter."""
    peer = ground.peer(INSTALLED)
    theirs, ours = Line(peer.port), ground.line()
    values, times = seeds.curve(_LENGTHS[1])
    there, here = runs.of_mlflow(theirs), runs.of_mlflow(ours)
    report.note("  seeding 1,000,000 points into the peer by COPY")
    asyncio.run(seeds.into_peer(ground, there, "loss", values, times))
    seeds.into_ours(ours, here, "loss", values, times, report.note)
    ids = {_LENGTHS[1]: here}
    for length in (_LENGTHS[0], _LENGTHS[2]):
        ids[length] = runs.of_ours(ours)
        seeds.into_ours(ours, ids[length], "loss", *seeds.curve(length), report.note)
    asyncio.run(seeds.wait_for_compaction(ground))

    sides = {
        INSTALLED.name: (_reader(theirs, _mlflow_path("/ajax-api/2.0/mlflow", there), _PEER_CALLS), peer.pids),
        "our MLflow route": (_reader(ours, _mlflow_path("/api/2.0/mlflow", here), _OUR_CALLS), ground.pids),
        "our own route": (_reader(ours, _path(here), _OUR_CALLS), ground.pids),
    }
    measured = in_turns(ground, report, "chart of 1M points", sides)
    for one in measured[1:]:
        report.ratio(measured[0], one, 100)
    report.truth(
        "chart of 1M points",
        "every true minimum and maximum is there",
        _shows_every_extreme(orjson.loads(ours.get(_path(here)))["series"][0], values),
    )
    _of_lengths(ground, report, ours, ids)


def _of_lengths(ground: Ground, report: Report, ours: Line, ids: dict[int, str]) -> None:
    sides = {
        f"{length:,} points": (_reader(ours, _path(ids[length]), _OUR_CALLS), ground.pids)
        for length in (_LENGTHS[0], _LENGTHS[2])
    }
    short, long = in_turns(ground, report, "chart of 10M points against 100k", sides)
    report.share(short, Measurement(**{**vars(long), "side": "10M"}), _MOST_TIMES_LONGER)


def _mlflow_path(prefix: str, run_id: str) -> str:
    query = {"run_ids": run_id, "metric_key": "loss", "max_results": _POINTS}
    return f"{prefix}/metrics/get-history-bulk-interval?{urlencode(query)}"


def _path(run_id: str) -> str:
    return f"/api/v1/runs/{run_id}/metrics?{urlencode({'keys': 'loss', 'max_points': _POINTS})}"


def _reader(line: Line, path: str, calls: int) -> Callable[[], float]:
    def read() -> float:
        started = time.perf_counter()
        for _ in range(calls):
            line.get(path)
        return (time.perf_counter() - started) / calls

    return read


def _shows_every_extreme(series: dict[str, list[float]], values: np.ndarray) -> bool:
    """Whether of every bucket of the chart both extremes are among its points."""
    level = pyramid.level_for(len(values), _POINTS)
    cell = pyramid.CELL_POINTS[level - 1]
    width = cell * pyramid.cells_per_bucket(-(-len(values) // cell), _POINTS, with_nan=False)
    shown = np.full(len(values), np.nan)
    shown[np.array(series["steps"], int)] = series["values"]
    return all(
        np.nanmin(shown[begin : begin + width]) == values[begin : begin + width].min()
        and np.nanmax(shown[begin : begin + width]) == values[begin : begin + width].max()
        for begin in range(0, len(values), width)
    )
