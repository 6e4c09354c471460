"""Owns the annotation service's errors: one reason each. Does not decide when they are raised."""

from __future__ import annotations

from kit.errors import Conflict, FailedPrecondition, Invalid, NotFound, Stale


class ProjectNotFound(NotFound):
    reason = "PROJECT_NOT_FOUND"


class ProjectExists(Conflict):
    reason = "PROJECT_EXISTS"


class ProjectInvalid(Invalid):
    reason = "PROJECT_INVALID"


class LabelInUse(FailedPrecondition):
    reason = "LABEL_IN_USE"


class SplitInvalid(Invalid):
    reason = "SPLIT_INVALID"


class VersionMissing(FailedPrecondition):
    reason = "DATASET_VERSION_MISSING"


class TaskNotFound(NotFound):
    reason = "TASK_NOT_FOUND"


class NoTaskLeft(NotFound):
    reason = "NO_TASK_LEFT"


class ImageSetUnknown(Invalid):
    reason = "IMAGE_SET_UNKNOWN"


class TaskState(FailedPrecondition):
    """The task is not in a state for this; `metadata` says the state and what it allows."""

    reason = "TASK_STATE_INVALID"


class RevisionStale(Stale):
    """Somebody saved in between; `metadata` says the current revision, who, when and what differs."""

    reason = "REVISION_STALE"


class OperationInvalid(Invalid):
    """At least one operation cannot be taken; `metadata` names each by its position."""

    reason = "OPERATION_INVALID"


class VerdictInvalid(Invalid):
    reason = "VERDICT_INVALID"


class RemarkNotFound(NotFound):
    reason = "REMARK_NOT_FOUND"


class RemarkInvalid(Invalid):
    reason = "REMARK_INVALID"


class SnapshotNotFound(NotFound):
    reason = "SNAPSHOT_NOT_FOUND"


class SnapshotEmpty(FailedPrecondition):
    reason = "SNAPSHOT_EMPTY"


class CensusInvalid(Invalid):
    reason = "CENSUS_INVALID"


class FormatUnsupported(Invalid):
    reason = "FORMAT_UNSUPPORTED"


class OptionInvalid(Invalid):
    """The format has no such option, or the option cannot have this value."""

    reason = "OPTION_INVALID"


class FileNameInvalid(Invalid):
    reason = "FILE_NAME_INVALID"


class UploadMissing(FailedPrecondition):
    """The upload is unknown, has expired, or its bytes have not arrived."""

    reason = "IMPORT_UPLOAD_MISSING"


class TransferNotFound(NotFound):
    reason = "TRANSFER_NOT_FOUND"


class ExportMissing(FailedPrecondition):
    """The transfer made no file: it is no export, or did not succeed."""

    reason = "EXPORT_MISSING"


class PredictionInvalid(Invalid):
    reason = "PREDICTION_INVALID"
