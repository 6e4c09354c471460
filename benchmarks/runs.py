"""Owns the runs that benchmarks write to: a fresh one of either side."""

from __future__ import annotations

import time
import uuid

from benchmarks.line import Line


def of_mlflow(line: Line) -> str:
    """The id of a new run by MLflow's routes, whoever answers them."""
    name = f"bench-{uuid.uuid4().hex[:8]}"
    experiment = line.ask("/api/2.0/mlflow/experiments/create", {"name": name})["experiment_id"]
    body = {"experiment_id": experiment, "start_time": int(time.time() * 1000)}
    return str(line.ask("/api/2.0/mlflow/runs/create", body)["run"]["info"]["run_id"])


def of_ours(line: Line) -> str:
    """The id of a new run by our own route."""
    return str(line.ask("/api/v1/runs", {"experiment": f"bench-{uuid.uuid4().hex[:8]}"})["id"])
