"""Owns the trainer's own settings."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from kit.settings import Settings


class TrainerSettings(Settings):
    """Variables that start with PLUMB_TRAINER_."""

    trainer_engine: Literal["local", "kubernetes"] = Field("local", description="Where workers run.")
    trainer_workers: int = Field(1, ge=0, description="Workers that run at the same time; 0 starts none.")
    trainer_lease_s: int = Field(30, ge=5, description="Seconds a worker may be silent before its job is queued again.")
    trainer_attempts: int = Field(5, ge=1, description="Leases a job may take before it counts as failed.")
    trainer_gateway_url: str = Field("", description="Where workers reach the gateway; empty: the public URL.")
    trainer_job_templates: Path = Field(
        Path("/etc/plumbline/jobs"), description="Kubernetes engine: folder with one Job manifest per profile."
    )
    trainer_profile: str = Field("cpu", description="Kubernetes engine: the profile that workers run with.")
