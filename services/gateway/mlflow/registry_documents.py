"""Owns models and versions as MLflow describes them, and its words for refusals of the registry. Answers no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kit.errors import PlumbError
from plumbapi.experiments import v1 as pb
from services.gateway.mlflow.encoding import milliseconds, pairs
from services.gateway.mlflow.errors import EXISTS, MlflowError, Wording, absent, invalid
from services.gateway.mlflow.validation import KEY_LIMIT, REGISTRY_TAG_LIMIT, check_length, check_name

STAGES = {
    "none": pb.ModelVersion.STAGE_UNSPECIFIED,
    "staging": pb.ModelVersion.STAGING,
    "production": pb.ModelVersion.PRODUCTION,
    "archived": pb.ModelVersion.ARCHIVED,
}
_STAGE_WORDS = {number: name.capitalize() for name, number in STAGES.items()}
_STATUS_WORDS = {
    pb.ModelVersion.READY: "READY",
    pb.ModelVersion.PENDING: "PENDING_REGISTRATION",
    pb.ModelVersion.FAILED: "FAILED_REGISTRATION",
}


def model(held: pb.Model) -> dict[str, Any]:
    """A registered model; its newest versions say nothing of their aliases, as in MLflow."""
    told = {"description": held.description} if held.description else {}
    return told | {
        "name": held.name,
        "creation_timestamp": milliseconds(held.create_time),
        "last_updated_timestamp": milliseconds(held.update_time),
        "latest_versions": [version(one, ()) for one in held.latest_versions],
        "tags": pairs(held.tags),
        "aliases": [{"alias": one.name, "version": str(one.version)} for one in held.aliases],
    }


def version(held: pb.ModelVersion, aliases: Sequence[str] | None = None) -> dict[str, Any]:
    """A model version; `aliases` in the place of its own."""
    told = {"status_message": held.status_message} if held.status_message else {}
    return told | {
        "name": held.model_name,
        "version": str(held.number),
        "creation_timestamp": milliseconds(held.create_time),
        "last_updated_timestamp": milliseconds(held.update_time),
        "current_stage": _STAGE_WORDS[held.stage],
        "description": held.note,
        "source": held.source,
        "run_id": held.run_id or held.foreign_run_id,
        "status": _STATUS_WORDS[held.status],
        "tags": pairs(held.tags),
        "run_link": held.run_link,
        "aliases": list(held.aliases if aliases is None else aliases),
    }


def stage(name: str) -> pb.ModelVersion.Stage:
    """A stage by its name in any case; raises MlflowError."""
    if name.lower() not in STAGES:
        known = ", ".join(_STAGE_WORDS[one] for one in STAGES.values())
        raise invalid(f"Invalid Model Version stage: {name}. Value must be one of {known}.")
    return STAGES[name.lower()]


def version_number(text: str) -> str:
    """A version as the service addresses it; raises MlflowError for what is no number."""
    try:
        return str(int(text))
    except ValueError as error:
        raise invalid(f"Parameter 'version' must be an integer, got '{text}'.") from error


def check_model_name(name: str, field: str = "name") -> None:
    """Raises MlflowError."""
    if not name.strip():
        raise invalid(f"Missing value for required parameter '{field}'.")
    if {"/", ":"} & set(name):
        raise invalid(f"Invalid model name '{name}'. Names cannot contain '/' or ':'.")


def check_tag(key: str, value: str) -> None:
    """Raises MlflowError."""
    check_name(key, "key")
    check_length("key", KEY_LIMIT, key)
    check_length("value", REGISTRY_TAG_LIMIT, value)


def check_tags(tags: Sequence[Mapping[str, Any]]) -> None:
    """Raises MlflowError."""
    for one in tags:
        check_tag(one.get("key") or "", one.get("value") or "")


def most(limit: int) -> Any:
    """A check of the size of a page."""

    def check(value: int) -> str | None:
        if value <= limit:
            return None
        return f"Invalid value {value} for parameter 'max_results' supplied:  Hint: Value was of type 'int'."

    return check


def _model_absent(_error: PlumbError, fields: Mapping[str, Any]) -> MlflowError:
    return absent(f"Registered Model with name={fields.get('name', '')} not found")


def _model_exists(_error: PlumbError, fields: Mapping[str, Any]) -> MlflowError:
    name = fields.get("new_name") or fields.get("name", "")
    return MlflowError(EXISTS, f"Registered Model (name={name}) already exists.")


def _version_absent(_error: PlumbError, fields: Mapping[str, Any]) -> MlflowError:
    if "alias" in fields and "version" not in fields:
        return invalid(f"Registered model alias {fields['alias']} not found.")
    return absent(f"Model Version (name={fields.get('name', '')}, version={fields.get('version', '')}) not found")


WORDINGS: Mapping[str, Wording] = {
    "MODEL_NOT_FOUND": _model_absent,
    "MODEL_EXISTS": _model_exists,
    "MODEL_VERSION_NOT_FOUND": _version_absent,
}
# Where a version is asked for, MLflow does not say that its model is absent already.
OF_VERSIONS: Mapping[str, Wording] = {**WORDINGS, "MODEL_NOT_FOUND": _version_absent}
