"""Cases about what runs were computed from and what they made."""

from __future__ import annotations

from typing import Any

import mlflow
import numpy
from mlflow.entities import LoggedModelInput, LoggedModelOutput
from side import Side

_DATASET = {
    "name": "tiles",
    "digest": "abc",
    "source_type": "local",
    "source": "/data",
    "schema": "{}",
    "profile": "{}",
}


def a_dataset(side: Side) -> Any:
    run_id = side.run().info.run_id
    tags = [{"key": "mlflow.data.context", "value": "training"}]
    said = side.post("runs/log-inputs", run_id=run_id, datasets=[{"dataset": _DATASET, "tags": tags}])
    return [said, side.get("runs/get", run_id=run_id)[1]["run"]["inputs"]]


def a_dataset_by_the_client(side: Side) -> Any:
    mlflow.set_experiment(side.name)
    data = mlflow.data.from_numpy(numpy.arange(12.0).reshape(3, 4), source="https://example.org/x.npy", name="grid")
    with mlflow.start_run() as run:
        mlflow.log_input(data, context="training", tags={"part": "a"})
    return side.get("runs/get", run_id=run.info.run_id)[1]["run"]["inputs"]


def the_same_dataset_again(side: Side) -> Any:
    run_id = side.run().info.run_id
    for _ in range(2):
        side.post("runs/log-inputs", run_id=run_id, datasets=[{"dataset": _DATASET, "tags": []}])
    return side.get("runs/get", run_id=run_id)[1]["run"]["inputs"]


def datasets_that_are_too_large(side: Side) -> Any:
    run_id = side.run().info.run_id
    large = {"name": "n" * 501, "digest": "d" * 37, "source": "s" * 65_536}
    return [
        side.post("runs/log-inputs", run_id=run_id, datasets=[{"dataset": {**_DATASET, name: value}}])
        for name, value in large.items()
    ]


def tags_of_inputs_that_are_too_large(side: Side) -> Any:
    run_id = side.run().info.run_id
    tags = ({"key": "k" * 256, "value": "v"}, {"key": "k", "value": "v" * 501})
    return [
        side.post("runs/log-inputs", run_id=run_id, datasets=[{"dataset": _DATASET, "tags": [tag]}]) for tag in tags
    ]


def inputs_of_an_unknown_run(side: Side) -> Any:
    return [
        side.post("runs/log-inputs", run_id="0" * 32, datasets=[{"dataset": _DATASET}]),
        side.post("runs/log-inputs", datasets=[{"dataset": _DATASET}]),
    ]


def summaries_of_datasets(side: Side) -> Any:
    made = side.experiment()
    for name, context in (("a", "training"), ("b", "testing"), ("a", "training")):
        tags = [{"key": "mlflow.data.context", "value": context}]
        side.post(
            "runs/log-inputs",
            run_id=side.run(made).info.run_id,
            datasets=[{"dataset": {**_DATASET, "name": name}, "tags": tags}],
        )
    at = "/ajax-api/2.0/mlflow/experiments/search-datasets"
    status, found = side.ask("POST", at, json={"experiment_ids": [made]})
    return [status, sorted(found["dataset_summaries"], key=lambda one: one["name"]), side.ask("POST", at, json={})]


def models_that_a_run_used_and_made(side: Side) -> Any:
    made = side.experiment()
    run = side.run(made)
    model = side.client.create_logged_model(made, "net", run.info.run_id)
    side.client.log_inputs(run.info.run_id, models=[LoggedModelInput(model.model_id)])
    side.client.log_outputs(run.info.run_id, [LoggedModelOutput(model.model_id, 3)])
    held = side.client.get_run(run.info.run_id)
    return [held.inputs.model_inputs, held.outputs.model_outputs]
