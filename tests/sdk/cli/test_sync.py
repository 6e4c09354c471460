"""`plumb sync` on the real platform: what was written without it is there afterwards, once, with its own times."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import plumbline
from tests.live import Live
from tests.sdk.conftest import Plumb


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLUMB_MODE", "offline")
    return tmp_path / "spool"


def test_an_offline_run_arrives_whole_and_once(plumb_as: Plumb, live_platform: Live, project: str, spool: Path) -> None:
    began = datetime.now(UTC)
    inputs = [plumbline.dataset_version(project, 1), plumbline.snapshot(project, 1)]
    with plumbline.init(project, name="at sea", params={"lr": 0.1}, inputs=inputs, capture=["record"]) as run:
        for step in range(2500):
            run.log({f"loss{number}": step + number for number in range(10)}, step)
        run.set_tags({"where": "ship"})
        run.set_note("rough sea")
        run.log_artifact(b"weights", "model.bin")
        run.log_image("val/overlay", np.zeros((4, 4, 3), np.uint8), 3)
        run.log_evaluation([{"dimension": "all", "image_count": 2, "metrics": [{"key": "f1", "value": 0.5}]}], [])
    assert run.id == ""
    time.sleep(1.1)
    outcome = plumb_as("DEVELOPER", "sync", spool, "-o", "json")
    assert outcome.status == 0, outcome.said
    [sent] = outcome.json
    assert (sent["state"], sent["name"]) == ("SENT", "at sea")
    assert "at sea: " in outcome.said
    with live_platform.as_("DEVELOPER") as client:
        found = client.runs.get(sent["run_id"])
        assert (found["status"], found["name"]) == ("FINISHED", "at sea")
        assert {metric["key"]: metric["point_count"] for metric in found["metrics"]} == {
            f"loss{number}": 2500 for number in range(10)
        }
        assert client.runs.history(found["id"], ["loss9"], max_points=5000)[0]["values"] == list(range(9, 2509))
        assert found["tags"] == [{"key": "where", "value": "ship"}]
        assert found["note"] == "rough sea"
        assert found["record"]["inputs"] == {item["name"]: item["digest"] for item in found["inputs"]}
        assert client.runs.artifact(found["id"], "model.bin") == b"weights"
        assert client.runs.artifact(found["id"], "images/val/overlay/3.png").startswith(b"\x89PNG")
        assert client.runs.evaluation(found["id"])["slices"][0]["metrics"] == [{"key": "f1", "value": 0.5}]
    # it ran when it ran, not when it was sent
    times = [datetime.fromisoformat(found[name].replace("Z", "+00:00")) for name in ("start_time", "end_time")]
    assert began <= times[0] <= times[1]
    assert (datetime.now(UTC) - times[1]).total_seconds() > 1
    again = plumb_as("DEVELOPER", "sync", spool)
    assert (again.status, again.data) == (0, "")
    assert "Nothing waits" in again.said


def test_several_runs_and_their_parent_are_sent_at_once(
    plumb_as: Plumb, live_platform: Live, name: str, spool: Path
) -> None:
    with plumbline.init(name, name="search") as parent:
        for number in range(3):
            with plumbline.init(name, name=f"trial {number}", parent=parent) as run:
                run.log({"loss": number}, 1)
    sent = plumb_as("DEVELOPER", "sync", spool, "-o", "json").json
    assert [each["state"] for each in sent] == ["SENT"] * 4
    with live_platform.as_("DEVELOPER") as client:
        children = {run["name"] for run in client.runs.all(parent_run_id=sent[0]["run_id"])}
    assert children == {"trial 0", "trial 1", "trial 2"}


_TRAINING = """
import sys, time, plumbline
with plumbline.init(sys.argv[1], capture=["console"]) as run:
    print("epoch 1", flush=True)
    for step in range(1_000_000):
        run.log({"loss": step / 3}, step)
        if step == 500:
            run.flush()
            print(run.id, flush=True)
        time.sleep(0.001)
"""


def test_a_training_that_was_killed_is_sent_to_its_last_second(
    plumb_as: Plumb, live_platform: Live, name: str, tmp_path: Path
) -> None:
    person = live_platform.people["DEVELOPER"]
    environment = {"PLUMB_URL": live_platform.url, "PLUMB_TOKEN": person.token, "PLUMB_SPOOL": str(tmp_path / "spool")}
    training = subprocess.Popen(
        [sys.executable, "-c", _TRAINING, name],
        env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert training.stdout is not None
    assert training.stdout.readline() == "epoch 1\n"
    run_id = training.stdout.readline().strip()
    time.sleep(1.5)
    training.kill()
    training.wait()
    outcome = plumb_as("DEVELOPER", "sync", tmp_path / "spool", "-o", "json")
    assert [(each["run_id"], each["state"]) for each in outcome.json] == [(run_id, "SENT")], outcome.said
    with live_platform.as_("DEVELOPER") as client:
        found = client.runs.get(run_id)
        [series] = client.runs.history(run_id, ["loss"], max_points=100_000)
        assert client.runs.artifact(run_id, "console.log").decode() == f"epoch 1\n{run_id}\n"
    assert (found["status"], "without finishing" in found["error"]) == ("FAILED", True)
    # every step once, from the first on
    assert series["steps"] == list(range(len(series["steps"])))
    assert len(series["steps"]) > 500


def test_a_role_that_may_not_write_leaves_everything_where_it_is(plumb_as: Plumb, name: str, spool: Path) -> None:
    with plumbline.init(name) as run:
        run.log({"loss": 1}, 1)
    outcome = plumb_as("CUSTOMER", "sync", spool, "-o", "json")
    assert (outcome.status, outcome.json[0]["state"]) == (1, "LEFT")
    assert plumb_as("DEVELOPER", "sync", spool).status == 0


def test_a_folder_of_another_kind_is_said(plumb_as: Plumb, tmp_path: Path) -> None:
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "run.json").write_text("{}")
    outcome = plumb_as("DEVELOPER", "sync", tmp_path, "-o", "json")
    assert outcome.status == 1
    assert "is no spool" in outcome.json[0]["message"]


def test_the_newest_version_is_not_known_offline(spool: Path) -> None:
    with pytest.raises(plumbline.PlumblineError, match="names its inputs with their numbers"):
        plumbline.init("tiles", inputs=[plumbline.dataset_version("tiles", 0)])


def test_an_unknown_mode_is_said() -> None:
    with pytest.raises(plumbline.PlumblineError, match="choose online or offline"):
        plumbline.init("tiles", mode="submarine")
