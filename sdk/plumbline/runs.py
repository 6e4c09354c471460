"""Owns runs and jobs as they are found, begun, changed and repeated. Writing to a run is in `run`."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from plumbline import config
from plumbline.address import part
from plumbline.capture import chosen
from plumbline.errors import PlumblineError
from plumbline.inputs import pairs
from plumbline.run import Run
from plumbline.spool import Spool
from plumbline.starting import begin, begin_offline, creation, watched

if TYPE_CHECKING:
    from plumbline.client import Client

_END_STATES = {"FINISHED", "FAILED", "CANCELLED"}


class Runs:
    """`client.runs`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def start(
        self,
        experiment: str,
        *,
        name: str = "",
        kind: str = "TRAINING",
        params: dict[str, Any] | None = None,
        tags: dict[str, str] | None = None,
        inputs: Sequence[dict[str, Any]] = (),
        record: dict[str, Any] | None = None,
        parent_run_id: str = "",
        note: str = "",
        offline: bool | None = None,
        capture: bool | Iterable[str] | None = None,
    ) -> Run:
        """Start a run; use it in a `with` block, which finishes it.

        `offline` keeps it on this machine until `plumb sync` (default: PLUMB_MODE=offline). `capture` says what is
        recorded by itself: True, False or some of `system`, `console`, `record` (default: PLUMB_CAPTURE, else all).
        """
        body = creation(
            experiment, name=name, kind=kind, params=params, tags=tags, inputs=inputs, record=record,
            parent_run_id=parent_run_id, note=note,
        )  # fmt: skip
        if config.is_offline() if offline is None else offline:
            return begin_offline(body, capture, url=self._client.url)
        return begin(self._client, body, capture)

    def attach(self, run_id: str, epoch: int = 0) -> Run:
        """Write to a run that another process owns; a worker gives the epoch of its lease. Nothing waits on disk."""
        return Run(self._client, Spool({"run_id": run_id, "epoch": epoch, "writer": uuid.uuid4().hex}))

    def resume(self, run_id: str, *, capture: bool | Iterable[str] | None = None) -> Run:
        """Go on with a run that was broken off or has ended; it is RUNNING again. Its record stays as it was.

        Raises:
            Refused: a job of the platform computed it, which sealed it.
        """
        names = chosen(capture)
        run = self.get(run_id)
        if run["status"] != "RUNNING":
            run = self._client.patch(f"/v1/runs/{part(run_id)}", {"status": "RUNNING"})
            names = tuple(name for name in names if name != "record")
        return watched(self._client, run, names)

    def fork(
        self, run_id: str, step: float, *, name: str = "", capture: bool | Iterable[str] | None = None, **params: Any
    ) -> Run:
        """Start a run that continues another one from a step, from the same inputs; `params` replace those of it."""
        original = self.get(run_id)
        held = {item["key"]: item["value"] for item in original["params"]} | params
        fields = ("kind", "resource_id", "number", "image_sets", "name", "digest")
        body = creation(
            original["experiment_name"],
            name=name or f"fork of {original['name'] or run_id}",
            kind=original["kind"],
            params=held,
            inputs=[{field: item[field] for field in fields if field in item} for item in original["inputs"]],
        )
        return begin(self._client, {**body, "forked_from_run_id": run_id, "forked_from_step": step}, capture)

    def update(self, run_id: str, **fields: Any) -> dict[str, Any]:
        """Change `name`, `note`, `status`, `set_tags` or `remove_tags`; what is left out stays."""
        return self._client.patch(f"/v1/runs/{part(run_id)}", fields)

    def tag(self, run_id: str, tags: dict[str, Any] | None = None, remove: Sequence[str] = ()) -> dict[str, Any]:
        return self.update(run_id, set_tags=pairs(tags or {}), remove_tags=list(remove))

    def delete(self, run_id: str) -> dict[str, Any]:
        """Delete a run; `restore` brings it back."""
        return self._client.delete(f"/v1/runs/{part(run_id)}")

    def restore(self, run_id: str) -> dict[str, Any]:
        return self._client.post(f"/v1/runs/{part(run_id)}:restore", once=True)

    def compare(self, run_ids: Sequence[str]) -> dict[str, Any]:
        """Runs side by side: params, tags, metrics, inputs and records, each with what differs."""
        return self._client.get("/v1/runs:compare", run_ids=list(run_ids))

    def get(self, run_id: str) -> dict[str, Any]:
        return self._client.get(f"/v1/runs/{part(run_id)}")

    def all(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """Runs, newest first unless `order_by` says otherwise.

        Filters are experiment_id, kind, status, parent_run_id, view, and `filter`, such as
        `metrics.f1 > 0.8 AND dataset.name = 'tiles'`.
        """
        return self._client.pages("/v1/runs", "runs", **filters)

    def history(self, run_id: str, keys: Sequence[str] = (), max_points: int = 1000) -> list[dict[str, Any]]:
        """Series of a run with at most `max_points` points each, extremes included."""
        answer = self._client.get(f"/v1/runs/{part(run_id)}/metrics", keys=list(keys) or None, max_points=max_points)
        series: list[dict[str, Any]] = answer["series"]
        return series

    def evaluation(self, run_id: str) -> dict[str, Any]:
        return self._client.get(f"/v1/runs/{part(run_id)}/evaluation")

    def artifacts(self, run_id: str) -> Iterator[dict[str, Any]]:
        return self._client.pages(f"/v1/runs/{part(run_id)}/artifacts", "artifacts")

    def artifact(self, run_id: str, path: str) -> bytes:
        """The bytes of an artifact, checked against their digest."""
        answer = self._client.get(f"/v1/runs/{part(run_id)}/artifacts:sign", path=path)
        content = self._client.get_bytes(answer["url"])
        if hashlib.sha256(content).hexdigest() != answer["artifact"]["sha256"]:
            raise PlumblineError(f"Artifact {path} of {run_id} arrived damaged: fetch it again.", reason="DAMAGED")
        return content

    def repeat(self, run_id: str) -> dict[str, Any]:
        """Queue a job with the same data, configuration and seed; returns the job."""
        return self._client.post(f"/v1/runs/{part(run_id)}:repeat", once=True)

    def submit(self, **spec: Any) -> dict[str, Any]:
        """Queue a job; the fields are those of `JobSpec`."""
        return self._client.post("/v1/jobs", {"spec": spec}, once=True)

    def job(self, job_id: str) -> dict[str, Any]:
        return self._client.get(f"/v1/jobs/{part(job_id)}")

    def jobs(self, state: str = "") -> Iterator[dict[str, Any]]:
        return self._client.pages("/v1/jobs", "jobs", state=state)

    def cancel(self, job_id: str) -> dict[str, Any]:
        return self._client.post(f"/v1/jobs/{part(job_id)}:cancel")

    def watch(self, job_id: str, interval_s: float = 1.0) -> Iterator[dict[str, Any]]:
        """The job each time it is asked for, until it has ended."""
        while True:
            job = self.job(job_id)
            yield job
            if job["state"] in _END_STATES:
                return
            time.sleep(interval_s)
