"""Charts of long series: whatever lies between two points that are shown lies between what is shown around them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.experiments import pyramid, series
from services.experiments.series import Columns
from tests.experiments.builders import columns

CELLS = (4, 8, 16)
CHUNK = 16
VALUES = st.lists(st.floats(width=64), min_size=1, max_size=400)
LATE = st.lists(st.tuples(st.integers(0, 400), st.floats(width=64)), max_size=20)


@pytest.fixture(autouse=True)
def small_cells() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyramid, "CELL_POINTS", CELLS)
        yield


def series_of(values: list[float]) -> Columns:
    return columns("loss", [float(step) for step in range(len(values))], values)


def drawn(points: Columns, level: int, budget: int, rest: Columns | None = None) -> Columns:
    """The chart of points that lie in chunks, and of some that do not yet."""
    chunks = [points.part(begin, begin + CHUNK) for begin in range(0, len(points), CHUNK)]
    overviews = [pyramid.overview(chunk, level).tobytes() for chunk in chunks]
    return pyramid.chart("loss", overviews, rest or points.part(0, 0), level, budget)


def same(one: float, other: float) -> bool:
    return one == other or (np.isnan(one) and np.isnan(other))


@given(VALUES, st.integers(1, 3), st.integers(pyramid.MIN_BUDGET, 60))
def test_every_bucket_shows_its_true_extremes_and_a_nan(values: list[float], level: int, budget: int) -> None:
    points = series_of(values)
    chart = drawn(points, level, budget)
    assert len(chart) <= budget
    missing = np.isnan(points.values)
    if missing.any():
        assert np.isnan(chart.values).any()
    known = points.values[~missing]
    if len(known):
        assert np.nanmin(chart.values) == known.min()
        assert np.nanmax(chart.values) == known.max()
    if missing.any():
        return
    cell = CELLS[level - 1]
    width = cell * pyramid.cells_per_bucket(-(-len(values) // cell), budget, with_nan=False)
    for begin in range(0, len(values), width):
        shown = chart.values[(chart.steps >= begin) & (chart.steps < begin + width)]
        assert shown.min() == points.values[begin : begin + width].min()
        assert shown.max() == points.values[begin : begin + width].max()


@given(VALUES, st.integers(1, 3), st.integers(pyramid.MIN_BUDGET, 60))
def test_the_ends_stay_and_every_point_is_a_true_one(values: list[float], level: int, budget: int) -> None:
    chart = drawn(series_of(values), level, budget)
    assert (chart.steps[0], chart.steps[-1]) == (0, len(values) - 1)
    assert (np.diff(chart.steps) > 0).all()
    assert all(same(values[int(step)], value) for step, value in zip(chart.steps, chart.values, strict=True))


@given(VALUES, LATE, st.integers(1, 3), st.integers(pyramid.MIN_BUDGET, 60))
def test_late_points_hide_no_extreme(
    values: list[float], late: list[tuple[int, float]], level: int, budget: int
) -> None:
    beside = columns("loss", [float(step) for step, _ in late], [value for _, value in late], time=1)
    chart = drawn(series_of(values), level, budget, beside)
    assert len(chart) <= budget
    everything = np.array([*values, *(value for _, value in late)])
    known = everything[~np.isnan(everything)]
    if len(known):
        assert (np.nanmin(chart.values), np.nanmax(chart.values)) == (known.min(), known.max())
    assert np.isnan(chart.values).any() == np.isnan(everything).any()
    assert (np.diff(chart.steps) >= 0).all()


def test_a_longer_series_is_read_at_a_coarser_level() -> None:
    assert [pyramid.level_for(count, 102) for count in (100, 200, 399, 400, 800, 10**7)] == [0, 1, 1, 2, 3, 3]


@given(VALUES)
def test_an_overview_is_packed_rows(values: list[float]) -> None:
    rows = pyramid.overview(series_of(values), 1)
    assert series.unpack(rows.tobytes()).tobytes() == rows.tobytes()
