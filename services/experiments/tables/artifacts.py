"""Owns the tables of files. Does not hold their bytes: those lie in the object store under their sha256."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.experiments.tables.base import Table, Time


class Blob(Table):  # type: ignore[misc, valid-type]
    """Bytes this workspace has proven to own by sending them: verified, and never deleted while referred to."""

    __tablename__ = "blobs"

    workspace_id: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    create_time: Mapped[datetime] = mapped_column(Time)


class ArtifactUpload(Table):  # type: ignore[misc, valid-type]
    """An announced artifact; `known` when its bytes were here already.

    `sha256` is empty, and `size` 0, while only the sender knows the bytes.
    """

    __tablename__ = "artifact_uploads"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    # A run or a logged model.
    run_id: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(Text)
    known: Mapped[bool] = mapped_column(Boolean)
    # What the object store calls the upload when it arrives in parts, else empty.
    parts_id: Mapped[str] = mapped_column(Text)
    create_time: Mapped[datetime] = mapped_column(Time)


class Artifact(Table):  # type: ignore[misc, valid-type]
    """A file of a run or of a logged model; `run_id` names either."""

    __tablename__ = "artifacts"
    __table_args__ = (ForeignKeyConstraint(["workspace_id", "sha256"], ["blobs.workspace_id", "blobs.sha256"]),)

    run_id: Mapped[str] = mapped_column(Text, primary_key=True)
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(Text)
    create_time: Mapped[datetime] = mapped_column(Time)
