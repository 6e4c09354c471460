"""The states of a job, without anything running."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.trainer import rules

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "expires", "expected"),
    [
        ("QUEUED", None, True),
        ("RUNNING", NOW - timedelta(seconds=1), True),
        ("RUNNING", NOW + timedelta(seconds=1), False),
        ("FINISHED", None, False),
        ("CANCELLED", NOW - timedelta(days=1), False),
    ],
)
def test_a_job_is_leased_when_it_waits_or_its_worker_is_silent(
    state: str, expires: datetime | None, expected: bool
) -> None:
    assert rules.may_lease(state, expires, NOW) is expected


def test_a_job_handed_back_after_a_cancel_request_is_cancelled() -> None:
    assert rules.state_after_report("QUEUED", cancel_requested=True) == "CANCELLED"
    assert rules.state_after_report("QUEUED", cancel_requested=False) == "QUEUED"
    assert rules.state_after_report("FINISHED", cancel_requested=True) == "FINISHED"


def test_a_worker_cannot_report_that_it_runs() -> None:
    with pytest.raises(ValueError, match="a worker reports one of"):
        rules.state_after_report("RUNNING", cancel_requested=False)


def test_a_silent_job_is_queued_again_until_its_attempts_are_used_up() -> None:
    assert rules.state_after_silence(False, epoch=4, attempts=5) == "QUEUED"
    assert rules.state_after_silence(False, epoch=5, attempts=5) == "FAILED"
    assert rules.state_after_silence(True, epoch=1, attempts=5) == "CANCELLED"
