"""Imports into a running platform: everything arrives, a second import adds nothing, an interrupted one goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.errors import Unreachable
from tests.live import Live
from tests.sdk.conftest import Plumb
from tests.sdk.exchange import neptune_export, sacred_runs
from tests.sdk.exchange.arrived import params_of, points_of, tags_of


def test_a_sacred_folder_arrives_once(plumb_as: Plumb, live_platform: Live, tmp_path: Path) -> None:
    sacred_runs.write(tmp_path, 1)
    sacred_runs.write(tmp_path, 2, status="FAILED", fail_trace=["no"], start_time="2024-05-02T10:00:00")
    command = ("import", "sacred", tmp_path, "--experiment", f"sacred {tmp_path.name}", "-o", "json")
    rehearsed = plumb_as("DEVELOPER", *command, "--dry-run")
    assert rehearsed.status == 0, rehearsed.said
    assert {"what": "run", "became": "run", "count": 2} in rehearsed.json["carried"]
    outcome = plumb_as("DEVELOPER", *command)
    assert outcome.status == 0, outcome.said
    first, second = (outcome.json["run_ids"][key] for key in sorted(outcome.json["run_ids"]))
    with live_platform.as_("DEVELOPER") as client:
        run = client.runs.get(first)
        assert (run["status"], run["start_time"], run["end_time"]) == (
            "FINISHED",
            "2024-05-01T10:00:00.250Z",
            "2024-05-01T10:00:21Z",
        )
        assert params_of(run)["net.opt.lr"] == "0.1"
        assert run["record"]["code"]["commit"] == "c0ffee"
        assert tags_of(run)["imported.state"] == "complete"
        assert points_of(client, first, "train.loss")[2][:2] == (1, 0.5)
        assert client.runs.artifact(first, "console.log") == b"hello\n"
        assert (client.runs.get(second)["status"], client.runs.get(second)["error"]) == ("FAILED", "no")
    again = plumb_as("DEVELOPER", *command)
    assert again.json["carried"] == [{"what": "run", "became": "was here already", "count": 2}]
    assert again.json["run_ids"] == outcome.json["run_ids"]


def test_neptune_files_arrive_with_forks(plumb_as: Plumb, live_platform: Live, tmp_path: Path) -> None:
    neptune_export.whole_run(tmp_path)
    project = f"vision/{tmp_path.name}"
    parent = [neptune_export.single("sys/custom_run_id", "string", "first")]
    child = [
        neptune_export.single("sys/forking/parent", "string", "first"),
        neptune_export.single("sys/forking/step", "float", 1.5),
        neptune_export.point("loss", "float_series", "2.000001", 0, float_value=1.0),
        {"attribute_path": "odd", "attribute_type": "video"},
    ]
    neptune_export.write(tmp_path, "A", [child], project=project)
    neptune_export.write(tmp_path, "B", [parent], project=project)
    outcome = plumb_as("DEVELOPER", "import", "neptune", tmp_path, "-o", "json", "--report", tmp_path / "report.json")
    assert outcome.status == 0, outcome.said
    assert (tmp_path / "report.json").is_file()
    ids = outcome.json["run_ids"]
    with live_platform.as_("DEVELOPER") as client:
        forked = client.runs.get(ids[f"{project}/A"])
        assert (forked["forked_from_run_id"], forked["forked_from_step"]) == (ids[f"{project}/B"], 1.5)
        assert points_of(client, forked["id"], "loss")[0][:2] == (2.000001, 1)
        whole = ids[f"{neptune_export.PROJECT}/RUN-1"]
        assert [value for _, value, _ in points_of(client, whole, "train/loss")] == [0.9, "NaN", 0.5, "Infinity"]
        assert client.runs.artifact(whole, "model/weights") == b"weights"
    assert ["unknown type video" in remark["what"] for remark in outcome.json["remarks"]] == [True]


def test_an_interrupted_import_goes_on_where_it_was(
    plumb_as: Plumb, live_platform: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sacred_runs.write(tmp_path, 1, start_time="2024-06-01T10:00:00")
    command = ("import", "sacred", tmp_path, "--experiment", f"cut {tmp_path.name}", "-o", "json")

    def away(*_: object) -> None:
        raise Unreachable("the cable is out")

    with monkeypatch.context() as patch:
        patch.setattr("plumbline.exchange.transfer.send", away)
        assert plumb_as("DEVELOPER", *command).status == 1
    outcome = plumb_as("DEVELOPER", *command)
    assert outcome.status == 0, outcome.said
    with live_platform.as_("DEVELOPER") as client:
        found = list(client.runs.all(filter=f"tags.`imported.address` = '{tmp_path}'"))
        assert len(found) == 1
        assert tags_of(found[0])["imported.state"] == "complete"
        assert len(points_of(client, found[0]["id"], "train.loss")) == 3
