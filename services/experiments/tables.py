"""Owns the state of experiments in PostgreSQL: columns named like the proto's fields, and the constraints.

Does not hold artifact bytes: those lie in the object store under their sha256.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import new_base

Table = new_base()

Time = DateTime(timezone=True)
Texts = ARRAY(Text)
Doubles = ARRAY(Double)


class Experiment(Table):  # type: ignore[misc, valid-type]
    """A question that several runs try to answer."""

    __tablename__ = "experiments"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    creator: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)


class Run(Table):  # type: ignore[misc, valid-type]
    """One execution. Params and tags are objects on the row: a page of runs is one read."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_workspace", "workspace_id", "id"),
        Index("ix_runs_experiment", "experiment_id", "id"),
        Index("ix_runs_uncompacted", "id", postgresql_where=text("NOT compacted")),
        Index("ix_runs_parent", "parent_run_id", postgresql_where=text("parent_run_id <> ''")),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    experiment_id: Mapped[str] = mapped_column(ForeignKey("experiments.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, str]] = mapped_column(JSONB)
    tags: Mapped[dict[str, str]] = mapped_column(JSONB)
    record: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    record_digest: Mapped[str] = mapped_column(Text)
    parent_run_id: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    creator: Mapped[dict[str, Any]] = mapped_column(JSONB)
    start_time: Mapped[datetime] = mapped_column(Time)
    end_time: Mapped[datetime | None] = mapped_column(Time)
    error: Mapped[str] = mapped_column(Text)
    # Lease epoch of the job that may write; 0 until a trainer fences the run.
    epoch: Mapped[int] = mapped_column(Integer)
    # The job whose token may write; empty when no job does.
    job_id: Mapped[str] = mapped_column(Text)
    # Whether the run has ended and all its metric points lie in compacted segments.
    compacted: Mapped[bool] = mapped_column(Boolean)


class RunInput(Table):  # type: ignore[misc, valid-type]
    """What a run was computed from; digests as confirmed by the owner of the thing."""

    __tablename__ = "run_inputs"
    __table_args__ = (Index("ix_run_inputs_resource", "workspace_id", "resource_id", "number", "run_id"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    resource_id: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(Integer)
    image_sets: Mapped[list[str]] = mapped_column(Texts)


class LogRequest(Table):  # type: ignore[misc, valid-type]
    """A numbered log request that has taken effect. With the epoch: a resumed worker counts from one again."""

    __tablename__ = "log_requests"

    run_id: Mapped[str] = mapped_column(Text, primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    writer: Mapped[str] = mapped_column(Text, primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)


class MetricSegment(Table):  # type: ignore[misc, valid-type]
    """Points of one series, NaN and infinities included: as they arrived together, or compacted into one long segment.

    No foreign key: the run's row is locked by every writer anyway, and this is the hot path.
    """

    __tablename__ = "metric_segments"
    __table_args__ = (
        Index(
            "ix_metric_segments_series",
            *("run_id", "key", "id"),
            # The compactor looks for work without reading points.
            postgresql_include=["epoch", "point_count", "compacted"],
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    run_id: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    epoch: Mapped[int] = mapped_column(Integer)
    point_count: Mapped[int] = mapped_column(Integer)
    max_step: Mapped[float] = mapped_column(Double)
    compacted: Mapped[bool] = mapped_column(Boolean)
    # `series.pack` of the points, or, in a compacted segment, `chunks.compress`.
    points: Mapped[bytes] = mapped_column(LargeBinary)
    # Only in a compacted segment: `series.pack` of the points that a chart of a long series needs.
    overview: Mapped[bytes | None] = mapped_column(LargeBinary)


class MetricSummary(Table):  # type: ignore[misc, valid-type]
    """What became of one series: its last point by (step, time), its extremes without NaN, its length."""

    __tablename__ = "metric_summaries"

    run_id: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    last: Mapped[float] = mapped_column(Double)
    last_step: Mapped[float] = mapped_column(Double)
    last_time: Mapped[float] = mapped_column(Double)
    # NULL while every value was NaN.
    min: Mapped[float | None] = mapped_column(Double)
    max: Mapped[float | None] = mapped_column(Double)
    point_count: Mapped[int] = mapped_column(Integer)


class EvaluationSlice(Table):  # type: ignore[misc, valid-type]
    """Results on one part of the data. Two arrays instead of JSON: a metric may be NaN."""

    __tablename__ = "evaluation_slices"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    dimension: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    image_count: Mapped[int] = mapped_column(Integer)
    metric_keys: Mapped[list[str]] = mapped_column(Texts)
    metric_values: Mapped[list[float]] = mapped_column(Doubles)


class EvaluationFailure(Table):  # type: ignore[misc, valid-type]
    """An image the model got wrong."""

    __tablename__ = "evaluation_failures"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    image_sha256: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(Texts)
    expected: Mapped[str] = mapped_column(Text)
    predicted: Mapped[str] = mapped_column(Text)
    score: Mapped[float] = mapped_column(Double)


class Blob(Table):  # type: ignore[misc, valid-type]
    """Bytes this workspace has proven to own by sending them: verified, and never deleted while referred to."""

    __tablename__ = "blobs"

    workspace_id: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    create_time: Mapped[datetime] = mapped_column(Time)


class ArtifactUpload(Table):  # type: ignore[misc, valid-type]
    """An announced artifact; `known` when its bytes were here already."""

    __tablename__ = "artifact_uploads"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(Text)
    known: Mapped[bool] = mapped_column(Boolean)
    create_time: Mapped[datetime] = mapped_column(Time)


class Artifact(Table):  # type: ignore[misc, valid-type]
    """A file of a run."""

    __tablename__ = "artifacts"
    __table_args__ = (ForeignKeyConstraint(["workspace_id", "sha256"], ["blobs.workspace_id", "blobs.sha256"]),)

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(Text)
    create_time: Mapped[datetime] = mapped_column(Time)


class Model(Table):  # type: ignore[misc, valid-type]
    """A named line of model versions."""

    __tablename__ = "models"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    latest_version: Mapped[int] = mapped_column(Integer)
    creator: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)


class ModelVersion(Table):  # type: ignore[misc, valid-type]
    """One trained model. It keeps its own copy of the artifact's facts: replacing the run's file leaves it alone."""

    __tablename__ = "model_versions"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "sha256"], ["blobs.workspace_id", "blobs.sha256"]),
        Index("ix_model_versions_run", "run_id"),
    )

    model_id: Mapped[str] = mapped_column(ForeignKey("models.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(Text)
    artifact_time: Mapped[datetime] = mapped_column(Time)
    note: Mapped[str] = mapped_column(Text)
    creator: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)


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
    new_version: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    actor: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)
