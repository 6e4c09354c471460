"""Owns the time and memory of annotation formats: plumbline-formats beside Datumaro, each in a process of its own.

Both write the same boxes, and both read the files that Datumaro wrote. No platform runs meanwhile.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks import processes
from benchmarks.boxes import BOXES, IMAGES
from benchmarks.report import Measurement, Report

_GOALS = {"coco": 4.0, "voc": 20.0}
# Datumaro needs minutes for VOC
_MOST_ROUNDS = {"coco": 3, "voc": 1}
_MOST_MIB = 512
_PATIENCE_S = 20.0
_PEER = "datumaro 1.13.12"
_OURS = "plumbline-formats"
_ROOT = Path(__file__).parent.parent


class Bench:
    """Measures both sides in turns and keeps what they took.

    Args:
        environment: where Datumaro is installed.
        folder: an empty one for files.
    """

    def __init__(self, report: Report, environment: Path, folder: Path, *, rounds: int) -> None:
        self._report = report
        self._peer = [str(environment / "bin" / "python"), "-m", "benchmarks.formats_peer"]
        self._ours = [sys.executable, "-m", "benchmarks.formats_ours"]
        self._folder = folder.resolve()
        self._rounds = rounds

    def measure(self, name: str) -> None:
        """Write and read in one format."""
        written = self._folder / name / "peer"
        rounds = min(self._rounds, _MOST_ROUNDS[name])
        sides = {
            "write": (
                (_PEER, self._peer, written, ()),
                (_OURS, self._ours, self._folder / name / "ours", ()),
                (f"{_OURS}, side-car", self._ours, self._folder / name / "whole", ("sidecar",)),
            ),
            "read": ((_PEER, self._peer, written, ()), (_OURS, self._ours, written, ())),
        }
        for action, those in sides.items():
            self._in_turns(name, action, those, rounds)

    def _in_turns(
        self, name: str, action: str, sides: tuple[tuple[str, list[str], Path, tuple[str, ...]], ...], rounds: int
    ) -> None:
        title = f"{name} {action}, {IMAGES} images x {BOXES} boxes"
        self._report.note(f"[bold]{title}[/]")
        busy = processes.wait_until_quiet(_PATIENCE_S)
        took: dict[str, list[float]] = {side: [] for side, *_ in sides}
        peaks: dict[str, list[float]] = {side: [] for side, *_ in sides}
        for _ in range(rounds):
            for side, command, folder, rest in sides:
                if action == "write":
                    shutil.rmtree(folder, ignore_errors=True)
                    folder.mkdir(parents=True)
                found = _run([*command, name, action, str(folder), *rest])
                if found["count"] != IMAGES * BOXES:
                    raise SystemExit(f"{side} took {found['count']:.0f} boxes of {IMAGES * BOXES} through {title}")
                took[side].append(found["seconds"])
                peaks[side].append(found["peak_mib"])
        times = {side: Measurement(title, side, "s", values, busy) for side, values in took.items()}
        memory = {side: Measurement(f"{title}: peak", side, "MiB", values, busy) for side, values in peaks.items()}
        for side in took:
            self._report.keep(times[side])
            self._report.keep(memory[side])
        self._report.ratio(times[_PEER], times[_OURS], _GOALS[name])
        if action == "read":
            # a writer is handed images one by one, but here all of them are made before
            self._report.limit(memory[_OURS], _MOST_MIB)


def run(report: Report, environment: Path, folder: Path, *, rounds: int) -> None:
    """All formats."""
    bench = Bench(report, environment, folder, rounds=rounds)
    for name in _GOALS:
        bench.measure(name)


def _run(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=_ROOT)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
