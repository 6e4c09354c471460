"""Owns the platform's errors: each has one gRPC code, one HTTP status and a stable reason.

A service subclasses one of the kinds below and sets `reason`. Nothing else is ever mapped: an exception that is not a
`PlumbError` is a bug and answers INTERNAL with its message hidden.
"""

from __future__ import annotations

from typing import ClassVar

from google.protobuf import any_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc import StatusCode


class PlumbError(Exception):
    """An error a caller can act on: `message` says what to do next, `metadata` carries values for programs."""

    code: ClassVar[StatusCode] = StatusCode.INTERNAL
    http_status: ClassVar[int] = 500
    reason: str = "INTERNAL"

    def __init__(self, message: str, *, reason: str | None = None, **metadata: str) -> None:
        super().__init__(message)
        self.message = message
        self.metadata = metadata
        if reason:
            self.reason = reason


class Invalid(PlumbError):
    """The request itself is wrong, whatever the state of the platform."""

    code = StatusCode.INVALID_ARGUMENT
    http_status = 400
    reason = "INVALID"


class Unauthenticated(PlumbError):
    code = StatusCode.UNAUTHENTICATED
    http_status = 401
    reason = "UNAUTHENTICATED"


class Forbidden(PlumbError):
    code = StatusCode.PERMISSION_DENIED
    http_status = 403
    reason = "FORBIDDEN"


class NotFound(PlumbError):
    """Absent, or in another workspace: the two are indistinguishable on purpose."""

    code = StatusCode.NOT_FOUND
    http_status = 404
    reason = "NOT_FOUND"


class Conflict(PlumbError):
    """Something with this name or key exists already."""

    code = StatusCode.ALREADY_EXISTS
    http_status = 409
    reason = "CONFLICT"


class FailedPrecondition(PlumbError):
    """The request is fine but the thing is not in a state for it."""

    code = StatusCode.FAILED_PRECONDITION
    http_status = 409
    reason = "FAILED_PRECONDITION"


class Stale(PlumbError):
    """The caller worked on an older revision than the current one."""

    code = StatusCode.ABORTED
    http_status = 412
    reason = "STALE"


class Exhausted(PlumbError):
    code = StatusCode.RESOURCE_EXHAUSTED
    http_status = 429
    reason = "EXHAUSTED"


class Unavailable(PlumbError):
    """A part the service depends on does not answer; the same request may succeed later."""

    code = StatusCode.UNAVAILABLE
    http_status = 503
    reason = "UNAVAILABLE"


class TimedOut(PlumbError):
    code = StatusCode.DEADLINE_EXCEEDED
    http_status = 504
    reason = "DEADLINE_EXCEEDED"


KINDS: tuple[type[PlumbError], ...] = (
    *(Invalid, Unauthenticated, Forbidden, NotFound, Conflict),
    *(FailedPrecondition, Stale, Exhausted, Unavailable, TimedOut),
)
_BY_CODE = {kind.code: kind for kind in KINDS}
_DOMAIN = "plumbline"


def to_status(error: PlumbError) -> status_pb2.Status:
    """The error as a `google.rpc.Status` with one `ErrorInfo`."""
    info = error_details_pb2.ErrorInfo(reason=error.reason, domain=_DOMAIN, metadata=error.metadata)
    detail = any_pb2.Any()
    detail.Pack(info)
    return status_pb2.Status(code=error.code.value[0], message=error.message, details=[detail])


def from_status(status: status_pb2.Status) -> PlumbError:
    """The reverse of `to_status`; details of foreign domains are ignored."""
    name = code_pb2.Code.Name(status.code)
    kind = _BY_CODE.get(StatusCode[name], PlumbError)
    for detail in status.details:
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info) and info.domain == _DOMAIN:
            return kind(status.message, reason=info.reason, **dict(info.metadata))
    return kind(status.message)
