"""Owns what MLflow's documents say, in the words of an import. Does not ask a server."""

from __future__ import annotations

import re
from typing import Any

from plumbline.exchange.content import (
    AliasMove,
    LoggedModelContent,
    ModelContent,
    RunContent,
    Series,
    VersionContent,
    time_text,
)

_STATUSES = {"FINISHED": "FINISHED", "FAILED": "FAILED", "KILLED": "CANCELLED", "SCHEDULED": "SCHEDULED"}
_PARENT = "mlflow.parentRunId"
_NOTE = "mlflow.note.content"
# tags with a place of their own in a run
_PLACED = {_PARENT, _NOTE, "mlflow.runName", "mlflow.user"}
_MODEL_STATUSES = {"LOGGED_MODEL_READY": "READY", "LOGGED_MODEL_UPLOAD_FAILED": "FAILED"}
_STAGES = {"Staging": "STAGING", "Production": "PRODUCTION", "Archived": "ARCHIVED"}
# where the files of a run lie in a URI of MLflow: .../<run>/artifacts/<path>, or runs:/<run>/<path>
_RUN_URI = re.compile(r"(?:^runs:/|/)(?P<run>[0-9a-f]{32})/(?:artifacts/)?(?P<path>.+)$")


def run_of(document: dict[str, Any], experiment: str) -> RunContent:
    """A run of `runs/get`."""
    info, data = document["info"], document.get("data", {})
    tags = pairs(data.get("tags"))
    inputs, outputs = document.get("inputs", {}), document.get("outputs", {})
    return RunContent(
        id=str(info["run_id"]),
        experiment=experiment,
        name=info.get("run_name") or tags.get("mlflow.runName", ""),
        status=_STATUSES.get(info.get("status", ""), "RUNNING"),
        note=tags.get(_NOTE, ""),
        user_name=info.get("user_id") or tags.get("mlflow.user", ""),
        start_time=_time(info.get("start_time")),
        end_time=_time(info.get("end_time")),
        params=pairs(data.get("params")),
        tags={key: value for key, value in tags.items() if key not in _PLACED},
        datasets=[_dataset(one) for one in inputs.get("dataset_inputs", [])],
        parent_id=tags.get(_PARENT, ""),
        model_inputs=[str(one["model_id"]) for one in inputs.get("model_inputs", [])],
        model_outputs={str(one["model_id"]): int(one.get("step", 0)) for one in outputs.get("model_outputs", [])},
        is_deleted=info.get("lifecycle_stage") == "deleted",
    )


def parent_of(document: dict[str, Any]) -> str:
    """Id of the run that a run is nested in, or empty."""
    return pairs(document.get("data", {}).get("tags")).get(_PARENT, "")


def used_models(document: dict[str, Any]) -> list[str]:
    """Ids of logged models that a run used."""
    return [str(one["model_id"]) for one in document.get("inputs", {}).get("model_inputs", [])]


def metric_keys(document: dict[str, Any]) -> list[str]:
    return sorted({str(metric["key"]) for metric in document.get("data", {}).get("metrics", [])})


def series_of(key: str, points: list[dict[str, Any]]) -> Series:
    """Points of `metrics/get-history`; numbers that JSON lacks are texts there."""
    return Series(
        key,
        [float(point.get("step", 0)) for point in points],
        [float(point["value"]) for point in points],
        [float(point["timestamp"]) for point in points],
    )


def logged_model_of(document: dict[str, Any], experiment: str) -> LoggedModelContent:
    info, data = document["info"], document.get("data", {})
    return LoggedModelContent(
        id=str(info["model_id"]),
        experiment=experiment,
        run_id=info.get("source_run_id", ""),
        name=info.get("name", ""),
        model_type=info.get("model_type", ""),
        status=_MODEL_STATUSES.get(info.get("status", ""), "PENDING"),
        status_message=info.get("status_message", ""),
        params=pairs(data.get("params")),
        tags=pairs(info.get("tags")),
        metrics=[_model_metric(metric) for metric in data.get("metrics", [])],
    )


def model_of(document: dict[str, Any]) -> ModelContent:
    """A registered model with its aliases; MLflow keeps no history of their moves."""
    moves = [
        AliasMove(str(alias["alias"]), int(alias["version"]), "imported from MLflow")
        for alias in document.get("aliases", [])
    ]
    tags = pairs(document.get("tags"))
    return ModelContent(str(document["name"]), document.get("description", ""), tags, moves=moves)


def version_of(document: dict[str, Any], run_ids: set[str], logged_ids: set[str]) -> VersionContent:
    """A model version, and where its files are: a logged model, a folder of a run, or only its URI."""
    source = str(document.get("source", ""))
    run_id = str(document.get("run_id", ""))
    version = VersionContent(
        number=int(document["version"]),
        run_id=run_id if run_id in run_ids else "",
        foreign_run_id="" if run_id in run_ids else run_id,
        source=source,
        note=document.get("description", ""),
        run_link=document.get("run_link", ""),
        stage=_STAGES.get(document.get("current_stage", ""), ""),
        tags=pairs(document.get("tags")),
    )
    logged = document.get("model_id") or source.removeprefix("models:/")
    in_run = _RUN_URI.search(source)
    if logged in logged_ids:
        version.logged_model_id = logged
    elif in_run and in_run["run"] in run_ids:
        version.run_id, version.source_path = in_run["run"], in_run["path"].rstrip("/")
    return version


def pairs(listed: Any) -> dict[str, str]:
    """Params or tags as a mapping; MLflow leaves an empty value out."""
    return {str(pair["key"]): str(pair.get("value", "")) for pair in listed or []}


def _dataset(document: dict[str, Any]) -> dict[str, Any]:
    dataset = document["dataset"]
    fields = ("name", "digest", "source_type", "source", "schema", "profile")
    tags = [{"key": key, "value": value} for key, value in pairs(document.get("tags")).items()]
    return {**{name: str(dataset.get(name, "")) for name in fields}, "tags": tags}


def _model_metric(metric: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": str(metric["key"]),
        "value": float(metric["value"]),
        "time": str(int(metric.get("timestamp", 0))),
        "step": str(int(metric.get("step", 0))),
        "run_id": metric.get("run_id", ""),
        "dataset_name": metric.get("dataset_name", ""),
        "dataset_digest": metric.get("dataset_digest", ""),
    }


def _time(ms: Any) -> str:
    return time_text(float(ms)) if ms else ""
