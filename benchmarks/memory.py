"""Owns the memory at rest: all of the platform, its database, bus and object store included, against the peer alone."""

from __future__ import annotations

from benchmarks import processes, runs
from benchmarks.ground import Ground
from benchmarks.line import Line
from benchmarks.peer import INSTALLED
from benchmarks.report import Measurement, Report

_MIB = 2**20


def run(ground: Ground, report: Report) -> None:
    """After each side has answered some calls."""
    report.note("[bold]memory (PSS of the process tree)[/]")
    runs.of_ours(ground.line())
    peer = ground.peer(INSTALLED)
    runs.of_mlflow(Line(peer.port))
    busy = ground.rest()
    found = [
        Measurement("memory, whole platform", side, "MiB", [processes.memory_bytes(pids) / _MIB], busy)
        for side, pids in ((peer.setting.name, peer.pids), ("platform", ground.all_pids))
    ]
    for measured in found:
        report.keep(measured)
    report.share(found[0], found[1], 1.0)
