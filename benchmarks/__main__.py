"""`python -m benchmarks [NAME ...]`: measure, print the table, exit with 1 when a goal was missed."""

from __future__ import annotations

import argparse
import importlib
import shutil
import sys
from pathlib import Path

from benchmarks.ground import Ground, conditions
from benchmarks.report import Report

# memory first: later benchmarks leave connections and caches behind on both sides
NAMES = ("memory", "log_batch", "log_metric", "chart", "search", "sdk_log", "stored_size")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Ratios against mlflow server.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(NAMES)}; all when none is given")
    parser.add_argument("--mlflow", type=Path, default=Path(".venv-mlflow"), help="environment the peer runs in")
    parser.add_argument("--home", type=Path, default=Path(".bench"), help="folder for state; emptied before")
    parser.add_argument("--results", type=Path, default=Path("bench-results.jsonl"), help="JSON lines are appended")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is measured, in turns")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}: choose from {', '.join(NAMES)}")
    shutil.rmtree(options.home, ignore_errors=True)
    report = Report(options.results, conditions(options.mlflow))
    environment = options.mlflow.resolve()
    with Ground(options.home.resolve(), environment, rounds=options.rounds) as ground:
        for name in options.names or NAMES:
            importlib.import_module(f"benchmarks.{name}").run(ground, report)
    return 0 if report.show() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
