"""Owns the engine of a cluster: one batch/v1 Job per worker, made from a profile's template.

Users choose named profiles, never pod specs; the template comes from the chart. Scheduling is Kubernetes' business.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from kit.errors import Unavailable
from services.trainer.settings import TrainerSettings

_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_API = "https://kubernetes.default.svc"
_CONFLICT = 409


class KubernetesEngine:
    """Creates Jobs in the trainer's own namespace with the trainer's own service account."""

    def __init__(self, settings: TrainerSettings, gateway_url: str, api: str = _API, account: Path = _ACCOUNT) -> None:
        self._template = settings.trainer_job_templates / f"{settings.trainer_profile}.json"
        self._gateway_url = gateway_url
        self._account = account
        authority = account / "ca.crt"
        self._http = httpx.AsyncClient(base_url=api, verify=str(authority) if authority.is_file() else True, timeout=10)

    async def start(self, job_id: str, epoch: int, token: str) -> bool:
        """Create the Job of a worker; one of this epoch that waits for a node or a queue is left alone.

        Raises:
            Unavailable: the cluster does not take it.
        """
        manifest = self.manifest(job_id, epoch, token)
        namespace = manifest["metadata"]["namespace"]
        # read anew each time: the cluster replaces the token every hour
        bearer = (self._account / "token").read_text().strip()
        answer = await self._http.post(
            f"/apis/batch/v1/namespaces/{namespace}/jobs", json=manifest, headers={"Authorization": f"Bearer {bearer}"}
        )
        if answer.status_code == _CONFLICT:
            return False
        if answer.is_error:
            raise Unavailable(f"The cluster did not take the worker's Job ({answer.status_code}).")
        return True

    def manifest(self, job_id: str, epoch: int, token: str) -> dict[str, Any]:
        """The template with name, job id and job token; the token works for this job only and dies with it."""
        manifest: dict[str, Any] = json.loads(self._template.read_text())
        metadata = manifest["metadata"]
        # the epoch in the name lets a job that was handed back start again, and keeps one lease to one Job
        metadata["name"] = f"plumbline-worker-{job_id.removeprefix('job_')}-{epoch}"
        metadata.setdefault("labels", {})["plumbline/job"] = job_id
        worker = manifest["spec"]["template"]["spec"]["containers"][0]
        worker["env"] = [
            *(item for item in worker.get("env", []) if item["name"] != "PLUMB_URL"),
            {"name": "PLUMB_URL", "value": self._gateway_url},
            {"name": "PLUMB_JOB", "value": job_id},
            {"name": "PLUMB_TOKEN", "value": token},
        ]
        return manifest

    async def close(self) -> None:
        """Jobs outlive the trainer; only the connection ends."""
        await self._http.aclose()
