"""Owns the tables of storage. A column has the name of the proto field it fills; bytes lie in the object store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, ForeignKeyConstraint, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import new_base

Table = new_base()

Time = DateTime(timezone=True)
Texts = ARRAY(Text)
# Ordered by bytes: the order of the version format, whatever the locale of the server.
Path = Text(collation="C")


class Dataset(Table):  # type: ignore[misc, valid-type]
    """Images by path. Whoever changes the draft or publishes holds the lock of this row."""

    __tablename__ = "datasets"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    latest_version: Mapped[int] = mapped_column(Integer)
    creator: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)
    update_time: Mapped[datetime] = mapped_column(Time)

    __table_args__ = (
        Index("uq_datasets_workspace_id_name", "workspace_id", "name", unique=True),
        Index("ix_datasets_workspace_id_id", "workspace_id", "id"),
    )


class Batch(Table):  # type: ignore[misc, valid-type]
    """One contribution to a draft."""

    __tablename__ = "batches"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"))
    source: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    image_count: Mapped[int] = mapped_column(Integer)
    contributor: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)

    __table_args__ = (Index("ix_batches_dataset_id_id", "dataset_id", "id"),)


class Upload(Table):  # type: ignore[misc, valid-type]
    """One file that was announced. While it is open, it also says that its bytes are wanted."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    path: Mapped[str] = mapped_column(Path)
    sha256: Mapped[str] = mapped_column(Text)
    md5: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    tags: Mapped[list[str]] = mapped_column(Texts)
    # Canonical JSON text: numbers keep the form that the version digest is made of, which JSONB would not.
    metadata_json: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    create_time: Mapped[datetime] = mapped_column(Time)
    expire_time: Mapped[datetime] = mapped_column(Time)

    __table_args__ = (
        # The same item asked for again is the same upload: that is how a broken transfer resumes.
        Index("uq_uploads_batch_id_path_sha256", "batch_id", "path", "sha256", unique=True),
        Index("ix_uploads_open", "expire_time", postgresql_where=text("state IN ('NEEDED', 'KNOWN')")),
        Index("ix_uploads_open_batch", "batch_id", postgresql_where=text("state IN ('NEEDED', 'KNOWN')")),
    )


class Image(Table):  # type: ignore[misc, valid-type]
    """Bytes that were verified and measured, once per workspace; never changed and never deleted."""

    __tablename__ = "images"

    workspace_id: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    md5: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(Text)
    # Empty when a browser shows the original as it is.
    preview_media_type: Mapped[str] = mapped_column(Text)
    quality: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)


class Entry(Table):  # type: ignore[misc, valid-type]
    """An image at a path from version `since_version` until before `until_version` (NULL: still in the draft).

    The draft is written as version `latest_version + 1`, so publishing changes no entry.
    """

    __tablename__ = "entries"

    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"), primary_key=True)
    path: Mapped[str] = mapped_column(Path, primary_key=True)
    since_version: Mapped[int] = mapped_column(Integer, primary_key=True)
    until_version: Mapped[int | None] = mapped_column(Integer)
    workspace_id: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    contributor: Mapped[dict[str, Any]] = mapped_column(JSONB)
    tags: Mapped[list[str]] = mapped_column(Texts)
    metadata_json: Mapped[str] = mapped_column(Text)
    create_time: Mapped[datetime] = mapped_column(Time)

    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "sha256"], ["images.workspace_id", "images.sha256"]),
        Index("ix_entries_since", "dataset_id", "since_version"),
        Index("ix_entries_until", "dataset_id", "until_version"),
        Index("ix_entries_source", "dataset_id", "source", "path"),
        Index("ix_entries_batch", "dataset_id", "batch_id", "path"),
        Index("ix_entries_tags", "tags", postgresql_using="gin"),
        Index("ix_entries_image", "workspace_id", "sha256"),
    )


class Version(Table):  # type: ignore[misc, valid-type]
    """A published state of a dataset: written once."""

    __tablename__ = "versions"

    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    dataset_name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    image_count: Mapped[int] = mapped_column(Integer)
    size: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text)
    composition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    frame_md5: Mapped[str] = mapped_column(Text)
    # Where the two frames lie and how long they are: `{"csv": {"sha256", "size"}, "parquet": {...}}`. A large version
    # is published without them and gets them soon after; nothing else of a row is ever filled in.
    frames: Mapped[dict[str, Any]] = mapped_column(JSONB)
    publisher: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)

    __table_args__ = (Index("ix_versions_unframed", "create_time", postgresql_where=text("frame_md5 = ''")),)
