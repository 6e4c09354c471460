"""Owns the errors of the experiments service: one class per reason. Does not choose gRPC codes or HTTP statuses."""

from __future__ import annotations

from kit.errors import Conflict, FailedPrecondition, Forbidden, Invalid, NotFound


class NameInvalid(Invalid):
    reason = "NAME_INVALID"


class TextInvalid(Invalid):
    reason = "TEXT_INVALID"


class ExperimentExists(Conflict):
    reason = "EXPERIMENT_EXISTS"


class RunNotFound(NotFound):
    reason = "RUN_NOT_FOUND"


class RunEnded(FailedPrecondition):
    """The run is finished, failed or cancelled: nothing is written to it any more."""

    reason = "RUN_ENDED"


class StatusInvalid(Invalid):
    reason = "RUN_STATUS_INVALID"


class EpochStale(FailedPrecondition):
    """The writer lost its lease: another worker has taken over the run."""

    reason = "EPOCH_STALE"


class EpochUnknown(FailedPrecondition):
    """The writer names an epoch that the trainer has not announced."""

    reason = "EPOCH_UNKNOWN"


class JobForeign(Forbidden):
    """The token of a job is good for the run of that job alone."""

    reason = "JOB_FOREIGN"


class ParamImmutable(Conflict):
    reason = "PARAM_IMMUTABLE"


class RecordImmutable(Conflict):
    reason = "RECORD_IMMUTABLE"


class RecordInvalid(Invalid):
    reason = "RECORD_INVALID"


class InputInvalid(Invalid):
    reason = "INPUT_INVALID"


class InputDigestMismatch(FailedPrecondition):
    """The caller computed from something else than what the owner has under that number."""

    reason = "INPUT_DIGEST_MISMATCH"


class SeriesInvalid(Invalid):
    reason = "SERIES_INVALID"


class MaxPointsInvalid(Invalid):
    reason = "MAX_POINTS_INVALID"


class EvaluationInvalid(Invalid):
    reason = "EVALUATION_INVALID"


class ArtifactInvalid(Invalid):
    reason = "ARTIFACT_INVALID"


class ArtifactNotFound(NotFound):
    reason = "ARTIFACT_NOT_FOUND"


class UploadNotFound(NotFound):
    reason = "UPLOAD_NOT_FOUND"


class UploadMissing(FailedPrecondition):
    """Complete was asked before the bytes arrived."""

    reason = "UPLOAD_MISSING"


class UploadMismatch(FailedPrecondition):
    """The bytes that arrived are not the announced ones."""

    reason = "UPLOAD_MISMATCH"


class ModelNotFound(NotFound):
    reason = "MODEL_NOT_FOUND"


class ModelExists(Conflict):
    reason = "MODEL_EXISTS"


class ModelVersionNotFound(NotFound):
    reason = "MODEL_VERSION_NOT_FOUND"


class RunNotUsable(FailedPrecondition):
    """A model version needs a run that is running or has finished well."""

    reason = "RUN_NOT_USABLE"
