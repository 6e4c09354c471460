"""Owns the tables of experiments and runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Computed, Double, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.experiments.tables.base import Table, Texts, Time


class Experiment(Table):  # type: ignore[misc, valid-type]
    """A question that several runs try to answer."""

    __tablename__ = "experiments"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name"),
        Index("uq_experiments_default", "workspace_id", unique=True, postgresql_where=text("is_default")),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    creator: Mapped[dict[str, Any]] = mapped_column(JSONB)
    create_time: Mapped[datetime] = mapped_column(Time)
    tags: Mapped[dict[str, str]] = mapped_column(JSONB)
    update_time: Mapped[datetime] = mapped_column(Time)
    delete_time: Mapped[datetime | None] = mapped_column(Time)
    is_default: Mapped[bool] = mapped_column(Boolean)


class Run(Table):  # type: ignore[misc, valid-type]
    """One execution. Params and tags are objects on the row: a page of runs is one read."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_workspace", "workspace_id", "id"),
        # Lists are walked newest first, and stop when the page is full.
        Index("ix_runs_newest", "workspace_id", text("start_time DESC"), "id"),
        Index("ix_runs_experiment_newest", "experiment_id", text("start_time DESC"), "id"),
        # Statistics too: the planner knows how many runs have a param or tag.
        Index("ix_runs_params", "params", postgresql_using="gin", postgresql_ops={"params": "jsonb_path_ops"}),
        Index("ix_runs_tags", "tags", postgresql_using="gin", postgresql_ops={"tags": "jsonb_path_ops"}),
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
    # When it was deleted with its experiment, this is the same moment.
    delete_time: Mapped[datetime | None] = mapped_column(Time)
    forked_from_run_id: Mapped[str] = mapped_column(Text)
    forked_from_step: Mapped[float] = mapped_column(Double)
    user_name: Mapped[str] = mapped_column(Text)
    # Lists of {"logged_model_id", "step"}; NULL for the many runs without.
    model_inputs: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    model_outputs: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    # Params and tags as lists of {"key", "value"}, the form that lists of runs answer; kept so by the database.
    param_list: Mapped[str] = mapped_column(Text, Computed("listed_pairs(params)", persisted=True), deferred=True)
    # Without the tags that say what the run says itself: its name, its note, its parent.
    tag_list: Mapped[str] = mapped_column(Text, Computed("listed_pairs(tags - ...)", persisted=True), deferred=True)
    # `metrics.AS_JSON` as it was when the run was compacted: what is true as long as it is.
    metric_list: Mapped[str | None] = mapped_column(Text, deferred=True)


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
    # Where its images come from, as its owner said when the input was added: a search by source asks no other service.
    sources: Mapped[list[str]] = mapped_column(Texts)


class RunDataset(Table):  # type: ignore[misc, valid-type]
    """Data of a run that is kept elsewhere, as the client described it."""

    __tablename__ = "run_datasets"
    __table_args__ = (UniqueConstraint("run_id", "name", "digest"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    source_type: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    schema: Mapped[str] = mapped_column(Text)
    profile: Mapped[str] = mapped_column(Text)
    tags: Mapped[dict[str, str]] = mapped_column(JSONB)
