"""Runs end whatever happens to their metrics, and never hide the caller's own error."""

from __future__ import annotations

import hashlib
import time

import pytest

from plumbline import Client, PlumblineError, Refused, Run, Unreachable
from tests.live import Live
from tests.sdk.scripted import Scripted


@pytest.fixture
def run(scripted: Scripted) -> Run:
    return Client(scripted.url).runs.attach("run_1")


def test_a_run_whose_metrics_are_refused_is_finished_and_says_so(run: Run, scripted: Scripted) -> None:
    scripted.answer(409, {"detail": "the epoch is over", "reason": "EPOCH_STALE"})
    run.log({"loss": 1}, step=1)
    with pytest.raises(Refused, match="the epoch is over"):
        run.finish()
    assert scripted.asked[-1].path == "/api/v1/runs/run_1:finish"
    assert scripted.asked[-1].json == {"status": "FINISHED", "error": ""}


def test_the_callers_error_is_kept_and_the_run_failed(run: Run, scripted: Scripted) -> None:
    with pytest.raises(ZeroDivisionError), run:
        1 / 0  # noqa: B018
    assert scripted.asked[-1].json == {"status": "FAILED", "error": "ZeroDivisionError: division by zero"}


def test_the_callers_error_outlives_a_platform_that_refuses(run: Run, scripted: Scripted) -> None:
    scripted.answer(409, {"detail": "the run has ended"})
    with pytest.raises(ZeroDivisionError) as caught, run:
        1 / 0  # noqa: B018
    assert caught.value.__notes__ == ["Plumbline: the run has ended"]


def test_what_is_no_number_is_refused_at_once(run: Run) -> None:
    with pytest.raises(ValueError, match="could not convert"):
        run.log({"loss": "low"}, step=1)  # type: ignore[dict-item]


def test_an_interrupted_run_is_cancelled(run: Run, scripted: Scripted) -> None:
    with pytest.raises(KeyboardInterrupt), run:
        raise KeyboardInterrupt
    assert scripted.asked[-1].json["status"] == "CANCELLED"


def test_a_damaged_artifact_is_not_handed_out(scripted: Scripted) -> None:
    signed = {"url": f"{scripted.url}/bytes", "artifact": {"sha256": hashlib.sha256(b"model").hexdigest()}}
    scripted.answer(200, signed)
    scripted.answer(200, b"another model")
    with pytest.raises(PlumblineError, match="damaged"):
        Client(scripted.url).runs.artifact("run_1", "model.onnx")


def test_a_run_is_written_and_read_back(live_platform: Live) -> None:
    with live_platform.as_("DEVELOPER") as client:
        with client.runs.start("outside", name="by hand", params={"lr": 0.1}, tags={"who": "me"}) as run:
            for step in range(1000):
                run.log({"loss": 1 / (step + 1), "accuracy": step / 1000}, step)
            artifact = run.log_artifact(b"weights", "model.bin")
        found = client.runs.get(run.id)
        assert found["status"] == "FINISHED"
        assert {metric["key"]: metric["point_count"] for metric in found["metrics"]} == {"loss": 1000, "accuracy": 1000}
        assert client.runs.artifact(run.id, "model.bin") == b"weights"
        assert artifact["sha256"] == hashlib.sha256(b"weights").hexdigest()
        history = client.runs.history(run.id, ["accuracy"], max_points=2000)[0]
        assert history["steps"] == list(range(1000))
        assert history["values"] == [step / 1000 for step in range(1000)]


def test_an_ended_run_is_resumed_and_goes_on_in_the_same_series(live_platform: Live) -> None:
    with live_platform.as_("DEVELOPER") as client:
        with client.runs.start("resumed") as run:
            run.log({"loss": 1.0}, 1)
        with client.runs.resume(run.id) as again:
            assert client.runs.get(run.id)["status"] == "RUNNING"
            again.log({"loss": 0.5}, 2)
        found = client.runs.get(run.id)
        assert (found["status"], found["metrics"][0]["point_count"]) == ("FINISHED", 2)


def test_a_fork_names_its_origin_and_keeps_its_settings(live_platform: Live) -> None:
    with live_platform.as_("DEVELOPER") as client:
        with client.runs.start("forked", params={"lr": 0.1, "epochs": 3}) as run:
            run.log({"loss": 1.0}, 1)
        with client.runs.fork(run.id, 1, lr=0.01) as fork:
            fork.log({"loss": 0.5}, 2)
        found = client.runs.get(fork.id)
        assert (found["forked_from_run_id"], found["forked_from_step"]) == (run.id, 1)
        assert {item["key"]: item["value"] for item in found["params"]} == {"lr": "0.01", "epochs": "3"}


def test_everything_a_run_records_by_itself_arrives(live_platform: Live, capsys: pytest.CaptureFixture[str]) -> None:
    with live_platform.as_("DEVELOPER") as client:
        with client.runs.start("watched", capture=["console", "record"]) as run:
            print("epoch 1")
            run.log({"loss": 1.0}, 1)
        found = client.runs.get(run.id)
        assert found["record"]["python"]["implementation"] == "CPython"
        assert found["record_digest"].startswith("sha256:")
        assert client.runs.artifact(run.id, "console.log") == b"epoch 1\n"
        assert run.folder is not None
        assert not run.folder.exists()


def test_a_start_without_a_platform_says_how_to_begin_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plumbline.client._ATTEMPTS", 1)
    with pytest.raises(Unreachable, match="PLUMB_MODE=offline"):
        Client("http://127.0.0.1:9").runs.start("tiles")


def test_a_run_goes_on_while_nothing_listens_and_arrives_when_something_does() -> None:
    with Scripted() as server:
        port = server.port
        run = Client(server.url).runs.attach("run_1")
        run.log({"loss": 1.0}, 1)
        run.flush()
        first = [asked.json["series"] for asked in server.asked]
    for step in range(2, 100):
        run.log({"loss": 1.0}, step)
    with Scripted(port=port) as server:
        run.flush()
        second = [asked.json["series"] for asked in server.asked]
    steps = [step for series in (*first, *second) for step in series[0]["steps"]]
    assert steps == list(range(1, 100))


def test_too_many_requests_are_repeated_after_the_pause_that_was_asked_for(run: Run, scripted: Scripted) -> None:
    scripted.answer(429, {"detail": "slow down"}, {"retry-after": "1"})
    began = time.monotonic()
    run.log({"loss": 1}, step=1)
    run.finish()
    assert time.monotonic() - began >= 1
    first, second, _ = scripted.asked
    assert first.body == second.body
