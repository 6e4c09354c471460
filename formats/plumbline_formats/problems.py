"""Owns what is wrong with a file: located problems that are collected, and refusals that end the reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from plumbline_formats.losses import LossReport


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that was not understood (`error`: left out) or taken with a remark (`note`).

    `file` is a name inside the source, `place` says where in it: `annotations[17].bbox`, `line 12`; may be empty.
    """

    file: str
    place: str
    message: str
    severity: Literal["error", "note"] = "error"

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.message}" if self.place else f"{self.file}: {self.message}"


class Problems:
    """Collects problems; beyond `limit` they are counted but no longer kept, so that memory stays bounded."""

    def __init__(self, limit: int = 1000) -> None:
        self.kept: list[Problem] = []
        self.errors = self.notes = 0
        self._limit = limit

    def error(self, file: str, place: str, message: str) -> None:
        """Something is left out. The message is a phrase that says what to do or what was expected."""
        self.errors += 1
        self._keep(Problem(file, place, message))

    def note(self, file: str, place: str, message: str) -> None:
        """Something is taken, and people should know how."""
        self.notes += 1
        self._keep(Problem(file, place, message, "note"))

    def _keep(self, problem: Problem) -> None:
        if len(self.kept) < self._limit:
            self.kept.append(problem)


class FormatError(ValueError):
    """Anything that this package raises on purpose; the message is a sentence that says what to do next."""


class Malformed(FormatError):
    """One object cannot be understood. Readers turn it into a problem at its place; it does not end the reading.

    Args:
        message: a phrase such as `needs 4 numbers, has 3`.
        place: below the object, such as `.bbox`.
    """

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.place = place


class Refused(FormatError):
    """A source that is not read at all: hostile, damaged as a whole, or not of this format. Nothing was taken."""


class LossRefused(FormatError):
    """A write that would lose something which nobody allowed; `report` says what."""

    def __init__(self, message: str, report: LossReport) -> None:
        super().__init__(message)
        self.report = report
