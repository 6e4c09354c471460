"""Points become columns as the API takes them, and what it would refuse is found before."""

from __future__ import annotations

import math

import pytest

from plumbline.metrics import columns, problem


def test_points_become_one_column_set_per_key() -> None:
    points = [({"a": 1.0, "b": 2.0}, 1.0, 10), ({"a": math.nan}, 2.0, 20), ({"a": -math.inf}, 3.5, 30)]
    assert columns(points) == [
        {"key": "a", "steps": [1, 2, 3.5], "values": [1.0, "NaN", "-Infinity"], "times": [10, 20, 30]},
        {"key": "b", "steps": [1], "values": [2.0], "times": [10]},
    ]


def test_keys_that_come_and_go_in_any_order_keep_their_points() -> None:
    points = [({"a": 1.0, "b": 2.0}, 1.0, 10), ({"b": 3.0, "a": 4.0}, 2.0, 20), ({}, 3.0, 30), ({"b": 5.0}, 4.0, 40)]
    assert columns(points) == [
        {"key": "a", "steps": [1, 2], "values": [1.0, 4.0], "times": [10, 20]},
        {"key": "b", "steps": [1, 2, 4], "values": [2.0, 3.0, 5.0], "times": [10, 20, 40]},
    ]


@pytest.mark.parametrize(
    ("metrics", "step", "why"),
    [
        ({"loss": 1.0}, math.nan, "no number that can be ordered"),
        ({"": 1.0}, 1.0, "no name of a metric"),
        ({"x" * 251: 1.0}, 1.0, "no name of a metric"),
        ({"a\nb": 1.0}, 1.0, "no name of a metric"),
        ({"loss": math.nan}, 1.5, ""),
    ],
)
def test_what_the_platform_would_refuse_is_named(metrics: dict[str, float], step: float, why: str) -> None:
    found = problem((metrics, step, 0))
    assert (why in found) if why else not found
