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

    async def start(self, job_id: str, token: str) -> None:
        """Create the Job of a worker; one that exists already is left alone.

        Raises:
            Unavailable: the cluster does not take it.
        """
        manifest = self.manifest(job_id, token)
        namespace = manifest["metadata"]["namespace"]
        # read anew each time: the cluster replaces the token every hour
        bearer = (self._account / "token").read_text().strip()
        answer = await self._http.post(
            f"/apis/batch/v1/namespaces/{namespace}/jobs", json=manifest, headers={"Authorization": f"Bearer {bearer}"}
        )
        if answer.is_error and answer.status_code != _CONFLICT:
            raise Unavailable(f"The cluster did not take the worker's Job ({answer.status_code}).")

    def manifest(self, job_id: str, token: str) -> dict[str, Any]:
        """The template with name, job id and job token; the token works for this job only and dies with it."""
        manifest: dict[str, Any] = json.loads(self._template.read_text())
        metadata = manifest["metadata"]
        metadata["generateName"] = f"plumbline-worker-{job_id.removeprefix('job_')[:16]}-"
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
