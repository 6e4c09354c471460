"""No point is lost, refused points are said, and a platform or a disk that fails holds nobody up."""

from __future__ import annotations

import errno
import logging
import os
import threading
from pathlib import Path

import pytest

from plumbline import Run
from plumbline.errors import PlumblineError, Refused, SignedOut, Unreachable
from plumbline.spool import Spool, patience, synchronise
from plumbline.spool.journal import Journal
from tests.sdk.spool.platform import Platform


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience.Pauses, "length", lambda _pauses, _state: 0.001)
    monkeypatch.setattr("plumbline.run._SETTLE_S", 0.3)


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def run(platform: Platform, tmp_path: Path) -> Run:
    return Run(platform, Spool.create(tmp_path, {"run_id": "run_1", "name": "first", "url": platform.url}))  # type: ignore[arg-type]


def test_points_from_several_threads_all_arrive_once(run: Run, platform: Platform) -> None:
    threads = [
        threading.Thread(target=lambda key=f"loss{number}": [run.log({key: 1.0}, step) for step in range(500)])
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.flush(10)
    for number in range(4):
        assert platform.steps(f"loss{number}") == list(range(500))


def test_a_batch_is_sent_again_under_its_number_until_the_platform_answers(run: Run, platform: Platform) -> None:
    platform.fail(Unreachable("away"), times=2)
    run.log({"loss": 0.5}, 1)
    run.flush(10)
    assert len(platform.attempts) == 3
    assert platform.steps("loss") == [1]


@pytest.mark.parametrize(
    "error", [Unreachable("too much", status=429), PlumblineError("broken", status=500), SignedOut("it has expired")]
)
def test_what_may_pass_is_waited_for(run: Run, platform: Platform, error: PlumblineError) -> None:
    platform.fail(error, times=3)
    run.log({"loss": 0.5}, 1)
    run.finish()
    assert platform.steps("loss") == [1]


def test_a_platform_that_hangs_does_not_hold_up_the_loop(run: Run, platform: Platform) -> None:
    platform.is_there.clear()
    run.log({"loss": 0.0}, 0)
    assert platform.asked.wait(10)
    # the sender is stuck in its request; were logging to wait for it, this would never end
    for step in range(1, 10_000):
        run.log({"loss": 0.0}, step)
    assert platform.batches == {}
    platform.is_there.set()
    run.flush(10)
    assert platform.steps("loss") == list(range(10_000))


def test_what_is_logged_while_the_platform_hangs_is_on_disk(run: Run, platform: Platform) -> None:
    platform.is_there.clear()
    for step in range(100):
        run.log({"loss": 0.0}, step)
    assert run._writer.flush()
    assert run.folder is not None
    # as another process sees it: the disk only
    assert sum(entry.point_count for entry in Journal(run.folder).next_group()) == 100
    platform.is_there.set()


def test_a_platform_that_is_away_at_the_end_leaves_the_rest_on_disk_and_says_so(
    run: Run, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    platform.fail(Unreachable("nothing listens there"))
    with caplog.at_level(logging.WARNING), run:
        run.log({"loss": 0.5}, 1)
        run.set_tags({"team": "vision"})
        run.log_artifact(b"weights", "model.bin")
    assert run.folder is not None
    assert f"plumb sync {run.folder.parent}" in caplog.text
    platform.failures = []
    [synced] = synchronise(platform, run.folder.parent, lambda _name: lambda _done, _total: None)  # type: ignore[arg-type]
    assert synced.state == "SENT"
    assert platform.steps("loss") == [1]
    assert platform.files == {"model.bin": b"weights"}
    assert platform.posts[0] == ("log", {"tags": [{"key": "team", "value": "vision"}]})
    assert platform.posts[1][0] == "PATCH"
    assert platform.posts[1][1]["status"] == "FINISHED"
    assert not run.folder.exists()


def test_what_is_said_later_does_not_overtake_what_waits(run: Run, platform: Platform) -> None:
    platform.fail(Unreachable("away"), times=5)
    run.set_tags({"stage": "first"})
    run.set_tags({"stage": "second"})
    run.flush(10)
    assert [body["tags"][0]["value"] for _, body in platform.posts] == ["first", "second"]


def test_everything_stored_leaves_nothing_behind(run: Run, platform: Platform) -> None:
    with run:
        run.log({"loss": 0.5}, 1)
    assert run.folder is not None
    assert not run.folder.exists()
    assert platform.posts == [("finish", {"status": "FINISHED", "error": ""})]


def test_flush_says_that_the_platform_is_away_and_why(run: Run, platform: Platform) -> None:
    platform.fail(Unreachable("nothing listens there"))
    run.log({"loss": 0.5}, 1)
    with pytest.raises(Unreachable, match="nothing listens there"):
        run.flush(0.2)


def test_who_waits_does_not_make_the_platform_be_asked_without_a_pause(
    run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience.Pauses, "length", lambda _pauses, _state: 0.1)
    platform.fail(Unreachable("nothing listens there"))
    run.log({"loss": 0.5}, 1)
    with pytest.raises(Unreachable):
        run.flush(1)
    assert len(platform.attempts) < 15


def test_refused_points_are_said_and_later_ones_still_sent(run: Run, platform: Platform) -> None:
    platform.fail(Refused("the epoch is over", reason="EPOCH_STALE"), times=1)
    run.log({"loss": 0.5}, 1)
    with pytest.raises(Refused) as refused:
        run.flush(10)
    assert refused.value.reason == "EPOCH_STALE"
    assert refused.value.metadata["lost_points"] == "1"
    run.log({"loss": 0.25}, 2)
    with pytest.raises(Refused):
        run.finish()
    assert platform.steps("loss") == [2]


def test_a_point_that_nothing_could_store_is_said_and_spoils_no_other(run: Run, platform: Platform) -> None:
    run.log({"loss": 0.5}, float("nan"))
    run.log({"loss": 0.25}, 2)
    with pytest.raises(PlumblineError, match="step nan"):
        run.flush(10)
    assert platform.steps("loss") == [2]


def test_an_unexpected_error_does_not_end_the_sending(run: Run, platform: Platform) -> None:
    platform.failures = [RuntimeError("cannot encode")]
    run.log({"loss": 0.5}, 1)
    with pytest.raises(PlumblineError, match="cannot encode"):
        run.flush(10)
    run.log({"loss": 0.25}, 2)
    with pytest.raises(PlumblineError):
        run.finish()
    assert platform.steps("loss") == [2]


def test_a_full_disk_is_said_and_the_training_goes_on(
    run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write = os.write

    def full(handle: int, content: bytes) -> int:
        if b"series" in content:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, content)

    monkeypatch.setattr(os, "write", full)
    platform.is_there.clear()
    with caplog.at_level(logging.WARNING):
        for step in range(1000):
            run.log({"loss": 0.0}, step)
        run._writer.flush()
        run._writer.flush()
    assert "No space left on device" in caplog.text
    platform.is_there.set()
    run.finish()
    assert platform.steps("loss") == list(range(1000))


def test_without_disk_and_platform_the_loss_is_counted(platform: Platform) -> None:
    platform.fail(Unreachable("away"))
    run = Run(platform, Spool({"run_id": "run_1", "epoch": 0, "writer": "w"}))  # type: ignore[arg-type]
    for step in range(3):
        run.log({"loss": 0.5}, step)
    with pytest.raises(Unreachable) as lost:
        run.finish()
    assert lost.value.metadata["lost_points"] == "3"


def test_a_file_that_goes_before_it_is_sent_arrives_all_the_same(platform: Platform, tmp_path: Path) -> None:
    for spool in (Spool.create(tmp_path, {"run_id": "run_1"}), Spool({"run_id": "run_1", "epoch": 1, "writer": "w"})):
        run = Run(platform, spool)  # type: ignore[arg-type]
        file = tmp_path / "weights.bin"
        file.write_bytes(b"weights")
        platform.fail(Unreachable("away"), times=2)
        run.log_artifact(file, "weights.bin")
        file.unlink()
        run.finish()
        assert platform.files.pop("weights.bin") == b"weights"
