"""Owns what is said about an exchange: what went where, what was there already, what could not be kept and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that did not come through as it was: `place` is a file and row, a run or an address."""

    place: str
    what: str
    # `left out`, `changed` or `failed`
    outcome: str

    def as_document(self) -> dict[str, str]:
        return {"outcome": self.outcome, "place": self.place, "what": self.what}


@dataclass(slots=True)
class Report:
    """Counts by (what it was, what it became), and remarks; several threads may write to it."""

    is_dry: bool = False
    carried: Counter[tuple[str, str]] = field(default_factory=Counter)
    _remarks: dict[Remark, None] = field(default_factory=dict)
    # source id to id here
    run_ids: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def carry(self, what: str, became: str, count: int = 1) -> None:
        """Count things that came through."""
        with self._lock:
            self.carried[what, became] += count

    def leave_out(self, place: str, what: str) -> None:
        """Something has no place here."""
        self._remark(Remark(place, what, "left out"))

    def change(self, place: str, what: str) -> None:
        """Something came through in another form."""
        self._remark(Remark(place, what, "changed"))

    def fail(self, place: str, what: str) -> None:
        """Something should have come through and did not: repeating the command tries again."""
        self._remark(Remark(place, what, "failed"))

    @property
    def remarks(self) -> list[Remark]:
        return list(self._remarks)

    @property
    def failures(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.outcome == "failed"]

    def as_document(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "dry_run": self.is_dry,
            "carried": [
                {"what": what, "became": became, "count": count}
                for (what, became), count in sorted(self.carried.items())
            ],
            "remarks": [remark.as_document() for remark in self.remarks],
            "run_ids": dict(sorted(self.run_ids.items())),
        }

    def _remark(self, remark: Remark) -> None:
        with self._lock:
            # a source that is read twice says things twice
            self._remarks.setdefault(remark)
