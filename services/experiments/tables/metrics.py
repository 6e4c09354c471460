"""Owns the tables of metric series."""

from __future__ import annotations

from sqlalchemy import BigInteger, Double, Identity, Index, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.experiments.tables.base import Table, Texts


class LogRequest(Table):  # type: ignore[misc, valid-type]
    """A numbered log request that has taken effect. With the epoch: a resumed worker counts from one again."""

    __tablename__ = "log_requests"

    run_id: Mapped[str] = mapped_column(Text, primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    writer: Mapped[str] = mapped_column(Text, primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)


class MetricBatch(Table):  # type: ignore[misc, valid-type]
    """The points of one log request, of all its series, NaN and infinities included, until they are compacted.

    No foreign key: the run's row is locked by every writer anyway, and this is the hot path.
    """

    __tablename__ = "metric_batches"
    __table_args__ = (
        # The compactor looks for work without reading points.
        Index("ix_metric_batches_run", "run_id", "id", postgresql_include=["point_count"]),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    run_id: Mapped[str] = mapped_column(Text)
    epoch: Mapped[int] = mapped_column(Integer)
    keys: Mapped[list[str]] = mapped_column(Texts)
    # Points of each key.
    counts: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    point_count: Mapped[int] = mapped_column(Integer)
    max_step: Mapped[float] = mapped_column(Double)
    # `series.pack` of one key after the other.
    points: Mapped[bytes] = mapped_column(LargeBinary)


class MetricChunk(Table):  # type: ignore[misc, valid-type]
    """Points of one series by step, compressed, and the levels of the pyramid over them."""

    __tablename__ = "metric_chunks"
    __table_args__ = (
        Index(
            "ix_metric_chunks_series",
            *("run_id", "key", "max_step"),
            postgresql_include=["id", "epoch", "min_step", "point_count"],
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    run_id: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    epoch: Mapped[int] = mapped_column(Integer)
    point_count: Mapped[int] = mapped_column(Integer)
    min_step: Mapped[float] = mapped_column(Double)
    max_step: Mapped[float] = mapped_column(Double)
    min_time: Mapped[float] = mapped_column(Double)
    max_time: Mapped[float] = mapped_column(Double)
    # `chunks.compress`.
    points: Mapped[bytes] = mapped_column(LargeBinary)
    # Packed `pyramid.overview` of level 1, 2 and 3.
    level_1: Mapped[bytes] = mapped_column(LargeBinary)
    level_2: Mapped[bytes] = mapped_column(LargeBinary)
    level_3: Mapped[bytes] = mapped_column(LargeBinary)


class MetricSummary(Table):  # type: ignore[misc, valid-type]
    """What became of one series: its last point by step, time and value, its extremes without NaN, its length."""

    __tablename__ = "metric_summaries"
    # A list of runs ordered by a metric walks along it and stops when the page is full.
    __table_args__ = (Index("ix_metric_summaries_last", "key", "last", "run_id"),)

    run_id: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    last: Mapped[float] = mapped_column(Double)
    last_step: Mapped[float] = mapped_column(Double)
    last_time: Mapped[float] = mapped_column(Double)
    # NULL while every value was NaN.
    min: Mapped[float | None] = mapped_column(Double)
    max: Mapped[float | None] = mapped_column(Double)
    # Points that were logged; a point that was logged twice is counted twice.
    point_count: Mapped[int] = mapped_column(BigInteger)
