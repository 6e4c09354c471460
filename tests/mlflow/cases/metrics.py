"""Cases about reading metric points."""

from __future__ import annotations

from typing import Any

from mlflow.entities import Metric, Run
from side import Side


def _logged(side: Side, count: int = 12, experiment_id: str | None = None) -> Run:
    run = side.run(experiment_id)
    side.client.log_batch(run.info.run_id, metrics=[Metric("m", i * i / 3, 100 + i, i) for i in range(count)])
    return run


def history(side: Side) -> Any:
    return side.client.get_metric_history(_logged(side).info.run_id, "m")


def history_in_order_of_time(side: Side) -> Any:
    run_id = side.run().info.run_id
    for value, time, step in ((3.0, 3, 1), (1.0, 1, 3), (2.0, 2, 2), (0.5, 2, 2), (9.0, 2, 1)):
        side.client.log_metric(run_id, "m", value, timestamp=time, step=step)
    return side.get("metrics/get-history", run_id=run_id, metric_key="m")


def history_of_an_unknown_metric(side: Side) -> Any:
    run_id = side.run().info.run_id
    return [side.client.get_metric_history(run_id, "absent"), side.get("metrics/get-history", run_id=run_id)]


def history_page_by_page(side: Side) -> Any:
    run_id = _logged(side).info.run_id
    pages, token = [], ""
    while True:
        query = {"run_id": run_id, "metric_key": "m", "max_results": 5, "page_token": token}
        status, page = side.get("metrics/get-history", **{key: value for key, value in query.items() if value})
        pages.append([status, page["metrics"]])
        token = page.get("next_page_token", "")
        if not token:
            return pages


def history_with_bad_size(side: Side) -> Any:
    run_id = _logged(side, 2).info.run_id
    return [
        side.get("metrics/get-history", run_id=run_id, metric_key="m", max_results=0),
        side.get("metrics/get-history", run_id=run_id, metric_key="m", max_results=-1),
    ]


def many_runs_at_once(side: Side) -> Any:
    made = side.experiment()
    run_ids = sorted(_logged(side, 3, made).info.run_id for _ in range(2))
    status, found = side.ask(
        "GET",
        "/ajax-api/2.0/mlflow/metrics/get-history-bulk",
        params=[*(("run_id", one) for one in run_ids), ("metric_key", "m"), ("max_results", "5")],
    )
    return [status, found]


def many_runs_without_what_is_needed(side: Side) -> Any:
    at = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"
    run_id = side.run().info.run_id
    return [
        side.ask("GET", at, params=[("metric_key", "m")]),
        side.ask("GET", at, params=[("run_id", run_id)]),
        side.ask("GET", at, params=[*[("run_id", run_id)] * 101, ("metric_key", "m")]),
    ]


def a_sample_that_holds_all(side: Side) -> Any:
    made = side.experiment()
    run_ids = [_logged(side, 4, made).info.run_id for _ in range(2)]
    return _sample(side, [*(("run_ids", one) for one in run_ids), ("metric_key", "m")])


def a_sample_of_an_interval(side: Side) -> Any:
    run_id = _logged(side).info.run_id
    return _sample(side, [("run_ids", run_id), ("metric_key", "m"), ("start_step", "3"), ("end_step", "6")])


def a_small_sample_has_both_ends(side: Side) -> Any:
    run_id = _logged(side, 200).info.run_id
    status, found = _sample(side, [("run_ids", run_id), ("metric_key", "m"), ("max_results", "20")])
    steps = [one.get("step", 0) for one in found["metrics"]]
    return [status, steps[0], steps[-1], len(steps) <= 21, steps == sorted(steps)]


def a_sample_of_one_is_the_last(side: Side) -> Any:
    run_id = _logged(side, 50).info.run_id
    return _sample(side, [("run_ids", run_id), ("metric_key", "m"), ("max_results", "1")])


def samples_that_are_refused(side: Side) -> Any:
    run_id = _logged(side, 2).info.run_id
    asked = [("run_ids", run_id), ("metric_key", "m")]
    return [
        _sample(side, [("metric_key", "m")]),
        _sample(side, [("run_ids", run_id)]),
        _sample(side, [*asked, ("start_step", "1")]),
        _sample(side, [*asked, ("start_step", "5"), ("end_step", "1")]),
        _sample(side, [*asked, ("max_results", "0")]),
        _sample(side, [*asked, ("max_results", "2501")]),
        _sample(side, [*[("run_ids", run_id)] * 101, ("metric_key", "m")]),
    ]


def _sample(side: Side, query: list[tuple[str, str]]) -> list[Any]:
    return side.ask("GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval", params=query)
