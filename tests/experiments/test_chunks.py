"""The compacted form of series loses no bit, and its overview no extreme."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.experiments import chunks
from services.experiments.series import Columns

FLOATS = st.floats(width=64)


@given(st.lists(st.tuples(FLOATS, FLOATS, FLOATS), min_size=1, max_size=200))
def test_compression_loses_no_bit(rows: list[tuple[float, float, float]]) -> None:
    steps, values, times = np.array(rows, float).T
    again = chunks.expand(chunks.compress(Columns("loss", steps, values, times)))
    assert again.tobytes() == np.stack((steps, values, times), axis=1).tobytes()


def test_evenly_spaced_steps_and_times_cost_next_to_nothing() -> None:
    count = chunks.FULL
    values = np.random.default_rng(7).normal(size=count)
    points = Columns("loss", np.arange(count, dtype=float), values, 1.8e12 + 250.0 * np.arange(count))
    assert len(chunks.compress(points)) < 8.5 * count
