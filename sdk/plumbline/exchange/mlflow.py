"""Owns an MLflow server as a source of runs: its experiments, runs, files, logged models and registry."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plumbline.exchange.content import (
    Damaged,
    ExperimentContent,
    LoggedModelContent,
    ModelContent,
    RunContent,
    Series,
    SourceFile,
)
from plumbline.exchange.mlflow_documents import (
    logged_model_of,
    metric_keys,
    model_of,
    pairs,
    parent_of,
    run_of,
    series_of,
    used_models,
    version_of,
)
from plumbline.exchange.mlflow_rest import MlflowRest
from plumbline.exchange.report import Report


class MlflowServer:
    """Everything on an MLflow server that has a place here.

    Args:
        experiments: names; all when empty. The registry then comes with models that have a version of these runs.
        deleted: deleted experiments and runs too.

    Raises:
        Damaged: an experiment is not there, or the server refuses.
    """

    system = "mlflow"

    def __init__(
        self, rest: MlflowRest, report: Report, *, experiments: Sequence[str] = (), deleted: bool = False
    ) -> None:
        self._rest = rest
        self._report = report
        self.address = rest.url
        self._is_whole = not experiments
        view = "ALL" if deleted else "ACTIVE_ONLY"
        found = sorted(rest.experiments(view), key=lambda one: int(one.get("creation_time", 0)))
        for name in experiments:
            if all(one["name"] != name for one in found):
                raise Damaged(f"there is no experiment {name!r}", rest.url)
        self._experiments = [one for one in found if not experiments or one["name"] in experiments]
        self._names = {str(one["experiment_id"]): str(one["name"]) for one in self._experiments}
        # of a run only what the order needs: a server may have very many
        self._runs: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._logged: dict[str, list[LoggedModelContent]] = {}
        self._registered: list[ModelContent] | None = None
        for experiment_id, name in self._names.items():
            self._take(experiment_id, name, view)

    def experiments(self) -> Sequence[ExperimentContent]:
        return [
            ExperimentContent(
                str(one["name"]),
                pairs(one.get("tags")).get("mlflow.note.content", ""),
                {key: value for key, value in pairs(one.get("tags")).items() if key != "mlflow.note.content"},
            )
            for one in self._experiments
        ]

    def run_ids(self) -> Sequence[str]:
        return list(self._runs)

    def needs(self, run_id: str) -> Sequence[str]:
        parent, *used = self._runs[run_id][1]
        makers = {model.id: maker for maker, models in self._logged.items() for model in models} if used else {}
        return [one for one in (parent, *(makers.get(model, "") for model in used)) if one in self._runs]

    def needs_models(self, run_id: str) -> Sequence[tuple[str, int]]:
        return []

    def run(self, run_id: str) -> RunContent:
        document = self._rest.run(run_id)
        content = run_of(document, self._names[self._runs[run_id][0]])
        if content.status == "RUNNING":
            self._report.change(f"run {run_id}", "it was still running: what it logs later does not come by itself")
        if content.parent_id and content.parent_id not in self._runs:
            self._report.leave_out(f"run {run_id}", f"that it is nested in {content.parent_id}: that run does not come")
        return content

    def series(self, run_id: str) -> Iterator[Series]:
        for key in metric_keys(self._rest.run(run_id)):
            for page in self._rest.history(run_id, key):
                yield series_of(key, page)

    def files(self, run_id: str) -> Iterator[SourceFile]:
        paths = self._rest.run_files(run_id)
        if self._report.is_dry:
            # what would come can be said without fetching it
            return (SourceFile(path, Path()) for path in paths)
        return _fetched(paths, lambda path, target: self._rest.fetch_run_file(run_id, path, target))

    def logged_models(self, run_id: str) -> Sequence[LoggedModelContent]:
        return self._logged.get(run_id, [])

    def model_files(self, model: LoggedModelContent) -> Iterator[SourceFile]:
        paths = self._rest.model_files(model.id)
        return _fetched(paths, lambda path, target: self._rest.fetch_model_file(model.id, path, target))

    def models(self) -> Sequence[ModelContent]:
        if self._registered is None:
            self._registered = [model for one in self._rest.registered_models() if (model := self._model(one))]
        return self._registered

    def _take(self, experiment_id: str, name: str, view: str) -> None:
        for run in self._rest.runs(experiment_id, view):
            needed = (parent_of(run), *used_models(run))
            self._runs[str(run["info"]["run_id"])] = (experiment_id, needed)
        for document in self._rest.logged_models(experiment_id):
            model = logged_model_of(document, name)
            self._logged.setdefault(model.run_id if model.run_id in self._runs else "", []).append(model)

    def _model(self, document: dict[str, Any]) -> ModelContent | None:
        """A registered model; None when the import is about other experiments."""
        model = model_of(document)
        run_ids = set(self._runs)
        logged_ids = {one.id for models in self._logged.values() for one in models}
        found = sorted(self._rest.model_versions(model.name), key=lambda one: int(one["version"]))
        model.versions = [version_of(one, run_ids, logged_ids) for one in found]
        for version in model.versions:
            if not (version.logged_model_id or version.source_path):
                what = f"its files are not of a run that comes: kept as the address {version.source[:200]!r}"
                self._report.change(f"model {model.name} version {version.number}", what)
        belongs = any(version.run_id or version.logged_model_id for version in model.versions)
        return model if self._is_whole or belongs else None


def _fetched(paths: Iterator[str], fetch: Callable[[str, Path], None]) -> Iterator[SourceFile]:
    """Files one after the other: each is gone from this machine when the next is asked for."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "file"
        for path in paths:
            fetch(path, target)
            yield SourceFile(path, target, mimetypes.guess_type(path)[0] or "")
            target.unlink()
