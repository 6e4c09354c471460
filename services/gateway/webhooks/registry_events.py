"""Owns the events of the model registry as MLflow's webhooks name and describe them. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# what MLflow's own documentation shows, and its test sends
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "registered_model.created": {
        "name": "example_model",
        "tags": {"example_key": "example_value"},
        "description": "An example registered model",
    },
    "model_version.created": {
        "name": "example_model",
        "version": "1",
        "source": "models:/123",
        "run_id": "abcd1234abcd5678",
        "tags": {"example_key": "example_value"},
        "description": "An example model version",
    },
    "model_version_tag.set": {
        "name": "example_model",
        "version": "1",
        "key": "example_key",
        "value": "example_value",
    },
    "model_version_tag.deleted": {"name": "example_model", "version": "1", "key": "example_key"},
    "model_version_alias.created": {"name": "example_model", "alias": "example_alias", "version": "1"},
    "model_version_alias.deleted": {"name": "example_model", "alias": "example_alias"},
}


@dataclass(frozen=True, slots=True)
class RegistryEvent:
    """`name` is `<entity>.<action>`, `id` the same whenever it is made of the same event of ours."""

    id: str
    name: str
    payload: dict[str, Any]


def of(event: Mapping[str, Any]) -> list[RegistryEvent]:
    """What MLflow would tell about an event of the feed: usually nothing, or one; one for each tag."""
    translate = _TRANSLATIONS.get(event["type"])
    found = translate(event.get("data") or {}) if translate else ()
    whole = uuid.UUID(event["id"].rpartition("_")[2])
    return [
        RegistryEvent(str(uuid.uuid5(whole, str(index))), name, envelope(name, event["time"], data))
        for index, (name, data) in enumerate(found)
    ]


def envelope(name: str, time: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The body that MLflow sends about an event."""
    entity, action = name.split(".")
    return {"entity": entity, "action": action, "timestamp": time, "data": dict(data)}


Named = Iterator[tuple[str, dict[str, Any]]]


def _model_created(data: Mapping[str, Any]) -> Named:
    yield (
        "registered_model.created",
        {"name": data["name"], "tags": _tags(data), "description": data.get("description") or ""},
    )


def _version_created(data: Mapping[str, Any]) -> Named:
    yield (
        "model_version.created",
        {
            "name": data["name"],
            "version": str(data["number"]),
            "source": data.get("source") or "",
            "run_id": data.get("run_id") or None,
            "tags": _tags(data),
            "description": data.get("note") or None,
        },
    )


def _alias_set(data: Mapping[str, Any]) -> Named:
    what = {"name": data["name"], "alias": data["alias"], "version": str(data["new_version"])}
    yield "model_version_alias.created", what


def _alias_deleted(data: Mapping[str, Any]) -> Named:
    yield "model_version_alias.deleted", {"name": data["name"], "alias": data["alias"]}


def _version_updated(data: Mapping[str, Any]) -> Named:
    what = {"name": data["name"], "version": str(data["number"])}
    for key, value in (data.get("set_tags") or {}).items():
        yield "model_version_tag.set", {**what, "key": key, "value": value}
    for key in data.get("remove_tags") or ():
        yield "model_version_tag.deleted", {**what, "key": key}


def _tags(data: Mapping[str, Any]) -> dict[str, str]:
    return dict(data.get("tags") or {})


_TRANSLATIONS: Mapping[str, Callable[[Mapping[str, Any]], Named]] = {
    "plumb.experiments.model.created.v1": _model_created,
    "plumb.experiments.model_version.created.v1": _version_created,
    "plumb.experiments.model_version.updated.v1": _version_updated,
    "plumb.experiments.alias.set.v1": _alias_set,
    "plumb.experiments.alias.deleted.v1": _alias_deleted,
}
