"""`plumb projects`, `tasks` and `remarks` on the real platform."""

from __future__ import annotations

from tests.live import Live
from tests.sdk.cli.conftest import COUNT
from tests.sdk.conftest import Plumb


def test_progress_counts_imported_masks(plumb_as: Plumb, project: str) -> None:
    shown = plumb_as("DEVELOPER", "projects", "show", project, "-o", "json").json
    assert shown["progress"]["annotation_count"] == COUNT
    assert {each["image_set"]: each["task_count"] for each in shown["progress"]["sets"]}["train"] > 0
    assert "crack" in plumb_as("CUSTOMER", "projects", "show", project).data


def test_snapshots_are_listed_with_their_digests(plumb_as: Plumb, project: str) -> None:
    rows = plumb_as("CUSTOMER", "projects", "snapshots", project, "-o", "csv").rows
    assert [row["snapshot"] for row in rows] == [f"{project}@s1"]
    assert rows[0]["digest"].startswith("sha256:")


def test_tasks_are_filtered_and_shown(plumb_as: Plumb, project: str) -> None:
    train = plumb_as("DEVELOPER", "tasks", "list", project, "--set", "train", "-o", "id").data.split()
    assert 0 < len(train) < COUNT
    shown = plumb_as("DEVELOPER", "tasks", "show", train[0], "-o", "json").json
    assert shown["task"]["image_set"] == "train"
    assert "mask" in plumb_as("DEVELOPER", "tasks", "show", train[0]).data


def test_a_remark_of_the_customer_is_listed_until_it_is_resolved(
    plumb_as: Plumb, project: str, live_platform: Live
) -> None:
    task = plumb_as("DEVELOPER", "tasks", "list", project, "-o", "id").data.split()[0]
    with live_platform.as_("CUSTOMER") as customer:
        remark = customer.projects.remark(task, "this is a shadow")
    listed = plumb_as("DEVELOPER", "remarks", "list", project, "-o", "csv").rows
    assert [(row["by"], row["remark"]) for row in listed] == [("Kim Sato", "this is a shadow")]
    assert plumb_as("DEVELOPER", "remarks", "resolve", remark["id"]).status == 0
    assert plumb_as("DEVELOPER", "remarks", "list", project, "-o", "id").data == ""
    assert plumb_as("DEVELOPER", "remarks", "list", project, "--all", "-o", "id").data.strip() == remark["id"]


def test_a_customer_may_not_freeze_annotations(plumb_as: Plumb, project: str) -> None:
    assert plumb_as("CUSTOMER", "projects", "snapshot", project).status == 4
