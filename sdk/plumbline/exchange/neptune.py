"""Owns what Neptune's attributes become: params, tags, series and artifacts. Does not find or decode files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from plumbline.exchange import limits
from plumbline.exchange.content import (
    Damaged,
    ExperimentContent,
    LoggedModelContent,
    ModelContent,
    RunContent,
    Series,
    SourceFile,
    text_of,
)
from plumbline.exchange.folder import files_below, within
from plumbline.exchange.neptune_files import Rows, RunParts, find_parts, identity, read
from plumbline.exchange.neptune_system import Scalars, content_of
from plumbline.exchange.report import Report
from plumbline.exchange.schema import float_steps

SCALARS = {
    "int": "int_value",
    "float": "float_value",
    "string": "string_value",
    "bool": "bool_value",
    "datetime": "datetime_value",
    "string_set": "string_set_value",
}
_TEXT_SERIES = {"string_series": "string_value", "histogram_series": "histogram_value"}
_FILES = {"file", "artifact", "file_set", "file_series"}
_SERIES = "float_series"
# below it a step has at most 15 digits, which every float64 keeps
_SAFE_STEP = Decimal(10**9)
_KNOWN = {*SCALARS, *_TEXT_SERIES, *_FILES, _SERIES}


class NeptuneFolder:
    """Runs of a folder that Neptune's exporter wrote: `data` and `files`, or only the Parquet files.

    Args:
        files: root of the files, when it is not found beside the data.
        experiment: name to use for all runs in the place of their projects.
    """

    system = "neptune"

    def __init__(self, folder: Path, report: Report, *, files: Path | None = None, experiment: str = "") -> None:
        if not folder.is_dir():
            raise Damaged("there is no such folder", str(folder))
        self.address = str(folder)
        self._report = report
        self._experiment = experiment
        self._parts: dict[str, RunParts] = {}
        self._scalars: dict[str, Scalars] = {}
        # how Neptune's forks name a run: by its id, custom id or number
        self._names: dict[tuple[str, str], str] = {}
        for parent, parts, root in find_parts(folder, files):
            self._take(parent, parts, root)
        for run_id, taken in self._parts.items():
            self._look(run_id, taken)

    def experiments(self) -> Sequence[ExperimentContent]:
        return []

    def run_ids(self) -> Sequence[str]:
        return sorted(self._scalars, key=lambda run_id: (self._scalars[run_id].created, run_id))

    def needs(self, run_id: str) -> Sequence[str]:
        parent = self._forked_from(run_id)
        return [parent] if parent else []

    def needs_models(self, run_id: str) -> Sequence[tuple[str, int]]:
        return []

    def logged_models(self, run_id: str) -> Sequence[LoggedModelContent]:
        return []

    def model_files(self, model: LoggedModelContent) -> Iterator[SourceFile]:
        return iter(())

    def models(self) -> Sequence[ModelContent]:
        return []

    def run(self, run_id: str) -> RunContent:
        parts, scalars = self._parts[run_id], self._scalars[run_id]
        self._check(parts)
        content = content_of(run_id, self._experiment or parts.project_id or "neptune", scalars)
        content.forked_from_id = self._forked_from(run_id)
        if scalars.forked_from and not content.forked_from_id:
            self._report.leave_out(
                f"run {run_id}", f"its fork of {scalars.forked_from}: that run is not among the files"
            )
        return content

    def series(self, run_id: str) -> Iterator[Series]:
        start = self._scalars[run_id].created_ms
        for rows in self._of_types(run_id, {_SERIES}, ["step", "timestamp", "float_value"]):
            for key, batch in _by_attribute(rows.batch):
                yield _series(key, batch, start)

    def files(self, run_id: str) -> Iterator[SourceFile]:
        with TemporaryDirectory() as scratch:
            yield from self._text_series(run_id, Path(scratch))
        root = self._parts[run_id].files_root
        for rows in self._of_types(run_id, _FILES, ["step", "file_value"]):
            for index, row in enumerate(rows.batch.to_pylist()):
                yield from self._file(rows.place(index), root, row)

    def _take(self, parent: Path, parts: list[Path], root: Path) -> None:
        try:
            run, project = identity(parts[0])
        except Damaged as error:
            self._report.fail(error.place, error.message)
            return
        if not run:
            self._report.leave_out(str(parts[0]), "the file has no rows")
            return
        # models and their versions of Neptune 2 lie in folders of these names and are written like runs
        scope = f"{parent.name}/" if parent.name in ("models", "model_versions") else ""
        self._parts[f"{project}/{scope}{run}"] = RunParts(run, f"{project}/{scope}".rstrip("/"), root, parts)

    def _look(self, run_id: str, parts: RunParts) -> None:
        """Read the single values of a run, which name it, its parent and its times."""
        scalars = Scalars()
        try:
            for rows in read(parts):
                for index in _indices(rows.batch, set(SCALARS)):
                    row = {name: rows.batch[name][index].as_py() for name in ("attribute_path", "attribute_type")}
                    value = rows.batch[SCALARS[row["attribute_type"]]][index].as_py()
                    if value is None:
                        self._report.leave_out(rows.place(index), f"{row['attribute_path']!r} has no value")
                    else:
                        scalars.add(str(row["attribute_path"]), row["attribute_type"], value)
                scalars.see(pc.max(rows.batch["timestamp"]).as_py())
        except Damaged as error:
            self._report.fail(error.place, error.message)
            return
        self._scalars[run_id] = scalars
        for name in (parts.run_id, *scalars.names):
            self._names.setdefault((parts.project_id, name), run_id)

    def _forked_from(self, run_id: str) -> str:
        parent = self._scalars[run_id].forked_from
        found = self._names.get((self._parts[run_id].project_id, parent), "") if parent else ""
        return found if found != run_id else ""

    def _check(self, parts: RunParts) -> None:
        """Say which rows have no place here, before anything of the run is written."""
        columns = ["run_id", "attribute_path", "attribute_type", "step", "float_value", "string_value"]
        for rows in read(parts, [*columns, "histogram_value", "file_value"]):
            batch = rows.batch
            for index in _indices(batch, _KNOWN, invert=True):
                what = f"{batch['attribute_path'][index]} has the unknown type {batch['attribute_type'][index]}"
                self._report.leave_out(rows.place(index), what)
            for kind, column in {**_TEXT_SERIES, _SERIES: "float_value"}.items():
                for index in _indices(batch, {kind}, null=column):
                    self._report.leave_out(rows.place(index), f"{batch['attribute_path'][index]} has no value")
            for index in _indices(batch, {_SERIES}, null="step"):
                self._report.leave_out(rows.place(index), f"{batch['attribute_path'][index]} has no step")
            for index in _rounded(batch):
                self._report.change(rows.place(index), f"step {batch['step'][index]} is rounded to 53 bits")

    def _of_types(self, run_id: str, types: set[str], columns: list[str]) -> Iterator[Rows]:
        for rows in read(self._parts[run_id], ["run_id", "attribute_path", "attribute_type", *columns]):
            chosen = _indices(rows.batch, types)
            if chosen:
                yield rows.take(chosen)

    def _text_series(self, run_id: str, scratch: Path) -> Iterator[SourceFile]:
        """Series of texts and histograms as JSON lines, a file each; written in pieces, so none is in memory."""
        files: dict[tuple[str, str], Path] = {}
        columns = ["step", "timestamp", *_TEXT_SERIES.values()]
        for rows in self._of_types(run_id, set(_TEXT_SERIES), columns):
            lines: dict[tuple[str, str], list[str]] = {}
            for row in rows.batch.to_pylist():
                value = row[_TEXT_SERIES[row["attribute_type"]]]
                if value is not None:
                    lines.setdefault((row["attribute_type"], row["attribute_path"]), []).append(_line(row, value))
            for key, texts in lines.items():
                file = files.setdefault(key, scratch / str(len(files)))
                with file.open("a", encoding="utf-8") as stream:
                    stream.writelines(texts)
        for (kind, path), file in sorted(files.items()):
            yield SourceFile(limits.artifact_path(f"neptune/{kind}/{path}.jsonl"), file, "application/jsonl")

    def _file(self, place: str, root: Path, row: dict[str, Any]) -> Iterator[SourceFile]:
        stored = (row["file_value"] or {}).get("path")
        path = str(row["attribute_path"])
        if not stored:
            self._report.leave_out(place, f"{path!r} names no file")
            return
        try:
            file = within(root, stored)
        except Damaged as error:
            self._report.leave_out(place, f"{path!r}: {error.message}")
            return
        if file.is_dir():
            for below, one in files_below(file, root):
                yield SourceFile(limits.artifact_path(f"{path}/{below}"), one)
            return
        if row["attribute_type"] == "file_series":
            path = f"{path}/step_{'none' if row['step'] is None else format(row['step'].normalize(), 'f')}{file.suffix}"
        elif row["attribute_type"] == "artifact":
            path = f"{path}/{file.name}"
        elif file.suffix and not Path(path).suffix:
            path += file.suffix
        yield SourceFile(limits.artifact_path(path), file)


def _indices(batch: pa.RecordBatch, types: set[str], *, invert: bool = False, null: str = "") -> list[int]:
    """Numbers of the rows that have one of these types (or none of them), and no value in the column `null`."""
    mask = pc.fill_null(pc.is_in(batch["attribute_type"], pa.array(sorted(types))), False)
    mask = pc.invert(mask) if invert else mask
    if null:
        mask = pc.and_(mask, pc.is_null(batch[null]))
    return pc.indices_nonzero(mask).to_pylist()


def _rounded(batch: pa.RecordBatch) -> list[int]:
    """Numbers of the points whose step a float64 does not hold."""
    large = pc.greater_equal(pc.abs(batch["step"]), pa.scalar(_SAFE_STEP, pa.decimal128(18, 6)))
    chosen = pc.indices_nonzero(pc.and_(pc.fill_null(large, False), pc.equal(batch["attribute_type"], _SERIES)))
    steps = {index: batch["step"][index].as_py() for index in chosen.to_pylist()}
    return [index for index, step in steps.items() if Decimal(repr(float(step))) != step]


def _by_attribute(batch: pa.RecordBatch) -> Iterator[tuple[str, pa.RecordBatch]]:
    for key in pc.unique(batch["attribute_path"]).to_pylist():
        yield str(key), batch.filter(pc.equal(batch["attribute_path"], key))


def _series(key: str, batch: pa.RecordBatch, start_ms: float) -> Series:
    kept = batch.filter(pc.and_(pc.is_valid(batch["step"]), pc.is_valid(batch["float_value"])))
    times = pc.fill_null(pc.cast(kept["timestamp"], pa.int64()), round(start_ms))
    steps = float_steps(kept["step"])
    return Series(key, steps.to_pylist(), kept["float_value"].to_pylist(), [float(time) for time in times.to_pylist()])


def _line(row: dict[str, Any], value: Any) -> str:
    """A value of a series as a line: the step as exact text, the time in UTC."""
    told = {
        "step": None if row["step"] is None else str(row["step"]),
        "timestamp": None if row["timestamp"] is None else text_of(row["timestamp"]),
    }
    told |= value if isinstance(value, dict) else {"value": value}
    return json.dumps(told, ensure_ascii=False) + "\n"
