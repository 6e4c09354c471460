"""Owns the SDK's errors: one class per way to react, made from the platform's problem documents (RFC 9457)."""

from __future__ import annotations

from typing import Any


class PlumblineError(Exception):
    """Any failure. `reason` is the platform's stable code, `metadata` carries values for programs.

    `message` says what happened, `advice` what to do next where the message does not say it.
    """

    advice: str = ""

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        status: int = 0,
        metadata: dict[str, str] | None = None,
        trace_id: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.status = status
        self.metadata = metadata or {}
        self.trace_id = trace_id


class SignedOut(PlumblineError):
    """No token, or one that is expired or revoked."""

    advice = "Run `plumb login URL`, or set PLUMB_URL and PLUMB_TOKEN."


class Denied(PlumblineError):
    """The role of the caller does not allow it."""

    advice = "Ask an owner or manager of the workspace; `plumb members list` names them."


class Missing(PlumblineError):
    """It does not exist in this workspace."""

    advice = "Check the name; the `list` command of its kind shows what there is."


class Refused(PlumblineError):
    """The request is wrong, or the thing is not in a state for it."""

    advice = "Change the request as the message says; `--help` shows what a command takes."


class Overtaken(PlumblineError):
    """Somebody else changed it first: load it again and repeat the edit."""

    advice = "Load it again, then repeat the change."


class Unreachable(PlumblineError):
    """The platform does not answer; the same request may succeed later, not before `retry_after_s`."""

    retry_after_s: float = 0.0
    advice = "Check the address and the network, then repeat the command: nothing that was stored is lost."


_BY_STATUS: dict[int, type[PlumblineError]] = {
    400: Refused,
    401: SignedOut,
    403: Denied,
    404: Missing,
    409: Refused,
    412: Overtaken,
    413: Refused,
    422: Refused,
    429: Unreachable,
    502: Unreachable,
    503: Unreachable,
    504: Unreachable,
}


def from_problem(status: int, problem: dict[str, Any], retry_after: str = "") -> PlumblineError:
    """The error for an HTTP status, its problem document and its Retry-After; unknown documents give a plain one."""
    kind = _BY_STATUS.get(status, PlumblineError)
    detail = problem.get("detail")
    metadata = problem.get("metadata")
    error = kind(
        detail if isinstance(detail, str) and detail else f"The platform answered {status}.",
        reason=str(problem.get("reason", "")),
        status=status,
        metadata=dict(metadata) if isinstance(metadata, dict) else {},
        trace_id=str(problem.get("trace_id", "")),
    )
    if isinstance(error, Unreachable) and retry_after.isdecimal():
        error.retry_after_s = float(retry_after)
    return error
