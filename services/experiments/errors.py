"""Owns the errors of the experiments service: one class per reason. Does not choose gRPC codes or HTTP statuses."""

from __future__ import annotations

from kit.errors import Conflict, FailedPrecondition, Forbidden, Invalid, NotFound


class NameInvalid(Invalid):
    reason = "NAME_INVALID"


class TextInvalid(Invalid):
    reason = "TEXT_INVALID"


class ExperimentExists(Conflict):
    reason = "EXPERIMENT_EXISTS"


class ExperimentNotFound(NotFound):
    reason = "EXPERIMENT_NOT_FOUND"


class ExperimentDeleted(FailedPrecondition):
    """A deleted experiment takes no runs and no changes until it is restored."""

    reason = "EXPERIMENT_DELETED"


class RunNotFound(NotFound):
    reason = "RUN_NOT_FOUND"


class RunEnded(FailedPrecondition):
    """The run has ended: a job sealed it, or what is written was fixed by the end of any run."""

    reason = "RUN_ENDED"


class RunDeleted(FailedPrecondition):
    """A deleted run takes no writes until it is restored."""

    reason = "RUN_DELETED"


class RunBusy(FailedPrecondition):
    """A job is computing the run."""

    reason = "RUN_BUSY"


class DatasetInvalid(Invalid):
    reason = "DATASET_INVALID"


class FilterInvalid(Invalid):
    """The filter or the order of a search is not understood."""

    reason = "FILTER_INVALID"


class ComparisonInvalid(Invalid):
    reason = "COMPARISON_INVALID"


class GroupingInvalid(Invalid):
    reason = "GROUPING_INVALID"


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


class RunsInvalid(Invalid):
    """More runs than one chart holds."""

    reason = "RUNS_INVALID"


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


class SourceInvalid(Invalid):
    """A model version needs a file of a run, or a source."""

    reason = "MODEL_SOURCE_INVALID"


class StageInvalid(Invalid):
    reason = "MODEL_STAGE_INVALID"


class AliasNotFound(NotFound):
    reason = "ALIAS_NOT_FOUND"


class LoggedModelNotFound(NotFound):
    reason = "LOGGED_MODEL_NOT_FOUND"


class LoggedModelInvalid(Invalid):
    reason = "LOGGED_MODEL_INVALID"


class GateNotFound(NotFound):
    reason = "GATE_NOT_FOUND"


class GateInvalid(Invalid):
    reason = "GATE_INVALID"


class GateClosed(FailedPrecondition):
    """An alias is guarded, and the version lacks something that its gate asks for."""

    reason = "GATE_CLOSED"


class ApprovalInvalid(Invalid):
    reason = "APPROVAL_INVALID"
