"""Owns runs as MLflow describes them, from a message or from columns of many. Does not ask for any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orjson import Fragment, dumps

from plumbapi.experiments import v1 as pb
from services.gateway.mlflow.encoding import milliseconds, number, pairs

RUN_NAME = "mlflow.runName"
NOTE = "mlflow.note.content"
PARENT = "mlflow.parentRunId"
USER = "mlflow.user"

STATUSES = {
    pb.Run.RUNNING: "RUNNING",
    pb.Run.SCHEDULED: "SCHEDULED",
    pb.Run.FINISHED: "FINISHED",
    pb.Run.FAILED: "FAILED",
    pb.Run.CANCELLED: "KILLED",
}
BY_NAME = {name: status for status, name in STATUSES.items()}

_NO_INPUTS = Fragment(b'{"dataset_inputs":[]}')
_NO_OUTPUTS = Fragment(b'{"model_outputs":[]}')


def document(run: pb.Run, experiment_id: str) -> dict[str, Any]:
    """One run; `experiment_id` as MLflow's clients know it."""
    facts = {RUN_NAME: run.name, NOTE: run.note, PARENT: run.parent_run_id}
    return {
        "info": info(run, experiment_id),
        "data": {
            "metrics": [
                {"key": one.key, "value": number(one.last), "timestamp": int(one.last_time), "step": int(one.last_step)}
                for one in run.metrics
            ],
            "params": pairs(run.params),
            "tags": _with_facts(pairs(run.tags), facts),
        },
        "inputs": {
            "dataset_inputs": [_dataset_input(one) for one in run.datasets],
            "model_inputs": [{"model_id": one.logged_model_id} for one in run.model_inputs],
        },
        "outputs": {"model_outputs": _outputs(run.model_outputs)},
    }


def info(run: pb.Run, experiment_id: str) -> dict[str, Any]:
    """What identifies a run and says how far it is."""
    return _info(
        run.id,
        run.name,
        experiment_id,
        run.user_name or run.creator.name,
        run.status,
        milliseconds(run.start_time),
        milliseconds(run.end_time),
        run.HasField("delete_time"),
    )


def documents(table: pb.RunTable, experiment_ids: Mapping[str, str]) -> list[dict[str, Any]]:
    """All runs of a table; `experiment_ids` leads from our ids to those that MLflow's clients know."""
    links = {one.row: one for one in table.links}
    rows = zip(
        *(table.ids, table.names, table.experiment_ids, table.user_names, table.creator_names, table.statuses),
        *(table.start_times, table.end_times, table.delete_times, table.notes, table.parent_run_ids),
        *(table.metrics, table.params, table.tags),
        strict=True,
    )
    found = []
    for row, facts in enumerate(rows):
        run_id, name, experiment_id, user, creator, status, start_time, end_time, delete_time, *rest = facts
        note, parent_run_id, metrics, params, tags = rest
        made = links.get(row)
        found.append(
            {
                "info": _info(
                    run_id,
                    name,
                    experiment_ids[experiment_id],
                    user or creator,
                    status,
                    round(start_time),
                    round(end_time),
                    bool(delete_time),
                ),
                "data": {
                    "metrics": Fragment(metrics),
                    "params": Fragment(params),
                    "tags": _joined(tags, {RUN_NAME: name, NOTE: note, PARENT: parent_run_id}),
                },
                "inputs": {"dataset_inputs": [_dataset_input(one) for one in made.datasets]} if made else _NO_INPUTS,
                "outputs": {"model_outputs": _outputs(made.model_outputs)} if made else _NO_OUTPUTS,
            }
        )
    return found


def artifact_uri(experiment_id: str, run_id: str) -> str:
    """Where clients find a run's files: at this server."""
    return f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts"


def _info(
    run_id: str,
    name: str,
    experiment_id: str,
    user: str,
    status: pb.Run.Status,
    start_time: int,
    end_time: int,
    is_deleted: bool,
) -> dict[str, Any]:
    found = {
        "run_uuid": run_id,
        "run_id": run_id,
        "run_name": name,
        "experiment_id": experiment_id,
        "user_id": user,
        "status": STATUSES[status],
        "start_time": start_time,
        "artifact_uri": artifact_uri(experiment_id, run_id),
        "lifecycle_stage": "deleted" if is_deleted else "active",
    }
    if end_time:
        found["end_time"] = end_time
    return found


def _with_facts(tags: list[dict[str, str]], facts: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags that MLflow keeps beside what the run says of itself: they follow the run, whoever changed it."""
    found = [tag for tag in tags if tag["key"] not in facts]
    found += [{"key": key, "value": value} for key, value in facts.items() if value]
    return found


def _joined(tags: str, facts: Mapping[str, str]) -> Fragment:
    """The same for a list that is JSON and holds none of these facts."""
    said = [dumps({"key": key, "value": value}).decode() for key, value in facts.items() if value]
    return Fragment(f"[{','.join([tags[1:-1], *said] if tags != '[]' else said)}]")


def _dataset_input(one: pb.RunDataset) -> dict[str, Any]:
    facts = {"schema": one.schema, "profile": one.profile}
    return {
        "tags": pairs(one.tags),
        "dataset": {
            "name": one.name,
            "digest": one.digest,
            "source_type": one.source_type,
            "source": one.source,
            **{name: value for name, value in facts.items() if value},
        },
    }


def _outputs(models: Iterable[pb.ModelLink]) -> list[dict[str, Any]]:
    return [{"model_id": one.logged_model_id, "step": one.step} for one in models]
