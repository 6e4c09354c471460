"""Owns the trainer's errors."""

from __future__ import annotations

from kit.errors import FailedPrecondition, Forbidden, Invalid, NotFound


class JobNotFound(NotFound):
    reason = "JOB_NOT_FOUND"


class RecipeUnknown(Invalid):
    reason = "RECIPE_UNKNOWN"


class ConfigInvalid(Invalid):
    reason = "RECIPE_CONFIG_INVALID"


class SpecInvalid(Invalid):
    reason = "JOB_SPEC_INVALID"


class SnapshotEmpty(FailedPrecondition):
    reason = "SNAPSHOT_EMPTY"


class JobEnded(FailedPrecondition):
    reason = "JOB_ENDED"


class JobLeased(FailedPrecondition):
    reason = "JOB_LEASED"


class EpochStale(FailedPrecondition):
    """Another worker holds the job by now: whoever sees this must stop writing."""

    reason = "EPOCH_STALE"


class NotRepeatable(FailedPrecondition):
    reason = "RUN_NOT_REPEATABLE"


class ForeignJob(Forbidden):
    reason = "JOB_TOKEN_FOREIGN"
