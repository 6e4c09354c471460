"""Registered models: what the client says of them, how they are searched, and what is refused."""

from __future__ import annotations

from typing import Any


def create_and_get(side: Any) -> Any:
    made = side.client.create_registered_model(side.name, {"team": "vision", "site": "A"}, "finds scratches")
    return made, side.client.get_registered_model(side.name)


def create_without_anything(side: Any) -> Any:
    return side.client.create_registered_model(side.name), side.get("registered-models/get", name=side.name)


def create_twice(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    return side.refused(lambda: side.client.create_registered_model(side.name))


def names_that_are_refused(side: Any) -> Any:
    return [side.post("registered-models/create", name=name) for name in ("", "   ", "a/b", "a:b")]


def a_name_is_required_and_a_text(side: Any) -> Any:
    return [side.post("registered-models/create"), side.post("registered-models/create", name=123)]


def get_one_that_is_not_there(side: Any) -> Any:
    return side.refused(lambda: side.client.get_registered_model(f"{side.name} absent"))


def update_the_description(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    return side.client.update_registered_model(side.name, "new"), side.client.get_registered_model(side.name)


def rename(side: Any) -> Any:
    side.client.create_registered_model(side.name, {"team": "vision"})
    side.client.create_model_version(side.name, "s3://bucket/model", run_id="")
    side.client.set_registered_model_alias(side.name, "champion", 1)
    renamed = side.client.rename_registered_model(side.name, f"{side.name} new")
    return (
        renamed,
        side.client.get_model_version(f"{side.name} new", "1"),
        side.client.get_model_version_by_alias(f"{side.name} new", "champion"),
        side.refused(lambda: side.client.get_registered_model(side.name)),
    )


def rename_to_nothing_and_to_what_is_not_there(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    return [
        side.post("registered-models/rename", name=side.name),
        side.post("registered-models/rename", name=f"{side.name} absent", new_name="x"),
        side.post("registered-models/rename", name=side.name, new_name="a/b"),
    ]


def rename_to_a_name_that_is_taken(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    side.client.create_registered_model(f"{side.name} other")
    refused = side.post("registered-models/rename", name=side.name, new_name=f"{side.name} other")
    # MLflow goes on with the statement that its database refused
    return refused[0], refused[1]["error_code"], refused[1]["message"].split(". Error")[0].rstrip(".")


def delete_and_create_again(side: Any) -> Any:
    side.client.create_registered_model(side.name, {"old": "yes"})
    side.client.create_model_version(side.name, "s3://bucket/model", run_id="")
    side.client.delete_registered_model(side.name)
    gone = side.refused(lambda: side.client.get_registered_model(side.name))
    side.client.create_registered_model(side.name)
    made = side.client.create_model_version(side.name, "s3://bucket/other", run_id="")
    return gone, made.version, side.client.get_registered_model(side.name).tags


def delete_one_that_is_not_there(side: Any) -> Any:
    return side.refused(lambda: side.client.delete_registered_model(f"{side.name} absent"))


def tags(side: Any) -> Any:
    side.client.create_registered_model(side.name, {"a": "1"})
    side.client.set_registered_model_tag(side.name, "b", "2")
    side.client.set_registered_model_tag(side.name, "a", "3")
    before = side.client.get_registered_model(side.name).tags
    side.client.delete_registered_model_tag(side.name, "a")
    side.client.delete_registered_model_tag(side.name, "never there")
    return before, side.client.get_registered_model(side.name).tags


def tags_that_are_refused(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    at = "registered-models/set-tag"
    return [
        side.post(at, name=side.name, value="x"),
        side.post(at, name=side.name, key="a?b", value="x"),
        side.post(at, name=side.name, key="k" * 251, value="x"),
        side.post(at, name=side.name, key="k", value="v" * 100_001),
        side.post(at, name=f"{side.name} absent", key="k", value="v"),
        side.refused(lambda: side.client.delete_registered_model_tag(f"{side.name} absent", "k")),
    ]


def search_by_name(side: Any) -> Any:
    for ending in ("One", "two", "Three"):
        side.client.create_registered_model(f"{side.name} {ending}")

    def names(condition: str, **options: Any) -> list[str]:
        found = side.client.search_registered_models(f"name LIKE '{side.name}%' AND {condition}", **options)
        return [one.name for one in found]

    return [
        names(f"name = '{side.name} One'"),
        names(f"name != '{side.name} One'"),
        names("name LIKE '%T%'"),
        names("name ILIKE '%t%e%'"),
        names("name LIKE '%'", order_by=["name DESC"]),
        names(f"name IN ('{side.name} One', '{side.name} two')"),
        names("name = 'nothing is called so'"),
    ]


def search_by_tags(side: Any) -> Any:
    side.client.create_registered_model(f"{side.name} 1", {"team": "vision", "grade": "good"})
    side.client.create_registered_model(f"{side.name} 2", {"team": "vision", "grade": "bad"})
    side.client.create_registered_model(f"{side.name} 3")

    def names(condition: str) -> list[str]:
        found = side.client.search_registered_models(f"name LIKE '{side.name}%' AND {condition}")
        return [one.name for one in found]

    return [
        names("tags.team = 'vision'"),
        names("tags.team = 'vision' AND tags.grade = 'good'"),
        names("tags.grade != 'good'"),
        names("tag.grade LIKE '%d'"),
        names("tags.`grade` ILIKE 'B%'"),
        names("tags.unknown = 'x'"),
    ]


def search_by_pages(side: Any) -> Any:
    for number in range(5):
        side.client.create_registered_model(f"{side.name} {number}")
    seen, token = [], None
    while True:
        page = side.client.search_registered_models(
            f"name LIKE '{side.name}%'", max_results=2, order_by=["name ASC"], page_token=token
        )
        seen.append([one.name for one in page])
        token = page.token
        if not token:
            return seen


def search_in_the_order_of_their_last_change(side: Any) -> Any:
    for number in range(3):
        side.client.create_registered_model(f"{side.name} {number}")
    side.client.update_registered_model(f"{side.name} 0", "changed last")
    condition = f"name LIKE '{side.name}%'"
    found = side.client.search_registered_models(condition, order_by=["last_updated_timestamp DESC"])
    return [one.name for one in found]


def searches_that_are_refused(side: Any) -> Any:
    at = "registered-models/search"
    codes = [
        side.get(at, filter="name <"),
        side.get(at, filter="colour = 'red'"),
        side.get(at, filter="params.x = '1'"),
        side.get(at, order_by="colour ASC"),
        side.get(at, max_results=1001),
    ]
    return [(status, document["error_code"]) for status, document in codes]


def newest_versions_of_each_stage(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    for number in range(5):
        side.client.create_model_version(side.name, f"s3://bucket/{number}", run_id="")
    for number, stage in ((1, "Production"), (2, "Staging"), (3, "Staging")):
        side.client.transition_model_version_stage(side.name, str(number), stage)

    def told(versions: Any) -> list[Any]:
        return sorted((one.current_stage, one.version, one.aliases) for one in versions)

    return [
        told(side.client.get_registered_model(side.name).latest_versions),
        told(side.client.get_latest_versions(side.name)),
        told(side.client.get_latest_versions(side.name, ["Staging", "production"])),
        told(side.client.search_registered_models(f"name = '{side.name}'")[0].latest_versions),
        side.ask("GET", "registered-models/get-latest-versions", params={"name": side.name, "stages": "Nowhere"}),
        side.refused(lambda: side.client.get_latest_versions(f"{side.name} absent")),
    ]


def aliases(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    for number in range(2):
        side.client.create_model_version(side.name, f"s3://bucket/{number}", run_id="")
    for alias, version in (("champion", 1), ("challenger", 2), ("champion", 2)):
        side.client.set_registered_model_alias(side.name, alias, version)
    held = side.client.get_registered_model(side.name)
    by_alias = side.client.get_model_version_by_alias(side.name, "champion")
    side.client.delete_registered_model_alias(side.name, "champion")
    side.client.delete_registered_model_alias(side.name, "never-there")
    return [
        held.aliases,
        (by_alias.version, sorted(by_alias.aliases)),
        side.client.get_registered_model(side.name).aliases,
        sorted(side.client.get_model_version(side.name, "2").aliases),
        side.client.get_model_version_by_alias(side.name, "latest").version,
    ]


def aliases_that_are_refused(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    side.client.create_model_version(side.name, "s3://bucket/model", run_id="")
    at = "registered-models/alias"
    return [
        side.post(at, name=side.name, alias="latest", version="1"),
        side.post(at, name=side.name, alias="v7", version="1"),
        side.post(at, name=side.name, alias="a b", version="1"),
        side.post(at, name=side.name, alias="a" * 256, version="1"),
        side.post(at, name=side.name, alias="champion", version="9"),
        side.post(at, name=side.name, alias="champion", version="one"),
        side.post(at, name=f"{side.name} absent", alias="champion", version="1"),
        side.get(at, name=side.name, alias="nobody"),
        side.get(at, name=f"{side.name} absent", alias="champion"),
        side.get(at, name=side.name),
    ]


def the_newest_of_a_model_without_versions(side: Any) -> Any:
    side.client.create_registered_model(side.name)
    return side.get("registered-models/alias", name=side.name, alias="latest")
