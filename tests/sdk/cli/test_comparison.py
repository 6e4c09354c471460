"""What differs between two runs."""

from __future__ import annotations

from typing import Any

from plumbline.cli.comparison import differences


def run(**changes: Any) -> dict[str, Any]:
    return {
        "id": "run_1",
        "experiment_name": "tiles",
        "kind": "TRAINING",
        "status": "FINISHED",
        "inputs": [{"kind": "DATASET_VERSION", "name": "tiles@v1", "digest": "sha256:a"}],
        "params": [{"key": "lr", "value": "0.1"}],
        "metrics": [{"key": "loss", "last": 0.5}],
        "record": {"code": {"commit": "abc"}, "packages": {"torch": "2.13.0"}},
        **changes,
    }


def test_runs_that_differ_only_in_their_name_are_equal() -> None:
    assert differences(run(), run(id="run_2")) == []


def test_every_kind_of_difference_is_named() -> None:
    second = run(
        inputs=[{"kind": "DATASET_VERSION", "name": "tiles@v2", "digest": "sha256:b"}],
        params=[{"key": "lr", "value": "0.2"}, {"key": "epochs", "value": "3"}],
        metrics=[{"key": "loss", "last": 0.25}],
        record={"code": {"commit": "def"}, "packages": {"torch": "2.13.0"}},
    )
    assert differences(run(), second) == [
        {"field": "input.dataset_version", "first": "tiles@v1 sha256:a", "second": "tiles@v2 sha256:b"},
        {"field": "metric.loss", "first": 0.5, "second": 0.25},
        {"field": "param.epochs", "first": None, "second": "3"},
        {"field": "param.lr", "first": "0.1", "second": "0.2"},
        {"field": "record.code.commit", "first": "abc", "second": "def"},
    ]


def test_a_run_without_a_record_can_be_compared() -> None:
    without = run()
    del without["record"]
    assert {item["field"] for item in differences(run(), without)} == {
        "record.code.commit",
        "record.packages.torch",
    }
