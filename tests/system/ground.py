"""Owns a small workspace with one of each thing, and a second workspace that must stay out of sight."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plumbline
from embedded.state import SERVICES
from plumbline.accounts import join
from plumbline.projects import add
from tests.live import Live
from tests.system.works import picture

BOX = {"box": {"x": 1.5, "y": 2, "width": 9, "height": 7}}


@dataclass(frozen=True)
class Ground:
    """What exists: `ids` by kind in the first workspace, `foreign` by kind in the second."""

    live: Live
    foreign_image: bytes
    ids: dict[str, str]
    foreign: dict[str, str]

    def counts(self) -> dict[str, int]:
        """How much there is of what only a change adds to: events, audit of changes, and rows that people see."""
        return asyncio.run(_count(self.live))


async def _count(live: Live) -> dict[str, int]:
    queries = {f"{service}.outbox": (service, "SELECT count(*) FROM outbox") for service in SERVICES}
    changes = "SELECT count(*) FROM audit WHERE kind = 'CHANGE'"
    queries |= {f"{service}.audit": (service, changes) for service in SERVICES}
    tables = {"storage": ("entries", "images", "versions"), "annotation": ("revisions", "snapshots", "remarks")}
    for service, names in tables.items():
        queries |= {f"{service}.{name}": (service, f"SELECT count(*) FROM {name}") for name in names}
    return {name: (await live.rows(service, query))[0]["count"] for name, (service, query) in queries.items()}


def prepare(live: Live, folder: Path) -> Ground:
    """One published dataset with one image, an empty one, a project with a revision, a run; and the same elsewhere."""
    picture(folder / "ours" / "one.png", 1)
    theirs = picture(folder / "theirs" / "one.png", 2)
    with live.as_("OWNER") as owner:
        ids = _fill(owner, folder / "ours")
        invited = owner.post("/v1/workspaces", {"name": "Somebody else"}, once=True)
    token = join(live.url, invited["invitation"], name="Zoe Elsewhere", password="correct horse battery")
    with plumbline.connect(live.url, token) as stranger:
        foreign = _fill(stranger, theirs.parent)
    return Ground(live, theirs.read_bytes(), ids, foreign)


def _fill(client: plumbline.Client, folder: Path) -> dict[str, str]:
    dataset = client.datasets.create("ground")
    empty = client.datasets.create("empty")
    batch = client.datasets.push("ground", folder, source="site A").batch_id
    client.datasets.publish("ground")
    project = client.projects.create("ground", labels={"crack": "#1971c2"}, tools=["BOX"])
    client.projects.assign_version("ground", "ground")
    task = next(client.projects.tasks("ground"))["id"]
    client.projects.save(task, 0, [add("crack", BOX)])
    unmarked = client.projects.create("unmarked", labels={"crack": "#1971c2"}, tools=["BOX"])
    with client.runs.start("ground") as run:
        run.log_artifact(b"weights", "model.onnx")
    model = client.models.create("ground")
    return {
        **{"dataset": dataset["id"], "empty": empty["id"], "batch": batch, "project": project["id"]},
        **{"unmarked": unmarked["id"], "task": task, "run": run.id, "model": model["id"]},
    }


def announce(path: str, content: bytes, **instead: Any) -> dict[str, Any]:
    """An upload item for some bytes, with fields replaced."""
    digests = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
    }
    return {"path": path, **digests, "size": str(len(content)), **instead}
