"""Owns MLflow's routes about what runs were computed from and what they made: datasets and logged models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from plumbapi.experiments import v1 as pb
from services.gateway.mlflow import fields, links
from services.gateway.mlflow.asking import NOTHING, Asked, Route
from services.gateway.mlflow.encoding import as_params
from services.gateway.mlflow.errors import invalid
from services.gateway.mlflow.experiments import shown_id_of
from services.gateway.mlflow.fields import RUN_ID, Field, optional
from services.gateway.mlflow.validation import check_length, check_run_id

_LIMITS = {"name": 500, "digest": 36, "source": 65_535, "schema": 1_048_575, "profile": 16_777_215}
_INPUT_TAG_LIMITS = {"key": 255, "value": 500}
_CONTEXT = "mlflow.data.context"
_MOST_SUMMARIES = 1000
_MOST_EXPERIMENTS = 20
_PAGE = 1000


async def log_inputs(asked: Asked) -> Mapping[str, Any]:
    """A dataset whose source is a version of ours becomes an input too, with the digest that its owner knows."""
    run_id = asked["run_id"]
    check_run_id(run_id)
    datasets = [_dataset(one) for one in asked.get("datasets", ())]
    public_url = asked.app.settings.public_url
    ours = [found for one in datasets if (found := links.of_source(one.source, public_url))]
    if ours:
        await asked.experiments.AddInputs(pb.AddInputsRequest(run_id=run_id, inputs=ours))
    if datasets:
        await asked.experiments.AddDatasets(pb.AddDatasetsRequest(run_id=run_id, datasets=datasets))
    models = _models(asked.get("models", ()))
    if models:
        await asked.experiments.AddModelLinks(pb.AddModelLinksRequest(run_id=run_id, inputs=models))
    return NOTHING


async def log_outputs(asked: Asked) -> Mapping[str, Any]:
    models = _models(asked["models"])
    await asked.experiments.AddModelLinks(pb.AddModelLinksRequest(run_id=asked["run_id"], outputs=models))
    return NOTHING


async def search_datasets(asked: Asked) -> Mapping[str, Any]:
    """The different datasets of the runs of some experiments."""
    experiment_ids = asked.get("experiment_ids", [])
    if not experiment_ids:
        raise invalid("SearchDatasets request must specify at least one experiment_id.")
    if len(experiment_ids) > _MOST_EXPERIMENTS:
        raise invalid(
            f"SearchDatasets request cannot specify more than {_MOST_EXPERIMENTS} experiment_ids. "
            f"Received {len(experiment_ids)} experiment_ids."
        )
    request = pb.ListRunsRequest(
        experiment_ids=experiment_ids,
        filter="dataset.name LIKE '%'",
        view=pb.Lifecycle.ALL,
        form=pb.ListRunsRequest.TABLE,
        page_size=_PAGE,
    )
    found: dict[tuple[str, str, str, str], None] = {}
    while len(found) < _MOST_SUMMARIES:
        page = await asked.experiments.ListRuns(request)
        for row in page.table.links:
            experiment_id = page.table.experiment_ids[row.row]
            found.update({(experiment_id, one.name, one.digest, _context(one)): None for one in row.datasets})
        request.page_token = page.next_page_token
        if not request.page_token:
            break
    return {
        "dataset_summaries": [
            {
                "experiment_id": await shown_id_of(asked, experiment_id),
                "name": name,
                "digest": digest,
                **({"context": context} if context else {}),
            }
            for experiment_id, name, digest, context in list(found)[:_MOST_SUMMARIES]
        ]
    }


def _dataset(given: Mapping[str, Any]) -> pb.RunDataset:
    described = given.get("dataset")
    if not isinstance(described, dict):
        raise invalid("Dataset cannot be None")
    facts = {name: _text(described.get(name), name) for name in ("name", "digest", "source_type", "source")}
    facts |= {name: _text(described.get(name), name) for name in ("schema", "profile")}
    for name, limit in _LIMITS.items():
        check_length(name, limit, facts[name])
    tags = fields.tags(given.get("tags") or [])
    for tag in tags:
        for name, limit in _INPUT_TAG_LIMITS.items():
            check_length(name, limit, tag.get(name) or "")
    return pb.RunDataset(**facts, tags=as_params(tags))


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid(f"Dataset {name} must be a text")
    return value


def _models(given: Sequence[Mapping[str, Any]]) -> list[pb.ModelLink]:
    return [
        pb.ModelLink(logged_model_id=one.get("model_id") or "", step=fields.integer(one.get("step") or 0))
        for one in given
    ]


def _context(one: pb.RunDataset) -> str:
    return next((tag.value for tag in one.tags if tag.key == _CONTEXT), "")


_AT = "/api/2.0/mlflow/runs"
_SEARCH = (optional("experiment_ids", fields.texts),)

ROUTES = (
    Route(
        "POST",
        f"{_AT}/log-inputs",
        log_inputs,
        (RUN_ID, optional("datasets", fields.objects), optional("models", fields.objects)),
    ),
    Route("POST", f"{_AT}/outputs", log_outputs, (RUN_ID, Field("models", fields.objects, required=True))),
    Route("POST", "/api/2.0/mlflow/experiments/search-datasets", search_datasets, _SEARCH),
    Route("POST", "/ajax-api/2.0/mlflow/experiments/search-datasets", search_datasets, _SEARCH),
)
