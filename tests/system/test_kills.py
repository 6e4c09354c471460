"""Invariants 2, 4, 8 and 9: every process is killed in the middle of work, and nothing is lost or done twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.state import SERVICES
from tests.live import Live, eventually, running
from tests.system import ledger, training
from tests.system.works import Annotate, LogBatches, LogMetrics, MakeTokens, Publish, Shift, Upload

pytestmark = pytest.mark.timeout(420)

VICTIMS = [*SERVICES, "postgres", "nats", "objects"]
# how often every work is acknowledged before the kill, and again after it
_STEPS = 2


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    # leases short enough to see one end
    environment = {"PLUMB_TRAINER_LEASE_S": "10", "PLUMB_TRAINER_ATTEMPTS": "20"}
    with running(tmp_path_factory.mktemp("kills"), distributed=True, environment=environment) as live:
        yield live


@pytest.fixture(scope="module")
def shifts(live: Live, tmp_path_factory: pytest.TempPathFactory) -> list[Shift]:
    folder = tmp_path_factory.mktemp("works")
    works = (
        Upload(live, folder / "upload"),
        Publish(live, folder / "publish"),
        Annotate(live, folder / "annotate"),
        LogMetrics(live),
        LogBatches(live),
        MakeTokens(live),
    )
    return [Shift(work) for work in works]


@pytest.mark.parametrize("victim", VICTIMS)
def test_what_was_acknowledged_is_there_once_after_a_kill(
    live: Live, shifts: list[Shift], kill_table: list[list[str]], victim: str
) -> None:
    before = live.platform.pid(victim)
    reached = [shift.acknowledged for shift in shifts]
    for shift in shifts:
        shift.begin()
    for shift, count in zip(shifts, reached, strict=True):
        shift.wait_for(count + _STEPS)
    live.platform.kill(victim)
    live.platform.wait_ready()
    assert live.platform.pid(victim) != before
    for shift in shifts:
        shift.wait_for(shift.acknowledged + _STEPS)
    for shift in shifts:
        shift.end()

    if not kill_table:
        kill_table.append(["killed during", *(shift.work.name for shift in shifts)])
    done = [shift.acknowledged - count for shift, count in zip(shifts, reached, strict=True)]
    kill_table.append([victim, *(f"{count} ({shift.retried})" for shift, count in zip(shifts, done, strict=True))])
    for shift in shifts:
        shift.work.check(shift.acknowledged)
    assert ledger.read(live).problems() == []


def test_every_committed_event_reaches_the_feed_once(live: Live, shifts: list[Shift]) -> None:
    """An event that the killed gateway held is delivered again when its time to acknowledge is over."""
    eventually(lambda: not ledger.read(live).missing(), patience_s=60)
    found = ledger.read(live)
    assert found.problems() == []
    steps = {shift.work.name: shift.acknowledged for shift in shifts}
    with live.as_("OWNER") as client:
        kinds = Counter(event["type"] for event in client.events.after(0))
    assert kinds["plumb.annotation.revision.saved.v1"] == steps["annotate"]
    # the image that is annotated was published once, too
    assert kinds["plumb.storage.dataset.published.v1"] == steps["publish"] + 1


def test_a_job_survives_the_end_of_everybody_else_and_of_its_worker(live: Live, tmp_path: Path) -> None:
    """The same training twice, once in peace: weights, metrics and every acknowledged checkpoint are the same bits."""
    spec = training.spec(live, tmp_path)
    with live.as_("DEVELOPER") as client:
        undisturbed = training.finished(client, client.runs.submit(**spec)["id"])
        job_id, step, checkpoints = client.runs.submit(**spec)["id"], 0, []
        for victim in ("experiments", "nats", "gateway", "storage", "postgres", "objects", "trainer", "worker"):
            checkpoints.append(training.next_checkpoint(client, job_id, step))
            step = checkpoints[-1]["step"]
            if victim == "worker":
                training.kill_worker(job_id)
            else:
                live.platform.kill(victim)
            live.platform.wait_ready()
        disturbed = training.finished(client, job_id)
        # leased once in peace; again after the end of the trainer, and after that of the worker
        assert (undisturbed["epoch"], disturbed["epoch"] >= 3) == (1, True)
        assert training.outcome(client, disturbed) == training.outcome(client, undisturbed)
        for checkpoint in checkpoints:
            content = client.runs.artifact(disturbed["run_id"], checkpoint["artifact_path"])
            assert hashlib.sha256(content).hexdigest() == checkpoint["sha256"]
    assert ledger.read(live).problems() == []
