"""Owns the export of runs and all that belongs to them into a folder. Does not know how rows look: `run_rows` does.

Layout: `data/<project>/<run>_part_<n>.parquet`, `files/<project>/<2 digits>/<sha256>`, `logged_models/`, `tables/`, and
`manifest.json`, which is written last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plumbline.address import part
from plumbline.client import Client
from plumbline.datasets import Progress, silent
from plumbline.errors import Missing
from plumbline.exchange import rows, run_rows, tables, transfer
from plumbline.exchange.content import Series
from plumbline.exchange.manifest import NAME, Manifest
from plumbline.exchange.parts import Cursor, PartWriter, part_path, written

_PAGE = 50_000


@dataclass(frozen=True, slots=True)
class Exported:
    """A complete export: digest of its manifest, and how many of everything it holds."""

    digest: str
    counts: dict[str, int]


def export(
    client: Client,
    folder: Path,
    *,
    experiments: Sequence[str] = (),
    filter_: str = "",
    deleted: bool = False,
    progress: Progress = silent,
) -> Exported:
    """Write runs with everything that belongs to them; what an earlier call has finished is not fetched again.

    Args:
        experiments: names or ids; all when empty.
        filter_: as `GET /v1/runs` takes it.
        deleted: deleted runs too.

    Raises:
        Missing: there is no such experiment.
        Damaged: a file arrived with other bytes than the platform announced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # an older manifest would call the folder complete while it is being changed
    (folder / NAME).unlink(missing_ok=True)
    return _Export(client, folder, experiments, filter_, deleted).write(progress)


class _Export:
    def __init__(self, client: Client, folder: Path, experiments: Sequence[str], filter_: str, deleted: bool) -> None:
        self._client = client
        self._folder = folder
        self._view = "ALL" if deleted else "ACTIVE"
        self._filter = filter_
        self._wanted = list(experiments)
        selection = {"experiments": sorted(experiments), "filter": filter_, "deleted": deleted}
        self._manifest = Manifest(selection=selection)
        self._counts = {"runs": 0, "metric points": 0, "artifacts": 0}

    def write(self, progress: Progress) -> Exported:
        chosen = self._experiments()
        runs = self._runs([one["id"] for one in chosen] if self._wanted else [])
        self._manifest.runs = [run["id"] for run in runs]
        for count, run in enumerate(runs, 1):
            self._run(run["id"])
            progress("runs", count, len(runs))
        used = {run["experiment_id"] for run in runs}
        self._logged_models(used)
        is_whole = not (self._wanted or self._filter)
        self._table("experiments", [one for one in chosen if is_whole or one["id"] in used])
        self._registry(set(self._manifest.runs), is_whole)
        self._manifest.counts = self._counts
        return Exported(self._manifest.save(self._folder), self._counts)

    def _experiments(self) -> list[dict[str, Any]]:
        found = list(self._client.pages("/v1/experiments", "experiments", view=self._view))
        for name in self._wanted:
            if all(name not in (one["id"], one["name"]) for one in found):
                raise Missing(f"There is no experiment {name}.", status=404)
        chosen = [one for one in found if not self._wanted or self._wanted_is(one)]
        return sorted(chosen, key=lambda one: (one["create_time"], one["id"]))

    def _wanted_is(self, experiment: dict[str, Any]) -> bool:
        return experiment["id"] in self._wanted or experiment["name"] in self._wanted

    def _runs(self, experiment_ids: list[str]) -> list[dict[str, str]]:
        """Id, start and experiment of every run, oldest first."""
        query: dict[str, Any] = {"filter": self._filter, "view": self._view, "experiment_ids": experiment_ids or None}
        fields = ("id", "experiment_id", "start_time")
        found = [
            {name: run.get(name) or "" for name in fields} for run in self._client.pages("/v1/runs", "runs", **query)
        ]
        return sorted(found, key=lambda run: (run["start_time"], run["id"]))

    def _run(self, run_id: str) -> None:
        run = self._client.runs.get(run_id)
        evaluation = self._client.runs.evaluation(run_id)
        artifacts = list(self._client.runs.artifacts(run_id))
        self._files(run_id, artifacts)
        keys = sorted(metric["key"] for metric in run["metrics"])
        content = run_rows.of_run(run, evaluation, artifacts)
        self._parts(
            "data", rows.PROJECT_FOLDER, run_id, content, keys, run_rows.fingerprint(run, evaluation, artifacts)
        )
        self._counts["runs"] += 1
        self._counts["metric points"] += sum(metric["point_count"] for metric in run["metrics"])

    def _parts(self, top: str, below: str, owner_id: str, content: list[rows.Row], keys: list[str], state: str) -> None:
        """Write what is missing of a run's parts, and list all of them."""
        folder = self._folder / top / below
        done = written(folder, owner_id, state)
        count = done.count if done else 0
        if done is None or done.next is not None:
            writer = PartWriter(folder, owner_id, state, count)
            try:
                if done is None:
                    writer.write(rows.batch_of(owner_id, content))
                self._points(writer, owner_id, keys, done.next if done else (keys[0], "") if keys else None)
            finally:
                writer.give_up()
        number = 0
        while (path := part_path(folder, owner_id, number)).is_file():
            self._manifest.add(self._folder, path)
            number += 1

    def _points(self, writer: PartWriter, run_id: str, keys: list[str], cursor: Cursor) -> None:
        while cursor is not None:
            key, token = cursor
            query = {"key": key, "page_size": _PAGE, "page_token": token}
            page = self._client.get(f"/v1/runs/{part(run_id)}/points", **query)
            columns = page["series"]
            series = Series(key, *([float(one) for one in columns[name]] for name in ("steps", "values", "times")))
            writer.write(rows.batch_of_points(run_id, series))
            following = keys[keys.index(key) + 1 :]
            cursor = (key, page["next_page_token"]) if page["next_page_token"] else None
            if cursor is None and following:
                cursor = (following[0], "")
            if cursor is not None and writer.is_full:
                writer.finish(cursor)
        writer.finish(None)

    def _files(self, owner_id: str, artifacts: list[dict[str, Any]]) -> None:
        """Fetch files by their digests: the same bytes in many runs are one file."""
        for artifact in artifacts:
            sha256 = artifact["sha256"]
            target = self._folder / "files" / rows.PROJECT_FOLDER / sha256[:2] / sha256
            if not (target.is_file() and target.stat().st_size == int(artifact["size"])):
                transfer.fetch(self._client, owner_id, artifact, target)
            self._counts["artifacts"] += 1

    def _logged_models(self, experiment_ids: set[str]) -> None:
        query = {"experiment_ids": sorted(experiment_ids) if self._wanted or self._filter else None}
        found = (
            [] if query["experiment_ids"] == [] else self._client.pages("/v1/loggedModels", "logged_models", **query)
        )
        for model in sorted(found, key=lambda one: (one["create_time"], one["id"])):
            artifacts = list(self._client.runs.artifacts(model["id"]))
            self._files(model["id"], artifacts)
            content = run_rows.of_logged_model(model, artifacts)
            self._parts("logged_models", "", model["id"], content, [], run_rows.fingerprint(model, artifacts))
            self._manifest.logged_models.append(model["id"])
        self._counts["logged models"] = len(self._manifest.logged_models)

    def _registry(self, run_ids: set[str], is_whole: bool) -> None:
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in tables.COLUMNS if name != "experiments"}
        models = sorted(self._client.models.all(), key=lambda one: (one["create_time"], one["id"]))
        for model in models:
            versions = sorted(self._client.models.versions(model["id"]), key=lambda one: one["number"])
            if not (is_whole or any(version["run_id"] in run_ids for version in versions)):
                continue
            found["models"].append(model)
            found["model_versions"] += versions
            for name, documents in self._history(model, versions):
                found[name] += [{**document, "model_name": model["name"]} for document in documents]
        for name, documents in found.items():
            self._table(name, documents)

    def _history(
        self, model: dict[str, Any], versions: list[dict[str, Any]]
    ) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Moves of aliases (oldest first), gates, and approvals of a model."""
        gates = self._client.get(f"/v1/models/{part(model['id'])}/gates")["gates"]
        aliases = sorted({alias["name"] for alias in model["aliases"]} | {gate["alias"] for gate in gates})
        for alias in aliases:
            yield "alias_changes", list(self._client.models.alias_changes(model["id"], alias))[::-1]
        yield "gates", gates
        for version in versions:
            path = f"/v1/models/{part(model['id'])}/versions/{version['number']}/approvals"
            yield "approvals", list(self._client.pages(path, "approvals"))[::-1]

    def _table(self, name: str, documents: list[dict[str, Any]]) -> None:
        self._counts[name.replace("_", " ")] = tables.write(self._folder, name, documents)
        self._manifest.add(self._folder, tables.table_path(self._folder, name))
