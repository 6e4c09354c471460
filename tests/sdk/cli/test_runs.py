"""`plumb runs`, `models`, `jobs` and `ask` on the real platform: what was computed, from what, and where it went."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from plumbline import dataset_version, snapshot
from plumbline.cli.repetition import show_assessment
from plumbline.cli.session import Output, Session
from plumbline.record import Assessment, assess
from tests.live import Live
from tests.sdk.conftest import Plumb


@pytest.fixture
def runs(live_platform: Live, project: str) -> tuple[str, str]:
    """Two runs of one experiment that differ in a parameter, a metric, and a file of the same name."""
    inputs = [dataset_version(project, 1), snapshot(project, 1)]
    made = []
    with live_platform.as_("DEVELOPER") as client:
        for rate in (0.1, 0.2):
            with client.runs.start(project, params={"rate": rate}, inputs=inputs) as run:
                run.log({"loss": rate * 2}, step=1)
                run.log_artifact(f"weights {rate}".encode(), "out/model.bin")
            made.append(run.id)
    return made[0], made[1]


def test_runs_are_listed_by_experiment(plumb_as: Plumb, project: str, runs: tuple[str, str]) -> None:
    listed = plumb_as("CUSTOMER", "runs", "list", "--experiment", project, "-o", "id").data.split()
    assert sorted(listed) == sorted(runs)


def test_an_unknown_experiment_ends_with_3(plumb_as: Plumb) -> None:
    assert plumb_as("DEVELOPER", "runs", "list", "--experiment", "nothing").status == 3


def test_a_run_shows_what_it_was_made_of(plumb_as: Plumb, project: str, runs: tuple[str, str]) -> None:
    data = plumb_as("DEVELOPER", "runs", "show", runs[0]).data
    for expected in (f"{project}@v1", f"{project}@s1", "rate", "loss"):
        assert expected in data


def test_comparing_names_what_differs_and_nothing_else(plumb_as: Plumb, runs: tuple[str, str]) -> None:
    rows = plumb_as("DEVELOPER", "runs", "compare", *runs, "-o", "csv").rows
    assert [(row["field"], row["first"], row["second"]) for row in rows] == [
        ("param.rate", "0.1", "0.2"),
        ("metric.loss", "0.2", "0.4"),
    ]


def test_runs_that_do_not_differ_are_said_to_be_the_same(plumb_as: Plumb, live_platform: Live, name: str) -> None:
    with live_platform.as_("DEVELOPER") as client:
        made = []
        for _ in range(2):
            with client.runs.start(name, params={"rate": 0.1}) as run:
                run.log({"loss": 0.5}, 1)
            made.append(run.id)
    assert "Nothing differs." in plumb_as("DEVELOPER", "runs", "compare", *made).said
    everything = plumb_as("DEVELOPER", "runs", "compare", *made, "--all", "-o", "csv").rows
    assert ("param.rate", "0.1", "0.1") in [(row["field"], row["first"], row["second"]) for row in everything]
    assert plumb_as("DEVELOPER", "runs", "compare", made[0]).status == 2


def test_artifacts_are_downloaded_as_they_were(plumb_as: Plumb, runs: tuple[str, str], tmp_path: Path) -> None:
    listed = plumb_as("DEVELOPER", "runs", "artifacts", runs[1], "-o", "csv").rows
    assert listed[0]["sha256"] == hashlib.sha256(b"weights 0.2").hexdigest()
    outcome = plumb_as("DEVELOPER", "runs", "download", runs[1], "--to", tmp_path / "got", "-o", "id")
    assert Path(outcome.data.strip()).read_bytes() == b"weights 0.2"
    assert Path(outcome.data.strip()) == tmp_path / "got" / "out" / "model.bin"


def test_a_run_from_outside_cannot_be_repeated_by_the_platform(plumb_as: Plumb, runs: tuple[str, str]) -> None:
    outcome = plumb_as("DEVELOPER", "runs", "repeat", runs[0], "--wait")
    assert outcome.status == 5
    assert "outside" in outcome.said


def judged(**outputs: str) -> Assessment:
    inputs = [{"kind": kind, "name": kind, "digest": "sha256:a"} for kind in ("DATASET_VERSION", "SNAPSHOT")]
    original = {
        "kind": "TRAINING",
        "inputs": inputs,
        "record": {"outputs": {"weights_digest": "w"}, "threads": {"torch": 1}},
    }
    return assess(original, {**original, "record": {"outputs": outputs, "threads": {"torch": 2}}})


def test_an_identical_repetition_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    show_assessment(Session(), judged(weights_digest="w"), "run_1", "run_2")
    data = capsys.readouterr().out
    assert data.startswith("bit for bit identical\n")
    lines = [line.split() for line in data.splitlines()]
    assert ["data", "same", "0"] in lines
    assert ["packages", "unknown", "0"] in lines
    assert ["threads.torch", "1", "2"] in lines


def test_a_repetition_that_differs_says_how_far_it_can_be_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    show_assessment(Session(Output.JSON), judged(weights_digest="other"), "run_1", "run_2")
    document = json.loads(capsys.readouterr().out)
    assert document["verdict"] == "re-runnable"
    assert {part["part"]: part["state"] for part in document["parts"]}["weights"] == "differs"


def test_a_run_is_tagged_noted_renamed_deleted_and_brought_back(plumb_as: Plumb, runs: tuple[str, str]) -> None:
    changed = plumb_as("DEVELOPER", "runs", "tag", runs[0], "team=vision", "best=yes", "-o", "json")
    assert changed.status == 0, changed.said
    plumb_as("DEVELOPER", "runs", "tag", runs[0], "--remove", "best")
    plumb_as("DEVELOPER", "runs", "note", runs[0], "the one we shipped")
    shown = plumb_as("DEVELOPER", "runs", "rename", runs[0], "baseline", "-o", "json").json
    assert shown["tags"] == [{"key": "team", "value": "vision"}]
    assert (shown["note"], shown["name"]) == ("the one we shipped", "baseline")
    assert plumb_as("DEVELOPER", "runs", "delete", runs[0]).status == 0
    assert runs[0] not in plumb_as("DEVELOPER", "runs", "list", "-o", "id").data
    assert runs[0] in plumb_as("DEVELOPER", "runs", "list", "--view", "deleted", "-o", "id").data
    assert plumb_as("DEVELOPER", "runs", "restore", runs[0]).status == 0
    assert runs[0] in plumb_as("DEVELOPER", "runs", "list", "-o", "id").data


def test_nothing_to_change_is_misused(plumb_as: Plumb) -> None:
    assert plumb_as("DEVELOPER", "runs", "tag", "run_1").status == 2


def test_runs_are_found_by_their_numbers_and_their_data(plumb_as: Plumb, project: str, runs: tuple[str, str]) -> None:
    condition = f"metrics.loss > 0.3 AND dataset.name = '{project}'"
    found = plumb_as("DEVELOPER", "runs", "list", "--filter", condition, "-o", "id")
    assert found.data.split() == [runs[1]], found.said
    ordered = plumb_as(
        *("DEVELOPER", "runs", "list", "--experiment", project, "--order-by", "metrics.loss ASC", "-o", "csv")
    ).rows
    assert [(row["run"], row["metrics.loss"]) for row in ordered] == [(runs[0], "0.2"), (runs[1], "0.4")]


def test_what_a_repetition_here_could_give_is_said(plumb_as: Plumb, runs: tuple[str, str]) -> None:
    outcome = plumb_as("DEVELOPER", "runs", "repeat", runs[0], "--here", "-o", "json")
    assert outcome.status == 0, outcome.said
    # nothing was recorded for these runs
    assert outcome.json["verdict"] == "re-runnable"
    assert "code and packages and hardware" in outcome.json["reason"]


def test_an_alias_keeps_its_history(plumb_as: Plumb, live_platform: Live, project: str, runs: tuple[str, str]) -> None:
    with live_platform.as_("DEVELOPER") as client:
        client.models.create(project)
        for run in runs:
            client.models.add_version(project, run, "out/model.bin")
    for number, reason in (("1", "first"), ("v2", "better")):
        outcome = plumb_as("DEVELOPER", "models", "alias", project, "production", number, "--reason", reason)
        assert outcome.status == 0, outcome.said
    history = plumb_as("CUSTOMER", "models", "history", project, "-o", "csv").rows
    assert [(row["from"], row["to"], row["reason"]) for row in history] == [("1", "2", "better"), ("0", "1", "first")]
    lineage = plumb_as("CUSTOMER", "models", "lineage", project, "-o", "json").json
    assert lineage["training"]["id"] == runs[1]
    answers = plumb_as("CUSTOMER", "ask", "--model", project, "--source", "site A", "-o", "csv").rows
    assert [row["id"] for row in answers] == [f"Q{number}" for number in range(1, 8)]
    printed = plumb_as("CUSTOMER", "ask", "--model", project).data
    assert all(f"Q{number}  " in printed for number in range(1, 8))


def test_a_version_that_is_no_number_is_misused(plumb_as: Plumb) -> None:
    assert plumb_as("DEVELOPER", "models", "alias", "m", "production", "newest", "--reason", "x").status == 2


def test_a_job_is_submitted_shown_and_cancelled(plumb_as: Plumb, project: str) -> None:
    submitted = plumb_as(
        *("DEVELOPER", "jobs", "submit", "--dataset", f"{project}@v1", "--project", f"{project}@s1"),
        *("--experiment", project, "--recipe", "segmentation", "--config", "epochs=1000", "-o", "json"),
    )
    assert submitted.status == 0, submitted.said
    job = submitted.json["id"]
    assert submitted.json["spec"]["config"]["epochs"] == 1000
    cancelled = plumb_as("DEVELOPER", "jobs", "cancel", job, "-o", "json").json
    assert cancelled["cancel_requested"] or cancelled["state"] == "CANCELLED"
    ended = plumb_as("DEVELOPER", "jobs", "watch", job, "-o", "json")
    assert ended.status == 1
    assert ended.json["state"] == "CANCELLED"
    assert job in plumb_as("DEVELOPER", "jobs", "list", "--state", "cancelled", "-o", "id").data


def test_settings_that_the_recipe_does_not_know_are_refused(plumb_as: Plumb, project: str) -> None:
    outcome = plumb_as(
        *("DEVELOPER", "jobs", "submit", "--dataset", project, "--project", project),
        *("--experiment", project, "--recipe", "segmentation", "--config", "speed=9"),
    )
    assert outcome.status == 1
    assert "speed" in outcome.said
