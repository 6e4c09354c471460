"""Model versions: registered, described, staged, searched, deleted; and where their files may come from."""

from __future__ import annotations

from typing import Any


def create_and_get(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    run = side.run("0")
    made = side.client.create_model_version(
        side.name,
        f"runs:/{run.info.run_id}/model",
        run.info.run_id,
        tags={"a": "1"},
        run_link="http://somewhere",
        description="first",
    )
    return made, side.client.get_model_version(side.name, "1")


def create_with_the_least(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    return side.post("model-versions/create", name=side.name, source="s3://bucket/model")


def numbers_count_up_over_deleted_ones(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    numbers = [side.client.create_model_version(side.name, f"s3://b/{n}", run_id="").version for n in range(2)]
    side.client.delete_model_version(side.name, "2")
    return numbers, side.client.create_model_version(side.name, "s3://b/3", run_id="").version


def create_for_a_model_that_is_not_there(side: Any) -> Any:
    return side.post("model-versions/create", name=f"{side.name} absent", source="s3://bucket/model")


def what_a_request_lacks(side: Any) -> Any:
    return [
        side.post("model-versions/create", source="s3://bucket/model"),
        side.post("model-versions/create", name=side.name),
        side.post("model-versions/create", name="a/b", source="s3://bucket/model"),
        side.get("model-versions/get", name=side.name),
        side.get("model-versions/get", version="1"),
    ]


def a_run_of_another_server_is_kept_by_its_id(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    made = side.client.create_model_version(side.name, "s3://bucket/model", run_id="run-elsewhere-1")
    found = side.client.search_model_versions("run_id = 'run-elsewhere-1'")
    return made.run_id, [(one.name, one.version) for one in found]


def sources_that_belong_to_nobody_named(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    run, other = side.run(name="one"), side.run(side.client.create_experiment(f"{side.name} 2"), name="two")
    side.know(run.info.experiment_id, "experiment one")
    side.know(other.info.experiment_id, "experiment two")

    def register(source: str, run_id: str = "", **more: Any) -> Any:
        body = {"name": side.name, "source": source, **({"run_id": run_id} if run_id else {}), **more}
        return side.post("model-versions/create", **body)

    inside = f"{run.info.artifact_uri}/model"
    return [
        register(f"runs:/{run.info.run_id}/model"),
        register(f"runs:/{run.info.run_id}/model", other.info.run_id),
        register(inside),
        register(inside, other.info.run_id),
        register("/etc/passwd"),
        register("file:///etc/passwd"),
        register("mlflow-artifacts:/../../etc", run.info.run_id),
        register("s3://bucket/a/../../b"),
        register(f"models:/m-{'0' * 32}"),
        register(f"models:/{side.name} absent/1"),
    ]


def a_folder_of_its_run(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    run = side.run("0")
    made = side.client.create_model_version(side.name, f"{run.info.artifact_uri}/model", run.info.run_id)
    return made, side.client.get_model_version_download_uri(side.name, "1")


def a_version_from_another_version(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    side.client.create_registered_model(f"{side.name} copy")
    run = side.run("0")
    side.client.create_model_version(side.name, f"runs:/{run.info.run_id}/model", run.info.run_id)
    made = side.client.create_model_version(f"{side.name} copy", f"models:/{side.name}/1")
    return made, side.client.get_model_version_download_uri(f"{side.name} copy", "1")


def copy(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    side.client.create_model_version(side.name, "s3://bucket/model", run_id="", tags={"a": "1"}, description="d")
    made = side.client.copy_model_version(f"models:/{side.name}/1", f"{side.name} copy")
    return made.name, made.version, made.source, made.description


def download_uris(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    side.client.create_model_version(side.name, "s3://bucket/model", run_id="")
    return [
        side.client.get_model_version_download_uri(side.name, "1"),
        side.refused(lambda: side.client.get_model_version_download_uri(side.name, "2")),
    ]


def get_one_that_is_not_there(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    return [
        side.refused(lambda: side.client.get_model_version(side.name, "1")),
        side.refused(lambda: side.client.get_model_version(f"{side.name} absent", "1")),
        side.get("model-versions/get", name=side.name, version="one"),
    ]


def update(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    side.client.create_model_version(side.name, "s3://bucket/model", run_id="")
    changed = side.client.update_model_version(side.name, "1", "better")
    return changed, side.refused(lambda: side.client.update_model_version(side.name, "2", "x"))


def tags(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    side.client.create_model_version(side.name, "s3://bucket/model", run_id="", tags={"a": "1"})
    side.client.set_model_version_tag(side.name, "1", "b", "2")
    side.client.set_model_version_tag(side.name, "1", "a", "3")
    before = side.client.get_model_version(side.name, "1").tags
    side.client.delete_model_version_tag(side.name, "1", "a")
    side.client.delete_model_version_tag(side.name, "1", "never there")
    return before, side.client.get_model_version(side.name, "1").tags


def tags_that_are_refused(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    side.client.create_model_version(side.name, "s3://bucket/model", run_id="")
    at = "model-versions/set-tag"
    return [
        side.post(at, name=side.name, version="1", value="x"),
        side.post(at, name=side.name, version="1", key="k" * 251, value="x"),
        side.post(at, name=side.name, version="9", key="k", value="x"),
        side.post(at, name=side.name, version="x", key="k", value="x"),
    ]


def stages(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    for number in range(3):
        side.client.create_model_version(side.name, f"s3://bucket/{number}", run_id="")
    moved = [
        side.client.transition_model_version_stage(side.name, "1", "production"),
        side.client.transition_model_version_stage(side.name, "2", "Production"),
        side.client.transition_model_version_stage(side.name, "3", "PRODUCTION", archive_existing_versions=True),
        side.client.transition_model_version_stage(side.name, "3", "None"),
    ]
    return moved, [side.client.get_model_version(side.name, str(number)).current_stage for number in (1, 2, 3)]


def stages_that_are_refused(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    side.client.create_model_version(side.name, "s3://bucket/model", run_id="")
    at = "model-versions/transition-stage"
    return [
        side.post(at, name=side.name, version="1", stage="Nowhere"),
        side.post(at, name=side.name, version="1"),
        side.post(at, name=side.name, version="2", stage="Staging"),
    ]


def delete(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    for number in range(2):
        side.client.create_model_version(side.name, f"s3://bucket/{number}", run_id="")
    side.client.set_registered_model_alias(side.name, "champion", 2)
    side.client.delete_model_version(side.name, "2")
    held = side.client.get_registered_model(side.name)
    return [
        side.refused(lambda: side.client.get_model_version(side.name, "2")),
        side.refused(lambda: side.client.delete_model_version(side.name, "2")),
        side.refused(lambda: side.client.get_model_version_by_alias(side.name, "champion")),
        (held.aliases, [one.version for one in held.latest_versions]),
        [one.version for one in side.client.search_model_versions(f"name = '{side.name}'")],
    ]


def search_by_what_they_are(side: Any) -> Any:
    run = side.run("0")
    for letter in ("a", "b"):
        side.client.create_registered_model(f"{side.name} {letter}")
    of = f"runs:/{run.info.run_id}/m"
    side.client.create_model_version(f"{side.name} a", of, run.info.run_id, tags={"grade": "good"})
    side.client.create_model_version(f"{side.name} a", "s3://bucket/1", run_id="", tags={"grade": "bad"})
    side.client.create_model_version(f"{side.name} b", "s3://bucket/2", run_id="elsewhere", tags={"grade": "good"})

    def found(condition: str, **options: Any) -> list[Any]:
        every = f"name LIKE '{side.name}%' AND {condition}"
        return [(one.name, one.version) for one in side.client.search_model_versions(every, **options)]

    ordered = ["name ASC", "version_number ASC"]
    return [
        found(f"name = '{side.name} a'", order_by=["version_number DESC"]),
        found(f"run_id = '{run.info.run_id}'"),
        found(f"run_id IN ('{run.info.run_id}', 'elsewhere')", order_by=ordered),
        found("source_path = 's3://bucket/1'"),
        found("source_path LIKE 's3:%'", order_by=ordered),
        found("version_number >= 2"),
        found("version_number = 1", order_by=ordered),
        found("tags.grade = 'good'", order_by=ordered),
        found("tags.grade = 'good' AND version_number = 1", order_by=["name DESC"]),
        found("tags.grade ILIKE 'BA%'"),
        found("name ILIKE '%A'", order_by=ordered),
    ]


def search_in_the_order_of_their_last_change(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    for number in range(3):
        side.client.create_model_version(side.name, f"s3://bucket/{number}", run_id="")
    side.client.update_model_version(side.name, "1", "changed last")
    condition = f"name = '{side.name}'"
    return [
        [one.version for one in side.client.search_model_versions(condition)],
        [one.version for one in side.client.search_model_versions(condition, order_by=["creation_timestamp ASC"])],
    ]


def search_by_pages(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    for number in range(5):
        side.client.create_model_version(side.name, f"s3://bucket/{number}", run_id="")
    seen, token = [], None
    while True:
        page = side.client.search_model_versions(
            f"name = '{side.name}'", max_results=2, order_by=["version_number DESC"], page_token=token
        )
        seen.append([one.version for one in page])
        token = page.token
        if not token:
            return seen


def a_search_says_nothing_of_aliases(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    side.client.create_model_version(side.name, "s3://bucket/model", run_id="")
    side.client.set_registered_model_alias(side.name, "champion", 1)
    return side.client.search_model_versions(f"name = '{side.name}'")[0].aliases


def searches_that_are_refused(side: Any) -> Any:
    at = "model-versions/search"
    codes = [
        side.get(at, filter="colour = 'red'"),
        side.get(at, filter="version_number = 'one'"),
        side.get(at, filter="metrics.f1 > 1"),
        side.get(at, order_by="colour ASC"),
        side.get(at, max_results=200_001),
        side.get(at, max_results=0),
    ]
    return [(status, document["error_code"]) for status, document in codes]
