"""Owns the time of a search over ten thousand runs by MLflow's route, which both sides answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from benchmarks import runs, seeds
from benchmarks.ground import Ground, in_turns
from benchmarks.line import Line
from benchmarks.peer import INSTALLED
from benchmarks.report import Report

_PATH = "/api/2.0/mlflow/runs/search"
_GOAL = 20
_PAGE = 1000
_SEARCHES: dict[str, dict[str, Any]] = {
    "newest page": {"max_results": 100},
    "filtered": {"max_results": 100, "filter": "metrics.m0 > 0.9 and params.p0 = 'v3'"},
    "ordered by a metric": {"max_results": 100, "order_by": ["metrics.m1 DESC"]},
}


def run(ground: Ground, report: Report) -> None:
    """Newest page, filtered, ordered by a metric, all pages."""
    peer = ground.peer(INSTALLED)
    theirs, ours = Line(peer.port), ground.line()
    there, here = runs.of_mlflow(theirs), runs.of_mlflow(ours)
    experiments = {line: _experiment(line, run_id) for line, run_id in ((theirs, there), (ours, here))}
    report.note(f"  seeding {seeds.RUNS:,} runs on either side by SQL")
    asyncio.run(seeds.runs_into_peer(ground, there))
    asyncio.run(seeds.runs_into_ours(ground, here))
    for name, fields in _SEARCHES.items():
        bodies = {line: {**fields, "experiment_ids": [experiment]} for line, experiment in experiments.items()}
        found = [len(line.ask(_PATH, body).get("runs", [])) for line, body in bodies.items()]
        report.truth(f"search, {name}", f"as many runs as the peer ({found[0]})", found[0] == found[1])
        _measure(ground, report, name, (_once(theirs, bodies[theirs], 2), _once(ours, bodies[ours], 20)))
    pages = (_all_pages(theirs, experiments[theirs]), _all_pages(ours, experiments[ours]))
    _measure(ground, report, f"all pages of {_PAGE:,}", pages)


def _measure(ground: Ground, report: Report, name: str, sides: tuple[Callable[[], float], Callable[[], float]]) -> None:
    peer = ground.peer(INSTALLED)
    named = {INSTALLED.name: (sides[0], peer.pids), "our MLflow route": (sides[1], ground.pids)}
    measured = in_turns(ground, report, f"search, {name}", named)
    report.ratio(measured[0], measured[1], _GOAL)


def _experiment(line: Line, run_id: str) -> str:
    return str(line.ask(f"/api/2.0/mlflow/runs/get?run_id={run_id}")["run"]["info"]["experiment_id"])


def _once(line: Line, document: dict[str, Any], calls: int) -> Callable[[], float]:
    body = seeds.dumps(document)

    def search() -> float:
        started = time.perf_counter()
        for _ in range(calls):
            line.post(_PATH, body)
        return (time.perf_counter() - started) / calls

    return search


def _all_pages(line: Line, experiment: str) -> Callable[[], float]:
    def search() -> float:
        started = time.perf_counter()
        count, token = 0, ""
        while True:
            body = {"experiment_ids": [experiment], "max_results": _PAGE, "page_token": token}
            answer = line.ask(_PATH, body)
            count += len(answer["runs"])
            token = answer.get("next_page_token", "")
            if not token:
                break
        if count < seeds.RUNS:
            raise RuntimeError(f"only {count} runs were found")
        return time.perf_counter() - started

    return search
