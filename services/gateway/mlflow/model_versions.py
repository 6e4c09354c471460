"""Owns MLflow's routes about model versions. Does not own their files, nor the models they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kit.errors import NotFound
from plumbapi.experiments import v1 as pb
from services.gateway.mlflow import fields, model_sources, registry_documents
from services.gateway.mlflow.asking import NOTHING, Asked, Handler, Route
from services.gateway.mlflow.encoding import as_params
from services.gateway.mlflow.errors import absent, invalid
from services.gateway.mlflow.experiments import shown_id_of
from services.gateway.mlflow.fields import Field, optional, required
from services.gateway.mlflow.logged_models import artifact_uri
from services.gateway.mlflow.registry_documents import check_model_name, check_tag, check_tags, most, version_number
from services.gateway.mlflow.validation import check_name

_MOST_RESULTS = 200_000
_DEFAULT_RESULTS = 10_000
_MOST_STEPS = 10
_ORDER = ("last_updated_timestamp DESC", "name ASC", "version_number DESC")


async def create(asked: Asked) -> Mapping[str, Any]:
    """A run that is not known here is kept by its id alone: clients register models of other servers too."""
    tags = asked.get("tags", [])
    check_model_name(asked["name"])
    check_tags(tags)
    source, run_id, model_id = await _origin(asked)
    model_sources.check(source, run_id, model_id)
    request = pb.CreateModelVersionRequest(
        model_id=asked["name"],
        source=source,
        run_id=run_id,
        logged_model_id=model_id,
        run_link=asked.get("run_link", ""),
        note=asked.get("description", ""),
        tags=as_params(tags),
    )
    if run_id and not await _is_known(asked, run_id):
        request.run_id, request.foreign_run_id = "", run_id
    return {"model_version": registry_documents.version(await asked.experiments.CreateModelVersion(request))}


async def get(asked: Asked) -> Mapping[str, Any]:
    return {"model_version": registry_documents.version(await _get(asked, asked["name"], _number(asked)))}


async def update(asked: Asked) -> Mapping[str, Any]:
    request = _change(asked)
    request.note = asked.get("description", "")
    return {"model_version": registry_documents.version(await asked.experiments.UpdateModelVersion(request))}


async def transition_stage(asked: Asked) -> Mapping[str, Any]:
    stage, archive = registry_documents.stage(asked["stage"]), asked.get("archive_existing_versions", False)
    if archive and stage not in (pb.ModelVersion.STAGING, pb.ModelVersion.PRODUCTION):
        raise invalid(
            "Model version transition cannot archive existing model versions because "
            f"'{asked['stage']}' is not an Active stage. Valid stages are ['Staging', 'Production']"
        )
    request = _change(asked)
    request.stage, request.archive_others = stage, archive
    return {"model_version": registry_documents.version(await asked.experiments.UpdateModelVersion(request))}


async def delete(asked: Asked) -> Mapping[str, Any]:
    request = pb.DeleteModelVersionRequest(model_id=asked["name"], version=_number(asked))
    await asked.experiments.DeleteModelVersion(request)
    return NOTHING


async def search(asked: Asked) -> Mapping[str, Any]:
    """Without aliases, as in MLflow."""
    wanted = asked.get("max_results", _DEFAULT_RESULTS)
    if wanted < 1:
        raise invalid(f"Invalid value for max_results. It must be a positive integer, but got {wanted}")
    page = await asked.experiments.SearchModelVersions(
        pb.SearchModelVersionsRequest(
            filter=asked.get("filter", ""),
            order_by=asked.get("order_by") or _ORDER,
            page_size=wanted,
            page_token=asked.get("page_token", ""),
        )
    )
    said: dict[str, Any] = {"model_versions": [registry_documents.version(one, ()) for one in page.versions]}
    if page.next_page_token:
        said["next_page_token"] = page.next_page_token
    return said


async def get_download_uri(asked: Asked) -> Mapping[str, Any]:
    """Where the files are: of a version registered from another one, where that one's are."""
    held = await _get(asked, asked.get("name", ""), _number(asked))
    for _ in range(_MOST_STEPS):
        named = model_sources.registered(held.source)
        if named is None:
            break
        held = await _get(asked, *named)
    model_id = model_sources.logged_model_id(held.source)
    if not model_id:
        return {"artifact_uri": held.source}
    request = pb.GetLoggedModelRequest(logged_model_id=model_id, include_deleted=True)
    logged = await asked.experiments.GetLoggedModel(request)
    return {"artifact_uri": artifact_uri(await shown_id_of(asked, logged.experiment_id), logged.id)}


async def set_tag(asked: Asked) -> Mapping[str, Any]:
    key, value = asked["key"], asked.get("value", "")
    check_tag(key, value)
    request = _change(asked)
    request.set_tags.add(key=key, value=value)
    await asked.experiments.UpdateModelVersion(request)
    return NOTHING


async def delete_tag(asked: Asked) -> Mapping[str, Any]:
    check_name(asked["key"], "key")
    request = _change(asked)
    request.remove_tags.append(asked["key"])
    await asked.experiments.UpdateModelVersion(request)
    return NOTHING


async def _origin(asked: Asked) -> tuple[str, str, str]:
    """Source, run and logged model; of a version registered from another one, those of the other."""
    source, run_id, model_id = asked["source"], asked.get("run_id", ""), asked.get("model_id", "")
    named = model_sources.registered(source)
    if named is None:
        return source, run_id, model_id
    try:
        held = await _get(asked, *named)
    except NotFound as error:
        raise absent(f"Registered Model with name={named[0]} not found") from error
    theirs = held.run_id or held.foreign_run_id
    if ("run_id" in asked.fields and run_id != theirs) or (
        "model_id" in asked.fields and model_id != held.logged_model_id
    ):
        raise invalid(
            f"Invalid model version source: '{source}'. The run_id and model_id request parameters must match the "
            "referenced model version."
        )
    return f"models:/{held.model_name}/{held.number}", theirs, held.logged_model_id


async def _is_known(asked: Asked, run_id: str) -> bool:
    try:
        await asked.experiments.GetRun(pb.GetRunRequest(run_id=run_id))
    except NotFound:
        return False
    return True


async def _get(asked: Asked, name: str, version: str) -> pb.ModelVersion:
    return await asked.experiments.GetModelVersion(pb.GetModelVersionRequest(model_id=name, version=version))


def _change(asked: Asked) -> pb.UpdateModelVersionRequest:
    return pb.UpdateModelVersionRequest(model_id=asked["name"], version=_number(asked))


def _number(asked: Asked) -> str:
    return version_number(asked.get("version", ""))


_AT = "/api/2.0/mlflow/model-versions"
_NAME, _VERSION = required("name"), required("version")


def _route(verb: str, name: str, handler: Handler, *declared: Field) -> Route:
    wordings = registry_documents.WORDINGS if name == "create" else registry_documents.OF_VERSIONS
    return Route(verb, f"{_AT}/{name}", handler, declared, wordings)


ROUTES = (
    _route(
        *("POST", "create", create, _NAME, required("source")),
        *(optional(name) for name in ("run_id", "run_link", "description", "model_id")),
        optional("tags", fields.tags),
    ),
    _route("GET", "get", get, _NAME, _VERSION),
    _route("PATCH", "update", update, _NAME, _VERSION, optional("description")),
    _route(
        *("POST", "transition-stage", transition_stage, _NAME, _VERSION, required("stage")),
        optional("archive_existing_versions", fields.boolean),
    ),
    _route("DELETE", "delete", delete, _NAME, _VERSION),
    _route(
        *("GET", "search", search, optional("filter")),
        optional("max_results", fields.integer, most(_MOST_RESULTS)),
        *(optional("order_by", fields.texts), optional("page_token")),
    ),
    _route("GET", "get-download-uri", get_download_uri, optional("name"), optional("version")),
    _route("POST", "set-tag", set_tag, _NAME, _VERSION, required("key"), optional("value")),
    _route("DELETE", "delete-tag", delete_tag, _NAME, _VERSION, required("key")),
)
