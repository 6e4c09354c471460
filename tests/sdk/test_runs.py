"""Runs end whatever happens to their metrics, and never hide the caller's own error."""

from __future__ import annotations

import hashlib

import pytest

from plumbline import Client, PlumblineError, Refused, Run
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
