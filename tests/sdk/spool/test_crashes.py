"""A training that is killed at any moment loses at most its last second, and nothing is stored twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import plumbline
from plumbline.errors import Unreachable
from plumbline.spool import Synced, patience, synchronise
from plumbline.spool import sync as syncing
from tests.sdk.spool.platform import Platform

_LOSES_AT_MOST_S = 1.0
_TRAINING = """
import os, sys, time
import plumbline
run = plumbline.init("crashes", mode="offline", name="killed", capture=["console"])
run.log_params({"lr": 0.1})
print("training begins", flush=True)
step = 0
while True:
    for _ in range(20):
        run.log({"loss": step / 2, "accuracy": step}, step)
        step += 1
    # how far it is, outside the spool: the time of the newest step by the clock that the test reads
    os.pwrite(int(sys.argv[1]), f"{step:012d} {time.monotonic():020.6f}".encode(), 0)
    time.sleep(0.001)
"""


def send(platform: Platform, folder: Path) -> list[Synced]:
    return list(synchronise(platform, folder, lambda _name: lambda _done, _total: None))  # type: ignore[arg-type]


def killed_training(folder: Path, after_s: float) -> int:
    """Train in another process and kill it; returns a step that it had logged a second before."""
    state = folder.parent / f"{folder.name}.state"
    with state.open("w+b") as stream:
        handle = stream.fileno()
        environment = {**os.environ, "PLUMB_SPOOL": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
        training = subprocess.Popen(
            [sys.executable, "-c", _TRAINING, str(handle)],
            env=environment,
            pass_fds=[handle],
            stdout=subprocess.DEVNULL,
        )
        try:
            while not os.pread(handle, 12, 0):
                time.sleep(0.01)
                assert training.poll() is None
            seen: list[tuple[float, int]] = []
            end = time.monotonic() + after_s
            while time.monotonic() < end:
                step, moment = os.pread(handle, 33, 0).split()
                seen.append((float(moment), int(step)))
                time.sleep(0.02)
        finally:
            os.kill(training.pid, signal.SIGKILL)
            killed = time.monotonic()
            training.wait()
    return max([step for moment, step in seen if moment < killed - _LOSES_AT_MOST_S], default=0)


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.mark.parametrize("moment", range(4))
def test_a_killed_training_loses_at_most_a_second(platform: Platform, tmp_path: Path, moment: int) -> None:
    folder = tmp_path / "spool"
    certain = killed_training(folder, random.uniform(1.1, 2.5))
    assert certain > 0
    [synced] = send(platform, folder)
    assert (synced.state, synced.run_id) == ("SENT", "run_1")
    stored = platform.steps("loss")
    # without a gap, without a repetition
    assert stored == list(range(len(stored)))
    assert len(stored) >= certain
    assert platform.steps("accuracy") == stored
    [(_, params), (method, ended)] = platform.posts
    assert params["params"] == [{"key": "lr", "value": "0.1"}]
    assert (method, ended["status"]) == ("PATCH", "FAILED")
    assert "without finishing" in ended["error"]
    assert platform.files["console.log"] == b"training begins\n"
    assert send(platform, folder) == []


def test_a_sending_that_is_broken_off_goes_on_where_it_was(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "spool"
    killed_training(folder, 1.5)
    send_once = platform.send
    left = 2

    def broken(path: str, body: bytes, key: str, method: str = "POST") -> dict[str, object]:
        nonlocal left
        left -= 1
        answer = send_once(path, body, key, method)
        if left < 0:
            # it was stored, but the answer was lost
            raise Unreachable("the connection broke")
        return answer

    monkeypatch.setattr(patience.Pauses, "length", lambda _pauses, _state: 0.001)
    monkeypatch.setattr(syncing, "_PATIENCE_S", 0.05)
    while True:
        left = 2
        monkeypatch.setattr(platform, "send", broken)
        [synced] = send(platform, folder)
        if synced.state == "SENT":
            break
        assert "the connection broke" in synced.message
    stored = platform.steps("loss")
    assert stored == list(range(len(stored)))
    assert len(stored) > 100


def test_a_copy_of_a_folder_that_was_sent_stores_nothing_twice(platform: Platform, tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    killed_training(folder, 1.2)
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(folder), str(copy)], check=True)
    send(platform, folder)
    once = platform.steps("loss")
    send(platform, copy)
    assert platform.steps("loss") == once


def test_a_run_that_is_still_written_is_left_alone(platform: Platform, tmp_path: Path) -> None:
    run = plumbline.init("crashes", mode="offline", capture=False)
    run.log({"loss": 1.0}, 0)
    [synced] = send(platform, tmp_path / "spool")
    assert synced.state == "LEFT"
    assert f"process {os.getpid()}" in synced.message
    run.finish()
    assert [each.state for each in send(platform, tmp_path / "spool")] == ["SENT"]
    assert platform.steps("loss") == [0]
