"""Logged models: created, finished, tagged, measured, searched, with files of their own; registered by autologging."""

from __future__ import annotations

from typing import Any

import mlflow
from mlflow.entities import LoggedModelStatus, Metric


def create_and_get(side: Any) -> Any:
    experiment = side.experiment()
    run = side.run(experiment)
    made = side.client.create_logged_model(
        experiment, "net", source_run_id=run.info.run_id, tags={"a": "x"}, params={"depth": "four"}, model_type="torch"
    )
    return made, side.client.get_logged_model(made.model_id)


def a_name_is_chosen(side: Any) -> Any:
    status, document = side.post("logged-models", experiment_id=side.experiment())
    return status, bool(document["model"]["info"]["name"]), sorted(document["model"]["info"])


def names_that_are_refused(side: Any) -> Any:
    experiment = side.experiment()
    return [side.post("logged-models", experiment_id=experiment, name=name) for name in ("a/b", "a.b", 'a"b', "a:b")]


def create_where_nothing_is(side: Any) -> Any:
    return side.post("logged-models", name="net"), side.post("logged-models", experiment_id="987654", name="net")[0]


def get_one_that_is_not_there(side: Any) -> Any:
    return side.refused(lambda: side.client.get_logged_model(f"m-{'1' * 32}"))


def finish(side: Any) -> Any:
    experiment = side.experiment()
    ready, failed = (side.client.create_logged_model(experiment, name) for name in ("ready", "failed"))
    return [
        side.client.finalize_logged_model(ready.model_id, LoggedModelStatus.READY).status,
        side.client.finalize_logged_model(failed.model_id, LoggedModelStatus.FAILED).status,
        side.client.get_logged_model(failed.model_id).status,
    ]


def tags(side: Any) -> Any:
    made = side.client.create_logged_model(side.experiment(), "net", tags={"a": "x"})
    side.client.set_logged_model_tags(made.model_id, {"b": "y", "a": "z"})
    before = side.client.get_logged_model(made.model_id).tags
    side.client.delete_logged_model_tag(made.model_id, "a")
    return [
        before,
        side.client.get_logged_model(made.model_id).tags,
        side.refused(lambda: side.client.delete_logged_model_tag(made.model_id, "never there")),
    ]


def params(side: Any) -> Any:
    made = side.client.create_logged_model(side.experiment(), "net", params={"depth": "four"})
    side.client.log_model_params(made.model_id, {"width": "eight"})
    return side.client.get_logged_model(made.model_id).params


def delete(side: Any) -> Any:
    experiment = side.experiment()
    made = side.client.create_logged_model(experiment, "net")
    side.client.delete_logged_model(made.model_id)
    return [
        side.refused(lambda: side.client.get_logged_model(made.model_id)),
        list(side.client.search_logged_models([experiment])),
    ]


def metrics_of_a_run_that_name_it(side: Any) -> Any:
    experiment = side.experiment()
    run = side.run(experiment)
    made = side.client.create_logged_model(experiment, "net", source_run_id=run.info.run_id)
    side.client.log_metric(
        run.info.run_id, "f1", 0.5, step=1, timestamp=1000, model_id=made.model_id, dataset_name="d", dataset_digest="x"
    )
    points = [Metric("loss", value, 2000 + step, step, model_id=made.model_id) for step, value in enumerate((3.0, 2.0))]
    side.client.log_batch(run.info.run_id, metrics=points)
    found = side.client.get_logged_model(made.model_id).metrics
    return sorted((one.key, one.value, one.step, one.timestamp, one.dataset_name, one.run_id) for one in found)


def search(side: Any) -> Any:
    experiment = side.experiment()
    run = side.run(experiment)
    for number, name in enumerate(("one", "two", "three")):
        made = side.client.create_logged_model(
            experiment, name, params={"depth": str(number)}, tags={"grade": "good" if number else "bad"}
        )
        side.client.log_metric(
            run.info.run_id, "f1", number / 10, step=0, model_id=made.model_id, dataset_name="d", dataset_digest="x"
        )

    def names(condition: str | None = None, **options: Any) -> list[str]:
        return [one.name for one in side.client.search_logged_models([experiment], condition, **options)]

    by_f1 = [{"field_name": "metrics.f1", "ascending": False}]
    return [
        names(),
        names("name = 'two'"),
        names("metrics.f1 >= 0.1", order_by=by_f1),
        names("params.depth = '2'"),
        names("tags.grade = 'good'", order_by=[{"field_name": "name", "ascending": True}]),
        names("name = 'two' AND metrics.f1 < 0.5"),
        names(order_by=by_f1),
        names(order_by=[{"field_name": "creation_timestamp", "ascending": True}]),
        names("metrics.f1 >= 0", datasets=[{"dataset_name": "d", "dataset_digest": "x"}], order_by=by_f1),
        names("metrics.f1 >= 0", datasets=[{"dataset_name": "other"}]),
    ]


def search_by_pages(side: Any) -> Any:
    experiment = side.experiment()
    for letter in "abcde":
        side.client.create_logged_model(experiment, f"net {letter}")
    seen, token = [], None
    order = [{"field_name": "name", "ascending": True}]
    while True:
        page = side.client.search_logged_models([experiment], max_results=2, order_by=order, page_token=token)
        seen.append([one.name for one in page])
        token = page.token
        if not token:
            return seen


def searches_that_are_refused(side: Any) -> Any:
    at, experiment = "logged-models/search", side.experiment()
    codes = [
        side.post(at),
        side.post(at, experiment_ids=[experiment], order_by=[{"field_name": "params.depth"}]),
        side.post(at, experiment_ids=[experiment], datasets=[{"dataset_digest": "x"}]),
    ]
    return [(status, document["error_code"]) for status, document in codes]


def files(side: Any) -> Any:
    made = side.client.create_logged_model(side.experiment(), "net")
    (side.folder / "deep").mkdir()
    (side.folder / "weights.txt").write_text("weights")
    (side.folder / "deep" / "more.txt").write_text("more")
    side.client.log_model_artifacts(made.model_id, str(side.folder))
    return [
        sorted((one.path, one.is_dir, one.file_size) for one in side.client.list_logged_model_artifacts(made.model_id)),
        [(one.path, one.file_size) for one in side.client.list_logged_model_artifacts(made.model_id, "deep")],
        side.get(f"logged-models/{made.model_id}/artifacts/directories"),
    ]


def a_version_registered_from_it(side: Any) -> Any:
    experiment = side.experiment()
    run = side.run(experiment)
    made = side.client.create_logged_model(experiment, "net", source_run_id=run.info.run_id)
    side.client.create_registered_model(side.name)
    version = side.client.create_model_version(side.name, f"models:/{made.model_id}", model_id=made.model_id)
    return [
        version,
        side.client.get_model_version_download_uri(side.name, "1"),
        side.client.get_logged_model(made.model_id).tags,
        side.post("model-versions/create", name=side.name, source=f"models:/{made.model_id}"),
    ]


def scikit_learn_logged_and_registered(side: Any) -> Any:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    mlflow.set_experiment(experiment_id=side.experiment())
    points, labels = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
    fitted = LogisticRegression().fit(points, labels)
    with mlflow.start_run(run_name="fit") as run:
        said = mlflow.sklearn.log_model(fitted, name="model", registered_model_name=side.name, input_example=points[:1])
    version = side.client.get_model_version(side.name, "1")
    loaded = mlflow.sklearn.load_model(f"models:/{side.name}/1")
    logged = side.client.get_logged_model(said.model_id)
    held = side.client.get_run(run.info.run_id)
    return [
        loaded.predict(points).tolist(),
        (version.run_id == run.info.run_id, version.source == f"models:/{said.model_id}", version.status),
        (str(logged.status), logged.name, logged.source_run_id == run.info.run_id, logged.model_type),
        [(one.step, one.model_id == said.model_id) for one in held.outputs.model_outputs],
        sorted(one.path for one in side.client.list_logged_model_artifacts(said.model_id)),
    ]


def scikit_learn_autologged(side: Any) -> Any:
    import numpy as np
    from sklearn.tree import DecisionTreeClassifier

    experiment = side.experiment()
    mlflow.set_experiment(experiment_id=experiment)
    mlflow.sklearn.autolog(silent=True, log_datasets=False)
    try:
        with mlflow.start_run(run_name="fit") as run:
            points, labels = np.arange(20.0).reshape(-1, 1), np.arange(20) > 9
            DecisionTreeClassifier(max_depth=2, random_state=0).fit(points, labels)
    finally:
        mlflow.sklearn.autolog(disable=True, silent=True)
    held = side.client.get_run(run.info.run_id)
    models = side.client.search_logged_models([experiment])
    return [
        held.data.params,
        held.data.metrics,
        [(one.name, str(one.status), one.params == held.data.params) for one in models],
        sorted((metric.key, metric.value) for one in models for metric in one.metrics),
        len(held.outputs.model_outputs),
    ]
