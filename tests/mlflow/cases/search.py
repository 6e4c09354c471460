"""Cases about searching runs."""

from __future__ import annotations

from typing import Any

import mlflow
from mlflow.entities import Metric, Param, ViewType
from side import Side

_RUNS = (
    ("one", {"f1": 0.5, "loss": 1.0}, {"lr": "0.1", "net": "resnet"}, {"team": "vision"}),
    ("two", {"f1": 0.9}, {"lr": "0.01", "net": "ResNet50"}, {"team": "audio", "owner": "mia"}),
    ("three", {"f1": float("nan"), "loss": 0.1}, {"net": "vit"}, {}),
    ("four", {}, {"lr": "0.1"}, {"team": "vision", "odd key": "x"}),
)


def _filled(side: Side) -> str:
    made = side.experiment()
    for number, (name, metrics, params, tags) in enumerate(_RUNS):
        run_id = side.run(made, name, tags=tags, start_time=1000 + number).info.run_id
        side.client.log_batch(
            run_id,
            metrics=[Metric(key, value, 1, 0) for key, value in metrics.items()],
            params=[Param(key, value) for key, value in params.items()],
        )
    return made


def _names(side: Side, made: str, filters: list[str], order: str = "attributes.start_time ASC") -> list[Any]:
    return [
        [text, [run.info.run_name for run in side.client.search_runs([made], text, order_by=[order])]]
        for text in filters
    ]


def by_metric(side: Side) -> Any:
    filters = ["metrics.f1 > 0.5", "metrics.f1 >= 0.5", "metric.f1 < 0.9", "metrics.f1 != 0.9", "metrics.loss = 1.0"]
    return _names(side, _filled(side), [*filters, "metrics.`f1` <= 0.5", "metrics.absent > 0"])


def by_param(side: Side) -> Any:
    filters = ["params.lr = '0.1'", "params.lr != '0.1'", "params.net LIKE 'res%'", "params.net ILIKE 'res%'"]
    return _names(side, _filled(side), [*filters, 'parameters."lr" = "0.01"', "params.net LIKE '%e%'"])


def by_tag(side: Side) -> Any:
    filters = ["tags.team = 'vision'", "tags.team != 'vision'", "tag.`odd key` = 'x'", "tags.owner ILIKE 'MIA'"]
    return _names(side, _filled(side), [*filters, "tags.`mlflow.runName` = 'two'"])


def by_what_is_there(side: Side) -> Any:
    filters = ["params.lr IS NULL", "params.lr IS NOT NULL", "tags.team IS NULL", "tags.owner IS NOT NULL"]
    return _names(side, _filled(side), filters)


def by_attribute(side: Side) -> Any:
    made = _filled(side)
    filters = [
        "attributes.run_name = 'two'",
        "run_name LIKE 't%'",
        "attributes.status = 'RUNNING'",
        "status != 'RUNNING'",
    ]
    times = [
        "attributes.start_time >= 1002",
        "start_time < 1001",
        "attributes.`run name` = 'one'",
        "attr.run_name != 'one'",
    ]
    return _names(side, made, [*filters, *times])


def by_run_id(side: Side) -> Any:
    made = _filled(side)
    ids = {run.info.run_name: run.info.run_id for run in side.client.search_runs([made])}
    one, two = ids["one"], ids["two"]
    filters = [f"attributes.run_id = '{one}'", f"run_id IN ('{one}', '{two}')", f"run_id NOT IN ('{one}')"]
    return _names(side, made, filters)


def by_several_at_once(side: Side) -> Any:
    filters = [
        "metrics.f1 > 0.1 AND params.lr = '0.1'",
        "params.lr = '0.1' and tags.team = 'vision' and attributes.start_time > 1000",
        "metrics.f1 > 0.1 AND metrics.loss < 2 AND params.net = 'resnet'",
    ]
    return _names(side, _filled(side), filters)


def without_filter(side: Side) -> Any:
    made = _filled(side)
    return [run.info.run_name for run in side.client.search_runs([made])]


def in_order_of_a_metric(side: Side) -> Any:
    made = _filled(side)
    return [_names(side, made, [""], order) for order in ("metrics.f1 DESC", "metrics.f1 ASC", "metrics.loss")]


def in_order_of_a_param(side: Side) -> Any:
    made = _filled(side)
    return [_names(side, made, [""], order) for order in ("params.net ASC", "params.net DESC", "params.lr")]


def in_order_of_tags_and_attributes(side: Side) -> Any:
    made = _filled(side)
    orders = ("tags.team", "attributes.run_name", "run_name DESC", "start_time DESC", "attributes.start_time")
    return [_names(side, made, [""], order) for order in orders]


def in_order_of_two(side: Side) -> Any:
    made = _filled(side)
    found = side.client.search_runs([made], order_by=["tags.team ASC", "metrics.f1 DESC", "start_time ASC"])
    return [run.info.run_name for run in found]


def page_by_page(side: Side) -> Any:
    made = side.experiment()
    for number in range(7):
        side.run(made, f"run {number}", start_time=number + 1)
    pages, token = [], None
    while True:
        page = side.client.search_runs([made], max_results=3, page_token=token)
        pages.append([run.info.run_name for run in page])
        token = page.token
        if not token:
            return pages


def page_by_page_in_order_of_a_metric(side: Side) -> Any:
    made = _filled(side)
    pages, token = [], None
    while True:
        page = side.client.search_runs([made], order_by=["metrics.f1 DESC"], max_results=1, page_token=token)
        pages.append([run.info.run_name for run in page])
        token = page.token
        if not token:
            return pages


def whole_runs(side: Side) -> Any:
    return side.client.search_runs([_filled(side)], order_by=["start_time"])


def by_view(side: Side) -> Any:
    made = side.experiment()
    side.run(made, "active", start_time=1)
    side.client.delete_run(side.run(made, "deleted", start_time=2).info.run_id)
    views = (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL)
    return [[run.info.run_name for run in side.client.search_runs([made], run_view_type=view)] for view in views]


def several_experiments(side: Side) -> Any:
    first, second = side.experiment(), side.experiment(" second")
    side.run(first, "in the first", start_time=1)
    side.run(second, "in the second", start_time=2)
    return [run.info.run_name for run in side.client.search_runs([first, second])]


def no_experiment(side: Side) -> Any:
    return side.post("runs/search", experiment_ids=[])


def an_unknown_experiment(side: Side) -> Any:
    return side.post("runs/search", experiment_ids=["987654321"])


def bad_sizes(side: Side) -> Any:
    made = side.experiment()
    return [side.post("runs/search", experiment_ids=[made], max_results=size) for size in (0, -1, 50_001)]


def bad_filters(side: Side) -> Any:
    made = side.experiment()
    filters = (
        *("metrics.f1 >", "metrics.f1 > 'high'", "unknown.key = 'a'"),
        *("attributes.unknown = 'a'", "tags.a = b", "metrics.f1 LIKE '1'", "= 'a'", "start_time = 'now'"),
    )
    return [[text, side.post("runs/search", experiment_ids=[made], filter=text)[1]["error_code"]] for text in filters]


def bad_orders(side: Side) -> Any:
    made = side.experiment()
    orders = ("metrics.f1 UPWARDS", "unknown.key", "attributes.unknown", "")
    answers = [side.post("runs/search", experiment_ids=[made], order_by=[order]) for order in orders]
    return [[status, document.get("error_code")] for status, document in answers]


def wrong_types(side: Side) -> Any:
    return [
        side.post("runs/search", experiment_ids="0"),
        side.post("runs/search", experiment_ids=["0"], filter=5),
        side.post("runs/search", experiment_ids=["0"], max_results="many"),
    ]


def as_a_table(side: Side) -> Any:
    made = _filled(side)
    table = mlflow.search_runs([made], order_by=["start_time"])
    columns = sorted(name for name in table.columns if name.startswith(("metrics.", "params.", "tags.")))
    return [columns, [str(value) for value in table["params.lr"]], [str(value) for value in table["metrics.f1"]]]


def by_dataset(side: Side) -> Any:
    made = side.experiment()
    for name, context in (("tiles", "training"), ("labels", "testing")):
        run_id = side.run(made, name).info.run_id
        dataset = {"name": name, "digest": f"d-{name}", "source_type": "local", "source": "x"}
        tags = [{"key": "mlflow.data.context", "value": context}]
        side.post("runs/log-inputs", run_id=run_id, datasets=[{"dataset": dataset, "tags": tags}])
    filters = ["dataset.name = 'tiles'", "dataset.digest LIKE 'd-%'", "datasets.context = 'testing'"]
    return _names(side, made, [*filters, "dataset.name IN ('tiles', 'x')"], "attributes.run_name")
