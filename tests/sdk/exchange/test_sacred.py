"""Everything of Sacred's file storage becomes something here, and no word of it is believed that could do harm."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from plumbline.exchange.content import Damaged
from plumbline.exchange.report import Report
from plumbline.exchange.sacred import SacredFolder
from tests.sdk.exchange import sacred_runs as made

RUN = "tiles/1@2024-05-01T10:00:00.250000"


def test_a_run_is_read(tmp_path: Path) -> None:
    made.write(tmp_path, 1)
    source = SacredFolder(tmp_path, Report())
    assert source.run_ids() == [RUN]
    run = source.run(RUN)
    assert (run.experiment, run.name, run.status, run.note) == ("tiles", "tiles 1", "FINISHED", "with more light")
    assert (run.start_time, run.end_time) == ("2024-05-01T10:00:00.250000Z", "2024-05-01T10:00:21Z")
    assert run.params == {
        "net.depth": "18",
        "net.opt.lr": "0.1",
        "net.opt.name": "adamw",
        "net.widths": "[16, 32]",
        "nothing": "null",
        "seed": "7",
        "shape": "[1, 2]",
    }
    assert run.tags["sacred.result"] == "0.75"
    assert run.record["code"] == {"repository": "git@host:tiles.git", "commit": "c0ffee", "dirty": True}
    assert run.record["packages"] == {"numpy": "2.4.6", "sacred": "0.8.7"}
    assert run.record["seeds"] == {"sacred": 7}


def test_metrics_keep_steps_times_and_numbers_of_numpy(tmp_path: Path) -> None:
    made.write(tmp_path, 1)
    (loss,) = SacredFolder(tmp_path, Report()).series(RUN)
    assert (loss.key, list(loss.steps)) == ("train.loss", [0.0, 0.5, 1.0])
    assert [loss.values[0], loss.values[2]] == [0.9, 0.5]
    assert math.isnan(loss.values[1])
    assert [time - loss.times[0] for time in loss.times] == [0, 1500, 2000]


def test_files_are_artifacts(tmp_path: Path) -> None:
    made.write(tmp_path, 1)
    report = Report()
    found = {file.path: file.file.read_bytes() for file in SacredFolder(tmp_path, report).files(RUN)}
    assert found.pop("console.log") == b"hello\n"
    assert found.pop("sources/src/train.py") == b"print(1)\n"
    assert found.pop("resources/classes.txt") == b"crack\n"
    assert found.pop("model.bin") == b"weights"
    assert sorted(found) == ["sacred/config.json", "sacred/info.json", "sacred/run.json"]
    assert report.remarks == []


@pytest.mark.parametrize(
    ("told", "status"),
    [("FAILED", "FAILED"), ("INTERRUPTED", "CANCELLED"), ("TIMEOUT", "FAILED"), ("QUEUED", "SCHEDULED")],
)
def test_statuses_are_translated(tmp_path: Path, told: str, status: str) -> None:
    made.write(tmp_path, 1, status=told, fail_trace=["Traceback\n", "ValueError: no\n"])
    run = SacredFolder(tmp_path, Report()).run(RUN)
    assert (run.status, run.error) == (status, "Traceback\nValueError: no\n")


def test_a_run_that_never_ended_is_failed_and_said(tmp_path: Path) -> None:
    made.write(tmp_path, 1, status="RUNNING", stop_time=None)
    report = Report()
    run = SacredFolder(tmp_path, report).run(RUN)
    assert (run.status, run.end_time) == ("FAILED", "2024-05-01T10:00:20.000001Z")
    assert "nothing says how" in report.remarks[0].what


def test_paths_of_the_data_never_lead_outside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    root = tmp_path / "runs"
    experiment = made.ENTRY["experiment"] | {"sources": [["../../x.py", "../secret"], "odd"]}
    resources = [["/data/x", "/etc/passwd"]]
    folder = made.write(root, 1, artifacts=["../../secret", "model.bin"], experiment=experiment, resources=resources)
    (folder / "link").symlink_to(tmp_path / "secret")
    report = Report()
    found = [file.path for file in SacredFolder(root, report).files(RUN)]
    assert sorted(found) == ["console.log", "model.bin", "sacred/config.json", "sacred/info.json", "sacred/run.json"]
    told = "\n".join(remark.what for remark in report.remarks)
    for expected in ("'../../secret'", "'../../x.py'", "'/data/x'", "odd"):
        assert expected in told


def test_a_source_with_other_bytes_than_its_md5_is_left_out(tmp_path: Path) -> None:
    made.write(tmp_path, 1)
    (source,) = (tmp_path / "_sources").iterdir()
    source.write_text("print(2)\n")
    report = Report()
    assert "sources/src/train.py" not in [file.path for file in SacredFolder(tmp_path, report).files(RUN)]
    assert "md5" in report.remarks[0].what


def test_damage_is_said_with_its_place_before_anything_is_written(tmp_path: Path) -> None:
    folder = made.write(tmp_path, 1)
    (folder / "metrics.json").write_text('{"loss": {"steps": [1], "values": [1')
    source = SacredFolder(tmp_path, Report())
    with pytest.raises(Damaged, match=r"metrics.json: no JSON at line 1 column"):
        source.run(RUN)
    (folder / "metrics.json").write_text('{"loss": {"steps": [1], "values": [1, 2], "timestamps": [1]}}')
    with pytest.raises(Damaged, match="different length"):
        source.run(RUN)


def test_a_run_without_a_readable_entry_fails_alone(tmp_path: Path) -> None:
    made.write(tmp_path, 1)
    (made.write(tmp_path, 2) / "run.json").write_text("{")
    report = Report()
    assert SacredFolder(tmp_path, report).run_ids() == [RUN]
    assert report.failures[0].place.endswith("2/run.json")


def test_a_point_that_is_no_number_is_left_out_by_its_index(tmp_path: Path) -> None:
    folder = made.write(tmp_path, 1)
    (folder / "metrics.json").write_text('{"a": {"steps": [0, 1], "values": [1, "x"], "timestamps": ["x", "x"]}}')
    report = Report()
    (series,) = SacredFolder(tmp_path, report).series(RUN)
    assert list(series.values) == [1.0]
    assert "point 1 of 'a'" in report.remarks[0].what


def test_a_single_run_and_a_folder_without_runs(tmp_path: Path) -> None:
    folder = made.write(tmp_path / "runs", 1)
    source = SacredFolder(folder, Report())
    assert source.run_ids() == [RUN]
    assert "sources/src/train.py" in [file.path for file in source.files(RUN)]
    with pytest.raises(Damaged, match="no run of Sacred"):
        SacredFolder(tmp_path, Report())
