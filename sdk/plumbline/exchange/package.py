"""Owns reading an export of ours back: the same content, in the words of an import. Does not fetch or write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from plumbline.exchange import manifest, rows, run_rows, tables
from plumbline.exchange.content import (
    AliasMove,
    Damaged,
    ExperimentContent,
    LoggedModelContent,
    ModelContent,
    RunContent,
    Series,
    SourceFile,
    VersionContent,
)
from plumbline.exchange.package_documents import logged_model_of, model_of, run_of, version_of
from plumbline.exchange.parts import batches
from plumbline.exchange.report import Report

_ROWS = 20_000


class Package:
    """A folder of `plumb export runs`, checked against its manifest."""

    system = "plumbline"

    def __init__(self, folder: Path, report: Report) -> None:
        self.address = str(folder)
        self._folder = folder.resolve()
        self._report = report
        self._manifest = manifest.load(self._folder)
        manifest.check(self._folder, self._manifest)
        self._documents = {run_id: self._document(run_id) for run_id in self._manifest.runs}
        self._made: dict[str, list[LoggedModelContent]] = {}
        for model_id in self._manifest.logged_models:
            model = self._logged_model(model_id)
            self._made.setdefault(model.run_id if model.run_id in self._documents else "", []).append(model)

    def experiments(self) -> Sequence[ExperimentContent]:
        return [
            ExperimentContent(one["name"], one.get("description", ""), _mapping(one.get("tags")))
            for one in tables.read(self._folder, "experiments")
            if not one.get("is_default")
        ]

    def run_ids(self) -> Sequence[str]:
        return self._manifest.runs

    def needs(self, run_id: str) -> Sequence[str]:
        document = self._documents[run_id]
        makers = {model.id: maker for maker, models in self._made.items() for model in models}
        used = [makers.get(link["logged_model_id"], "") for link in document.get("model_inputs", [])]
        needed = [document.get("parent_run_id"), document.get("forked_from_run_id"), *used]
        return [one for one in needed if one in self._documents and one != run_id]

    def needs_models(self, run_id: str) -> Sequence[tuple[str, int]]:
        there = {(model.name, version.number) for model in self.models() for version in model.versions}
        wanted = [
            (str(given["name"]).partition("@")[0], int(given["number"]))
            for given in self._documents[run_id].get("inputs", [])
            if given["kind"] == "MODEL_VERSION"
        ]
        return [one for one in wanted if one in there]

    def run(self, run_id: str) -> RunContent:
        pairs: dict[str, dict[str, str]] = {rows.PARAMS: {}, rows.TAGS: {}}
        listed: dict[str, list[Any]] = {run_rows.SLICES: [], run_rows.FAILURES: []}
        record: dict[str, Any] = {}
        for row in self._scalars(run_id):
            path = row["attribute_path"]
            for prefix, found in pairs.items():
                if path.startswith(prefix):
                    found[path.removeprefix(prefix)] = row["string_value"]
            if path in listed:
                listed[path].append(json.loads(row["string_value"]))
            elif path == run_rows.RECORD:
                record = json.loads(row["string_value"])
        return run_of(
            self._documents[run_id],
            params=pairs[rows.PARAMS],
            tags=pairs[rows.TAGS],
            record=record,
            slices=listed[run_rows.SLICES],
            failures=listed[run_rows.FAILURES],
        )

    def series(self, run_id: str) -> Iterator[Series]:
        for path in self._parts(run_id):
            for batch in batches(path, _ROWS):
                yield from rows.points_of(batch)

    def files(self, run_id: str) -> Iterator[SourceFile]:
        root = self._folder / "files" / rows.PROJECT_FOLDER
        for row in self._scalars(run_id, ["file_sha256", "file_media_type"]):
            if row["attribute_path"].startswith(rows.ARTIFACTS) and row["file_sha256"]:
                path = row["attribute_path"].removeprefix(rows.ARTIFACTS)
                file = manifest.stored(root, row["file_sha256"])
                yield SourceFile(path, file, row["file_media_type"] or "", row["file_sha256"])

    def logged_models(self, run_id: str) -> Sequence[LoggedModelContent]:
        return self._made.get(run_id, [])

    def model_files(self, model: LoggedModelContent) -> Iterator[SourceFile]:
        return self.files(model.id)

    def models(self) -> Sequence[ModelContent]:
        found = {one["name"]: model_of(one) for one in tables.read(self._folder, "models")}
        for one in tables.read(self._folder, "model_versions"):
            found[one["model_name"]].versions.append(self._version(one))
        for one in tables.read(self._folder, "alias_changes"):
            found[one["model_name"]].moves.append(AliasMove(one["alias"], int(one["new_version"]), one["reason"]))
        for one in tables.read(self._folder, "gates"):
            found[one["model_name"]].gates.append(one)
        for one in tables.read(self._folder, "approvals"):
            place = f"model {one['model_name']} version {one['version']}"
            self._report.leave_out(place, f"an approval by {one['role']}: approvals are given by people, not imported")
        return list(found.values())

    def _version(self, document: dict[str, Any]) -> VersionContent:
        return version_of(document, set(self._documents))

    def _logged_model(self, model_id: str) -> LoggedModelContent:
        experiments = {one["id"]: one["name"] for one in tables.read(self._folder, "experiments")}
        document = self._document(model_id, run_rows.LOGGED_MODEL)
        return logged_model_of(document, experiments.get(document.get("experiment_id", ""), "imported"))

    def _document(self, owner_id: str, path: str = run_rows.RUN) -> dict[str, Any]:
        for row in self._scalars(owner_id):
            if row["attribute_path"] == path:
                return dict(json.loads(row["string_value"]))
        raise Damaged(f"there is no row {path}", owner_id)

    def _scalars(self, owner_id: str, columns: Sequence[str] = ("string_value",)) -> Iterator[dict[str, Any]]:
        """Rows that are no points: all of them are in the first part."""
        (first, *_) = self._parts(owner_id)
        for batch in batches(first, _ROWS):
            single = batch.filter(pc.not_equal(batch["attribute_type"], "float_series"))
            yield from single.select(["attribute_path", *columns]).to_pylist()
            if single.num_rows < batch.num_rows:
                return

    def _parts(self, owner_id: str) -> list[Path]:
        """Parts that the manifest lists: nothing else in the folder is read."""
        found: list[Path] = []
        for top in (f"data/{rows.PROJECT_FOLDER}", "logged_models"):
            number = 0
            while (name := f"{top}/{owner_id}_part_{number}.parquet") in self._manifest.files:
                found.append(self._folder / name)
                number += 1
        if not found:
            raise Damaged("the manifest lists no part of it", owner_id)
        return found


def _mapping(pairs: Any) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in pairs or []}
