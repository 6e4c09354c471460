"""Everything of Neptune's exporter becomes something here, or the report names its file and row."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from plumbline.exchange.content import Damaged, Series
from plumbline.exchange.neptune import NeptuneFolder
from plumbline.exchange.report import Report
from tests.sdk.exchange import neptune_export as made

RUN = f"{made.PROJECT}/RUN-1"


def remarks(report: Report) -> list[tuple[str, str, str]]:
    return [(remark.outcome, Path(remark.place).name, remark.what) for remark in report.remarks]


def joined(source: NeptuneFolder, run_id: str) -> dict[str, Series]:
    found: dict[str, Series] = {}
    for one in source.series(run_id):
        held = found.get(one.key, Series(one.key, [], [], []))
        found[one.key] = Series(
            one.key, [*held.steps, *one.steps], [*held.values, *one.values], [*held.times, *one.times]
        )
    return found


def test_system_values_name_and_date_a_run(tmp_path: Path) -> None:
    made.whole_run(tmp_path)
    report = Report()
    source = NeptuneFolder(tmp_path, report)
    assert source.run_ids() == [RUN]
    run = source.run(RUN)
    assert (run.experiment, run.name, run.note, run.user_name, run.status) == (
        "vision/tiles",
        "baseline",
        "first try",
        "ada",
        "FINISHED",
    )
    assert (run.start_time, run.end_time) == ("2025-03-01T08:00:00Z", "2025-03-01T08:01:30.500000Z")
    assert run.tags["night"] == run.tags["line 2"] == "true"
    assert run.tags["neptune.hostname"] == "gpu-7"
    assert run.tags["neptune.custom_run_id"] == "brave-tile"


def test_other_single_values_are_params(tmp_path: Path) -> None:
    made.whole_run(tmp_path)
    assert NeptuneFolder(tmp_path, Report()).run(RUN).params == {
        "config/lr": "0.001",
        "config/epochs": "12",
        "config/augment": "true",
        "config/started": "2025-03-01T08:00:01Z",
        "config/classes": '["crack", "hole"]',
        "config/optimiser": "adamw",
    }


def test_series_keep_decimal_steps_times_and_values_that_are_no_number(tmp_path: Path) -> None:
    made.whole_run(tmp_path)
    loss = joined(NeptuneFolder(tmp_path, Report()), RUN)["train/loss"]
    assert list(loss.steps) == [0.0, 0.5, 1.0, 1000000000.000001]
    assert [loss.values[0], loss.values[2], loss.values[3]] == [0.9, 0.5, math.inf]
    assert math.isnan(loss.values[1])
    begin = made.BEGIN.timestamp() * 1000
    assert list(loss.times) == [begin, begin + 1000, begin + 2000, begin + 3000]


def test_texts_histograms_and_files_become_artifacts(tmp_path: Path) -> None:
    made.whole_run(tmp_path)
    report = Report()
    found = {file.path: file.file.read_bytes() for file in NeptuneFolder(tmp_path, report).files(RUN)}
    assert set(found) == {
        "neptune/string_series/log.jsonl",
        "neptune/histogram_series/weights.jsonl",
        "model/weights",
        "images/step_0.5.png",
    }
    assert [json.loads(line) for line in found["neptune/string_series/log.jsonl"].splitlines()] == [
        {"step": "0.000000", "timestamp": "2025-03-01T08:00:00Z", "value": "hello"},
        {"step": "1.000000", "timestamp": "2025-03-01T08:00:01Z", "value": "wörld"},
    ]
    assert json.loads(found["neptune/histogram_series/weights.jsonl"]) == {
        "step": "1.000000",
        "timestamp": "2025-03-01T08:00:01Z",
        "type": "COUNTING",
        "edges": [0.0, 0.5, 1.0],
        "values": [3.0, 4.0],
    }
    assert found["model/weights"] == b"weights"
    assert remarks(report) == []


def test_a_fork_keeps_its_parent_and_step_and_comes_after_it(tmp_path: Path) -> None:
    made.whole_run(tmp_path)
    child = [
        single("sys/creation_time", "datetime", made.at(-100)),
        single("sys/forking/parent", "string", "brave-tile"),
        single("sys/forking/step", "float", 0.5),
    ]
    made.write(tmp_path, "RUN-2", [child])
    source = NeptuneFolder(tmp_path, Report())
    run = source.run(f"{made.PROJECT}/RUN-2")
    assert (run.forked_from_id, run.forked_from_step) == (RUN, 0.5)
    assert source.needs(run.id) == [RUN]


def test_what_has_no_place_is_named_by_file_and_row(tmp_path: Path) -> None:
    rows = [
        single("a", "int", 1),
        {"attribute_path": "b", "attribute_type": "video"},
        {"attribute_path": "c", "attribute_type": "float"},
        {"attribute_path": "d", "attribute_type": "float_series", "float_value": 1.0},
        point("e", "float_series", "1", 0),
        point("f", "float_series", "999999999999.999999", 0, float_value=1.0),
        single("sys/forking/parent", "string", "gone"),
        {"attribute_path": "g", "attribute_type": "file", "file_value": {"path": "../../secret"}},
        {"attribute_path": "h", "attribute_type": "file", "file_value": {"path": "absent.bin"}},
    ]
    (part,) = made.write(tmp_path, "RUN-1", [rows])
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "files").mkdir()
    report = Report()
    source = NeptuneFolder(tmp_path, report)
    source.run(RUN)
    assert [one.key for one in source.series(RUN) if len(one)] == ["f"]
    assert list(source.files(RUN)) == []
    told = {(outcome, place): what for outcome, place, what in remarks(report)}
    name = part.name
    assert "unknown type video" in told["left out", f"{name} row 2"]
    assert "no value" in told["left out", f"{name} row 3"]
    assert "no step" in told["left out", f"{name} row 4"]
    assert "no value" in told["left out", f"{name} row 5"]
    assert "53 bits" in told["changed", f"{name} row 6"]
    assert "leads outside" in told["left out", f"{name} row 8"]
    assert "no file 'absent.bin'" in told["left out", f"{name} row 9"]
    assert any("gone" in what for what in told.values())
    assert len(told) == 8


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    made.write(tmp_path, "RUN-1", [[{"attribute_path": "g", "attribute_type": "file", "file_value": {"path": "out"}}]])
    made.write_file(tmp_path, "other", b"")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "files" / made.sanitised(made.PROJECT) / "out").symlink_to(tmp_path / "secret")
    report = Report()
    assert list(NeptuneFolder(tmp_path, report).files(RUN)) == []
    assert "leads outside" in report.remarks[0].what


def test_a_cut_off_part_fails_its_run_alone_and_says_where(tmp_path: Path) -> None:
    _, damaged = made.whole_run(tmp_path)
    damaged.write_bytes(damaged.read_bytes()[:-200])
    made.write(tmp_path, "RUN-2", [[single("a", "int", 1)]])
    report = Report()
    source = NeptuneFolder(tmp_path, report)
    assert source.run_ids() == [f"{made.PROJECT}/RUN-2"]
    assert [(remark.outcome, remark.place) for remark in report.remarks] == [("failed", str(damaged))]


def test_a_missing_part_and_an_empty_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="no files of Neptune's exporter"):
        NeptuneFolder(tmp_path, Report())
    first, _ = made.whole_run(tmp_path)
    first.unlink()
    with pytest.raises(Damaged, match="part 0 of RUN-1"):
        NeptuneFolder(tmp_path, Report())


def test_a_file_that_is_another_table_is_refused_with_its_name(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"x": [1]}), tmp_path / "x_part_0.parquet")
    report = Report()
    assert NeptuneFolder(tmp_path, report).run_ids() == []
    assert "x_part_0.parquet" in report.failures[0].place
    assert "no column run_id" in report.failures[0].what


single, point = made.single, made.point
