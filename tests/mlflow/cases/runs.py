"""Cases about the life of runs."""

from __future__ import annotations

from typing import Any

import mlflow
from mlflow.entities import RunStatus
from side import Side


def create_and_get(side: Side) -> Any:
    run = side.run(tags={"a": "1"}, start_time=5)
    return [run, side.get("runs/get", run_id=run.info.run_id)]


def create_raw(side: Side) -> Any:
    made = side.experiment()
    return side.post("runs/create", experiment_id=made, user_id="dora", run_name="r", start_time=7, tags=[])


def create_in_the_default_experiment(side: Side) -> Any:
    return side.post("runs/create", experiment_id="0", user_id="dora", run_name="r", start_time=7)[1]["run"]["info"]


def create_with_name_by_tag(side: Side) -> Any:
    made = side.experiment()
    run = side.client.create_run(made, tags={"mlflow.runName": "tagged"})
    return [run.info.run_name, run.data.tags]


def create_with_two_names(side: Side) -> Any:
    tags = [{"key": "mlflow.runName", "value": "other"}]
    return side.post("runs/create", experiment_id=side.experiment(), run_name="one", tags=tags)


def create_without_name(side: Side) -> Any:
    run = side.client.create_run(side.experiment())
    return [bool(run.info.run_name), run.data.tags["mlflow.runName"] == run.info.run_name]


def create_in_unknown_experiment(side: Side) -> Any:
    return side.post("runs/create", experiment_id="987654321", start_time=1)


def create_with_wrong_types(side: Side) -> Any:
    return [
        side.post("runs/create", experiment_id=5),
        side.post("runs/create", experiment_id="0", start_time="soon"),
        side.post("runs/create", experiment_id="0", run_name=7),
    ]


def get_unknown(side: Side) -> Any:
    return side.get("runs/get", run_id="0" * 32)


def get_without_id(side: Side) -> Any:
    return side.get("runs/get")


def get_by_the_old_name_of_its_id(side: Side) -> Any:
    return side.get("runs/get", run_uuid=side.run().info.run_id)[1]["run"]["info"]


def end(side: Side) -> Any:
    run_id = side.run(start_time=5).info.run_id
    side.client.set_terminated(run_id, end_time=9)
    return side.client.get_run(run_id).info


def every_status(side: Side) -> Any:
    run_id = side.run().info.run_id
    found = []
    for status in ("SCHEDULED", "RUNNING", "FAILED", "RUNNING", "KILLED", "FINISHED"):
        side.client.update_run(run_id, status=status)
        found.append(side.client.get_run(run_id).info.status)
    return found


def unknown_status(side: Side) -> Any:
    answer = side.post("runs/update", run_id=side.run().info.run_id, status=RunStatus.RUNNING)
    return [answer[0], answer[1]["run_info"]["status"]]


def update_name(side: Side) -> Any:
    run_id = side.run().info.run_id
    answer = side.post("runs/update", run_id=run_id, run_name="renamed")
    held = side.client.get_run(run_id)
    return [answer, held.info.run_name, held.data.tags["mlflow.runName"]]


def update_name_by_tag(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.set_tag(run_id, "mlflow.runName", "by tag")
    return side.client.get_run(run_id).info.run_name


def update_unknown(side: Side) -> Any:
    return side.post("runs/update", run_id="0" * 32, status="FINISHED")


def delete_and_restore(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.delete_run(run_id)
    deleted = side.client.get_run(run_id).info.lifecycle_stage
    side.client.restore_run(run_id)
    return [deleted, side.client.get_run(run_id).info.lifecycle_stage]


def delete_twice(side: Side) -> Any:
    run_id = side.run().info.run_id
    return [side.post("runs/delete", run_id=run_id), side.post("runs/delete", run_id=run_id)]


def delete_unknown(side: Side) -> Any:
    return [side.post("runs/delete", run_id="0" * 32), side.post("runs/restore", run_id="0" * 32)]


def a_deleted_run_takes_no_writes(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.delete_run(run_id)
    return [
        side.post("runs/log-metric", run_id=run_id, key="m", value=1.0, timestamp=1),
        side.post("runs/log-parameter", run_id=run_id, key="p", value="1"),
        side.post("runs/set-tag", run_id=run_id, key="t", value="1"),
        side.post("runs/log-batch", run_id=run_id, params=[{"key": "p", "value": "1"}]),
        side.post("runs/update", run_id=run_id, status="FINISHED"),
        side.post("runs/delete-tag", run_id=run_id, key="mlflow.runName"),
    ]


def an_ended_run_takes_writes(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.set_terminated(run_id)
    side.client.log_metric(run_id, "late", 1.0, timestamp=5)
    side.client.log_param(run_id, "late", "1")
    side.client.set_tag(run_id, "late", "1")
    return side.client.get_run(run_id).data


def nested_runs(side: Side) -> Any:
    parent = side.run()
    tags = {"mlflow.parentRunId": parent.info.run_id}
    child = side.run(parent.info.experiment_id, "child", tags=tags)
    query = f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    found = side.client.search_runs([parent.info.experiment_id], query)
    return [child.data.tags, [one.info.run_name for one in found], side.client.get_parent_run(child.info.run_id).info]


def note(side: Side) -> Any:
    run_id = side.run(tags={"mlflow.note.content": "first"}).info.run_id
    side.client.set_tag(run_id, "mlflow.note.content", "second")
    second = side.client.get_run(run_id).data.tags["mlflow.note.content"]
    side.client.delete_tag(run_id, "mlflow.note.content")
    return [second, sorted(side.client.get_run(run_id).data.tags)]


def the_fluent_way(side: Side) -> Any:
    mlflow.set_experiment(side.name)
    with mlflow.start_run(run_name="outer", description="what it is for") as outer:
        mlflow.log_params({"lr": 0.1, "layers": [1, 2]})
        mlflow.log_metric("loss", 0.5, step=3)
        mlflow.set_tags({"a": 1})
        with mlflow.start_run(run_name="inner", nested=True) as inner:
            mlflow.log_metrics({"x": 1, "y": 2})
    found = [side.client.get_run(run.info.run_id) for run in (outer, inner)]
    kept = ("mlflow.runName", "mlflow.parentRunId", "mlflow.note.content", "a")
    return [
        [run.info.status, run.data.params, run.data.metrics, {key: run.data.tags.get(key) for key in kept}]
        for run in found
    ]


def a_failed_fluent_run(side: Side) -> Any:
    mlflow.set_experiment(side.name)
    try:
        with mlflow.start_run() as run:
            raise RuntimeError("the training broke")
    except RuntimeError:
        return side.client.get_run(run.info.run_id).info.status


def resume_a_run(side: Side) -> Any:
    mlflow.set_experiment(side.name)
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", 1.0, step=1)
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_metric("loss", 0.5, step=2)
        during = side.client.get_run(run.info.run_id).info.status
    held = side.client.get_run(run.info.run_id)
    return [during, held.info.status, held.data.metrics]


def set_experiment_twice(side: Side) -> Any:
    first, second = mlflow.set_experiment(side.name), mlflow.set_experiment(side.name)
    return first.experiment_id == second.experiment_id


def set_a_deleted_experiment(side: Side) -> Any:
    made = side.experiment()
    side.client.delete_experiment(made)
    return side.refused(lambda: mlflow.set_experiment(side.name))["error_code"]
