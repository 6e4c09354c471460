"""Owns the worker's hold on its job: leased once, renewed in a thread, given up when told to or when lost."""

from __future__ import annotations

import threading
from typing import Any

from plumbline import Client, PlumblineError, Refused, Unreachable

_RENEW_S = 4.0


class LeaseLost(Exception):
    """Another worker holds the job, or it has ended: nothing may be written any more."""


class Lease:
    """The job as leased; `should_stop()` is cheap enough for every training step."""

    def __init__(self, client: Client, job_id: str, worker: str) -> None:
        self._client = client
        self.job: dict[str, Any] = client.post(f"/v1/jobs/{job_id}:lease", {"worker": worker}, once=True)
        self.epoch: int = self.job["epoch"]
        self.cancelled = False
        self._stop = threading.Event()
        self._lost = threading.Event()
        self._done = threading.Event()
        self._progress: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._renew_for_ever, name="lease", daemon=True)
        self._thread.start()

    @property
    def spec(self) -> dict[str, Any]:
        spec: dict[str, Any] = self.job["spec"]
        return spec

    def progress(self, stage: str, done: int, total: int) -> None:
        """What people see while the job runs; sent with the next renewal."""
        self._progress = {"stage": stage, "done": done, "total": total}

    def stop(self) -> None:
        """Ask the work to end at its next step, such as on SIGTERM."""
        self._stop.set()

    def should_stop(self) -> bool:
        return self._stop.is_set() or self._lost.is_set()

    def check(self) -> None:
        """Raise LeaseLost when the job is no longer ours."""
        if self._lost.is_set():
            raise LeaseLost(f"job {self.job['id']} is no longer held at epoch {self.epoch}")

    def save_checkpoint(self, step: int, artifact_path: str, sha256: str) -> None:
        """Make a stored artifact the point from which the job resumes."""
        checkpoint = {"step": step, "artifact_path": artifact_path, "sha256": sha256}
        self._post("saveCheckpoint", {"checkpoint": checkpoint})

    def finish(self, state: str, error: str = "", model_artifact_path: str = "") -> None:
        """Report how the job ended; QUEUED hands it to the next worker."""
        self._done.set()
        self._thread.join()
        self._post("finish", {"state": state, "error": error, "model_artifact_path": model_artifact_path})

    def _renew_for_ever(self) -> None:
        while not self._done.wait(_RENEW_S):
            try:
                job = self._client.post(
                    f"/v1/jobs/{self.job['id']}:renewLease", {"epoch": self.epoch, "progress": self._progress}
                )
            except Unreachable:
                continue  # the platform may come back before the lease ends; if not, the next renewal says so
            except PlumblineError:
                self._lost.set()
                return
            if job["cancel_requested"]:
                self.cancelled = True
                self._stop.set()

    def _post(self, action: str, body: dict[str, Any]) -> None:
        try:
            self._client.post(f"/v1/jobs/{self.job['id']}:{action}", {"epoch": self.epoch, **body}, once=True)
        except Refused as error:
            if error.reason in ("EPOCH_STALE", "JOB_ENDED"):
                raise LeaseLost(str(error)) from error
            raise
