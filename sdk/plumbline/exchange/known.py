"""Owns what earlier imports have brought: runs and logged models, found again by the tags that every import leaves."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline.address import part
from plumbline.client import Client
from plumbline.errors import Missing

FROM_TAG = "imported.from"
RUN_TAG = "imported.run_id"
MODEL_TAG = "imported.model_id"
STATE_TAG = "imported.state"
ADDRESS_TAG = "imported.address"
COMPLETE = "complete"
UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class KnownRun:
    """A run of the source that is here; `is_complete` says that nothing of it is missing."""

    id: str
    is_complete: bool


def known_runs(client: Client, system: str) -> dict[str, KnownRun]:
    """Runs by their ids in the source system, deleted ones included."""
    found: dict[str, KnownRun] = {}
    wanted = f"tags.`{FROM_TAG}` = '{system}'"
    for run in client.pages("/v1/runs", "runs", filter=wanted, view="ALL"):
        tags = {tag["key"]: tag["value"] for tag in run["tags"]}
        if RUN_TAG in tags:
            # newest first: of two, the older one stays
            found[tags[RUN_TAG]] = KnownRun(run["id"], tags.get(STATE_TAG) == COMPLETE)
    return found


def known_models(client: Client, system: str) -> dict[str, str]:
    """Ids of logged models by their ids in the source system."""
    found: dict[str, str] = {}
    wanted = f"tags.`{FROM_TAG}` = '{system}'"
    for model in client.pages("/v1/loggedModels", "logged_models", filter=wanted):
        tags = {tag["key"]: tag["value"] for tag in model["tags"]}
        if MODEL_TAG in tags:
            found[tags[MODEL_TAG]] = model["id"]
    return found


def is_logged_model(client: Client, model_id: str) -> bool:
    """Whether this workspace itself has a logged model of this id."""
    try:
        client.get(f"/v1/loggedModels/{part(model_id)}")
    except Missing:
        return False
    return True


def is_run(client: Client, run_id: str) -> bool:
    """Whether this workspace itself has a run of this id."""
    if not run_id.startswith("run_"):
        return False
    try:
        client.runs.get(run_id)
    except Missing:
        return False
    return True
