"""Owns the time that `log()` of ten keys takes in a training loop, while everything is sent and stored behind it."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.ground import Ground
from benchmarks.report import Measurement, Report, percentile

_STEPS, _KEYS = 4000, 10
_MOST_US = 100
_BATCH = 96


def run(ground: Ground, report: Report) -> None:
    """A loop that computes for some milliseconds a step, as a training does."""
    name = f"SDK log() of {_KEYS} keys in the loop, p99"
    report.note(f"[bold]{name}[/]")
    with ground.client() as client:
        busy = ground.rest()
        rounds = [_loop(client.runs.start("bench")) for _ in range(ground.rounds)]
    for label, share in (("p50", 0.5), ("p99", 0.99)):
        values = [percentile(taken, share) for taken in rounds]
        measured = Measurement(name, label, "us", values, busy)
        report.keep(measured)
    report.limit(measured, _MOST_US)


def _loop(run: object) -> list[float]:
    """Microseconds of every `log()`."""
    weights = np.random.default_rng(0).standard_normal((_BATCH, _BATCH))
    taken = []
    with run as training:  # type: ignore[attr-defined]
        for step in range(_STEPS):
            weights = np.tanh(weights @ weights.T / _BATCH)
            values = {f"metric_{key}": float(weights[0, key]) for key in range(_KEYS)}
            started = time.perf_counter()
            training.log(values, step)
            taken.append((time.perf_counter() - started) * 1e6)
    return taken
