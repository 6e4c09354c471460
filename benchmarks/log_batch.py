"""Owns the rate of points: 1,000 points of 10 series per request, one client, each side durable at its answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from typing import Any

import orjson

from benchmarks import runs
from benchmarks.ground import Ground, in_turns
from benchmarks.line import Line
from benchmarks.peer import INSTALLED
from benchmarks.report import Report

POINTS, KEYS = 1000, 10
_PEER_CALLS, _OUR_CALLS = 4, 60


def run(ground: Ground, report: Report) -> None:
    """Both routes of ours against the peer."""
    peer = ground.peer(INSTALLED)
    theirs, ours = Line(peer.port), ground.line()
    mlflow = _sender(theirs, "/api/2.0/mlflow/runs/log-batch", runs.of_mlflow(theirs), _rows, _PEER_CALLS)
    route = _sender(ours, "/api/2.0/mlflow/runs/log-batch", runs.of_mlflow(ours), _rows, _OUR_CALLS)
    run_id = runs.of_ours(ours)
    columns = _sender(ours, f"/api/v1/runs/{run_id}:log", run_id, _columns, _OUR_CALLS)
    sides = {
        peer.setting.name: (mlflow, peer.pids),
        "our MLflow route": (route, ground.pids),
        "our columnar route": (columns, ground.pids),
    }
    measured = in_turns(ground, report, f"log-batch of {POINTS} points, {KEYS} keys", sides)
    for ours_measured, goal in zip(measured[1:], (25, 50), strict=True):
        rate = [POINTS / each.median for each in (measured[0], ours_measured)]
        report.note(f"  {ours_measured.side}: {rate[1]:,.0f} points/s against {rate[0]:,.0f}")
        report.ratio(measured[0], _named(ours_measured), goal)


def _named(measured: Any) -> Any:
    return type(measured)(
        f"log-batch, {measured.side}", measured.side, "s", measured.repeats, measured.busy_before, measured.cpu_s
    )


def _sender(
    line: Line, path: str, run_id: str, body: Callable[[str, int], dict[str, Any]], calls: int
) -> Callable[[], float]:
    """Sends a few requests; returns the seconds one took. Bodies are encoded before the clock starts."""
    steps = count(0, POINTS // KEYS)

    def send() -> float:
        bodies = [orjson.dumps(body(run_id, next(steps))) for _ in range(calls)]
        started = time.perf_counter()
        for one in bodies:
            line.post(path, one)
        return (time.perf_counter() - started) / calls

    return send


def _value(key: int, step: int) -> float:
    return 1 / (step + 1) + key + (step * 2654435761 % 1000) / 7919


def _rows(run_id: str, first: int) -> dict[str, Any]:
    now = int(time.time() * 1000)
    return {
        "run_id": run_id,
        "metrics": [
            {"key": f"metric_{key}", "value": _value(key, step), "timestamp": now + step, "step": step}
            for step in range(first, first + POINTS // KEYS)
            for key in range(KEYS)
        ],
    }


def _columns(_: str, first: int) -> dict[str, Any]:
    now = time.time() * 1000
    steps = list(range(first, first + POINTS // KEYS))
    return {
        "series": [
            {
                "key": f"metric_{key}",
                "steps": steps,
                "values": [_value(key, step) for step in steps],
                "times": [now + step for step in steps],
            }
            for key in range(KEYS)
        ]
    }
