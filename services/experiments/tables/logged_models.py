"""Owns the tables of logged models. Does not hold their files: those are artifacts like a run's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Double, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.experiments.tables.base import Table, Time


class LoggedModel(Table):  # type: ignore[misc, valid-type]
    """A model as a training saved it, before anybody registers it."""

    __tablename__ = "logged_models"
    __table_args__ = (
        Index("ix_logged_models_experiment", "experiment_id", "create_time"),
        Index("ix_logged_models_run", "source_run_id"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    experiment_id: Mapped[str] = mapped_column(ForeignKey("experiments.id"))
    name: Mapped[str] = mapped_column(Text)
    model_type: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    status_message: Mapped[str] = mapped_column(Text)
    source_run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    params: Mapped[dict[str, str]] = mapped_column(JSONB)
    tags: Mapped[dict[str, str]] = mapped_column(JSONB)
    creator: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)
    update_time: Mapped[datetime] = mapped_column(Time)
    delete_time: Mapped[datetime | None] = mapped_column(Time)


class ModelMetric(Table):  # type: ignore[misc, valid-type]
    """Something measured with a logged model."""

    __tablename__ = "model_metrics"

    logged_model_id: Mapped[str] = mapped_column(ForeignKey("logged_models.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    # Milliseconds since the epoch, UTC.
    time: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    step: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    run_id: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[float] = mapped_column(Double)
    dataset_name: Mapped[str] = mapped_column(Text)
    dataset_digest: Mapped[str] = mapped_column(Text)
