"""Owns MLflow's routes about logged models. Does not carry their files (`artifacts.py`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kit.errors import PlumbError
from plumbapi.experiments import v1 as pb
from services.gateway.mlflow import artifacts, fields, places
from services.gateway.mlflow.asking import NOTHING, Asked, Handler, Route
from services.gateway.mlflow.encoding import as_params, milliseconds, number, pairs
from services.gateway.mlflow.errors import MlflowError, Wording, absent, invalid
from services.gateway.mlflow.experiments import shown_id_of
from services.gateway.mlflow.fields import Field, optional, required
from services.gateway.mlflow.names import random_name
from services.gateway.mlflow.places import Place

_DEFAULT_RESULTS = 100
_MOST_RESULTS = 1000
_STATUSES = {
    "LOGGED_MODEL_PENDING": pb.LoggedModel.PENDING,
    "LOGGED_MODEL_READY": pb.LoggedModel.READY,
    "LOGGED_MODEL_UPLOAD_FAILED": pb.LoggedModel.FAILED,
}
_STATUS_WORDS = {status: word for word, status in _STATUSES.items()}
_NOT_IN_NAMES = ("/", ":", ".", "%", '"', "'")
# The versions that were registered from a logged model, as MLflow writes them to its tags.
_VERSIONS_TAG = "mlflow.modelVersions"


async def create(asked: Asked) -> Mapping[str, Any]:
    name = asked.get("name", "")
    if any(one in name for one in _NOT_IN_NAMES):
        raise invalid(
            f"Invalid model name ({name!r}) provided. Model name must be a non-empty string and cannot contain the "
            f"following characters: {_NOT_IN_NAMES}"
        )
    request = pb.CreateLoggedModelRequest(
        experiment_id=asked["experiment_id"],
        name=name or random_name(),
        model_type=asked.get("model_type", ""),
        source_run_id=asked.get("source_run_id", ""),
        params=as_params(asked.get("params", [])),
        tags=as_params(asked.get("tags", [])),
    )
    return {"model": await _document(asked, await asked.experiments.CreateLoggedModel(request))}


async def get(asked: Asked) -> Mapping[str, Any]:
    request = pb.GetLoggedModelRequest(
        logged_model_id=asked["model_id"], include_deleted=asked.get("allow_deleted", False)
    )
    return {"model": await _document(asked, await asked.experiments.GetLoggedModel(request))}


async def finalize(asked: Asked) -> Mapping[str, Any]:
    request = pb.UpdateLoggedModelRequest(logged_model_id=asked["model_id"], status=asked["status"])
    return {"model": await _document(asked, await asked.experiments.UpdateLoggedModel(request))}


async def delete(asked: Asked) -> Mapping[str, Any]:
    await asked.experiments.DeleteLoggedModel(pb.DeleteLoggedModelRequest(logged_model_id=asked["model_id"]))
    return NOTHING


async def search(asked: Asked) -> Mapping[str, Any]:
    """Metrics in the order count from the data set that the order names first."""
    given = asked.get("datasets", [])
    if any(not one.get("dataset_name") for one in given):
        raise invalid("`dataset_name` in the `datasets` clause must be specified.")
    orders = asked.get("order_by", [])
    ranked: Mapping[str, Any] = next((one for one in orders if one.get("dataset_name")), {})
    request = pb.ListLoggedModelsRequest(
        experiment_ids=asked["experiment_ids"],
        filter=asked.get("filter", ""),
        order_by=[_order(one) for one in orders],
        dataset_names=[one["dataset_name"] for one in given],
        dataset_digests=[one.get("dataset_digest") or "" for one in given],
        order_dataset_name=ranked.get("dataset_name") or "",
        order_dataset_digest=ranked.get("dataset_digest") or "",
        page_size=asked.get("max_results") or _DEFAULT_RESULTS,
        page_token=asked.get("page_token", ""),
    )
    page = await asked.experiments.ListLoggedModels(request)
    said: dict[str, Any] = {"models": [await _document(asked, one) for one in page.logged_models]}
    if page.next_page_token:
        said["next_page_token"] = page.next_page_token
    return said


async def set_tags(asked: Asked) -> Mapping[str, Any]:
    request = pb.UpdateLoggedModelRequest(logged_model_id=asked["model_id"], set_tags=as_params(asked.get("tags", [])))
    await asked.experiments.UpdateLoggedModel(request)
    return NOTHING


async def delete_tag(asked: Asked) -> Mapping[str, Any]:
    model_id, key = asked["model_id"], asked["tag_key"]
    held = await asked.experiments.GetLoggedModel(pb.GetLoggedModelRequest(logged_model_id=model_id))
    if all(tag.key != key for tag in held.tags):
        raise absent(f"No tag with key {key!r} found for model with ID {model_id!r}.")
    await asked.experiments.UpdateLoggedModel(pb.UpdateLoggedModelRequest(logged_model_id=model_id, remove_tags=[key]))
    return NOTHING


async def log_params(asked: Asked) -> Mapping[str, Any]:
    request = pb.UpdateLoggedModelRequest(logged_model_id=asked["model_id"], params=as_params(asked.get("params", [])))
    await asked.experiments.UpdateLoggedModel(request)
    return NOTHING


async def list_artifacts(asked: Asked) -> Mapping[str, Any]:
    """Paths relative to the logged model's own folder."""
    path = places.safe(asked.get("artifact_directory_path", ""))
    request = pb.GetLoggedModelRequest(logged_model_id=asked["model_id"])
    held = await asked.experiments.GetLoggedModel(request)
    files = await artifacts.children(asked, Place(held.id, path), prefix=f"{path}/" if path else "")
    return {"files": files, "root_uri": artifact_uri(await shown_id_of(asked, held.experiment_id), held.id)}


def artifact_uri(experiment_id: str, model_id: str) -> str:
    """Where clients find a logged model's files: at this server."""
    return f"mlflow-artifacts:/{experiment_id}/models/{model_id}/artifacts"


def status(value: Any) -> pb.LoggedModel.Status:
    """The kind of a field: a status by its name or, as MLflow also writes it, by its number."""
    if isinstance(value, str) and value in _STATUSES:
        return _STATUSES[value]
    return list(_STATUSES.values())[fields.integer(value) - 1]


async def _document(asked: Asked, held: pb.LoggedModel) -> dict[str, Any]:
    """A logged model as MLflow describes it."""
    experiment_id = await shown_id_of(asked, held.experiment_id)
    tags = pairs(held.tags)
    if held.registrations:
        registered = [{"name": one.model_name, "version": one.version} for one in held.registrations]
        tags.append({"key": _VERSIONS_TAG, "value": json.dumps(registered)})
    told = {"status_message": held.status_message} if held.status_message else {}
    return {
        "info": told
        | {
            "model_id": held.id,
            "experiment_id": experiment_id,
            "name": held.name,
            "creation_timestamp_ms": milliseconds(held.create_time),
            "last_updated_timestamp_ms": milliseconds(held.update_time),
            "artifact_uri": artifact_uri(experiment_id, held.id),
            "status": _STATUS_WORDS[held.status],
            "model_type": held.model_type,
            "source_run_id": held.source_run_id,
            "tags": tags,
        },
        "data": {"params": pairs(held.params), "metrics": [_metric(one, held.id) for one in held.metrics]},
    }


def _metric(one: pb.ModelMetric, model_id: str) -> dict[str, Any]:
    return {
        "key": one.key,
        "value": number(one.value),
        "timestamp": one.time,
        "step": one.step,
        "dataset_name": one.dataset_name,
        "dataset_digest": one.dataset_digest,
        "model_id": model_id,
        "run_id": one.run_id,
    }


def _order(one: Mapping[str, Any]) -> str:
    name = one.get("field_name") or ""
    entity, dot, key = name.partition(".")
    if not dot:
        field = name
    elif entity == "metrics":
        field = f"metrics.`{key}`"
    else:
        raise invalid(f"Invalid order by field name: {name}. Only metrics are supported.")
    return f"{field} {'ASC' if one.get('ascending', True) else 'DESC'}"


def _model_absent(_error: PlumbError, given: Mapping[str, Any]) -> MlflowError:
    return absent(f"Logged model with ID '{given.get('model_id', '')}' not found.")


_WORDINGS: Mapping[str, Wording] = {"LOGGED_MODEL_NOT_FOUND": _model_absent}
_AT = "/api/2.0/mlflow/logged-models"


def _route(verb: str, path: str, handler: Handler, *declared: Field) -> Route:
    return Route(verb, f"{_AT}{path}", handler, declared, _WORDINGS)


ROUTES: Sequence[Route] = (
    _route(
        *("POST", "", create, required("experiment_id")),
        *(optional(name) for name in ("name", "model_type", "source_run_id")),
        *(optional("params", fields.tags), optional("tags", fields.tags)),
    ),
    _route(
        *("POST", "/search", search, required("experiment_ids", fields.texts), optional("filter")),
        *(optional("datasets", fields.objects), optional("order_by", fields.objects)),
        *(optional("max_results", fields.integer), optional("page_token")),
    ),
    _route("GET", "/{model_id}", get, optional("allow_deleted", fields.boolean)),
    _route("PATCH", "/{model_id}", finalize, required("status", status)),
    _route("DELETE", "/{model_id}", delete),
    _route("PATCH", "/{model_id}/tags", set_tags, optional("tags", fields.tags)),
    _route("DELETE", "/{model_id}/tags/{tag_key}", delete_tag),
    _route("POST", "/{model_id}/params", log_params, optional("params", fields.tags)),
    _route("GET", "/{model_id}/artifacts/directories", list_artifacts, optional("artifact_directory_path")),
)
