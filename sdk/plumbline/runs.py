"""Owns runs and jobs: what was computed, from what, with which result.

Logging happens in a thread of its own: `Run.log` only appends to a list, and a platform that is away never slows or
stops a training. What could not be sent when the run ends is said, not swallowed.
"""

from __future__ import annotations

import hashlib
import mimetypes
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.address import part
from plumbline.errors import PlumblineError
from plumbline.metrics import MetricWriter

if TYPE_CHECKING:
    from plumbline.client import Client

_END_STATES = {"FINISHED", "FAILED", "CANCELLED"}


def dataset_version(dataset: str, number: int, image_sets: Sequence[str] = ()) -> dict[str, Any]:
    """An input for `Runs.start`: version `number` of a dataset, by id or name."""
    return {"kind": "DATASET_VERSION", "resource_id": dataset, "number": number, "image_sets": list(image_sets)}


def snapshot(project: str, number: int, image_sets: Sequence[str] = ()) -> dict[str, Any]:
    """An input for `Runs.start`: snapshot `number` of a project, by id or name."""
    return {"kind": "SNAPSHOT", "resource_id": project, "number": number, "image_sets": list(image_sets)}


def model_version(model: str, number: int) -> dict[str, Any]:
    """An input for `Runs.start`: version `number` of a model, by id or name."""
    return {"kind": "MODEL_VERSION", "resource_id": model, "number": number}


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
    ) -> Run:
        """Start a run; use it in a `with` block, which finishes it."""
        body: dict[str, Any] = {
            "experiment": experiment,
            "name": name,
            "kind": kind,
            "params": pairs(params or {}),
            "tags": pairs(tags or {}),
            "inputs": list(inputs),
            "parent_run_id": parent_run_id,
        }
        if record:
            body["record"] = record
        return Run(self._client, self._client.post("/v1/runs", body, once=True)["id"])

    def attach(self, run_id: str, epoch: int = 0) -> Run:
        """Write to a run that exists; a worker gives the epoch of its lease."""
        return Run(self._client, run_id, epoch)

    def get(self, run_id: str) -> dict[str, Any]:
        return self._client.get(f"/v1/runs/{part(run_id)}")

    def all(self, **filters: str) -> Iterator[dict[str, Any]]:
        """Runs, newest first; filters are experiment_id, kind, status, parent_run_id."""
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


class Run:
    """One run that is being written. Params, metrics and artifacts of an ended run are refused by the platform."""

    def __init__(self, client: Client, run_id: str, epoch: int = 0) -> None:
        self.id = run_id
        self._client = client
        self._epoch = epoch
        self._metrics = MetricWriter(self._send_metrics)

    def log(self, metrics: dict[str, float], step: float) -> None:
        """Log values at a step; returns at once, never raises because of the platform.

        Raises:
            TypeError, ValueError: a value is not a number.
        """
        self._metrics.append({key: float(value) for key, value in metrics.items()}, step, time.time() * 1000)

    def log_params(self, params: dict[str, Any]) -> None:
        self._post("log", {"params": pairs(params)})

    def set_tags(self, tags: dict[str, Any]) -> None:
        self._post("log", {"tags": pairs(tags)})

    def set_record(self, record: dict[str, Any]) -> None:
        self._post("setRecord", {"record": record})

    def add_inputs(self, inputs: Sequence[dict[str, Any]]) -> None:
        self._post("addInputs", {"inputs": list(inputs)})

    def log_evaluation(self, slices: Sequence[dict[str, Any]], failures: Sequence[dict[str, Any]]) -> None:
        self._post("logEvaluation", {"slices": list(slices), "failures": list(failures)})

    def log_artifact(self, file: Path | bytes, path: str) -> dict[str, Any]:
        """Keep a file with the run under `path`; returns the artifact."""
        content = file if isinstance(file, bytes) else file.read_bytes()
        media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        announced = {
            "path": path,
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": str(len(content)),
            "media_type": media_type,
        }
        prepared = self._post("artifacts:prepare", announced, separator="/")
        if prepared["put_url"]:
            self._client.put_bytes(prepared["put_url"], content)
        return self._post("artifacts:complete", {"upload_id": prepared["upload_id"]}, separator="/")

    def flush(self, timeout_s: float = 30.0) -> None:
        """Wait until everything logged so far is stored.

        Raises:
            PlumblineError: it is not, and why.
        """
        self._metrics.flush(timeout_s)

    def finish(self, status: str = "FINISHED", error: str = "") -> dict[str, Any]:
        """End the run, after the metrics are stored.

        Raises:
            PlumblineError: metrics were lost; the run is ended nevertheless, when the platform answers.
        """
        failure = self._settle_metrics()
        run = self._post("finish", {"status": status, "error": error})
        if failure is not None:
            raise failure
        return run

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if kind is None:
            self.finish()
            return
        try:
            self.finish("CANCELLED" if issubclass(kind, KeyboardInterrupt) else "FAILED", f"{kind.__name__}: {error}")
        except PlumblineError as failure:
            # the caller's own error matters more than that we could not report it
            if error is not None:
                error.add_note(f"Plumbline: {failure}")

    def _settle_metrics(self) -> PlumblineError | None:
        # refused points and points that the closing could not send are both in `failure`
        with suppress(PlumblineError):
            self.flush()
        self._metrics.close()
        return self._metrics.failure

    def _post(self, action: str, body: dict[str, Any], separator: str = ":") -> dict[str, Any]:
        body = {**body, **({"epoch": self._epoch} if self._epoch else {})}
        # none of these writes has a second effect when it is repeated, so all of them may be
        return self._client.post(f"/v1/runs/{part(self.id)}{separator}{action}", body, once=True)

    def _send_metrics(self, series: list[dict[str, Any]], writer: str, sequence: int) -> None:
        self._client.post(
            f"/v1/runs/{part(self.id)}:log",
            {"series": series, "writer": writer, "sequence": sequence, "epoch": self._epoch},
            # the platform recognises (writer, sequence), so the request may be repeated
            once=True,
        )


def pairs(values: dict[str, Any]) -> list[dict[str, str]]:
    """Params and tags as the API takes them."""
    return [{"key": key, "value": str(value)} for key, value in values.items()]
