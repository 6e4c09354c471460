"""Owns where the searchable fields of runs and experiments are kept. Does not know the grammar."""

from __future__ import annotations

from services.experiments.search.compiler import Element, Target
from services.experiments.search.syntax import Entity

_INPUT = "EXISTS (SELECT FROM run_inputs i WHERE i.run_id = r.id AND {condition})"
_SOURCE = "EXISTS (SELECT FROM run_inputs i, unnest(i.sources) AS s(source) WHERE i.run_id = r.id AND {condition})"
_IMAGE_SET = (
    "EXISTS (SELECT FROM run_inputs i, unnest(i.image_sets) AS s(image_set) WHERE i.run_id = r.id AND {condition})"
)
_VERSION = "EXISTS (SELECT FROM run_inputs i WHERE i.run_id = r.id AND i.kind = 'DATASET_VERSION' AND {condition})"
_FOREIGN = "EXISTS (SELECT FROM run_datasets d WHERE d.run_id = r.id AND {condition})"
_USED_MODEL = "EXISTS (SELECT FROM run_inputs i WHERE i.run_id = r.id AND i.kind = 'MODEL_VERSION' AND {condition})"
_MADE_MODEL = (
    "EXISTS (SELECT FROM model_versions v JOIN models n ON n.id = v.model_id WHERE v.run_id = r.id AND {condition})"
)
# Clients of another platform know the default experiment as 0.
_SHOWN_EXPERIMENT = (
    "(SELECT CASE WHEN e.is_default THEN '0' ELSE e.id END FROM experiments e WHERE e.id = r.experiment_id)"
)


def _milliseconds(column: str) -> str:
    return f"floor(extract(epoch FROM {column}) * 1000)"


RUNS = Target(
    attributes={
        "run_id": "r.id",
        "run_name": "r.name",
        "user_id": "coalesce(nullif(r.user_name, ''), r.creator ->> 'name')",
        "status": "r.status",
        "artifact_uri": f"('mlflow-artifacts:/' || {_SHOWN_EXPERIMENT} || '/' || r.id || '/artifacts')",
        "kind": "r.kind",
        "note": "r.note",
        "creator": "(r.creator ->> 'name')",
        "creator_id": "(r.creator ->> 'member_id')",
        "experiment_id": "r.experiment_id",
        "experiment_name": "(SELECT e.name FROM experiments e WHERE e.id = r.experiment_id)",
        "parent_run_id": "r.parent_run_id",
        "forked_from_run_id": "r.forked_from_run_id",
        "job_id": "r.job_id",
        "error": "r.error",
        "start_time": _milliseconds("r.start_time"),
        "end_time": _milliseconds("r.end_time"),
        "duration": "extract(epoch FROM r.end_time - r.start_time)",
        "model": "",
    },
    pairs={Entity.PARAM: "r.params", Entity.TAG: "r.tags"},
    pair_aliases={
        (Entity.TAG, "mlflow.runName"): "nullif(r.name, '')",
        (Entity.TAG, "mlflow.parentRunId"): "nullif(r.parent_run_id, '')",
        (Entity.TAG, "mlflow.note.content"): "nullif(r.note, '')",
    },
    elements={
        (Entity.ATTRIBUTE, "model"): (
            Element(_USED_MODEL, "i.name"),
            Element(_MADE_MODEL, "(n.name || '@' || v.number)"),
        ),
        (Entity.DATASET, "name"): (
            Element(_FOREIGN, "d.name"),
            Element(_VERSION, "regexp_replace(i.name, '@v[0-9]+$', '')"),
        ),
        (Entity.DATASET, "digest"): (Element(_FOREIGN, "d.digest"), Element(_VERSION, "i.digest")),
        (Entity.DATASET, "context"): (Element(_FOREIGN, "(d.tags ->> 'mlflow.data.context')"),),
        (Entity.DATASET, "source"): (Element(_FOREIGN, "d.source"), Element(_SOURCE, "s.source")),
        (Entity.DATASET, "version"): (Element(_VERSION, "i.number"),),
        (Entity.INPUT, "kind"): (Element(_INPUT, "i.kind"),),
        (Entity.INPUT, "name"): (Element(_INPUT, "i.name"),),
        (Entity.INPUT, "digest"): (Element(_INPUT, "i.digest"),),
        (Entity.INPUT, "resource_id"): (Element(_INPUT, "i.resource_id"),),
        (Entity.INPUT, "number"): (Element(_INPUT, "i.number"),),
        (Entity.INPUT, "source"): (Element(_SOURCE, "s.source"),),
        (Entity.INPUT, "image_set"): (Element(_IMAGE_SET, "s.image_set"),),
    },
    metric="EXISTS (SELECT FROM metric_summaries m WHERE m.run_id = r.id AND m.key = {key} AND {condition})",
    spellings={"status": {"KILLED": "CANCELLED"}},
    times={"start_time": "r.start_time", "end_time": "r.end_time"},
    blank=frozenset({"parent_run_id", "forked_from_run_id", "job_id"}),
)

EXPERIMENTS = Target(
    attributes={
        "name": "e.name",
        "experiment_id": "e.id",
        "description": "e.description",
        "creator": "(e.creator ->> 'name')",
        "creation_time": _milliseconds("e.create_time"),
        "last_update_time": _milliseconds("e.update_time"),
    },
    pairs={Entity.TAG: "e.tags"},
    times={"creation_time": "e.create_time", "last_update_time": "e.update_time"},
)
