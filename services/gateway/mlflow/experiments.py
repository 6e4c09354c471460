"""Owns MLflow's routes about experiments. Does not keep `artifact_location`: files lie in Plumbline's own store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kit.errors import NotFound, PlumbError
from plumbapi.experiments import v1 as pb
from services.gateway.mlflow import fields
from services.gateway.mlflow.asking import NOTHING, Asked, Route
from services.gateway.mlflow.encoding import as_params, milliseconds, pairs
from services.gateway.mlflow.errors import MlflowError, absent, invalid
from services.gateway.mlflow.fields import EXPERIMENT_ID, optional, required
from services.gateway.mlflow.validation import EXPERIMENT_NAME_LIMIT, check_experiment_tag, check_length

DEFAULT_ID = "0"
VIEWS = {
    "ACTIVE_ONLY": pb.Lifecycle.ACTIVE,
    "DELETED_ONLY": pb.Lifecycle.DELETED,
    "ALL": pb.Lifecycle.ALL,
}
MOST_RESULTS = 50_000
_PAGE = 500


async def create(asked: Asked) -> Mapping[str, Any]:
    """Any `artifact_location` is passed over."""
    check_length("name", EXPERIMENT_NAME_LIMIT, asked["name"])
    tags = asked.get("tags", [])
    for tag in tags:
        check_experiment_tag(tag.get("key", ""), tag.get("value", ""))
    made = await asked.experiments.CreateExperiment(
        pb.CreateExperimentRequest(name=asked["name"], tags=as_params(tags))
    )
    return {"experiment_id": shown_id(made)}


async def get(asked: Asked) -> Mapping[str, Any]:
    return {"experiment": document(await _by_id(asked))}


async def get_by_name(asked: Asked) -> Mapping[str, Any]:
    name = asked["experiment_name"]
    unknown = absent(f"Could not find experiment with name '{name}'")
    found = await _find(asked, name)
    # an id is found too, and "0" is the default experiment
    if found is None or found.name != name:
        raise unknown
    return {"experiment": document(found)}


async def search(asked: Asked) -> Mapping[str, Any]:
    """Pages of any size up to MLflow's, put together from pages of the service."""
    wanted = asked.get("max_results", 0)
    check_page_size(wanted)
    request = pb.ListExperimentsRequest(
        filter=asked.get("filter", ""),
        order_by=asked.get("order_by", ()),
        view=asked.get("view_type", pb.Lifecycle.ACTIVE),
        page_token=asked.get("page_token", ""),
    )
    if not request.order_by:
        request.order_by.append("creation_time DESC")
    found: list[pb.Experiment] = []
    while True:
        request.page_size = min(wanted - len(found), _PAGE)
        page = await asked.experiments.ListExperiments(request)
        found += page.experiments
        request.page_token = page.next_page_token
        if not page.next_page_token or len(found) == wanted:
            break
    said: dict[str, Any] = {"experiments": [document(one) for one in found]}
    if request.page_token:
        said["next_page_token"] = request.page_token
    return said


async def update(asked: Asked) -> Mapping[str, Any]:
    check_length("name", EXPERIMENT_NAME_LIMIT, asked["new_name"])
    await _by_id(asked)
    await asked.experiments.UpdateExperiment(
        pb.UpdateExperimentRequest(experiment_id=asked["experiment_id"], name=asked["new_name"])
    )
    return NOTHING


def _name_taken(_error: PlumbError, given: Mapping[str, Any]) -> MlflowError:
    return MlflowError("BAD_REQUEST", f"Experiment(name={given['new_name']}) already exists.")


async def delete(asked: Asked) -> Mapping[str, Any]:
    held = await _by_id(asked)
    if held.HasField("delete_time"):
        raise _absent(asked)
    await asked.experiments.DeleteExperiment(pb.DeleteExperimentRequest(experiment_id=held.id))
    return NOTHING


async def restore(asked: Asked) -> Mapping[str, Any]:
    held = await _by_id(asked)
    if not held.HasField("delete_time"):
        raise _absent(asked)
    await asked.experiments.RestoreExperiment(pb.RestoreExperimentRequest(experiment_id=held.id))
    return NOTHING


async def set_tag(asked: Asked) -> Mapping[str, Any]:
    key, value = asked["key"], asked.get("value", "")
    check_experiment_tag(key, value)
    held = await _by_id(asked)
    await asked.experiments.UpdateExperiment(
        pb.UpdateExperimentRequest(experiment_id=held.id, set_tags=[pb.Param(key=key, value=value)])
    )
    return NOTHING


async def delete_tag(asked: Asked) -> Mapping[str, Any]:
    held = await _by_id(asked)
    if all(tag.key != asked["key"] for tag in held.tags):
        raise absent(f"No tag with name: {asked['key']} in experiment with id {asked['experiment_id']}")
    await asked.experiments.UpdateExperiment(
        pb.UpdateExperimentRequest(experiment_id=held.id, remove_tags=[asked["key"]])
    )
    return NOTHING


def document(held: pb.Experiment) -> dict[str, Any]:
    """An experiment as MLflow describes it."""
    return {
        "experiment_id": shown_id(held),
        "name": held.name,
        "artifact_location": f"mlflow-artifacts:/{shown_id(held)}",
        "lifecycle_stage": "deleted" if held.HasField("delete_time") else "active",
        "creation_time": milliseconds(held.create_time),
        "last_update_time": milliseconds(held.update_time),
        "tags": pairs(held.tags),
        # what MLflow calls the one workspace of a server that has no others
        "workspace": "default",
    }


def shown_id(held: pb.Experiment) -> str:
    """MLflow's clients know the default experiment as 0."""
    return DEFAULT_ID if held.is_default else held.id


async def shown_id_of(asked: Asked, experiment_id: str) -> str:
    """Like `shown_id`, for the id alone."""
    default = asked.default_experiments.get(asked.who.workspace_id)
    if default is None:
        held = await asked.experiments.GetExperiment(pb.GetExperimentRequest(experiment_id=DEFAULT_ID))
        default = asked.default_experiments[asked.who.workspace_id] = held.id
    return DEFAULT_ID if experiment_id == default else experiment_id


def view(value: Any) -> pb.Lifecycle.View:
    """The kind of a field: a view by its name or, as MLflow also writes it, by its number."""
    if isinstance(value, str) and value in VIEWS:
        return VIEWS[value]
    return list(VIEWS.values())[fields.integer(value) - 1]


def check_page_size(wanted: int) -> None:
    """Raises MlflowError."""
    if wanted < 1:
        raise invalid(f"Invalid value {wanted} for parameter 'max_results' supplied. It must be a positive integer")
    if wanted > MOST_RESULTS:
        raise invalid(f"Invalid value {wanted} for parameter 'max_results' supplied. It must be at most {MOST_RESULTS}")


async def _by_id(asked: Asked) -> pb.Experiment:
    wanted = asked["experiment_id"]
    found = await _find(asked, wanted)
    # a name is found too
    if found is None or wanted not in (found.id, shown_id(found)):
        raise _absent(asked)
    return found


async def _find(asked: Asked, id_or_name: str) -> pb.Experiment | None:
    try:
        return await asked.experiments.GetExperiment(pb.GetExperimentRequest(experiment_id=id_or_name))
    except NotFound:
        return None


def _absent(asked: Asked) -> MlflowError:
    return absent(f"No Experiment with id={asked['experiment_id']} exists")


_SEARCH = (
    optional("view_type", view),
    optional("max_results", fields.integer),
    optional("order_by", fields.texts),
    optional("filter"),
    optional("page_token"),
)
_AT = "/api/2.0/mlflow/experiments"

ROUTES = (
    Route(
        "POST",
        f"{_AT}/create",
        create,
        (required("name"), optional("artifact_location"), optional("tags", fields.tags)),
    ),
    Route("GET", f"{_AT}/get", get, (EXPERIMENT_ID,)),
    Route("GET", f"{_AT}/get-by-name", get_by_name, (required("experiment_name"),)),
    Route("POST", f"{_AT}/search", search, _SEARCH),
    Route("GET", f"{_AT}/search", search, _SEARCH),
    Route(
        "POST",
        f"{_AT}/update",
        update,
        (EXPERIMENT_ID, required("new_name")),
        {"EXPERIMENT_EXISTS": _name_taken},
    ),
    Route("POST", f"{_AT}/delete", delete, (EXPERIMENT_ID,)),
    Route("POST", f"{_AT}/restore", restore, (EXPERIMENT_ID,)),
    Route("POST", f"{_AT}/set-experiment-tag", set_tag, (EXPERIMENT_ID, required("key"), optional("value"))),
    Route("POST", f"{_AT}/delete-experiment-tag", delete_tag, (EXPERIMENT_ID, required("key"))),
)
