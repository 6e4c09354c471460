"""Owns the settings of identity. Does not read the environment itself: `kit.settings` does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from kit.settings import Settings


class AuthSettings(Settings):
    """Settings from variables that start with PLUMB_AUTH_."""

    model_config = SettingsConfigDict(env_prefix="PLUMB_AUTH_", extra="ignore", frozen=True)

    bootstrap_file: Path | None = Field(
        default=None,
        description="Where the first start writes the owner's one-time link; unset: setup-url below PLUMB_HOME.",
    )
    # `kit.identity` allows clocks 30 s apart, so an identity of 30 s is refused everywhere after 60 s
    token_identity_seconds: int = Field(default=30, ge=5, le=30, description="Life of the identity made from a token.")
    session_identity_seconds: int = Field(
        default=60, ge=5, le=300, description="Life of the identity made from a session."
    )
    session_days: int = Field(default=30, ge=1, le=90, description="Life of a session, however often it is refreshed.")
    invitation_hours: int = Field(default=72, ge=1, le=720, description="Life of an invitation that nobody opened.")
    job_token_days: int = Field(
        default=14, ge=1, le=30, description="Life of a job's token, if the job does not end before."
    )
    refresh_grace_seconds: int = Field(
        default=10, ge=0, le=60, description="How long a replaced refresh secret still works."
    )
    attempts: int = Field(default=5, ge=1, description="Failed sign-ins of one address before it has to wait.")
    attempts_minutes: int = Field(default=15, ge=1, description="The span in which failed sign-ins are counted.")

    @property
    def session_life(self) -> timedelta:
        return timedelta(days=self.session_days)

    @property
    def invitation_life(self) -> timedelta:
        return timedelta(hours=self.invitation_hours)

    @property
    def job_token_life(self) -> timedelta:
        return timedelta(days=self.job_token_days)

    @property
    def refresh_grace(self) -> timedelta:
        return timedelta(seconds=self.refresh_grace_seconds)

    @property
    def attempts_span(self) -> timedelta:
        return timedelta(minutes=self.attempts_minutes)
