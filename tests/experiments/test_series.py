"""Columns of points: what is packed comes back, and no extreme ever vanishes from a chart."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.experiments import pyramid, series
from services.experiments.series import Columns

VALUES = st.lists(st.floats(width=64), min_size=1, max_size=300)


def columns(values: list[float]) -> Columns:
    count = len(values)
    return Columns("loss", np.arange(count, dtype=float), np.array(values, float), np.zeros(count))


@given(VALUES, st.integers(pyramid.MIN_BUDGET, 60))
def test_every_true_minimum_and_maximum_of_a_bucket_is_kept(values: list[float], budget: int) -> None:
    points = columns(values)
    kept = pyramid.downsample(points, budget)
    assert len(kept) <= max(budget, 0)
    chosen = set(kept.steps.astype(int).tolist())
    missing = np.isnan(points.values)
    if len(points) <= budget:
        assert chosen == set(range(len(points)))
        return
    edges = pyramid.bucket_edges(len(points), budget, with_nan=bool(missing.any()))
    for begin, end in pairwise(edges):
        bucket = points.values[begin:end]
        held = points.values[[index for index in range(begin, end) if index in chosen]]
        assert np.isnan(held).any() == np.isnan(bucket).any()
        if not np.isnan(bucket).all():
            assert np.nanmin(held) == np.nanmin(bucket)
            assert np.nanmax(held) == np.nanmax(bucket)


@given(VALUES, st.integers(pyramid.MIN_BUDGET, 60))
def test_first_and_last_stay_and_order_is_kept(values: list[float], budget: int) -> None:
    kept = pyramid.downsample(columns(values), budget)
    assert kept.steps[0] == 0
    assert kept.steps[-1] == len(values) - 1
    assert (np.diff(kept.steps) > 0).all()


@given(VALUES)
def test_packing_loses_no_bit(values: list[float]) -> None:
    points = columns(values)
    again = series.of_matrix("loss", series.unpack(series.pack(points)))
    assert again.values.tobytes() == points.values.tobytes()
    assert again.steps.tobytes() == points.steps.tobytes()


@settings(max_examples=50)
@given(VALUES, st.integers(1, 5))
def test_segments_join_to_the_same_series_as_one(values: list[float], pieces: int) -> None:
    points = columns(values)
    parts = [points.take(chunk) for chunk in np.array_split(np.arange(len(points)), pieces)]
    packed = [series.pack(part) for part in reversed(parts)]
    joined = series.in_order(series.join("loss", map(series.unpack, packed)))
    assert joined.values.tobytes() == points.values.tobytes()


@given(VALUES)
def test_a_summary_is_what_a_loop_would_find(values: list[float]) -> None:
    known = [value for value in values if not math.isnan(value)]
    found = series.summarise(columns(values))
    assert found.point_count == len(values)
    assert (found.min, found.max) == ((min(known), max(known)) if known else (None, None))
    assert found.last == values[-1] or math.isnan(found.last)


def test_nothing_packs_to_nothing() -> None:
    assert len(series.join("loss", [])) == 0
