"""Owns what a worker is told at its start."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pydantic import Field, SecretStr

from kit.settings import Settings


class WorkerSettings(Settings):
    """Variables that start with PLUMB_."""

    url: str = Field(description="The gateway.")
    token: SecretStr = Field(description="The token of this job.")
    job: str = Field(description="The job to work on.")
    worker_folder: Path = Field(Path(tempfile.gettempdir()), description="Where checkpoints and models are written.")
    worker_tied: bool = Field(False, description="Whether the worker ends with the process that started it.")
    image_digest: str = Field("", description="Digest of the container image, for the record.")
