"""Owns what a failed command says and with which status it ends. Never a traceback."""

from __future__ import annotations

from rich.console import Console

from plumbline import errors
from plumbline.cli.output import printable

OK, FAILED, USAGE, NOT_FOUND, DENIED, CONFLICT, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

_CONFLICT_STATUSES = {409, 412}


class Failed(Exception):
    """A command that found something wrong by itself: what happened, and what to do next."""

    status = FAILED

    def __init__(self, message: str, advice: str = "", *, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        if status is not None:
            self.status = status


class Misused(Failed):
    """Arguments that do not fit together."""

    status = USAGE


def status(error: Exception) -> int:
    """The exit status for an error."""
    match error:
        case Failed():
            return error.status
        case errors.Missing():
            return NOT_FOUND
        case errors.SignedOut() | errors.Denied():
            return DENIED
        case errors.PlumblineError() if error.status in _CONFLICT_STATUSES:
            return CONFLICT
        case _:
            return FAILED


def tell(said: Console, error: Exception) -> None:
    """Print an error: a sentence what happened, a sentence what to do next."""
    message, advice = _sentences(error)
    said.print(f"plumb: {printable(message)}", style="red")
    if advice:
        said.print(printable(advice))


def _sentences(error: Exception) -> tuple[str, str]:
    match error:
        case Failed():
            return error.message, error.advice
        case errors.PlumblineError():
            return error.message, _advice(error)
        case OSError():
            what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            return f"{what}.".replace("..", "."), "Check the path and its permissions, then repeat the command."
        case _:
            return str(error), ""


def _advice(error: errors.PlumblineError) -> str:
    if error.status >= 500 and not error.advice:
        trace = f" with trace id {error.trace_id}" if error.trace_id else ""
        return f"Try again; if it stays, tell whoever runs the platform{trace}."
    # the platform's own messages end with what to do, but it does not know this command
    says_it_itself = error.status and any(mark in error.message for mark in (": ", "; "))
    return "" if says_it_itself and not isinstance(error, errors.SignedOut) else error.advice
