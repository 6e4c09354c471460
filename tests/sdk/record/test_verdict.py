"""A repetition is judged part by part."""

from __future__ import annotations

from typing import Any

import pytest

from plumbline.record import Verdict, assess, expect

RECORD = {
    "code": {"commit": "abc", "dirty": False},
    "packages": {"torch": "2.13.0"},
    "python": {"version": "3.11"},
    "seeds": {"run": 1},
    "determinism": {"deterministic_algorithms": True},
    "threads": {"torch": 2},
    "hardware": {"cpu": "x"},
    "container": {"digest": "sha256:c"},
    "drivers": {},
    "outputs": {"weights_digest": "w1"},
}
DATA = {"kind": "DATASET_VERSION", "name": "tiles@v1", "digest": "sha256:a", "image_sets": []}
MARKS = {"kind": "SNAPSHOT", "name": "defects@s1", "digest": "sha256:b", "image_sets": []}


def run(record: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "TRAINING",
        "inputs": [DATA, MARKS],
        "params": [{"key": "lr", "value": "0.1"}],
        "metrics": [{"key": "f1", "last": 0.8}, {"key": "train/epoch_seconds", "last": 3.0}],
        "tags": [],
        "record": {**RECORD, **(record or {})},
        **changes,
    }


def metrics(**values: Any) -> list[dict[str, Any]]:
    return [{"key": key, "last": value} for key, value in values.items()]


def test_the_same_weights_are_bit_repeatable_whatever_else_took_longer() -> None:
    found = assess(run(), run(metrics=[*metrics(f1=0.8), {"key": "train/epoch_seconds", "last": 9.0}]))
    assert found.verdict is Verdict.BIT_REPEATABLE
    assert {part.state for part in found.parts} == {"same", "unknown"}
    assert {part.name for part in found.parts if part.state == "unknown"} == {"drivers", "command", "system"}
    assert found.differences == []


def test_other_weights_with_the_same_metrics_are_statistically_repeatable() -> None:
    again = run({"outputs": {"weights_digest": "w2"}, "threads": {"torch": 1}}, metrics=metrics(f1=0.801))
    found = assess(run(), again)
    assert found.verdict is Verdict.STATISTICALLY_REPEATABLE
    assert found.part("threads").state == "differs"
    assert found.differences == [{"field": "threads.torch", "first": 2, "second": 1}]


def test_other_metrics_are_only_re_runnable() -> None:
    found = assess(run(), run({"outputs": {"weights_digest": "w2"}}, metrics=metrics(f1=0.5)))
    assert found.verdict is Verdict.RE_RUNNABLE
    assert found.part("metrics").differences == ({"field": "metrics.f1", "first": 0.8, "second": 0.5},)


@pytest.mark.parametrize("value", ["NaN", 0.8, None])
def test_a_metric_that_is_gone_or_no_number_is_no_match(value: Any) -> None:
    left = metrics(f1="NaN" if value == "NaN" else 0.8)
    right = metrics(f1=value) if value is not None else metrics(other=1.0)
    found = assess(run(metrics=left), run({"outputs": {}}, metrics=right))
    expected = Verdict.RE_RUNNABLE if value is None else Verdict.STATISTICALLY_REPEATABLE
    assert found.verdict is expected


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"inputs": [MARKS]}, "no dataset version"),
        ({"inputs": [DATA]}, "no annotation snapshot"),
        ({"inputs": []}, "no dataset version and no annotation snapshot"),
    ],
)
def test_a_run_whose_data_is_not_pinned_is_not_reproducible(changes: dict[str, Any], named: str) -> None:
    found = assess(run(**changes), run())
    assert found.verdict is Verdict.NOT_REPRODUCIBLE
    assert named in found.reason
    assert expect(run(**changes), RECORD).verdict is Verdict.NOT_REPRODUCIBLE


def test_an_inference_needs_no_annotations() -> None:
    assert assess(run(kind="INFERENCE", inputs=[DATA]), run(inputs=[DATA])).verdict is Verdict.BIT_REPEATABLE


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"inputs": [{**DATA, "digest": "sha256:z"}, MARKS]}, "data"),
        ({"inputs": [DATA, {**MARKS, "name": "defects@s2"}]}, "annotations"),
        ({"params": [{"key": "lr", "value": "0.2"}]}, "configuration"),
    ],
)
def test_a_run_from_other_inputs_repeats_something_else(changes: dict[str, Any], part: str) -> None:
    found = assess(run(), run(**changes))
    assert found.verdict is Verdict.NOT_REPRODUCIBLE
    assert found.part(part).state == "differs"
    assert part in found.reason


def test_runs_without_a_record_are_unknown_in_every_part_of_it() -> None:
    bare = run()
    del bare["record"]
    found = assess(bare, run())
    assert found.part("code").state == "unknown"
    assert found.verdict is Verdict.STATISTICALLY_REPEATABLE


@pytest.mark.parametrize(
    ("here", "verdict"),
    [
        ({}, Verdict.BIT_REPEATABLE),
        ({"hardware": {"cpu": "y"}}, Verdict.STATISTICALLY_REPEATABLE),
        ({"container": {"digest": "sha256:d"}}, Verdict.STATISTICALLY_REPEATABLE),
        ({"container": {}}, Verdict.STATISTICALLY_REPEATABLE),
        ({"code": {"commit": "def", "dirty": False}}, Verdict.RE_RUNNABLE),
        ({"packages": {}}, Verdict.RE_RUNNABLE),
    ],
)
def test_what_a_repetition_here_could_give(here: dict[str, Any], verdict: Verdict) -> None:
    assert expect(run(), {**RECORD, **here}).verdict is verdict
