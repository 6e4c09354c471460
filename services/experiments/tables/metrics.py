"""Owns the tables of metric series. Does not know what their packed bytes mean: `series.py` and `chunks.py` do."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Double, Identity, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.experiments.tables.base import Table


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
