"""Owns the names of the trainer's events."""

from __future__ import annotations

SUBMITTED = "trainer.job.submitted"
CANCEL_REQUESTED = "trainer.job.cancel_requested"
STARTED = "trainer.job.started"
CHECKPOINTED = "trainer.job.checkpointed"
REQUEUED = "trainer.job.requeued"
ENDED = "trainer.job.ended"
