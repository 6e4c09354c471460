"""`plumb runs`, `models`, `jobs` and `ask` on the real platform: what was computed, from what, and where it went."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from plumbline import dataset_version, snapshot
from plumbline.cli.runs import show_verdict
from plumbline.cli.session import Output, Session
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
        ("metric.loss", "0.2", "0.4"),
        ("param.rate", "0.1", "0.2"),
    ]
    same = plumb_as("DEVELOPER", "runs", "compare", runs[0], runs[0])
    assert "Nothing differs." in same.said


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


def repeated(**tags: str) -> dict[str, object]:
    return {"id": "run_2", "tags": [{"key": f"repeat.{key}", "value": value} for key, value in tags.items()]}


def test_an_identical_repetition_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_verdict(Session(), "run_1", repeated(identical="true", differences="[]"))
    assert capsys.readouterr().out.startswith("bit for bit identical\n")


def test_a_repetition_that_differs_lists_the_fields(capsys: pytest.CaptureFixture[str]) -> None:
    differences = '[{"field": "packages.torch", "first": "2.12.0", "second": null}]'
    assert not show_verdict(Session(), "run_1", repeated(identical="false", differences=differences))
    data = capsys.readouterr().out
    assert ["identical", "no"] in [line.split() for line in data.splitlines()]
    assert data.splitlines()[-1].split() == ["packages.torch", "2.12.0"]


def test_a_repetition_without_a_verdict_is_not_identical() -> None:
    assert not show_verdict(Session(Output.ID), "run_1", repeated())


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
