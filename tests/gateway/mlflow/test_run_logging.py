"""Batches of points become columns, in the order in which they were sent."""

from __future__ import annotations

from typing import Any

import pytest

from services.gateway.mlflow.errors import MlflowError
from services.gateway.mlflow.run_logging import as_columns


def point(key: str, value: Any, timestamp: Any = 5, **more: Any) -> dict[str, Any]:
    return {"key": key, "value": value, "timestamp": timestamp, **more}


def test_points_are_grouped_by_key() -> None:
    points = [point("a", 1.0, step=1), point("b", 2, step="7"), point("a", "Infinity", "6", step=2), point("a", 3.5)]
    columns, about_models = as_columns(points, paths=True)
    assert about_models == []
    assert [(one.key, list(one.steps), list(one.values), list(one.times)) for one in columns] == [
        ("a", [1, 2, 0], [1.0, float("inf"), 3.5], [5, 6, 5]),
        ("b", [7], [2.0], [5]),
    ]


def test_points_about_a_logged_model_are_set_apart_too() -> None:
    points = [point("a", 1.0, step=1, model_id="m-1"), point("a", 1.0, step=1, model_id="", run_id="r")]
    columns, about_models = as_columns(points, paths=True)
    assert len(columns[0].values) == 2
    assert about_models == points[:1]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"value": 1.0, "timestamp": 1}, "required parameter 'metrics[1].key'"),
        (point("", 1.0), "required parameter 'metrics[1].key'"),
        (point("a", None), "required parameter 'metrics[1].value'"),
        (point("a", "high"), "\"high\" for parameter 'metrics[1].value'"),
        (point("a", True), "true for parameter 'metrics[1].value'"),
        (point("a", 1.0, -1), "-1 for parameter 'metrics[1].timestamp'"),
        (point("a", 1.0, 1.5), "1.5 for parameter 'metrics[1].timestamp'"),
        (point("a", 1.0, step="x"), "\"x\" for parameter 'metrics[1].step'"),
        (point("x//y", 1.0), "\"x//y\" for parameter 'metrics[1].name'"),
    ],
)
def test_a_bad_point_is_named_by_its_place(bad: dict[str, Any], words: str) -> None:
    with pytest.raises(MlflowError) as refused:
        as_columns([point("good", 1.0), bad], paths=True)
    assert words in refused.value.message
