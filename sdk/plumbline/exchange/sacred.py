"""Owns reading Sacred's file storage: a folder of numbered runs with their JSON files. Does not write anything.

Objects that Sacred wrote by jsonpickle are read as plain JSON; nothing of them is ever executed.
"""

from __future__ import annotations

import math
import mimetypes
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from plumbline.exchange.content import (
    Damaged,
    ExperimentContent,
    LoggedModelContent,
    ModelContent,
    RunContent,
    Series,
    SourceFile,
    time_ms,
    time_text,
)
from plumbline.exchange.folder import files_below, md5_of, read_json, within
from plumbline.exchange.report import Report
from plumbline.exchange.sacred_record import described, flat, json_text, number_of, record_of

_STATUSES = {
    "COMPLETED": "FINISHED",
    "FAILED": "FAILED",
    "TIMEOUT": "FAILED",
    "INTERRUPTED": "CANCELLED",
    "QUEUED": "SCHEDULED",
}
_OWN_FILES = {"run.json": "sacred/run.json", "config.json": "sacred/config.json", "info.json": "sacred/info.json"}
_PASSED_OVER = {"cout.txt", "metrics.json", *_OWN_FILES}
_STORED_MD5 = re.compile(r"_([0-9a-f]{32})(\.[^.]*)?$")


class SacredFolder:
    """Runs of a `FileStorageObserver`: the folder of all of them, or of a single one.

    Args:
        experiment: name to use in the place of Sacred's own.
    """

    system = "sacred"

    def __init__(self, folder: Path, report: Report, *, experiment: str = "") -> None:
        if not folder.is_dir():
            raise Damaged("there is no such folder", str(folder))
        single = (folder / "run.json").is_file()
        self._base = folder.resolve().parent if single else folder.resolve()
        self._report = report
        self._experiment = experiment
        self.address = str(folder)
        self._folders: dict[str, Path] = {}
        for run in [folder.resolve()] if single else sorted(self._base.iterdir(), key=_by_number):
            if run.is_dir() and (run / "run.json").is_file():
                self._take(run)
        if not self._folders:
            raise Damaged("there is no run of Sacred's file storage (a folder with a run.json)", str(folder))

    def experiments(self) -> Sequence[ExperimentContent]:
        return []

    def run_ids(self) -> Sequence[str]:
        return list(self._folders)

    def needs(self, run_id: str) -> Sequence[str]:
        return []

    def needs_models(self, run_id: str) -> Sequence[tuple[str, int]]:
        return []

    def logged_models(self, run_id: str) -> Sequence[LoggedModelContent]:
        return []

    def model_files(self, model: LoggedModelContent) -> Iterator[SourceFile]:
        return iter(())

    def models(self) -> Sequence[ModelContent]:
        return []

    def run(self, run_id: str) -> RunContent:
        folder = self._folders[run_id]
        entry = _entry(folder)
        config_file = folder / "config.json"
        config = read_json(config_file) if config_file.is_file() else {}
        if not isinstance(config, dict):
            raise Damaged("the configuration is no JSON object", str(config_file))
        # damage is found before anything of the run is written
        for _ in self.series(run_id):
            pass
        status, error = self._status(folder, entry)
        name = str(described(entry, "experiment", "name") or "sacred")
        return RunContent(
            id=run_id,
            experiment=self._experiment or name,
            name=f"{name} {folder.name}",
            status=status,
            error=error,
            note=str(described(entry, "meta", "comment") or described(entry, "meta", "options", "--comment") or ""),
            start_time=self._time(folder, entry, "start_time"),
            end_time=self._time(folder, entry, "stop_time") or self._time(folder, entry, "heartbeat"),
            params=_params(config_file, config),
            tags=_tags(folder, entry),
            record=record_of(entry, config),
        )

    def series(self, run_id: str) -> Iterator[Series]:
        file = self._folders[run_id] / "metrics.json"
        if not file.is_file():
            return
        metrics = read_json(file)
        if not isinstance(metrics, dict):
            raise Damaged("the metrics are no JSON object", str(file))
        start = self._time(file.parent, _entry(file.parent), "start_time")
        for key, columns in sorted(metrics.items()):
            yield self._series(file, key, columns, time_ms(start) if start else 0.0)

    def files(self, run_id: str) -> Iterator[SourceFile]:
        folder = self._folders[run_id]
        entry = _entry(folder)
        for name, path in _OWN_FILES.items():
            if (folder / name).is_file():
                yield SourceFile(path, within(folder, name), "application/json")
        if (folder / "cout.txt").is_file():
            yield SourceFile("console.log", within(folder, "cout.txt"), "text/plain")
        yield from self._own_artifacts(folder, entry)
        yield from self._stored(folder, "sources", described(entry, "experiment", "sources"), "_sources")
        yield from self._stored(folder, "resources", entry.get("resources"), "_resources")

    def _take(self, run: Path) -> None:
        try:
            entry = _entry(run)
        except Damaged as error:
            self._report.fail(error.place, error.message)
            return
        # numbers begin at 1 in every folder; with name and start they mean one run wherever the folder lies
        name = described(entry, "experiment", "name") or ""
        self._folders[f"{name}/{run.name}@{entry.get('start_time') or 'queued'}"] = run

    def _status(self, folder: Path, entry: dict[str, Any]) -> tuple[str, str]:
        told = str(entry.get("status", ""))
        trace = entry.get("fail_trace")
        error = "".join(map(str, trace)) if isinstance(trace, list) else ""
        if told in _STATUSES:
            return _STATUSES[told], error
        self._report.change(str(folder / "run.json"), f"status {told!r} became FAILED: nothing says how the run ended")
        return (
            "FAILED",
            error or f"Sacred says {told or 'nothing'}: the run had not ended when its files were imported.",
        )

    def _time(self, folder: Path, entry: dict[str, Any], name: str) -> str:
        told = entry.get(name)
        if not told:
            return ""
        try:
            # Sacred writes UTC without saying so
            return time_text(time_ms(str(told)))
        except ValueError:
            self._report.leave_out(str(folder / "run.json"), f"{name} {str(told)[:100]!r} is no time")
            return ""

    def _series(self, file: Path, key: str, columns: Any, start: float) -> Series:
        try:
            steps, values, times = (list(columns[name]) for name in ("steps", "values", "timestamps"))
        except (KeyError, TypeError) as error:
            raise Damaged(f"metric {key[:100]!r} has no steps, values and timestamps", str(file)) from error
        if not len(steps) == len(values) == len(times):
            raise Damaged(f"metric {key[:100]!r} has columns of different length", str(file))
        kept: tuple[list[float], list[float], list[float]] = ([], [], [])
        for index, (step, value, time) in enumerate(zip(steps, values, times, strict=True)):
            number, place = number_of(value), number_of(step)
            if number is None or place is None or not math.isfinite(place):
                self._report.leave_out(str(file), f"point {index} of {key[:100]!r}: step or value is no number")
                continue
            kept[0].append(place)
            kept[1].append(number)
            kept[2].append(_moment(time, start))
        return Series(key, *kept)

    def _own_artifacts(self, folder: Path, entry: dict[str, Any]) -> Iterator[SourceFile]:
        """Files in the run's folder: those that the run names, and whatever else lies there."""
        there = {path: file for path, file in files_below(folder, folder) if path not in _PASSED_OVER}
        for artifact in entry.get("artifacts") or []:
            name = str(artifact.get("name", "")) if isinstance(artifact, dict) else str(artifact)
            if name not in there:
                self._report.leave_out(str(folder / "run.json"), f"artifact {name[:200]!r}: there is no such file")
        for path, file in there.items():
            yield SourceFile(path, file, mimetypes.guess_type(path)[0] or "")

    def _stored(self, folder: Path, kind: str, pairs: Any, store: str) -> Iterator[SourceFile]:
        """Sources and resources: shared by all runs, with the md5 of their content in their names."""
        for pair in pairs if isinstance(pairs, list) else []:
            if not (isinstance(pair, list) and len(pair) == 2):
                self._report.leave_out(str(folder / "run.json"), f"{kind}: {json_text(pair)[:200]} names no file")
                continue
            name, stored = str(pair[0]), str(pair[1])
            try:
                # the stored path may be absolute, of another machine: only its last part is believed
                file = within(self._base, f"{store}/{Path(stored).name}")
            except Damaged as error:
                self._report.leave_out(str(folder / "run.json"), f"{kind[:-1]} {name[:200]!r}: {error.message}")
                continue
            told = _STORED_MD5.search(file.name)
            if told and _md5(file) != told[1]:
                self._report.leave_out(str(file), f"{kind[:-1]} {name[:200]!r}: the bytes are not those of its md5")
                continue
            shown = Path(name).name if Path(name).is_absolute() else name
            yield SourceFile(f"{kind}/{shown}", file)


def _entry(folder: Path) -> dict[str, Any]:
    entry = read_json(folder / "run.json")
    if not isinstance(entry, dict):
        raise Damaged("no JSON object", str(folder / "run.json"))
    return entry


def _params(file: Path, config: dict[str, Any]) -> dict[str, str]:
    try:
        return dict(flat(config))
    except RecursionError as error:
        raise Damaged("the configuration is nested too deeply", str(file)) from error


def _tags(folder: Path, entry: dict[str, Any]) -> dict[str, str]:
    told = {
        "sacred.id": folder.name,
        "sacred.command": entry.get("command"),
        "sacred.status": entry.get("status"),
        "sacred.result": entry.get("result"),
        "sacred.hostname": described(entry, "host", "hostname"),
        "sacred.mainfile": described(entry, "experiment", "mainfile"),
    }
    return {
        key: value if isinstance(value, str) else json_text(value) for key, value in told.items() if value is not None
    }


def _moment(told: Any, start: float) -> float:
    try:
        return time_ms(str(told))
    except ValueError:
        return start


def _by_number(path: Path) -> tuple[int, str]:
    return int(path.name) if path.name.isdigit() else 1 << 62, path.name


@lru_cache(maxsize=4096)
def _md5(file: Path) -> str:
    return md5_of(file)
