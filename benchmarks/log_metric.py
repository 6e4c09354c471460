"""Owns the rate of single calls: one point of one series per request, one client."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count

import orjson

from benchmarks import runs
from benchmarks.ground import Ground, in_turns
from benchmarks.line import Line
from benchmarks.peer import INSTALLED, TUNED
from benchmarks.report import Report

_PATH = "/api/2.0/mlflow/runs/log-metric"
_PEER_CALLS, _OUR_CALLS = 20, 200


def run(ground: Ground, report: Report) -> None:
    """MLflow's route against the peer as installed, and tuned."""
    line = ground.line()
    ours = _sender(line, runs.of_mlflow(line), _OUR_CALLS)
    for setting, goal in ((INSTALLED, 10.0), (TUNED, 4.0)):
        peer = ground.peer(setting)
        there = Line(peer.port)
        theirs = _sender(there, runs.of_mlflow(there), _PEER_CALLS)
        sides = {setting.name: (theirs, peer.pids), "our MLflow route": (ours, ground.pids)}
        measured = in_turns(ground, report, f"log-metric against {setting.name}", sides)
        report.ratio(measured[0], measured[1], goal)


def _sender(line: Line, run_id: str, calls: int) -> Callable[[], float]:
    """Sends a few points, one request each; returns the seconds one took."""
    steps = count()

    def send() -> float:
        now = int(time.time() * 1000)
        bodies = [
            orjson.dumps({"run_id": run_id, "key": "loss", "value": 1 / (step + 1), "timestamp": now, "step": step})
            for _ in range(calls)
            for step in [next(steps)]
        ]
        started = time.perf_counter()
        for body in bodies:
            line.post(_PATH, body)
        return (time.perf_counter() - started) / calls

    return send
