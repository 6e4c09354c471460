"""Owns the engine of one machine: a worker is a subprocess that dies with this process."""

from __future__ import annotations

import asyncio
import sys

from kit.settings import Platform

_STOP_S = 20.0


class LocalEngine:
    """Starts `python -m services.trainer.worker` for each job."""

    def __init__(self, settings: Platform, gateway_url: str) -> None:
        self._settings = settings
        self._gateway_url = gateway_url
        self._workers: dict[tuple[str, int], asyncio.subprocess.Process] = {}

    async def start(self, job_id: str, epoch: int, token: str) -> bool:
        """Start the worker of a job; one that still loads for the same epoch is left alone."""
        self._forget_ended()
        if (job_id, epoch) in self._workers:
            return False
        logs = self._settings.home / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with (logs / "worker.log").open("ab") as log:
            self._workers[job_id, epoch] = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "services.trainer.worker"),
                env=self._environment(job_id, token),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return True

    async def close(self) -> None:
        """Let workers write their checkpoint, then end them."""
        running = [worker for worker in self._workers.values() if worker.returncode is None]
        for worker in running:
            worker.terminate()
        for worker in running:
            try:
                await asyncio.wait_for(worker.wait(), _STOP_S)
            except TimeoutError:
                worker.kill()

    def _forget_ended(self) -> None:
        self._workers = {key: worker for key, worker in self._workers.items() if worker.returncode is None}

    def _environment(self, job_id: str, token: str) -> dict[str, str]:
        # nothing of the services' own environment: it holds keys that a worker must not have
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PYTHONPATH": ":".join(sys.path),
            "PLUMB_URL": self._gateway_url,
            "PLUMB_TOKEN": token,
            "PLUMB_JOB": job_id,
            "PLUMB_CACHE": str(self._settings.home.resolve() / "cache"),
            "PLUMB_WORKER_FOLDER": str(self._settings.home.resolve() / "jobs"),
            "PLUMB_WORKER_TIED": "1",
            "HOME": str(self._settings.home.resolve()),
        }
