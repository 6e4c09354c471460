"""One of several writers to one run: batches of points of its own series, and of one that all share."""

from __future__ import annotations

import os

from mlflow.entities import Metric, Param
from mlflow.tracking import MlflowClient

run_id, name = os.environ["RUN_ID"], os.environ["WRITER"]
client = MlflowClient()
for batch in range(10):
    points = [Metric(f"own/{name}", float(step), 1000 + step, step) for step in range(batch * 50, batch * 50 + 50)]
    shared = [Metric("shared", float(name), 1000 + point.step, point.step) for point in points]
    client.log_batch(run_id, metrics=[*points, *shared], params=[Param(f"{name}/{batch}", "1")])
print("{}")
