"""What a run records by itself, and that it can be switched off."""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plumbline
from plumbline.capture import chosen, watch
from plumbline.errors import PlumblineError
from plumbline.spool import synchronise
from plumbline.spool.journal import Journal
from tests.sdk.spool.platform import Platform


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_TICK_S", 0.01)
    monkeypatch.setattr(watch, "_SAMPLE_S", 0.02)
    monkeypatch.setattr(watch, "_FIRST_PART_S", 0.05)


def sent(tmp_path: Path) -> Platform:
    platform = Platform()
    states = [each.state for each in synchronise(platform, tmp_path / "spool", lambda _: lambda _done, _all: None)]  # type: ignore[arg-type]
    assert states == ["SENT"]
    return platform


def started(**options: Any) -> plumbline.Run:
    return plumbline.init("watched", mode="offline", **options)


def test_the_machine_is_sampled_beside_the_training(tmp_path: Path) -> None:
    with started(capture=["system"]) as run:
        run.log({"loss": 1.0}, 0)
        time.sleep(0.2)
    platform = sent(tmp_path)
    assert platform.steps("loss") == [0]
    for key in ("cpu_percent", "memory_used_mib", "process_memory_mib", "disk_used_percent"):
        assert len(platform.steps(f"system/{key}")) >= 2
    assert not platform.files


def test_the_console_is_there_while_the_run_runs_and_whole_at_its_end(tmp_path: Path) -> None:
    with started(capture=["console"]) as run:
        print("epoch 1")
        deadline = time.monotonic() + 10
        while "console/" not in str(run.folder and [e.header for e in Journal(run.folder).next_group()]):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        print("epoch 2")
    files = sent(tmp_path).files
    assert files.pop("console.log") == b"epoch 1\nepoch 2\n"
    assert b"".join(files[name] for name in sorted(files)).startswith(b"epoch 1\n")


def test_a_run_that_prints_nothing_has_no_console(tmp_path: Path) -> None:
    with started(capture=["console"]) as run:
        run.log({"loss": 1.0}, 0)
    assert not sent(tmp_path).files


def test_the_record_holds_what_was_set_after_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["train.py", "--token", "s3cr3t-canary", "--epochs", "3"])
    random.seed(1)
    np.random.seed(1)
    with started(capture=["record"], params={"seed": 7}, inputs=[plumbline.dataset_version("tiles", 3)]) as run:
        plumbline.seed_everything(11)
        run.log({"loss": 1.0}, 0)
    platform = sent(tmp_path)
    [record] = [body["record"] for action, body in platform.posts if action == "setRecord"]
    assert record["seeds"]["seed_everything"] == 11
    assert record["seeds"]["params.seed"] == 7
    assert set(record["generator_states"]) >= {"python", "numpy"}
    assert record["command"] == {
        "entry_point": "train.py",
        "argv": ["train.py", "--token", "***", "--epochs", "3"],
    } or (record["command"]["argv"][1:] == ["--token", "***", "--epochs", "3"])
    assert record["packages"]["numpy"] == np.__version__
    assert "s3cr3t-canary" not in json.dumps(platform.posts)


def test_a_record_of_ones_own_replaces_the_automatic_one(tmp_path: Path) -> None:
    with started(capture=["record"]) as run:
        run.set_record({"seed": 3})
    assert [body for action, body in sent(tmp_path).posts if action == "setRecord"] == [{"record": {"seed": 3}}]


def test_a_driver_that_fails_does_not_end_the_watching(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls = []

    def sample(_machine: object) -> dict[str, float]:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("the driver went away")
        return {"system/cpu_percent": 1.0}

    monkeypatch.setattr("plumbline.capture.machine.Machine.sample", sample)
    with started(capture=["system"]):
        time.sleep(0.2)
    assert "the driver went away" in caplog.text
    assert sent(tmp_path).steps("system/cpu_percent")


def test_pictures_of_steps_have_paths_of_their_own(tmp_path: Path) -> None:
    with started(capture=False) as run:
        run.log_image("val/overlay", np.zeros((2, 2), np.uint8), 3)
        run.log_image("val/overlay", np.zeros((2, 2), np.uint8), 3.5)
    assert set(sent(tmp_path).files) == {"images/val/overlay/3.png", "images/val/overlay/3.5.png"}


@pytest.mark.parametrize(
    ("given", "environment", "names"),
    [
        (None, "", ()),
        (None, "all", ("system", "console", "record")),
        (None, "system,record", ("system", "record")),
        (None, "none", ()),
        (True, "none", ("system", "console", "record")),
        (False, "all", ()),
        (["console"], "all", ("console",)),
    ],
)
def test_what_is_captured_is_chosen_by_the_call_or_the_environment(
    monkeypatch: pytest.MonkeyPatch, given: Any, environment: str, names: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PLUMB_CAPTURE", environment)
    assert chosen(given) == names


def test_an_unknown_thing_to_capture_is_named() -> None:
    with pytest.raises(PlumblineError, match="keyboard"):
        chosen(["keyboard"])
