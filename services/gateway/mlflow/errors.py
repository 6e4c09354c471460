"""Owns how failures look to an MLflow client: `{"error_code", "message"}` with the status that belongs to the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kit.errors import (
    Conflict,
    Exhausted,
    FailedPrecondition,
    Forbidden,
    Invalid,
    NotFound,
    PlumbError,
    Stale,
    TimedOut,
    Unauthenticated,
    Unavailable,
)

INVALID = "INVALID_PARAMETER_VALUE"
ABSENT = "RESOURCE_DOES_NOT_EXIST"
EXISTS = "RESOURCE_ALREADY_EXISTS"
NOT_IMPLEMENTED = "NOT_IMPLEMENTED"

STATUSES: Mapping[str, int] = {
    INVALID: 400,
    "BAD_REQUEST": 400,
    EXISTS: 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    ABSENT: 404,
    "RESOURCE_CONFLICT": 409,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL_ERROR": 500,
    NOT_IMPLEMENTED: 501,
    "TEMPORARILY_UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}

# How clients sort what they met: SQLSTATE and class, by code.
_CLASSES: Mapping[str, tuple[str, str]] = {
    INVALID: ("KAM00", "INVALID_PARAMETER_VALUE"),
    "BAD_REQUEST": ("KAM00", "INVALID_PARAMETER_VALUE"),
    EXISTS: ("KAM00", "RESOURCE_ALREADY_EXISTS"),
    "PERMISSION_DENIED": ("KAM00", "PERMISSION_DENIED"),
    ABSENT: ("KAM00", "RESOURCE_NOT_FOUND"),
    "INTERNAL_ERROR": ("XXM00", "CLIENT_INTERNAL_ERROR"),
    "TEMPORARILY_UNAVAILABLE": ("XXM00", "CLIENT_INTERNAL_ERROR"),
}

# A client repeats what failed with a status of 500 for minutes: what only a person can mend must not have one.
_CODES: tuple[tuple[type[PlumbError], str], ...] = (
    (Invalid, INVALID),
    (Unauthenticated, "UNAUTHENTICATED"),
    (Forbidden, "PERMISSION_DENIED"),
    (NotFound, ABSENT),
    (Conflict, EXISTS),
    (FailedPrecondition, INVALID),
    (Stale, "RESOURCE_CONFLICT"),
    (Exhausted, "RESOURCE_EXHAUSTED"),
    (Unavailable, "TEMPORARILY_UNAVAILABLE"),
    (TimedOut, "DEADLINE_EXCEEDED"),
)


class MlflowError(Exception):
    """A failure as an MLflow client reads it; `code` is one of `STATUSES`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        return STATUSES[self.code]

    def document(self) -> dict[str, str]:
        """What is answered as JSON."""
        said = {"error_code": self.code, "message": self.message}
        if self.code in _CLASSES:
            said["sqlstate"], said["error_class"] = _CLASSES[self.code]
        return said


# From the refusal of a service and the fields of the request to the words that clients know.
Wording = Callable[[PlumbError, Mapping[str, Any]], MlflowError]


def invalid(message: str) -> MlflowError:
    """The request itself is wrong."""
    return MlflowError(INVALID, message)


def absent(message: str) -> MlflowError:
    """There is no such thing, or it belongs to another workspace."""
    return MlflowError(ABSENT, message)


def translate(error: PlumbError, fields: Mapping[str, Any], wordings: Mapping[str, Wording]) -> MlflowError:
    """A refusal of a service for an MLflow client; `wordings`, by reason, go first."""
    wording = wordings.get(error.reason)
    if wording is not None:
        return wording(error, fields)
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "INTERNAL_ERROR")
    return MlflowError(code, error.message)
