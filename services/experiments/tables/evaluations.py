"""Owns the tables of evaluation results."""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.experiments.tables.base import Doubles, Table, Texts


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
