"""Owns projects: what is marked, by whom, how far it is, and the frozen snapshots. Files are in `annotations`."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from plumbline.address import part
from plumbline.files import chunks

if TYPE_CHECKING:
    from plumbline.client import Client


class Projects:
    """`client.projects`. A project is named by its id or its name."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def all(self) -> Iterator[dict[str, Any]]:
        return self._client.pages("/v1/projects", "projects")

    def get(self, project: str) -> dict[str, Any]:
        return self._client.get(f"/v1/projects/{part(project)}")

    def create(
        self, name: str, *, labels: dict[str, str], tools: Sequence[str], description: str = ""
    ) -> dict[str, Any]:
        """Create a project; `labels` maps names to colours, `tools` are BOX, POLYGON, BRUSH, TAG ..."""
        body = {
            "name": name,
            "description": description,
            "labels": [{"name": label, "color": color} for label, color in labels.items()],
            "tools": list(tools),
        }
        return self._client.post("/v1/projects", body, once=True)

    def assign_version(
        self,
        project: str,
        dataset: str,
        version: int = 0,
        *,
        split: dict[str, float] | None = None,
        tag_sets: dict[str, str] | None = None,
        seed: int = 0,
    ) -> dict[str, Any]:
        """Make tasks for the images of a version; `split` maps image sets to shares, `tag_sets` tags to image sets."""
        body = {
            "dataset_id": dataset,
            "version": version,
            "split": [{"image_set": name, "share": share} for name, share in (split or {}).items()],
            "tag_rules": [{"tag": tag, "image_set": name} for tag, name in (tag_sets or {}).items()],
            "seed": seed,
        }
        return self._client.post(f"/v1/projects/{part(project)}:assignVersion", body)

    def progress(self, project: str) -> dict[str, Any]:
        return self._client.get(f"/v1/projects/{part(project)}:progress")

    def tasks(self, project: str, **filters: str) -> Iterator[dict[str, Any]]:
        """Tasks; filters are state, verification, assignee_id, image_set, label, image_sha256."""
        return self._client.pages(f"/v1/projects/{part(project)}/tasks", "tasks", **filters)

    def task(self, task_id: str) -> dict[str, Any]:
        return self._client.get(f"/v1/tasks/{part(task_id)}")

    def assign_tasks(self, project: str, member_id: str, count: int) -> int:
        body = {"member_id": member_id, "count": count}
        return int(self._client.post(f"/v1/projects/{part(project)}/tasks:assign", body)["assigned_count"])

    def save(self, task_id: str, base_revision: int, operations: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Apply edits to a revision.

        Raises:
            Overtaken: somebody saved a newer revision first; `metadata` says what differs.
        """
        body = {"base_revision": base_revision, "operations": list(operations)}
        return self._client.post(f"/v1/tasks/{part(task_id)}:save", body, once=True)

    def submit(self, task_id: str, revision: int) -> dict[str, Any]:
        return self._client.post(f"/v1/tasks/{part(task_id)}:submit", {"revision": revision}, once=True)

    def review(self, task_id: str, revision: int, verdict: str, comment: str = "") -> dict[str, Any]:
        """A reviewer's ACCEPT or REJECT of exactly this revision."""
        body = {"revision": revision, "verdict": verdict, "comment": comment}
        return self._client.post(f"/v1/tasks/{part(task_id)}:review", body, once=True)

    def verify(self, task_id: str, revision: int, verdict: str, comment: str = "") -> dict[str, Any]:
        """The customer's ACCEPT or REJECT of exactly this revision."""
        body = {"revision": revision, "verdict": verdict, "comment": comment}
        return self._client.post(f"/v1/tasks/{part(task_id)}:verify", body, once=True)

    def remark(self, task_id: str, text: str, region: dict[str, float] | None = None) -> dict[str, Any]:
        """Pin a comment to an image, or to a box {x, y, width, height} of it in pixels."""
        body: dict[str, Any] = {"text": text, **({"region": region} if region else {})}
        return self._client.post(f"/v1/tasks/{part(task_id)}/remarks", body, once=True)

    def remarks(self, project: str, state: str = "") -> Iterator[dict[str, Any]]:
        return self._client.pages(f"/v1/projects/{part(project)}/remarks", "remarks", state=state)

    def create_snapshot(self, project: str, note: str = "", *, include_unreviewed: bool = False) -> dict[str, Any]:
        body = {"note": note, "include_unreviewed": include_unreviewed}
        return self._client.post(f"/v1/projects/{part(project)}/snapshots", body, once=True)

    def snapshot(self, project: str, number: int = 0) -> dict[str, Any]:
        """One snapshot; 0 means the newest."""
        return self._client.get(f"/v1/projects/{part(project)}/snapshots/{part(number)}")

    def snapshots(self, project: str) -> Iterator[dict[str, Any]]:
        return self._client.pages(f"/v1/projects/{part(project)}/snapshots", "snapshots", page_size=100)

    def snapshot_entries(self, project: str, number: int) -> Iterator[dict[str, Any]]:
        """Images of a snapshot with their annotations."""
        return self._client.pages(
            f"/v1/projects/{part(project)}/snapshots/{part(number)}/entries", "entries", page_size=200
        )

    def add_predictions(self, project: str, run_id: str, model_version: str, images: Sequence[dict[str, Any]]) -> int:
        """Store model output beside the people's annotations; `images` are {image_sha256, annotations}."""
        stored = 0
        for group in chunks(images, 100):
            body = {"run_id": run_id, "model_version": model_version, "images": group}
            stored += int(self._client.post(f"/v1/projects/{part(project)}:addPredictions", body)["stored_count"])
        return stored


def add(label: str, geometry: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The operation that adds a new annotation with a fresh UUID, for `Projects.save`."""
    return {"add": {"id": str(uuid.uuid4()), "label": label, "geometry": geometry, "origin": "HUMAN", **fields}}
