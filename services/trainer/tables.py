"""Owns the trainer's tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, Index, Integer, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import new_base

Table = new_base()


class Job(Table):  # type: ignore[valid-type,misc]
    """One unit of work; the row is the truth of the queue."""

    __tablename__ = "job"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    spec: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(Text)
    run_id: Mapped[str] = mapped_column(Text)
    epoch: Mapped[int] = mapped_column(Integer, server_default="0")
    worker: Mapped[str] = mapped_column(Text, server_default="")
    lease_expire_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # when a worker was last started for it; a worker that never leases is started again
    launch_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    token_id: Mapped[str] = mapped_column(Text, server_default="")
    cancel_requested: Mapped[bool] = mapped_column(Boolean, server_default="false")
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    checkpoint: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    error: Mapped[str] = mapped_column(Text, server_default="")
    repeat_of_run_id: Mapped[str] = mapped_column(Text, server_default="")
    model_version: Mapped[str] = mapped_column(Text, server_default="")
    creator: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    start_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    end_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_job_workspace", "workspace_id", "id"),
        Index("ix_job_run", "workspace_id", "run_id"),
        Index("ix_job_open", "state", "id", postgresql_where=text("state IN ('QUEUED', 'RUNNING')")),
    )
