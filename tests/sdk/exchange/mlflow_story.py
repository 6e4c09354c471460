"""Written with MLflow's own client to a server: everything that an import must bring. Run by the oracle's Python.

Prints ids as JSON. It imports nothing of the project: that environment has none of it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import mlflow
from mlflow.data.http_dataset_source import HTTPDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.entities import Metric, ViewType
from mlflow.tracking import MlflowClient


def tell(uri: str) -> dict[str, str]:
    mlflow.set_tracking_uri(uri)
    client = MlflowClient(uri)
    experiment = client.create_experiment("tiles", tags={"team": "vision", "mlflow.note.content": "crack or not"})
    client.create_experiment("empty")
    mlflow.set_experiment("tiles")
    with mlflow.start_run(run_name="sweep") as parent, mlflow.start_run(run_name="child", nested=True) as child:
        mlflow.log_params({"lr": 0.1, "empty": "", "long": "x" * 5000})
        mlflow.set_tags({"site": "A", "mlflow.note.content": "a note"})
        points = [Metric("loss", 1 / (step + 1), 1_700_000_000_000 + step, step) for step in range(3000)]
        for begin in range(0, 3000, 1000):
            client.log_batch(child.info.run_id, metrics=points[begin : begin + 1000])
        mlflow.log_metric("odd", float("nan"), step=-3)
        mlflow.log_metric("odd", float("inf"), step=2)
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "deep").mkdir()
            Path(folder, "deep", "größe.txt").write_text("hello")
            Path(folder, "zero.bin").write_bytes(b"")
            mlflow.log_artifacts(folder, "out")
        source = HTTPDatasetSource("https://example.org/tiles.zip")
        mlflow.log_input(MetaDataset(source, name="tiles", digest="abc123"), context="training")
        model = mlflow.initialize_logged_model(name="net", model_type="classifier", params={"depth": "18"})
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "MLmodel").write_text("flavors: {}\n")
            Path(folder, "weights.bin").write_bytes(b"weights")
            client.log_model_artifacts(model.model_id, folder)
        mlflow.log_metric("accuracy", 0.75, model_id=model.model_id)
        mlflow.finalize_logged_model(model.model_id, "READY")
        client.log_outputs(child.info.run_id, [mlflow.entities.LoggedModelOutput(model.model_id, 7)])
    killed = client.create_run(experiment, run_name="stopped", start_time=1_600_000_000_000)
    client.set_terminated(killed.info.run_id, "KILLED", end_time=1_600_000_100_000)
    gone = client.create_run(experiment, run_name="gone")
    client.delete_run(gone.info.run_id)
    client.create_registered_model("tile-net", tags={"owner": "ada"}, description="finds cracks")
    out = f"{client.get_run(child.info.run_id).info.artifact_uri}/out"
    for origin in (f"models:/{model.model_id}", out, out, "s3://elsewhere/model"):
        model_id = model.model_id if origin.startswith("models:") else None
        client.create_model_version("tile-net", origin, run_id=child.info.run_id, model_id=model_id, tags={"k": "v"})
    client.delete_model_version("tile-net", "2")
    client.set_registered_model_alias("tile-net", "champion", "3")
    runs = client.search_runs([experiment], run_view_type=ViewType.ALL)
    assert len(runs) == 4
    ids = {"parent": parent.info.run_id, "child": child.info.run_id, "killed": killed.info.run_id}
    return {**ids, "gone": gone.info.run_id, "model": model.model_id}


if __name__ == "__main__":
    print(json.dumps(tell(sys.argv[1])))
