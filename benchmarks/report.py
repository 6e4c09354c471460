"""Owns what is measured: one JSON line per measurement, and the table at the end. Does not measure."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Measurement:
    """The repeats of one thing measured on one side, in one unit."""

    benchmark: str
    side: str
    unit: str
    repeats: list[float]
    busy_before: float
    cpu_s: float = 0.0

    @property
    def median(self) -> float:
        return statistics.median(self.repeats)


@dataclass(frozen=True)
class Verdict:
    """One row of the table: what was reached, and the goal it is held against."""

    benchmark: str
    peer: str
    ours: str
    reached: str
    goal: str
    passed: bool


@dataclass
class Report:
    """Everything of one run of the benchmarks.

    Args:
        file: JSON lines are appended here.
        conditions: cores, versions and the like, on every line.
    """

    file: Path
    conditions: dict[str, object]
    verdicts: list[Verdict] = field(default_factory=list)
    console: Console = field(default_factory=lambda: Console(width=140))

    def note(self, text: str) -> None:
        """A line for whoever waits."""
        self.console.print(text, highlight=False)

    def keep(self, measured: Measurement) -> None:
        """Append one measurement to the file and print it."""
        line = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            **asdict(measured),
            "median": measured.median,
            **self.conditions,
        }
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        spread = " ".join(f"{value:.4g}" for value in measured.repeats)
        self.note(
            f"  {measured.side:34} {measured.median:>12.5g} {measured.unit:11} [{spread}]"
            f"  server CPU {measured.cpu_s:.2f} s, busy before {measured.busy_before:.0%}"
        )

    def ratio(self, peer: Measurement, ours: Measurement, goal: float) -> None:
        """Seconds against seconds: how many times faster ours is."""
        reached = peer.median / ours.median
        self._judge(peer, ours, f"{reached:.1f}x", f">= {goal:g}x", reached >= goal)

    def share(self, peer: Measurement, ours: Measurement, goal: float) -> None:
        """Ours as a multiple of the peer's, where less is better."""
        reached = ours.median / peer.median
        self._judge(peer, ours, f"{reached:.2f}x", f"<= {goal:g}x", reached <= goal)

    def limit(self, ours: Measurement, goal: float) -> None:
        """A figure that stands alone and must not be larger than the goal."""
        self._judge(None, ours, f"{ours.median:.4g}", f"<= {goal:g} {ours.unit}", ours.median <= goal)

    def truth(self, benchmark: str, goal: str, passed: bool) -> None:
        """A condition without a figure, such as that nothing is missing in an answer."""
        self.verdicts.append(Verdict(benchmark, "", "", "yes" if passed else "no", goal, passed))

    def show(self) -> bool:
        """Print the table; whether every goal was reached."""
        table = Table("benchmark", "peer", "ours", "reached", "goal", "")
        for row in self.verdicts:
            mark = "[green]pass[/]" if row.passed else "[red]FAIL[/]"
            table.add_row(row.benchmark, row.peer, row.ours, row.reached, row.goal, mark)
        self.console.print(table)
        self.note(", ".join(f"{name} {value}" for name, value in self.conditions.items()))
        return all(row.passed for row in self.verdicts)

    def _judge(self, peer: Measurement | None, ours: Measurement, reached: str, goal: str, passed: bool) -> None:
        beside = _figure(peer) if peer else ""
        self.verdicts.append(Verdict(ours.benchmark, beside, _figure(ours), reached, goal, passed))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _figure(measured: Measurement) -> str:
    if measured.unit == "s":
        return f"{measured.median * 1000:.3g} ms"
    return f"{measured.median:.4g} {measured.unit}"
