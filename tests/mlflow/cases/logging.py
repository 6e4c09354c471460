"""Cases about what is logged to runs: params, tags, metrics, batches."""

from __future__ import annotations

from typing import Any

from mlflow.entities import Metric, Param, RunTag
from side import Side


def params(side: Side) -> Any:
    run_id = side.run().info.run_id
    for key, value in (("lr", 0.1), ("name", "resnet"), ("empty", ""), ("a/b c.d:e-f", "x"), ("umlaut", "größe")):
        side.client.log_param(run_id, key, value)
    return side.client.get_run(run_id).data.params


def the_same_param_again(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_param(run_id, "lr", "0.1")
    side.client.log_param(run_id, "lr", "0.1")
    return side.client.get_run(run_id).data.params


def another_value_of_a_param(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_param(run_id, "lr", "0.1")
    return side.post("runs/log-parameter", run_id=run_id, key="lr", value="0.2")


def another_value_of_a_param_by_the_client(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_param(run_id, "lr", "0.1")
    return side.refused(lambda: side.client.log_param(run_id, "lr", "0.2"))


def another_value_of_params_in_a_batch(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_batch(run_id, params=[Param("a", "1"), Param("b", "2"), Param("c", "3")])
    changed = [{"key": "a", "value": "1"}, {"key": "b", "value": "x"}, {"key": "c", "value": "y"}]
    refusal = side.post("runs/log-batch", run_id=run_id, params=changed)
    return [refusal, side.client.get_run(run_id).data.params]


def a_refused_batch_of_params_leaves_nothing(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_param(run_id, "a", "1")
    fresh = [{"key": "b", "value": "1"}, {"key": "a", "value": "2"}]
    side.post("runs/log-batch", run_id=run_id, params=fresh, metrics=[_metric("m", 1.0)])
    return side.client.get_run(run_id).data


def a_long_param(side: Side) -> Any:
    run_id = side.run().info.run_id
    refusals = side.post("runs/log-parameter", run_id=run_id, key="k" * 251, value="v")
    side.client.log_param(run_id, "long", "v" * 6000)
    side.post("runs/log-parameter", run_id=run_id, key="longer", value="v" * 6001)
    return [refusals, {key: len(value) for key, value in side.client.get_run(run_id).data.params.items()}]


def params_with_bad_names(side: Side) -> Any:
    run_id = side.run().info.run_id
    names = ("", "a//b", "../a", "a*b", "/a", ".", "a/../b")
    return [side.post("runs/log-parameter", run_id=run_id, key=name, value="1") for name in names]


def a_param_twice_in_a_batch(side: Side) -> Any:
    twice = [{"key": "a", "value": "1"}, {"key": "b", "value": "1"}, {"key": "a", "value": "2"}]
    return side.post("runs/log-batch", run_id=side.run().info.run_id, params=twice)


def tags(side: Side) -> Any:
    run_id = side.run().info.run_id
    for key, value in (("a", "1"), ("a", "2"), ("empty", ""), ("long", "x" * 8000), ("number", 5)):
        side.client.set_tag(run_id, key, value)
    return {key: value[:10] for key, value in side.client.get_run(run_id).data.tags.items()}


def a_long_tag_is_cut(side: Side) -> Any:
    run_id = side.run().info.run_id
    said = side.post("runs/set-tag", run_id=run_id, key="long", value="x" * 8001)
    return [said, len(side.client.get_run(run_id).data.tags["long"])]


def tags_with_bad_names(side: Side) -> Any:
    run_id = side.run().info.run_id
    refused = [side.post("runs/set-tag", run_id=run_id, key=key, value="1") for key in ("", "a//b", "a?b", "k" * 251)]
    return [*refused, side.post("runs/set-tag", run_id=run_id, key="a"), side.client.get_run(run_id).data.tags]


def delete_tag(side: Side) -> Any:
    run_id = side.run(tags={"a": "1", "b": "2"}).info.run_id
    side.client.delete_tag(run_id, "a")
    return [side.client.get_run(run_id).data.tags, side.post("runs/delete-tag", run_id=run_id, key="a")]


def writes_to_an_unknown_run(side: Side) -> Any:
    run_id = "0" * 32
    return [
        side.post("runs/log-metric", run_id=run_id, key="m", value=1.0, timestamp=1),
        side.post("runs/log-parameter", run_id=run_id, key="p", value="1"),
        side.post("runs/set-tag", run_id=run_id, key="t", value="1"),
        side.post("runs/delete-tag", run_id=run_id, key="t"),
        side.post("runs/log-batch", run_id=run_id, metrics=[_metric("m", 1.0)]),
    ]


def metrics_that_lack_something(side: Side) -> Any:
    run_id = side.run().info.run_id
    return [
        side.post("runs/log-metric", run_id=run_id, value=1.0, timestamp=1),
        side.post("runs/log-metric", run_id=run_id, key="m", timestamp=1),
        side.post("runs/log-metric", run_id=run_id, key="m", value=1.0),
        side.post("runs/log-metric", key="m", value=1.0, timestamp=1),
    ]


def metrics_of_wrong_types(side: Side) -> Any:
    run_id = side.run().info.run_id
    return [
        side.post("runs/log-metric", run_id=run_id, key=5, value=1.0, timestamp=1),
        side.post("runs/log-metric", run_id=run_id, key="m", value="high", timestamp=1),
        side.post("runs/log-metric", run_id=run_id, key="m", value=1.0, timestamp="now"),
        side.post("runs/log-metric", run_id=run_id, key="m", value=1.0, timestamp=1, step="first"),
        side.post("runs/log-metric", run_id=run_id, key="m", value=1.0, timestamp=-1),
    ]


def metrics_with_numbers_as_text(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.post("runs/log-metric", run_id=run_id, key="m", value="1.5", timestamp="7", step="3")
    return side.client.get_metric_history(run_id, "m")


def metrics_with_bad_names(side: Side) -> Any:
    run_id = side.run().info.run_id
    names = ("a//b", "a*b", "..", "k" * 251)
    return [side.post("runs/log-metric", run_id=run_id, key=name, value=1.0, timestamp=1) for name in names]


def the_latest_metric(side: Side) -> Any:
    run_id = side.run().info.run_id
    points = [(1.0, 10, 1), (2.0, 5, 2), (3.0, 9, 2), (2.5, 9, 2), (9.0, 99, 0)]
    for value, timestamp, step in points:
        side.client.log_metric(run_id, "m", value, timestamp=timestamp, step=step)
    return side.get("runs/get", run_id=run_id)[1]["run"]["data"]["metrics"]


def the_latest_metric_of_a_batch(side: Side) -> Any:
    run_id = side.run().info.run_id
    points = [Metric("m", 1.0, 10, 5), Metric("m", 7.0, 10, 5), Metric("m", 3.0, 20, 4), Metric("m", 2.0, 10, 5)]
    side.client.log_batch(run_id, metrics=points)
    return side.get("runs/get", run_id=run_id)[1]["run"]["data"]["metrics"]


def negative_steps(side: Side) -> Any:
    run_id = side.run().info.run_id
    for step in (-5, 0, -1):
        side.client.log_metric(run_id, "m", float(step), timestamp=1, step=step)
    return [side.client.get_run(run_id).data.metrics, side.client.get_metric_history(run_id, "m")]


def nan(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_metric(run_id, "m", float("nan"), timestamp=1, step=1)
    return [side.client.get_run(run_id).data.metrics, side.get("metrics/get-history", run_id=run_id, metric_key="m")]


def infinities_by_the_way_in(side: Side) -> Any:
    run_id = side.run().info.run_id
    return [
        side.post("runs/log-metric", run_id=run_id, key="m", value=word, timestamp=1)
        for word in ("Infinity", "-Infinity", "NaN")
    ]


def the_same_point_again(side: Side) -> Any:
    run_id = side.run().info.run_id
    for _ in range(3):
        side.client.log_metric(run_id, "m", 1.0, timestamp=5, step=1)
    side.client.log_batch(run_id, metrics=[Metric("m", 1.0, 5, 1), Metric("m", 1.0, 5, 1), Metric("m", 2.0, 5, 1)])
    return side.client.get_metric_history(run_id, "m")


def a_batch_of_everything(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_batch(
        run_id,
        metrics=[Metric("loss", 1 / step, step, step) for step in range(1, 4)] + [Metric("acc", 1, 1, 0)],
        params=[Param("lr", "0.1"), Param("depth", "50")],
        tags=[RunTag("a", "1"), RunTag("a", "2"), RunTag("mlflow.runName", "renamed")],
    )
    held = side.client.get_run(run_id)
    return [held.data, held.info.run_name]


def an_empty_batch(side: Side) -> Any:
    return side.post("runs/log-batch", run_id=side.run().info.run_id)


def a_batch_without_run(side: Side) -> Any:
    return [side.post("runs/log-batch"), side.post("runs/log-batch", run_id="a b")]


def batches_that_are_too_large(side: Side) -> Any:
    run_id = side.run().info.run_id
    many = [{"key": f"k{number}", "value": "1"} for number in range(101)]
    points = [_metric(f"m{number}", 1.0) for number in range(1001)]
    return [
        side.post("runs/log-batch", run_id=run_id, params=many),
        side.post("runs/log-batch", run_id=run_id, tags=many),
        side.post("runs/log-batch", run_id=run_id, metrics=points),
        side.post("runs/log-batch", run_id=run_id, metrics=points[:950], params=many[:51]),
    ]


def a_thousand_points(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_batch(run_id, metrics=[Metric(f"m{i % 10}", i / 7, i, i) for i in range(1000)])
    return [side.client.get_run(run_id).data.metrics, len(side.client.get_metric_history(run_id, "m3"))]


def batches_that_lack_something(side: Side) -> Any:
    run_id = side.run().info.run_id
    good = _metric("m", 1.0)
    return [
        side.post("runs/log-batch", run_id=run_id, metrics=[good, {"value": 1.0, "timestamp": 1}]),
        side.post("runs/log-batch", run_id=run_id, metrics=[good, {"key": "m", "timestamp": 1}]),
        side.post("runs/log-batch", run_id=run_id, metrics=[good, {"key": "m", "value": 1.0}]),
        side.post("runs/log-batch", run_id=run_id, params=[{"value": "1"}]),
        side.post("runs/log-batch", run_id=run_id, tags=[{"key": "", "value": "1"}]),
    ]


def batches_with_bad_names(side: Side) -> Any:
    run_id = side.run().info.run_id
    return [
        side.post("runs/log-batch", run_id=run_id, metrics=[_metric("m", 1.0), _metric("a//b", 1.0)]),
        side.post("runs/log-batch", run_id=run_id, params=[{"key": "a*", "value": "1"}]),
        side.post("runs/log-batch", run_id=run_id, tags=[{"key": "t", "value": "1"}, {"key": "../t", "value": "1"}]),
        side.client.get_run(run_id).data,
    ]


def a_batch_that_is_no_list(side: Side) -> Any:
    return side.post("runs/log-batch", run_id=side.run().info.run_id, metrics="m")


def _metric(key: str, value: float) -> dict[str, Any]:
    return {"key": key, "value": value, "timestamp": 1, "step": 0}
