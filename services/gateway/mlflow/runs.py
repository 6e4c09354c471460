"""Owns MLflow's routes about the life of runs and their search. Does not own what is logged to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plumbapi.experiments import v1 as pb
from services.gateway.mlflow import fields, links, run_documents
from services.gateway.mlflow.asking import NOTHING, Asked, Route
from services.gateway.mlflow.encoding import timestamp
from services.gateway.mlflow.errors import invalid
from services.gateway.mlflow.experiments import DEFAULT_ID, MOST_RESULTS, check_page_size, shown_id_of, view
from services.gateway.mlflow.fields import RUN_ID, optional
from services.gateway.mlflow.names import random_name
from services.gateway.mlflow.run_documents import BY_NAME, NOTE, PARENT, RUN_NAME, USER

_DEFAULT_RESULTS = 1000


async def create(asked: Asked) -> Mapping[str, Any]:
    """The tags that MLflow gives a meaning to become facts of the run."""
    tags = {one.get("key", ""): one.get("value", "") for one in asked.get("tags", [])}
    name, tagged = asked.get("run_name", ""), tags.get(RUN_NAME, "")
    if name and tagged and name != tagged:
        raise invalid(
            "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values "
            f"(run_name='{name}', mlflow.runName='{tagged}')."
        )
    tags[RUN_NAME] = name = name or tagged or random_name()
    request = pb.CreateRunRequest(
        experiment_id=asked.get("experiment_id") or DEFAULT_ID,
        name=name,
        tags=[pb.Param(key=key, value=value) for key, value in tags.items()],
        inputs=links.of_tags(tags),
        parent_run_id=tags.get(PARENT, ""),
        note=tags.get(NOTE, ""),
        user_name=asked.get("user_id") or tags.get(USER, ""),
    )
    if asked.get("start_time"):
        request.start_time.CopyFrom(timestamp(asked["start_time"]))
    return {"run": await _described(asked, await asked.experiments.CreateRun(request))}


async def get(asked: Asked) -> Mapping[str, Any]:
    run = await asked.experiments.GetRun(pb.GetRunRequest(run_id=asked["run_id"]))
    return {"run": await _described(asked, run)}


async def update(asked: Asked) -> Mapping[str, Any]:
    request = pb.UpdateRunRequest(run_id=asked["run_id"], status=asked.get("status", pb.Run.STATUS_UNSPECIFIED))
    if asked.get("run_name"):
        request.name = asked["run_name"]
        request.set_tags.add(key=RUN_NAME, value=asked["run_name"])
    if asked.get("end_time") and request.status not in (pb.Run.RUNNING, pb.Run.SCHEDULED):
        request.end_time.CopyFrom(timestamp(asked["end_time"]))
    run = await asked.experiments.UpdateRun(request)
    return {"run_info": run_documents.info(run, await shown_id_of(asked, run.experiment_id))}


async def delete(asked: Asked) -> Mapping[str, Any]:
    await asked.experiments.DeleteRun(pb.DeleteRunRequest(run_id=asked["run_id"]))
    return NOTHING


async def restore(asked: Asked) -> Mapping[str, Any]:
    await asked.experiments.RestoreRun(pb.RestoreRunRequest(run_id=asked["run_id"]))
    return NOTHING


async def search(asked: Asked) -> Mapping[str, Any]:
    """Without experiments there is nothing to find, as in MLflow."""
    wanted = asked.get("max_results", _DEFAULT_RESULTS)
    check_page_size(wanted)
    experiment_ids = asked.get("experiment_ids", [])
    if not experiment_ids:
        return NOTHING
    page = await asked.experiments.ListRuns(
        pb.ListRunsRequest(
            experiment_ids=experiment_ids,
            filter=asked.get("filter", ""),
            order_by=asked.get("order_by", ()),
            view=asked.get("run_view_type", pb.Lifecycle.ACTIVE),
            page_size=wanted,
            page_token=asked.get("page_token", ""),
            form=pb.ListRunsRequest.TABLE,
        )
    )
    shown = {one: await shown_id_of(asked, one) for one in set(page.table.experiment_ids)}
    said: dict[str, Any] = {"runs": run_documents.documents(page.table, shown)}
    if page.next_page_token:
        said["next_page_token"] = page.next_page_token
    return said


def status(value: Any) -> pb.Run.Status:
    """The kind of a field: a status by its name or, as MLflow also writes it, by its number."""
    if isinstance(value, str):
        if value not in BY_NAME:
            raise ValueError
        return BY_NAME[value]
    return BY_NAME[("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")[fields.integer(value) - 1]]


def _at_most(value: int) -> str | None:
    if value <= MOST_RESULTS:
        return None
    return f"Invalid value {value} for parameter 'max_results' supplied:  Hint: Value was of type 'int'."


async def _described(asked: Asked, run: pb.Run) -> dict[str, Any]:
    return run_documents.document(run, await shown_id_of(asked, run.experiment_id))


_AT = "/api/2.0/mlflow/runs"

ROUTES = (
    Route(
        "POST",
        f"{_AT}/create",
        create,
        (
            optional("experiment_id"),
            optional("user_id"),
            optional("run_name"),
            optional("start_time", fields.integer),
            optional("tags", fields.tags),
        ),
    ),
    Route("GET", f"{_AT}/get", get, (RUN_ID,)),
    Route(
        "POST",
        f"{_AT}/update",
        update,
        (RUN_ID, optional("status", status), optional("end_time", fields.integer), optional("run_name")),
    ),
    Route("POST", f"{_AT}/delete", delete, (RUN_ID,)),
    Route("POST", f"{_AT}/restore", restore, (RUN_ID,)),
    Route(
        "POST",
        f"{_AT}/search",
        search,
        (
            optional("experiment_ids", fields.texts),
            optional("filter"),
            optional("run_view_type", view),
            optional("max_results", fields.integer, _at_most),
            optional("order_by", fields.texts),
            optional("page_token"),
        ),
    ),
)
