"""Owns the errors of storage. What belongs to another workspace is as absent as what never existed."""

from __future__ import annotations

from kit.errors import Conflict, FailedPrecondition, Invalid, NotFound


class DatasetNotFound(NotFound):
    reason = "DATASET_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such dataset in this workspace: list the datasets to find its id or name.")


class BatchNotFound(NotFound):
    reason = "BATCH_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such batch in this workspace: create one to add images.")


class UploadNotFound(NotFound):
    reason = "UPLOAD_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("The batch has no such upload: prepare it first, then complete it in the same batch.")


class VersionNotFound(NotFound):
    reason = "VERSION_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("The dataset has no such version: list its versions, or publish the draft.")


class ImageNotFound(NotFound):
    reason = "IMAGE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such image in this workspace: upload it first.")


class DatasetNameTaken(Conflict):
    reason = "DATASET_NAME_TAKEN"

    def __init__(self, name: str) -> None:
        super().__init__(f"The workspace has a dataset {name} already: use it, or choose another name.", name=name)


class VersionImmutable(FailedPrecondition):
    reason = "DATASET_VERSION_IMMUTABLE"

    def __init__(self) -> None:
        super().__init__("A published version never changes: change the draft (version 0) and publish it.")


class DraftEmpty(FailedPrecondition):
    reason = "DRAFT_EMPTY"

    def __init__(self) -> None:
        super().__init__("The draft has no images: upload some before you publish.")


class DraftUnchanged(FailedPrecondition):
    reason = "DRAFT_UNCHANGED"

    def __init__(self, number: int) -> None:
        super().__init__(f"The draft equals version {number}: change it before you publish.", version=str(number))


class NameInvalid(Invalid):
    reason = "NAME_INVALID"

    def __init__(self) -> None:
        super().__init__("A dataset name has 1 to 63 lower-case letters, digits and dashes, not first or last a dash.")


class ValueInvalid(Invalid):
    """A text of a request that breaks a rule; the message says which."""

    reason = "VALUE_INVALID"


class PathInvalid(Invalid):
    reason = "PATH_INVALID"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The path {path[:120]!r} {why}.", path=path[:120])


class TooMany(Invalid):
    reason = "TOO_MANY_ITEMS"

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"At most {most} {what} in one request: split it.", most=str(most))


class BaseInvalid(Invalid):
    reason = "BASE_INVALID"

    def __init__(self) -> None:
        super().__init__("The base of a difference must be an older version: swap the two numbers.")
