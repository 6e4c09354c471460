"""An MLflow server is brought over whole, by its REST API alone, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plumbline import Client
from tests.live import Live
from tests.sdk.conftest import Plumb
from tests.sdk.exchange import mlflow_server
from tests.sdk.exchange.arrived import params_of, points_of, tags_of
from tests.sdk.scripted import Scripted


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mlflow_server.running(tmp_path_factory.mktemp("mlflow")) as url:
        yield url


@pytest.fixture(scope="module")
def story(server: str) -> dict[str, str]:
    return mlflow_server.tell_story(server)


def test_a_server_is_brought_over_once(
    plumb_as: Plumb, live_platform: Live, server: str, story: dict[str, str], tmp_path: Path
) -> None:
    outcome = plumb_as("DEVELOPER", "import", "mlflow", server, "--deleted", "-o", "json")
    assert outcome.status == 0, outcome.said + outcome.data
    ids = outcome.json["run_ids"]
    assert set(ids) == {story[name] for name in ("parent", "child", "killed", "gone")}
    with live_platform.as_("DEVELOPER") as client:
        check_child(client, ids, story)
        killed = client.runs.get(ids[story["killed"]])
        assert (killed["status"], killed["start_time"], killed["end_time"]) == (
            "CANCELLED",
            "2020-09-13T12:26:40Z",
            "2020-09-13T12:28:20Z",
        )
        assert client.runs.get(ids[story["gone"]])["delete_time"]
        experiment = client.get("/v1/experiments/tiles")
        assert experiment["description"] == "crack or not"
        assert tags_of(experiment)["team"] == "vision"
        check_registry(client, ids[story["child"]])
    again = plumb_as("DEVELOPER", "import", "mlflow", server, "--deleted", "-o", "json")
    assert again.status == 0, again.said
    assert {(one["what"], one["became"], one["count"]) for one in again.json["carried"]} == {
        ("run", "was here already", 4),
        ("model", "model", 1),
    }
    assert again.json["run_ids"] == ids


def check_child(client: Client, ids: dict[str, str], story: dict[str, str]) -> None:
    run = client.runs.get(ids[story["child"]])
    assert (run["name"], run["note"], run["user_name"] != "") == ("child", "a note", True)
    assert run["parent_run_id"] == ids[story["parent"]]
    assert params_of(run) == {"lr": "0.1", "empty": "", "long": "x" * 5000}
    assert tags_of(run)["site"] == "A"
    dataset = run["datasets"][0]
    assert (dataset["name"], dataset["digest"], dataset["source_type"]) == ("tiles", "abc123", "http")
    loss = points_of(client, run["id"], "loss")
    assert loss == [(step, 1 / (step + 1), 1_700_000_000_000 + step) for step in range(3000)]
    assert points_of(client, run["id"], "odd")[0][:2] == (-3, "NaN")
    assert client.runs.artifact(run["id"], "out/deep/größe.txt") == b"hello"
    assert client.runs.artifact(run["id"], "out/zero.bin") == b""
    (link,) = run["model_outputs"]
    assert link["step"] == "7"
    model: dict[str, Any] = client.get(f"/v1/loggedModels/{link['logged_model_id']}")
    assert (model["name"], model["status"], model["model_type"]) == ("net", "READY", "classifier")
    assert client.runs.artifact(model["id"], "weights.bin") == b"weights"


def check_registry(client: Client, child: str) -> None:
    model = client.models.get("tile-net")
    assert model["description"] == "finds cracks"
    assert model["aliases"] == [{"name": "champion", "version": 3}]
    versions = {version["number"]: version for version in client.models.versions("tile-net")}
    # version 2 was deleted there, so the others keep their numbers
    assert sorted(versions) == [1, 3, 4]
    assert versions[1]["source"].startswith("models:/m-")
    assert versions[3]["source"] == f"runs:/{child}/out"
    assert versions[4]["source"] == "s3://elsewhere/model"
    assert tags_of(versions[4])["k"] == "v"


def test_an_experiment_that_is_not_there_is_said(plumb_as: Plumb, server: str) -> None:
    outcome = plumb_as("DEVELOPER", "import", "mlflow", server, "--experiment", "nothing")
    assert outcome.status == 1
    assert "no experiment 'nothing'" in outcome.said


def test_a_dry_run_writes_nothing(plumb_as: Plumb, live_platform: Live, server: str, story: dict[str, str]) -> None:
    def count() -> int:
        with live_platform.as_("DEVELOPER") as client:
            return len(list(client.runs.all()))

    before = count()
    outcome = plumb_as("DEVELOPER", "import", "mlflow", server, "--dry-run", "-o", "json")
    assert outcome.status == 0, outcome.said
    assert count() == before
    assert outcome.json["dry_run"] is True


def test_what_is_no_mlflow_server_is_said(plumb_as: Plumb, scripted: Scripted) -> None:
    scripted.answer(200, b"<html>")
    outcome = plumb_as("DEVELOPER", "import", "mlflow", scripted.url)
    assert outcome.status == 1
    assert "no answer of an MLflow server" in outcome.said


def test_a_server_that_wants_a_token_says_which_option(plumb_as: Plumb, scripted: Scripted) -> None:
    scripted.answer(401, {"message": "who are you"})
    outcome = plumb_as("DEVELOPER", "import", "mlflow", scripted.url, "--source-token", "secret")
    assert outcome.status == 1
    assert "--source-token" in outcome.said
    assert scripted.asked[0].headers["authorization"] == "Bearer secret"
