"""Owns which fields of the model registry can be searched, and where they are kept. Does not know the grammar."""

from __future__ import annotations

from services.experiments.search.compiler import Element, Target
from services.experiments.search.schema import Kind, Schema
from services.experiments.search.syntax import Entity

_TIMES = {
    **dict.fromkeys(("last_updated_timestamp", "last_updated_time", "timestamp"), "update_time"),
    **dict.fromkeys(("creation_timestamp", "creation_time"), "create_time"),
}

MODELS = Schema(
    attributes={
        **dict.fromkeys(("name", "model_id", "description", "creator", "alias"), Kind.TEXT),
        **dict.fromkeys(("create_time", "update_time", "latest_version"), Kind.NUMBER),
    },
    aliases={**_TIMES, "id": "model_id"},
    free={Entity.TAG: Kind.EITHER},
)

VERSIONS = Schema(
    attributes={
        **dict.fromkeys(("name", "model_id", "run_id", "source", "digest", "logged_model_id", "note"), Kind.TEXT),
        **dict.fromkeys(("stage", "status", "creator", "alias"), Kind.TEXT),
        **dict.fromkeys(("number", "create_time", "update_time"), Kind.NUMBER),
    },
    aliases={
        **_TIMES,
        **dict.fromkeys(("version", "version_number"), "number"),
        "source_path": "source",
        "current_stage": "stage",
        "description": "note",
    },
    free={Entity.TAG: Kind.EITHER},
)

LOGGED_MODELS = Schema(
    attributes={
        **dict.fromkeys(("name", "logged_model_id", "model_type", "status", "source_run_id"), Kind.TEXT),
        **dict.fromkeys(("experiment_id", "creator"), Kind.TEXT),
        **dict.fromkeys(("create_time", "update_time"), Kind.NUMBER),
    },
    aliases={
        **_TIMES,
        **dict.fromkeys(("model_id", "id"), "logged_model_id"),
        "creation_timestamp_ms": "create_time",
        "last_updated_timestamp_ms": "update_time",
    },
    free={Entity.METRIC: Kind.NUMBER, Entity.PARAM: Kind.EITHER, Entity.TAG: Kind.EITHER},
)


def _milliseconds(column: str) -> str:
    return f"floor(extract(epoch FROM {column}) * 1000)"


_ALIAS_OF_MODEL = "EXISTS (SELECT FROM aliases a WHERE a.model_id = r.id AND {condition})"
_ALIAS_OF_VERSION = (
    "EXISTS (SELECT FROM aliases a WHERE a.model_id = r.model_id AND a.version = r.number AND {condition})"
)

# MLflow's clients ask in every search that what they find is no prompt; what is not tagged as one is none.
_PROMPT = {(Entity.TAG, "mlflow.prompt.is_prompt"): "coalesce(r.tags ->> 'mlflow.prompt.is_prompt', 'false')"}

MODEL_ROWS = Target(
    attributes={
        "name": "r.name",
        "model_id": "r.id",
        "description": "r.description",
        "creator": "(r.creator ->> 'name')",
        "latest_version": "r.latest_version",
        "create_time": _milliseconds("r.create_time"),
        "update_time": _milliseconds("r.update_time"),
        "alias": "",
    },
    pairs={Entity.TAG: "r.tags"},
    pair_aliases=_PROMPT,
    elements={(Entity.ATTRIBUTE, "alias"): (Element(_ALIAS_OF_MODEL, "a.name"),)},
    times={"create_time": "r.create_time", "update_time": "r.update_time"},
)

VERSION_ROWS = Target(
    attributes={
        "name": "n.name",
        "model_id": "r.model_id",
        "run_id": "coalesce(r.run_id, nullif(r.foreign_run_id, ''))",
        "source": "r.source",
        "digest": "r.digest",
        "logged_model_id": "r.logged_model_id",
        "note": "r.note",
        "stage": "r.stage",
        "status": "r.status",
        "creator": "(r.creator ->> 'name')",
        "number": "r.number",
        "create_time": _milliseconds("r.create_time"),
        "update_time": _milliseconds("r.update_time"),
        "alias": "",
    },
    pairs={Entity.TAG: "r.tags"},
    pair_aliases=_PROMPT,
    elements={(Entity.ATTRIBUTE, "alias"): (Element(_ALIAS_OF_VERSION, "a.name"),)},
    spellings={"stage": {"None": "STAGE_UNSPECIFIED", "Staging": "STAGING", "Production": "PRODUCTION"}},
    times={"create_time": "r.create_time", "update_time": "r.update_time"},
)


def logged_model_rows(measured: str) -> Target:
    """Logged models; `measured` is SQL with the measurements that count, as `model_metrics` has them."""
    return Target(
        attributes={
            "name": "r.name",
            "logged_model_id": "r.id",
            "model_type": "r.model_type",
            "status": "r.status",
            "source_run_id": "r.source_run_id",
            "experiment_id": "r.experiment_id",
            "creator": "(r.creator ->> 'name')",
            "create_time": _milliseconds("r.create_time"),
            "update_time": _milliseconds("r.update_time"),
        },
        pairs={Entity.PARAM: "r.params", Entity.TAG: "r.tags"},
        metric=f"EXISTS (SELECT FROM ({measured}) m WHERE m.key = {{key}} AND {{condition}})",
        spellings={"status": {"UPLOAD_FAILED": "FAILED", "LOGGED_MODEL_READY": "READY"}},
        times={"create_time": "r.create_time", "update_time": "r.update_time"},
    )
