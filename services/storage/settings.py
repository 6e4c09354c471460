"""Owns the settings of storage. Does not read the environment itself: `kit.settings` does."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from kit.settings import Settings


class StorageSettings(Settings):
    """Settings from variables that start with PLUMB_STORAGE_."""

    model_config = SettingsConfigDict(env_prefix="PLUMB_STORAGE_", extra="ignore", frozen=True)

    upload_hours: int = Field(default=24, ge=1, le=24 * 7, description="Life of an announced upload and of its URL.")
    link_minutes: int = Field(default=60, ge=1, le=24 * 60, description="Life of a download URL.")
    decode_workers: int = Field(default=2, ge=1, le=64, description="Processes that decode uploaded images.")
    decode_seconds: float = Field(default=20, gt=0, description="Longest time to decode one image.")
    ingest_parallel: int = Field(default=4, ge=1, le=64, description="Uploads that are verified at once.")
    sweep_minutes: int = Field(default=10, ge=1, description="How often uploads that expired are cleared.")

    @property
    def upload_life(self) -> timedelta:
        return timedelta(hours=self.upload_hours)

    @property
    def link_life(self) -> timedelta:
        return timedelta(minutes=self.link_minutes)
