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
        # The last part of the stem: files of annotations often know no folder.
        Index("ix_tasks_project_name", "project_id", text("substring(path_stem, '[^/]*$'::text)")),
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


class Transfer(Table):
    """An export, preview or import: what was asked, how far it is, what came of it.

    `epoch` counts the processes that took it up; only the newest one may write, until its lease expires.
    """

    __tablename__ = "transfers"
    __table_args__ = (
        Index("ix_transfers_project", "project_id", "id"),
        Index("ix_transfers_open", "id", postgresql_where=text("state IN ('QUEUED','RUNNING')")),
        CheckConstraint("kind IN ('EXPORT','PREVIEW','IMPORT')", name="kind"),
        CheckConstraint("state IN ('QUEUED','RUNNING','SUCCEEDED','REFUSED','FAILED')", name="state"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="QUEUED")
    format: Mapped[str] = mapped_column(Text, server_default="")
    options: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    snapshot_number: Mapped[int] = mapped_column(Integer, server_default="0")
    include_images: Mapped[bool] = mapped_column(Boolean, server_default="false")
    allow_loss: Mapped[bool] = mapped_column(Boolean, server_default="false")
    upload_id: Mapped[str] = mapped_column(Text, server_default="")
    skip_invalid: Mapped[bool] = mapped_column(Boolean, server_default="false")
    dry_run: Mapped[bool] = mapped_column(Boolean, server_default="false")
    file_name: Mapped[str] = mapped_column(Text, server_default="")
    stage: Mapped[str] = mapped_column(Text, server_default="")
    done: Mapped[int] = mapped_column(Integer, server_default="0")
    total: Mapped[int] = mapped_column(Integer, server_default="0")
    losses: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    key: Mapped[str] = mapped_column(Text, server_default="")
    size: Mapped[int] = mapped_column(BigInteger, server_default="0")
    sha256: Mapped[str] = mapped_column(Text, server_default="")
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    # Images of an import that are committed: where it goes on when it is taken up again.
    written: Mapped[int] = mapped_column(Integer, server_default="0")
    changed: Mapped[int] = mapped_column(Integer, server_default="0")
    error: Mapped[str] = mapped_column(Text, server_default="")
    # Who asked, whole: the work is theirs also after the call has ended.
    principal: Mapped[dict[str, str]] = mapped_column(JSONB)
    creator: Mapped[dict[str, str]] = mapped_column(JSONB)
    epoch: Mapped[int] = mapped_column(Integer, server_default="0")
    lease_expire_time: Mapped[datetime | None] = mapped_column(_TIME)
    create_time: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    end_time: Mapped[datetime | None] = mapped_column(_TIME)


class LossReport(Table):
    """What an export loses, by the digest of all that its annotations depend on; the same request answers with it."""

    __tablename__ = "loss_reports"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    losses: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class ExportFile(Table):
    """A file that was made once, by the digest of all that its bytes depend on."""

    __tablename__ = "export_files"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)


class ImportUpload(Table):
    """A place for a file that is to be imported, until it expires."""

    __tablename__ = "import_uploads"
    __table_args__ = (Index("ix_import_uploads_expire_time", "expire_time"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    file_name: Mapped[str] = mapped_column(Text)
    create_time: Mapped[datetime] = mapped_column(_TIME, server_default=func.now())
    expire_time: Mapped[datetime] = mapped_column(_TIME)


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
