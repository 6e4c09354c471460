"""`python -m benchmarks [NAME ...]`: measure, print the table, exit with 1 when a goal was missed."""

from __future__ import annotations

import argparse
import importlib
import shutil
import sys
from pathlib import Path

from benchmarks import formats
from benchmarks.ground import Ground, conditions
from benchmarks.report import Report

# what needs no platform, and is measured before one is started
ALONE = ("formats",)
# memory first: later benchmarks leave connections and caches behind on both sides
NAMES = (*ALONE, "memory", "log_batch", "log_metric", "chart", "search", "sdk_log", "stored_size")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Ratios against mlflow server and Datumaro."
    )
    parser.add_argument("names", nargs="*", help=f"of {', '.join(NAMES)}; all when none is given")
    parser.add_argument("--mlflow", type=Path, default=Path(".venv-mlflow"), help="environment the peer runs in")
    parser.add_argument("--datumaro", type=Path, default=Path(".venv-formats"), help="environment of formats' peer")
    parser.add_argument("--home", type=Path, default=Path(".bench"), help="folder for state; emptied before")
    parser.add_argument("--results", type=Path, default=Path("bench-results.jsonl"), help="JSON lines are appended")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is measured, in turns")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}: choose from {', '.join(NAMES)}")
    shutil.rmtree(options.home, ignore_errors=True)
    report = Report(options.results, conditions(options.mlflow))
    names = options.names or NAMES
    if "formats" in names:
        formats.run(report, options.datumaro.resolve(), options.home / "formats", rounds=options.rounds)
        shutil.rmtree(options.home, ignore_errors=True)
    if names := [name for name in names if name not in ALONE]:
        with Ground(options.home.resolve(), options.mlflow.resolve(), rounds=options.rounds) as ground:
            for name in names:
                importlib.import_module(f"benchmarks.{name}").run(ground, report)
    return 0 if report.show() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
