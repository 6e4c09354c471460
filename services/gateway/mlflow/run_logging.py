"""Owns MLflow's routes that write to a run: metrics, params, tags. Does not keep or merge anything itself.

A batch of a thousand points becomes columns by one pass over it, and one call.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kit.errors import PlumbError
from plumbapi.experiments import v1 as pb
from services.gateway.mlflow import fields, links
from services.gateway.mlflow.asking import NOTHING, Asked, Route
from services.gateway.mlflow.errors import MlflowError, absent, invalid
from services.gateway.mlflow.fields import RUN_ID, missing, optional, required
from services.gateway.mlflow.run_documents import NOTE, PARENT, RUN_NAME
from services.gateway.mlflow.validation import (
    check_batch,
    check_metric_name,
    check_run_id,
    checked_param,
    checked_tag,
    invalid_value,
)

_MODELS = "mlflow.log-model.history"
# Keys of a point that says nothing about a logged model.
_PLAIN = 4

Pair = tuple[str, str]


async def log_metric(asked: Asked) -> Mapping[str, Any]:
    check_metric_name(asked["key"])
    point = dict(asked.fields)
    columns, about_models = as_columns([point], paths=False)
    await _log(asked, series=columns)
    await _log_model_metrics(asked, about_models)
    return NOTHING


async def log_batch(asked: Asked) -> Mapping[str, Any]:
    run_id = asked["run_id"]
    check_run_id(run_id)
    metrics, params, tags = asked.get("metrics", ()), asked.get("params", ()), asked.get("tags", ())
    columns, about_models = as_columns(metrics, paths=True)
    checked_params = [
        checked_param(_key(one, f"params[{index}]"), one.get("value") or "", f"params[{index}].")
        for index, one in enumerate(params)
    ]
    checked_tags = [
        checked_tag(_key(one, f"tags[{index}]"), one.get("value") or "", f"tags[{index}].")
        for index, one in enumerate(tags)
    ]
    check_batch(len(metrics), len(params), len(tags))
    _check_unique(checked_params)
    await _log(asked, series=columns, params=checked_params, tags=dict(checked_tags))
    await _log_model_metrics(asked, about_models)
    return NOTHING


async def log_param(asked: Asked) -> Mapping[str, Any]:
    await _log(asked, params=[checked_param(asked["key"], asked.get("value", ""))])
    return NOTHING


async def set_tag(asked: Asked) -> Mapping[str, Any]:
    key, value = checked_tag(asked["key"], asked.get("value", ""))
    await _log(asked, tags={key: value})
    return NOTHING


async def delete_tag(asked: Asked) -> Mapping[str, Any]:
    run_id, key = asked["run_id"], asked["key"]
    held = await asked.experiments.GetRun(pb.GetRunRequest(run_id=run_id))
    if all(tag.key != key for tag in held.tags):
        raise absent(f"No tag with name: {key} in run with id {run_id}")
    request = pb.UpdateRunRequest(run_id=run_id, remove_tags=[key])
    if key == NOTE:
        request.note = ""
    elif key == PARENT:
        request.parent_run_id = ""
    await asked.experiments.UpdateRun(request)
    return NOTHING


async def log_model(asked: Asked) -> Mapping[str, Any]:
    """What clients before logged models said of a model: kept in a tag, one after the other."""
    try:
        model = json.loads(asked["model_json"])
    except ValueError as error:
        text = f"Malformed model info. \n {asked['model_json']} \n is not a valid JSON."
        raise invalid(text) from error
    lacking = {"artifact_path", "flavors", "utc_time_created", "run_id"} - set(model)
    if lacking:
        raise invalid(f"Model json is missing mandatory fields: {lacking}")
    held = await asked.experiments.GetRun(pb.GetRunRequest(run_id=asked["run_id"]))
    known: list[Any] = next((json.loads(tag.value) for tag in held.tags if tag.key == _MODELS), [])
    await _log(asked, tags={_MODELS: json.dumps([*known, model])})
    return NOTHING


def as_columns(points: Sequence[Mapping[str, Any]], *, paths: bool) -> tuple[list[pb.Series], list[Mapping[str, Any]]]:
    """Points as series, and those of them that were measured with a logged model.

    `paths` says that messages name the place of a point in its batch.

    Raises:
        MlflowError: the first point that is not acceptable.
    """
    columns: dict[str, tuple[list[float], list[float], list[float]]] = {}
    about_models = []
    for index, point in enumerate(points):
        try:
            key, value, time = point["key"], point["value"], point["timestamp"]
            column = columns.get(key)
        except (KeyError, TypeError) as error:
            raise _wrong_point(point, index) from error
        if column is None:
            if not key or not isinstance(key, str):
                raise _wrong_point(point, index)
            check_metric_name(key, f"metrics[{index}].name" if paths else "name")
            column = columns[key] = ([], [], [])
        step = point.get("step") or 0
        if value.__class__ is not float or step.__class__ is not int or time.__class__ is not int or time < 0:
            step, value, time = _numbers(point, index, paths)
        column[0].append(step)
        column[1].append(value)
        column[2].append(time)
        if len(point) > _PLAIN and point.get("model_id"):
            about_models.append(point)
    return [
        pb.Series(key=key, steps=steps, values=values, times=times) for key, (steps, values, times) in columns.items()
    ], about_models


def _numbers(point: Mapping[str, Any], index: int, paths: bool) -> tuple[int, float, int]:
    path = f"metrics[{index}]." if paths else ""
    found: list[float] = []
    for name, parse in (("step", fields.integer), ("value", fields.double), ("timestamp", fields.integer)):
        given = point.get(name)
        if given in (None, ""):
            if name != "step":
                raise missing(f"{path}{name}")
            given = 0
        try:
            found.append(parse(given))
        except (ValueError, TypeError, OverflowError) as error:
            raise invalid_value(f"{path}{name}", given) from error
    step, value, time = int(found[0]), found[1], int(found[2])
    if time < 0:
        raise invalid_value(
            f"{path}timestamp",
            time,
            f"metric '{point['key']}' (value={value}). Timestamp must be a nonnegative long (64-bit integer) ",
        )
    return step, value, time


def _wrong_point(point: Mapping[str, Any], index: int) -> MlflowError:
    for name in ("key", "value", "timestamp"):
        if point.get(name) in (None, ""):
            return missing(f"metrics[{index}].{name}")
    return invalid_value(f"metrics[{index}].key", point["key"])


def _key(one: Mapping[str, Any], path: str) -> str:
    key = one.get("key")
    if key in (None, ""):
        raise missing(f"{path}.key")
    if not isinstance(key, str) or not isinstance(one.get("value") or "", str):
        raise invalid_value(path, dict(one))
    return key


def _check_unique(params: Sequence[Pair]) -> None:
    keys: set[str] = set()
    twice = []
    for key, _ in params:
        if key in keys:
            twice.append(key)
        keys.add(key)
    if twice:
        raise invalid(
            f"Duplicate parameter keys have been submitted: {twice}. Please ensure the request contains only one "
            "param value per param key."
        )


async def _log(
    asked: Asked, series: Sequence[pb.Series] = (), params: Sequence[Pair] = (), tags: Mapping[str, str] = NOTHING
) -> None:
    """One call for everything, and one before it where a tag says something that the run itself says too."""
    run_id = asked["run_id"]
    if tags:
        await _follow_tags(asked, tags)
    request = pb.LogRequest(run_id=run_id, series=series)
    for key, value in params:
        request.params.add(key=key, value=value)
    for key, value in tags.items():
        request.tags.add(key=key, value=value)
    try:
        await asked.experiments.Log(request)
    except PlumbError as error:
        if error.reason == "PARAM_IMMUTABLE":
            raise await _changed_param(asked, params) from error
        raise


async def _follow_tags(asked: Asked, tags: Mapping[str, str]) -> None:
    inputs = links.of_tags(tags)
    if inputs:
        await asked.experiments.AddInputs(pb.AddInputsRequest(run_id=asked["run_id"], inputs=inputs))
    request = pb.UpdateRunRequest(run_id=asked["run_id"])
    if tags.get(RUN_NAME):
        request.name = tags[RUN_NAME]
    if NOTE in tags:
        request.note = tags[NOTE]
    if PARENT in tags:
        request.parent_run_id = tags[PARENT]
    if len(request.ListFields()) > 1:
        await asked.experiments.UpdateRun(request)


async def _changed_param(asked: Asked, params: Sequence[Pair]) -> MlflowError:
    """The refusal of a param with another value than it has; a client shows both."""
    run_id = asked["run_id"]
    held = await asked.experiments.GetRun(pb.GetRunRequest(run_id=run_id))
    known = {one.key: one.value for one in held.params}
    changed = [
        {"key": key, "old_value": known[key], "new_value": value}
        for key, value in params
        if known.get(key, value) != value
    ]
    rule = "Changing param values is not allowed."
    if len(params) > 1 or "params" in asked.fields:
        return invalid(f"{rule} Params were already logged='{changed}' for run ID='{run_id}'.")
    key, value = params[0]
    return invalid(
        f"{rule} Param with key='{key}' was already logged with value='{known.get(key, '')}' for run ID='{run_id}'. "
        f"Attempted logging new value '{value}'."
    )


async def _log_model_metrics(asked: Asked, points: Sequence[Mapping[str, Any]]) -> None:
    by_model: dict[str, list[pb.ModelMetric]] = {}
    for point in points:
        by_model.setdefault(point["model_id"], []).append(
            pb.ModelMetric(
                key=point["key"],
                value=fields.double(point["value"]),
                time=fields.integer(point["timestamp"]),
                step=fields.integer(point.get("step") or 0),
                run_id=asked["run_id"],
                dataset_name=point.get("dataset_name") or "",
                dataset_digest=point.get("dataset_digest") or "",
            )
        )
    for model_id, metrics in by_model.items():
        await asked.experiments.LogModelMetrics(pb.LogModelMetricsRequest(logged_model_id=model_id, metrics=metrics))


_AT = "/api/2.0/mlflow/runs"

ROUTES = (
    Route(
        "POST",
        f"{_AT}/log-metric",
        log_metric,
        (
            RUN_ID,
            required("key"),
            required("value", fields.double),
            required("timestamp", fields.integer),
            optional("step", fields.integer),
            optional("model_id"),
            optional("dataset_name"),
            optional("dataset_digest"),
        ),
    ),
    Route(
        "POST",
        f"{_AT}/log-batch",
        log_batch,
        (
            RUN_ID,
            optional("metrics", fields.objects),
            optional("params", fields.objects),
            optional("tags", fields.objects),
        ),
    ),
    Route("POST", f"{_AT}/log-parameter", log_param, (RUN_ID, required("key"), optional("value"))),
    Route("POST", f"{_AT}/set-tag", set_tag, (RUN_ID, required("key"), optional("value"))),
    Route("POST", f"{_AT}/delete-tag", delete_tag, (RUN_ID, required("key"))),
    Route("POST", f"{_AT}/log-model", log_model, (RUN_ID, required("model_json"))),
)
