"""A training that says which version of the platform's data it used: by a tag, and by the source of a dataset."""

from __future__ import annotations

import json
import os

import mlflow
import numpy

mlflow.set_experiment("linked runs")
url = f"{os.environ['MLFLOW_TRACKING_URI']}/datasets/{os.environ['DATASET']}/versions/1"
with mlflow.start_run() as by_tag:
    mlflow.set_tag("plumbline.dataset", f"{os.environ['DATASET']}@v1")
with mlflow.start_run() as by_source:
    mlflow.log_input(mlflow.data.from_numpy(numpy.zeros(3), source=url, name="tiles"), context="training")
print(json.dumps({"by_tag": by_tag.info.run_id, "by_source": by_source.info.run_id}))
