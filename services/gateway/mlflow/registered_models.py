"""Owns MLflow's routes about registered models and their aliases. Does not own their versions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from kit.errors import NotFound
from plumbapi.experiments import v1 as pb
from services.gateway.mlflow import fields, registry_documents
from services.gateway.mlflow.asking import NOTHING, Asked, Handler, Route
from services.gateway.mlflow.encoding import as_params
from services.gateway.mlflow.errors import absent, invalid
from services.gateway.mlflow.fields import Field, optional, required
from services.gateway.mlflow.registry_documents import check_model_name, check_tag, check_tags, most, version_number
from services.gateway.mlflow.validation import check_length, check_name

_MOST_RESULTS = 1000
_DEFAULT_RESULTS = 100
_ALIAS = re.compile(r"[\w\-]*")
_ALIAS_LIMIT = 255


async def create(asked: Asked) -> Mapping[str, Any]:
    name, tags = asked["name"], asked.get("tags", [])
    check_model_name(name)
    check_tags(tags)
    made = await asked.experiments.CreateModel(
        pb.CreateModelRequest(name=name, description=asked.get("description", ""), tags=as_params(_last(tags)))
    )
    return {"registered_model": registry_documents.model(made)}


async def rename(asked: Asked) -> Mapping[str, Any]:
    check_model_name(asked["new_name"], "new_name")
    request = pb.UpdateModelRequest(model_id=asked["name"], name=asked["new_name"])
    return {"registered_model": registry_documents.model(await asked.experiments.UpdateModel(request))}


async def update(asked: Asked) -> Mapping[str, Any]:
    request = pb.UpdateModelRequest(model_id=asked["name"], description=asked.get("description", ""))
    return {"registered_model": registry_documents.model(await asked.experiments.UpdateModel(request))}


async def delete(asked: Asked) -> Mapping[str, Any]:
    await asked.experiments.DeleteModel(pb.DeleteModelRequest(model_id=asked["name"]))
    return NOTHING


async def get(asked: Asked) -> Mapping[str, Any]:
    check_model_name(asked["name"])
    return {"registered_model": registry_documents.model(await _get(asked))}


async def search(asked: Asked) -> Mapping[str, Any]:
    page = await asked.experiments.ListModels(
        pb.ListModelsRequest(
            filter=asked.get("filter", ""),
            order_by=asked.get("order_by") or ["name ASC"],
            page_size=asked.get("max_results") or _DEFAULT_RESULTS,
            page_token=asked.get("page_token", ""),
        )
    )
    said: dict[str, Any] = {"registered_models": [registry_documents.model(one) for one in page.models]}
    if page.next_page_token:
        said["next_page_token"] = page.next_page_token
    return said


async def get_latest_versions(asked: Asked) -> Mapping[str, Any]:
    """The newest version of each stage that is asked for, by default of all."""
    held = await _get(asked)
    stages = {registry_documents.stage(one) for one in asked.get("stages", [])}
    found = [one for one in held.latest_versions if not stages or one.stage in stages]
    return {"model_versions": [registry_documents.version(one) for one in found]}


async def set_tag(asked: Asked) -> Mapping[str, Any]:
    check_model_name(asked["name"])
    key, value = asked["key"], asked.get("value", "")
    check_tag(key, value)
    tag = pb.Param(key=key, value=value)
    await asked.experiments.UpdateModel(pb.UpdateModelRequest(model_id=asked["name"], set_tags=[tag]))
    return NOTHING


async def delete_tag(asked: Asked) -> Mapping[str, Any]:
    check_name(asked["key"], "key")
    await asked.experiments.UpdateModel(pb.UpdateModelRequest(model_id=asked["name"], remove_tags=[asked["key"]]))
    return NOTHING


async def set_alias(asked: Asked) -> Mapping[str, Any]:
    alias = asked["alias"]
    _check_alias(alias)
    if alias.lower() == "latest":
        raise invalid("'latest' alias name (case insensitive) is reserved.")
    if re.fullmatch(r"[vV]\d+", alias):
        raise invalid(f"Version alias name '{alias}' is reserved.")
    number = int(version_number(asked["version"]))
    await asked.experiments.SetAlias(pb.SetAliasRequest(model_id=asked["name"], alias=alias, version=number))
    return NOTHING


async def delete_alias(asked: Asked) -> Mapping[str, Any]:
    """An alias that the model does not have is no error, a model that is not there is one."""
    _check_alias(asked["alias"])
    held = await _get(asked)
    with suppress(NotFound):
        await asked.experiments.DeleteAlias(pb.DeleteAliasRequest(model_id=held.id, alias=asked["alias"]))
    return NOTHING


async def get_by_alias(asked: Asked) -> Mapping[str, Any]:
    alias = asked["alias"]
    _check_alias(alias)
    if alias.lower() == "latest":
        newest = max((await _get(asked)).latest_versions, key=lambda one: one.number, default=None)
        if newest is None:
            raise absent(f"Latest version not found for model {asked['name']}.")
        return {"model_version": registry_documents.version(newest)}
    if alias.isdecimal():
        # the service would read it as a number
        await _get(asked)
        raise invalid(f"Registered model alias {alias} not found.")
    request = pb.GetModelVersionRequest(model_id=asked["name"], version=alias)
    return {"model_version": registry_documents.version(await asked.experiments.GetModelVersion(request))}


async def _get(asked: Asked) -> pb.Model:
    return await asked.experiments.GetModel(pb.GetModelRequest(model_id=asked["name"]))


def _check_alias(alias: str) -> None:
    if not _ALIAS.fullmatch(alias):
        raise invalid(
            f"Invalid alias name: '{alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-)."
        )
    check_length("Registered model alias name", _ALIAS_LIMIT, alias)


def _last(tags: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of a key given twice the last value counts."""
    return list({one.get("key"): one for one in tags}.values())


_AT = "/api/2.0/mlflow/registered-models"
_NAME, _TAGS = required("name"), optional("tags", fields.tags)
_LATEST = (_NAME, optional("stages", fields.texts))


def _route(verb: str, name: str, handler: Handler, *declared: Field) -> Route:
    return Route(verb, f"{_AT}/{name}", handler, declared, registry_documents.WORDINGS)


ROUTES = (
    _route("POST", "create", create, _NAME, _TAGS, optional("description")),
    _route("POST", "rename", rename, _NAME, required("new_name")),
    _route("PATCH", "update", update, _NAME, optional("description")),
    _route("DELETE", "delete", delete, _NAME),
    _route("GET", "get", get, _NAME),
    _route(
        *("GET", "search", search, optional("filter")),
        optional("max_results", fields.integer, most(_MOST_RESULTS)),
        *(optional("order_by", fields.texts), optional("page_token")),
    ),
    _route("GET", "get-latest-versions", get_latest_versions, *_LATEST),
    _route("POST", "get-latest-versions", get_latest_versions, *_LATEST),
    _route("POST", "set-tag", set_tag, _NAME, required("key"), optional("value")),
    _route("DELETE", "delete-tag", delete_tag, _NAME, required("key")),
    Route(
        *("POST", f"{_AT}/alias", set_alias, (_NAME, required("alias"), required("version"))),
        registry_documents.OF_VERSIONS,
    ),
    _route("DELETE", "alias", delete_alias, _NAME, required("alias")),
    _route("GET", "alias", get_by_alias, _NAME, required("alias")),
)
