"""Owns what an export says, apart from ids, people and the moments of an import: two workspaces compare by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from plumbline.exchange.content import Source
from plumbline.exchange.package import Package
from plumbline.exchange.report import Report

# ids, people, and when something was written here
_OURS = {"id", "experiment_id", "resource_id", "creator", "create_time", "update_time", "delete_time", "actor"}
_OURS |= {"model_id", "job_id", "updater", "run_id", "record_digest"}


def content(folder: Path) -> dict[str, Any]:
    """Runs by name with everything of theirs, and the tables."""
    package: Source = Package(folder, Report())
    names = {run_id: package.run(run_id).name or f"unnamed {index}" for index, run_id in enumerate(package.run_ids())}
    runs = {names[run_id]: _run(package, run_id, names) for run_id in package.run_ids()}
    tables = {path.stem: _table(path, names) for path in sorted((folder / "tables").glob("*.parquet"))}
    return {"runs": runs, "tables": tables}


def _run(package: Source, run_id: str, names: dict[str, str]) -> dict[str, Any]:
    run = package.run(run_id)
    points: dict[str, list[str]] = {}
    for series in package.series(run_id):
        rows = zip(series.steps, series.values, series.times, strict=True)
        # as text: NaN is not equal to itself
        points.setdefault(series.key, []).extend(repr(row) for row in rows)
    return {
        "experiment": run.experiment,
        "facts": (run.kind, run.status, run.error, run.note, run.user_name, run.start_time, run.end_time),
        "params": run.params,
        "tags": {key: value for key, value in run.tags.items() if not key.startswith("imported.")},
        "inputs": sorted(json.dumps(_plain(given, names), sort_keys=True) for given in run.inputs),
        "datasets": [_plain(dataset, names) for dataset in run.datasets],
        "record": run.record,
        "lineage": (names.get(run.parent_id), names.get(run.forked_from_id), run.forked_from_step),
        "evaluation": (run.slices, run.failures),
        "points": points,
        "files": {file.path: (file.sha256, file.media_type) for file in package.files(run_id)},
    }


def _table(path: Path, names: dict[str, str]) -> list[Any]:
    documents = [json.loads(text) for text in pq.read_table(path)["document"].to_pylist()]
    return sorted((_plain(document, names) for document in documents), key=lambda one: json.dumps(one, sort_keys=True))


def _plain(value: Any, names: dict[str, str]) -> Any:
    """Without what an import cannot keep; ids of runs in texts become names."""
    if isinstance(value, dict):
        return {
            key: _tags(item) if key == "tags" else _plain(item, names)
            for key, item in value.items()
            if key not in _OURS
        }
    if isinstance(value, list):
        return [_plain(item, names) for item in value]
    if isinstance(value, str):
        for run_id, name in names.items():
            value = value.replace(run_id, name)
    return value


def _tags(pairs: list[dict[str, str]]) -> list[dict[str, str]]:
    return [pair for pair in pairs if not pair["key"].startswith("imported.")]
