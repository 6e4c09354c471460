"""Cases about experiments."""

from __future__ import annotations

from typing import Any

from mlflow.entities import ExperimentTag, ViewType
from side import Side


def create_and_get(side: Side) -> Any:
    made = side.experiment()
    return [side.client.get_experiment(made), side.get("experiments/get", experiment_id=made)]


def get_by_name(side: Side) -> Any:
    side.experiment(tags={"team": "vision"})
    return side.client.get_experiment_by_name(side.name)


def get_by_unknown_name(side: Side) -> Any:
    raw = side.get("experiments/get-by-name", experiment_name="nobody made this")
    return [side.client.get_experiment_by_name("nobody made this"), raw]


def get_unknown(side: Side) -> Any:
    return side.get("experiments/get", experiment_id="987654321")


def get_without_id(side: Side) -> Any:
    return side.get("experiments/get")


def the_default_experiment(side: Side) -> Any:
    held = side.client.get_experiment("0")
    return [held.experiment_id, held.name, held.lifecycle_stage, side.client.get_experiment_by_name("Default").name]


def create_without_name(side: Side) -> Any:
    return [side.post("experiments/create"), side.post("experiments/create", name="")]


def create_with_number_as_name(side: Side) -> Any:
    return side.post("experiments/create", name=123)


def create_with_long_name(side: Side) -> Any:
    return side.post("experiments/create", name="n" * 501)


def create_twice(side: Side) -> Any:
    side.experiment()
    again = side.refused(side.experiment)
    return [again["error_code"], again["message"].startswith(f"RESOURCE_ALREADY_EXISTS: Experiment(name={side.name})")]


def create_with_tags(side: Side) -> Any:
    made = side.client.create_experiment(side.name, tags={"a": "1", "mlflow.note.content": "words", "empty": ""})
    return side.client.get_experiment(made).tags


def create_with_bad_tag(side: Side) -> Any:
    return side.post("experiments/create", name=side.name, tags=[{"key": "a//b", "value": "1"}])


def rename(side: Side) -> Any:
    made = side.experiment()
    side.client.rename_experiment(made, side.name + " renamed")
    return [side.client.get_experiment(made).name, side.client.get_experiment_by_name(side.name)]


def rename_to_a_taken_name(side: Side) -> Any:
    side.experiment()
    other = side.experiment(" other")
    return side.refused(lambda: side.client.rename_experiment(other, side.name))["error_code"]


def rename_without_name(side: Side) -> Any:
    return side.post("experiments/update", experiment_id=side.experiment())


def delete_and_restore(side: Side) -> Any:
    made = side.experiment()
    run = side.run(made)
    stages = []
    for work in (side.client.delete_experiment, side.client.restore_experiment):
        work(made)
        stages.append(side.client.get_experiment(made).lifecycle_stage)
        stages.append(side.client.get_run(run.info.run_id).info.lifecycle_stage)
    return stages


def delete_twice(side: Side) -> Any:
    made = side.experiment()
    side.client.delete_experiment(made)
    return side.post("experiments/delete", experiment_id=made)


def restore_what_is_not_deleted(side: Side) -> Any:
    return side.post("experiments/restore", experiment_id=side.experiment())


def delete_unknown(side: Side) -> Any:
    return side.post("experiments/delete", experiment_id="987654321")


def a_deleted_experiment_takes_no_runs(side: Side) -> Any:
    made = side.experiment()
    side.client.delete_experiment(made)
    return side.post("runs/create", experiment_id=made, start_time=1)


def a_deleted_experiment_takes_no_tags(side: Side) -> Any:
    made = side.experiment()
    side.client.delete_experiment(made)
    return side.post("experiments/set-experiment-tag", experiment_id=made, key="a", value="1")


def set_and_delete_tag(side: Side) -> Any:
    made = side.experiment()
    side.client.set_experiment_tag(made, "a", "1")
    side.client.set_experiment_tag(made, "a", "2")
    side.client.set_experiment_tag(made, "b", "x" * 20_000)
    held = dict(side.client.get_experiment(made).tags)
    side.client.delete_experiment_tag(made, "a")
    return [held["a"], len(held["b"]), sorted(side.client.get_experiment(made).tags)]


def delete_absent_tag(side: Side) -> Any:
    return side.post("experiments/delete-experiment-tag", experiment_id=side.experiment(), key="absent")


def set_long_tag(side: Side) -> Any:
    made = side.experiment()
    return [
        side.post("experiments/set-experiment-tag", experiment_id=made, key="k" * 251, value="1"),
        side.post("experiments/set-experiment-tag", experiment_id=made, key="k", value="v" * 20_001),
    ]


def set_tag_without_key(side: Side) -> Any:
    return side.post("experiments/set-experiment-tag", experiment_id=side.experiment(), value="1")


def _names(side: Side, **options: Any) -> list[str]:
    found = side.client.search_experiments(**options)
    return [one.name for one in found if one.name.startswith(side.name)]


def search_by_name(side: Side) -> Any:
    for suffix in (" one", " two", " THREE"):
        side.experiment(suffix)
    return [
        _names(side, filter_string=f"name = '{side.name} one'"),
        _names(side, filter_string=f"name LIKE '{side.name}%'"),
        _names(side, filter_string=f"name ILIKE '{side.name.upper()} T%'"),
        _names(side, filter_string=f"attribute.name != '{side.name} one'"),
    ]


def search_by_tag(side: Side) -> Any:
    for suffix, team in ((" one", "vision"), (" two", "audio"), (" three", "vision")):
        side.client.create_experiment(side.name + suffix, tags={"team": team, side.name: "yes"})
    return [
        _names(side, filter_string="tags.team = 'vision'", order_by=["name ASC"]),
        _names(side, filter_string=f"tag.`team` = 'vision' AND name LIKE '{side.name} t%'"),
        _names(side, filter_string=f"tags.`{side.name}` = 'yes' AND tags.team != 'vision'"),
    ]


def search_in_order(side: Side) -> Any:
    for suffix in (" b", " a", " c"):
        side.experiment(suffix)
    return [
        _names(side),
        _names(side, order_by=["name"]),
        _names(side, order_by=["name DESC"]),
        _names(side, order_by=["creation_time ASC"]),
        _names(side, order_by=["last_update_time DESC", "name"]),
    ]


def search_by_view(side: Side) -> Any:
    side.experiment(" active")
    side.client.delete_experiment(side.experiment(" deleted"))
    views = (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL)
    return [_names(side, view_type=view, order_by=["name"]) for view in views]


def search_page_by_page(side: Side) -> Any:
    for number in range(5):
        side.experiment(f" {number}")
    options = {"filter_string": f"name LIKE '{side.name}%'", "max_results": 2, "order_by": ["name"]}
    pages, token = [], None
    while True:
        page = side.client.search_experiments(page_token=token, **options)
        pages.append([one.name for one in page])
        token = page.token
        if not token:
            return pages


def search_with_bad_size(side: Side) -> Any:
    return [side.post("experiments/search", max_results=0), side.post("experiments/search", max_results=50_001)]


def search_with_bad_filter(side: Side) -> Any:
    filters = ("name = ", "name > 'a'", "unknown = 'a'", "tags.team")
    return [side.post("experiments/search", filter=text, max_results=5)[1]["error_code"] for text in filters]


def tags_as_entities(side: Side) -> Any:
    made = side.experiment(tags={"a": "1"})
    tag = ExperimentTag("b", "2")
    side.client.set_experiment_tag(made, tag.key, tag.value)
    return side.get("experiments/get", experiment_id=made)[1]["experiment"]["tags"]
