"""Owns the tables of gates and approvals. Does not hold whether a gate is open: that is asked anew each time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.experiments.tables.base import Table, Texts, Time


class Gate(Table):  # type: ignore[misc, valid-type]
    """What must hold before an alias may point at a version of a model."""

    __tablename__ = "gates"

    model_id: Mapped[str] = mapped_column(ForeignKey("models.id"), primary_key=True)
    alias: Mapped[str] = mapped_column(Text, primary_key=True)
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    approval_count: Mapped[int] = mapped_column(Integer)
    approver_roles: Mapped[list[str]] = mapped_column(Texts)
    updater: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)
    update_time: Mapped[datetime] = mapped_column(Time)


class Approval(Table):  # type: ignore[misc, valid-type]
    """What a member said about a version that is to carry an alias; the database refuses to change or delete a row."""

    __tablename__ = "approvals"
    __table_args__ = (
        ForeignKeyConstraint(["model_id", "version"], ["model_versions.model_id", "model_versions.number"]),
        Index("ix_approvals_version", "model_id", "version", "id"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    model_id: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    alias: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(Text)
    comment: Mapped[str] = mapped_column(Text)
    actor: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # The actor's role at that moment.
    role: Mapped[str] = mapped_column(Text)
    create_time: Mapped[datetime] = mapped_column(Time)
