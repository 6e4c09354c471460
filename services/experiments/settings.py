"""Owns the settings of experiments. Does not read the environment itself: `kit.settings` does."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from kit.settings import Settings


class ExperimentsSettings(Settings):
    """Settings from variables that start with PLUMB_EXPERIMENTS_."""

    model_config = SettingsConfigDict(env_prefix="PLUMB_EXPERIMENTS_", extra="ignore", frozen=True)

    upload_hours: int = Field(default=24, ge=1, le=168, description="How long an announced file may take to arrive.")
    download_minutes: int = Field(default=60, ge=1, le=1440, description="Life of a URL that downloads an artifact.")

    @property
    def upload_life(self) -> timedelta:
        return timedelta(hours=self.upload_hours)

    @property
    def download_life(self) -> timedelta:
        return timedelta(minutes=self.download_minutes)
