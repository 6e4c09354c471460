"""Owns the states of a job and who may move it. Pure."""

from __future__ import annotations

from datetime import datetime

QUEUED, RUNNING, FINISHED, FAILED, CANCELLED = "QUEUED", "RUNNING", "FINISHED", "FAILED", "CANCELLED"
ENDED = frozenset({FINISHED, FAILED, CANCELLED})

# what a worker may turn a running job into; QUEUED hands it back, to be resumed by another worker
_AFTER_RUNNING = frozenset({QUEUED, FINISHED, FAILED, CANCELLED})


def may_lease(state: str, lease_expire_time: datetime | None, now: datetime) -> bool:
    """Whether a worker may take the job: it waits, or its worker has been silent for too long."""
    if state == QUEUED:
        return True
    return state == RUNNING and lease_expire_time is not None and lease_expire_time < now


def state_after_report(reported: str, cancel_requested: bool) -> str:
    """The state a worker's report leads to; a job handed back after a cancel request is cancelled.

    Raises:
        ValueError: a worker cannot report this state.
    """
    if reported not in _AFTER_RUNNING:
        raise ValueError(f"a worker reports one of {', '.join(sorted(_AFTER_RUNNING))}")
    return CANCELLED if reported == QUEUED and cancel_requested else reported


def state_after_silence(cancel_requested: bool, epoch: int, attempts: int) -> str:
    """What becomes of a job whose worker fell silent, after `epoch` leases of at most `attempts`."""
    if cancel_requested:
        return CANCELLED
    return FAILED if epoch >= attempts else QUEUED
