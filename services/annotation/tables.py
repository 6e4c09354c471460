"""Owns the tables of the annotation service. Columns are named like the fields of the messages they fill."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import new_base


class Table(new_base()):  # type: ignore[misc]
    """What all tables of this service share."""

    __abstract__ = True


_TIME = DateTime(timezone=True)
# Byte order, so that SQL, Python and the digest of a snapshot agree on what comes first.
_BYTES = Text(collation="C")


class Project(Table):
    __tablename__ = "projects"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(_BYTES)
    description: Mapped[str] = mapped_column(Text, server_default="")
    labels: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    tools: Mapped[list[str]] = mapped_column(JSONB)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    image_sets: Mapped[list[str]] = mapped_column(JSONB)
    configuration_version: Mapped[int] = mapped_column(Integer)
    assigned_versions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    task_count: Mapped[int] = mapped_column(Integer, server_default="0")
    latest_snapshot: Mapped[int] = mapped_column(Integer, server_default="0")
    creator: Mapped[dict[str, str]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    update_time: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())


class Task(Table):
    """One image of a project. What changes with every save is in no index, so that saves stay cheap (HOT updates)."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("project_id", "image_sha256"),
        Index("ix_tasks_project_order", "project_id", "path", "id"),
        Index("ix_tasks_project_stem", "project_id", "path_stem"),
        Index(
            "ix_tasks_free", "project_id", "path", "id", postgresql_where=text("state = 'OPEN' AND assignee_id = ''")
        ),
        CheckConstraint("state IN ('OPEN','ANNOTATING','IN_REVIEW','REJECTED','ACCEPTED')", name="state"),
        CheckConstraint("verification IN ('UNVERIFIED','VERIFIED','REFUSED','STALE')", name="verification"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    image_sha256: Mapped[str] = mapped_column(_BYTES)
    path: Mapped[str] = mapped_column(_BYTES)
    # The path without its ending: by it files of annotations find their image.
    path_stem: Mapped[str] = mapped_column(_BYTES)
    source: Mapped[str] = mapped_column(Text, server_default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    image_set: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="OPEN")
    verification: Mapped[str] = mapped_column(Text, server_default="UNVERIFIED")
    assignee_id: Mapped[str] = mapped_column(Text, server_default="")
    revision: Mapped[int] = mapped_column(Integer, server_default="0")
    revision_digest: Mapped[str] = mapped_column(Text, server_default="")
    annotation_count: Mapped[int] = mapped_column(Integer, server_default="0")
    label_counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    open_remark_count: Mapped[int] = mapped_column(Integer, server_default="0")
    create_time: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    update_time: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())


class Revision(Table):
    """Append-only. `annotations` and `answers` are the canonical JSON text that the digest covers, byte for byte:
    JSONB would rewrite numbers."""

    __tablename__ = "revisions"

    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[str] = mapped_column(Text)
    workspace_id: Mapped[str] = mapped_column(Text)
    annotations: Mapped[str] = mapped_column(Text)
    answers: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    author: Mapped[dict[str, str]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(_TIME, server_default=func.clock_timestamp())


class Review(Table):
    """A verdict on one exact revision; `stage` says whose: REVIEW a reviewer's, VERIFICATION the customer's."""

    __tablename__ = "reviews"
    __table_args__ = (
        Index("ix_reviews_task_stage", "task_id", "stage", "revision", "position"),
        CheckConstraint("stage IN ('REVIEW','VERIFICATION')", name="stage"),
        CheckConstraint("verdict IN ('ACCEPT','REJECT')", name="verdict"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    # The order in which verdicts were given; clocks do not order anything.
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    workspace_id: Mapped[str] = mapped_column(Text)
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"))
    stage: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer)
    revision_digest: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(Text)
    comment: Mapped[str] = mapped_column(Text, server_default="")
    reviewer: Mapped[dict[str, str]] = mapped_column(JSONB)
    organisation: Mapped[str] = mapped_column(Text, server_default="")
    create_time: Mapped[datetime] = mapped_column(_TIME, server_default=func.clock_timestamp())


class Remark(Table):
    __tablename__ = "remarks"
    __table_args__ = (
        Index("ix_remarks_project", "project_id", "id"),
        Index("ix_remarks_task", "task_id", "id"),
        CheckConstraint("state IN ('UNRESOLVED','RESOLVED')", name="state"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"))
    image_sha256: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    region: Mapped[dict[str, float] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[str] = mapped_column(Text, server_default="UNRESOLVED")
    author: Mapped[dict[str, str]] = mapped_column(JSONB)
    resolver: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    create_time: Mapped[datetime] = mapped_column(_TIME, server_default=func.clock_timestamp())
    resolve_time: Mapped[datetime | None] = mapped_column(_TIME)


class Snapshot(Table):
    """A numbered, immutable set of revisions. Labels and questions are frozen with it: exports depend on them."""

    __tablename__ = "snapshots"

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    project_name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    image_count: Mapped[int] = mapped_column(Integer)
    annotation_count: Mapped[int] = mapped_column(Integer)
    configuration_version: Mapped[int] = mapped_column(Integer)
    labels: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    sets: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    shares: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    assigned_versions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(Text, server_default="")
    include_unreviewed: Mapped[bool] = mapped_column(Boolean)
    creator: Mapped[dict[str, str]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())


class SnapshotEntry(Table):
    """One image with one revision, in the snapshots since <= number < until (NULL: no end yet).

    Everything a snapshot says about the image is frozen here; a snapshot costs as many rows as changed since the last.
    """

    __tablename__ = "snapshot_entries"
    __table_args__ = (
        Index("ix_snapshot_entries_now", "project_id", "image_sha256", postgresql_where=text("until_snapshot IS NULL")),
    )

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    image_sha256: Mapped[str] = mapped_column(_BYTES, primary_key=True)
    since_snapshot: Mapped[int] = mapped_column(Integer, primary_key=True)
    until_snapshot: Mapped[int | None] = mapped_column(Integer)
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"))
    revision: Mapped[int] = mapped_column(Integer)
    revision_digest: Mapped[str] = mapped_column(Text)
    annotation_count: Mapped[int] = mapped_column(Integer)
    path: Mapped[str] = mapped_column(_BYTES)
    source: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    image_set: Mapped[str] = mapped_column(Text)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)


class Export(Table):
    """A file made from a snapshot once; the same request again answers with it."""

    __tablename__ = "exports"

    project_id: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    format: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    losses: Mapped[list[str]] = mapped_column(JSONB)


class Prediction(Table):
    """What one inference run found on one image; the same run again replaces it."""

    __tablename__ = "predictions"
    __table_args__ = (UniqueConstraint("task_id", "run_id"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"))
    run_id: Mapped[str] = mapped_column(Text)
    model_version: Mapped[str] = mapped_column(Text, server_default="")
    annotations: Mapped[str] = mapped_column(Text)
    create_time: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
