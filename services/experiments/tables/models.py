"""Owns the tables of the model registry. Does not hold gates (`gates.py`) or logged models (`logged_models.py`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.experiments.tables.base import Table, Time


class Model(Table):  # type: ignore[misc, valid-type]
    """A named line of model versions. A deleted one stays for lineage; its name is free."""

    __tablename__ = "models"
    __table_args__ = (
        Index("ux_models_name", "workspace_id", "name", unique=True, postgresql_where=text("delete_time IS NULL")),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    tags: Mapped[dict[str, str]] = mapped_column(JSONB)
    latest_version: Mapped[int] = mapped_column(Integer)
    creator: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)
    update_time: Mapped[datetime] = mapped_column(Time)
    delete_time: Mapped[datetime | None] = mapped_column(Time)


class ModelVersion(Table):  # type: ignore[misc, valid-type]
    """One trained model. It keeps its own copy of the artifact's facts: replacing the run's file leaves it alone.

    The database refuses to change what it is, and to delete it; only the columns from `note` to `delete_time` change.
    """

    __tablename__ = "model_versions"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "sha256"], ["blobs.workspace_id", "blobs.sha256"]),
        Index("ix_model_versions_run", "run_id"),
        Index("ix_model_versions_workspace", "workspace_id", "update_time"),
        Index("ix_model_versions_logged_model", "logged_model_id", postgresql_where=text("logged_model_id <> ''")),
    )

    model_id: Mapped[str] = mapped_column(ForeignKey("models.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    # The file, NULL when it was registered from a folder or from elsewhere.
    path: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int | None] = mapped_column(BigInteger)
    media_type: Mapped[str | None] = mapped_column(Text)
    artifact_time: Mapped[datetime | None] = mapped_column(Time)
    digest: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    logged_model_id: Mapped[str] = mapped_column(Text)
    run_link: Mapped[str] = mapped_column(Text)
    foreign_run_id: Mapped[str] = mapped_column(Text)
    creator: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)
    note: Mapped[str] = mapped_column(Text)
    tags: Mapped[dict[str, str]] = mapped_column(JSONB)
    stage: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    status_message: Mapped[str] = mapped_column(Text)
    update_time: Mapped[datetime] = mapped_column(Time)
    delete_time: Mapped[datetime | None] = mapped_column(Time)


class Alias(Table):  # type: ignore[misc, valid-type]
    """Where an alias points now."""

    __tablename__ = "aliases"
    __table_args__ = (
        ForeignKeyConstraint(["model_id", "version"], ["model_versions.model_id", "model_versions.number"]),
    )

    model_id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)


class AliasChange(Table):  # type: ignore[misc, valid-type]
    """One move of an alias; the database refuses to change or delete a row."""

    __tablename__ = "alias_changes"
    __table_args__ = (Index("ix_alias_changes_alias", "model_id", "alias", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id"))
    alias: Mapped[str] = mapped_column(Text)
    old_version: Mapped[int] = mapped_column(Integer)
    # 0 when the alias was taken off.
    new_version: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    actor: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)
