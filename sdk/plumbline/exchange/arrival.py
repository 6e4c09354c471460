"""Owns how one run of a source becomes a run of the platform, so that an interrupted import can be continued.

A run carries the tag `imported.state` = `unfinished` until everything of it is there. Every step before that may be
done a second time: points, params and files that are there already stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plumbline.address import part
from plumbline.client import Client
from plumbline.errors import Missing, Refused
from plumbline.exchange import known, limits, transfer
from plumbline.exchange.content import LoggedModelContent, RunContent, Series, Source, SourceFile
from plumbline.exchange.known import KnownRun
from plumbline.exchange.report import Report
from plumbline.inputs import pairs
from plumbline.metrics import json_number

_POINTS = 20_000
_PAIRS = 500
# says in a run's datasets that a dataset version of another workspace is meant
FOREIGN_INPUT = "plumbline.input"
_DIGEST_LIMIT = 36
_ENDED = {"FINISHED", "FAILED", "CANCELLED"}


class Arrivals:
    """Brings runs of one source; ids of the source become ids of this workspace in `run_ids` and `model_ids`."""

    def __init__(self, client: Client, source: Source, report: Report) -> None:
        self._client = client
        self._source = source
        self._report = report
        self._known: dict[str, KnownRun] = {}
        self.run_ids: dict[str, str] = {}
        self.model_ids: dict[str, str] = {}

    def look_around(self) -> None:
        """Find what is here already."""
        self._known = known.known_runs(self._client, self._source.system)
        self.model_ids = known.known_models(self._client, self._source.system)
        self.run_ids = {source_id: run.id for source_id, run in self._known.items()}

    def is_complete(self, source_id: str) -> bool:
        """Whether nothing of a run is missing; a run of this very workspace needs no import."""
        run = self._known.get(source_id)
        if run is None and known.is_run(self._client, source_id):
            run = self._known[source_id] = KnownRun(source_id, is_complete=True)
            self.run_ids[source_id] = source_id
        return run is not None and run.is_complete

    def bring(self, source_id: str) -> str:
        """Bring a run, or what is missing of it; returns its id here.

        Raises:
            Damaged: something of it cannot be read.
            PlumblineError: the platform refuses it or does not answer.
        """
        content, overflow = limits.fit(self._source.run(source_id), self._report)
        begun = self._known.get(source_id)
        run_id = begun.id if begun else self._create(content)
        self.run_ids[source_id] = run_id
        if begun:
            self._open_again(run_id)
        self._add_pairs(run_id, content)
        self._add_inputs(run_id, content)
        self._send_series(run_id, source_id)
        with TemporaryDirectory() as scratch:
            self.send_files(run_id, chain(self._source.files(source_id), _written(overflow, Path(scratch))))
        self._evaluate(run_id, content)
        self._link_models(run_id, content)
        self._end(run_id, content)
        self._known[source_id] = KnownRun(run_id, is_complete=True)
        return run_id

    def send_files(self, owner_id: str, files: Iterable[SourceFile]) -> None:
        """Keep files with a run or a logged model; those that are there already are not sent again."""
        there = {artifact["path"]: artifact["sha256"] for artifact in self._client.runs.artifacts(owner_id)}
        for file in files:
            path = limits.artifact_path(file.path)
            if path != file.path:
                self._report.change(f"file {file.path[:200]!r}", f"became artifact {path!r}")
            if not file.sha256 or there.get(path) != file.sha256:
                transfer.send(self._client, owner_id, SourceFile(path, file.file, file.media_type, file.sha256))
            self._report.carry("file", "artifact")

    def bring_model(self, model: LoggedModelContent) -> str:
        """Bring a logged model with its files; returns its id here."""
        model_id = self.model_ids.get(model.id)
        if model_id is None and known.is_logged_model(self._client, model.id):
            self.model_ids[model.id] = model.id
            return model.id
        if model_id is None:
            tags = {**model.tags, known.FROM_TAG: self._source.system, known.MODEL_TAG: model.id}
            body = {"name": model.name, "model_type": model.model_type, "tags": pairs(tags)}
            if model.run_id:
                body["source_run_id"] = self.run_ids[model.run_id]
            else:
                body["experiment_id"] = self._experiment_id(model.experiment)
            model_id = self._client.post("/v1/loggedModels", {**body, "params": pairs(model.params)}, once=True)["id"]
            self.model_ids[model.id] = model_id
        self.send_files(model_id, self._source.model_files(model))
        metrics = [
            {**metric, "value": json_number(metric["value"]), "run_id": self.run_ids.get(metric["run_id"], "")}
            for metric in model.metrics
        ]
        if metrics:
            self._client.post(f"/v1/loggedModels/{part(model_id)}:logMetrics", {"metrics": metrics}, once=True)
        if model.status != "PENDING":
            changes = {"status": model.status, "status_message": model.status_message}
            self._client.patch(f"/v1/loggedModels/{part(model_id)}", changes)
        self._report.carry("logged model", "logged model")
        return model_id

    def _create(self, content: RunContent) -> str:
        tags = {
            **content.tags,
            known.FROM_TAG: self._source.system,
            known.RUN_TAG: content.id,
            known.ADDRESS_TAG: self._source.address[: limits.TAG_LIMIT],
            known.STATE_TAG: known.UNFINISHED,
        }
        body: dict[str, Any] = {
            "experiment": content.experiment,
            "kind": content.kind,
            "name": content.name,
            "note": content.note,
            "user_name": content.user_name[:250],
            "status": "SCHEDULED" if content.status == "SCHEDULED" else "RUNNING",
            "tags": pairs(tags),
        }
        if content.start_time:
            body["start_time"] = content.start_time
        if content.parent_id in self.run_ids:
            body["parent_run_id"] = self.run_ids[content.parent_id]
        if content.forked_from_id in self.run_ids:
            body["forked_from_run_id"] = self.run_ids[content.forked_from_id]
            body["forked_from_step"] = content.forked_from_step
        if content.record:
            body["record"] = content.record
        return str(self._client.post("/v1/runs", body, once=True)["id"])

    def _open_again(self, run_id: str) -> None:
        """Inputs are taken by a running run only: one that an interrupted import has ended already is opened again."""
        run = self._client.runs.get(run_id)
        if run["status"] in _ENDED:
            self._client.patch(f"/v1/runs/{part(run_id)}", {"status": "RUNNING"})

    def _add_pairs(self, run_id: str, content: RunContent) -> None:
        """Params in pieces: a run may have thousands."""
        items = list(content.params.items())
        for begin in range(0, len(items), _PAIRS):
            body = {"params": pairs(dict(items[begin : begin + _PAIRS]))}
            self._client.post(f"/v1/runs/{part(run_id)}:log", body, once=True)
        self._report.carry("parameter", "param", len(items))
        self._report.carry("tag", "tag", len(content.tags))

    def _add_inputs(self, run_id: str, content: RunContent) -> None:
        datasets = list(content.datasets)
        for given in content.inputs:
            try:
                self._client.post(f"/v1/runs/{part(run_id)}:addInputs", {"inputs": [given]}, once=True)
                self._report.carry("input", "input")
            except (Missing, Refused) as error:
                what = f"input {given.get('name', '')!r} is not in this workspace ({error.message}): kept as a dataset"
                self._report.change(f"run {content.id}", what)
                datasets.append(_foreign(given))
        if datasets:
            self._client.post(f"/v1/runs/{part(run_id)}:addDatasets", {"datasets": datasets}, once=True)
            self._report.carry("dataset", "dataset of the run", len(datasets))

    def _send_series(self, run_id: str, source_id: str) -> None:
        for batch in _batches(self._named(source_id), _POINTS):
            body = {"series": [_columns(key, parts) for key, parts in batch.items()]}
            # the same point twice is one point, so a repeated import adds none
            self._client.post(f"/v1/runs/{part(run_id)}:log", body, once=True)
            count = sum(len(piece) for parts in batch.values() for piece in parts)
            self._report.carry("point of a series", "metric point", count)

    def _named(self, source_id: str) -> Iterator[Series]:
        for series in self._source.series(source_id):
            key = limits.key_of(series.key)
            if key != series.key:
                self._report.change(f"run {source_id}", f"series {series.key[:100]!r} became {key!r}")
            yield Series(key, series.steps, series.values, series.times)

    def _evaluate(self, run_id: str, content: RunContent) -> None:
        if content.slices or content.failures:
            body = {"slices": content.slices, "failures": content.failures}
            self._client.post(f"/v1/runs/{part(run_id)}:logEvaluation", body, once=True)
            self._report.carry("evaluation", "evaluation")

    def _link_models(self, run_id: str, content: RunContent) -> None:
        outputs = []
        for model in self._source.logged_models(content.id):
            outputs.append(
                {"logged_model_id": self.bring_model(model), "step": str(content.model_outputs.get(model.id, 0))}
            )
        inputs = [{"logged_model_id": self.model_ids[used]} for used in content.model_inputs if used in self.model_ids]
        for used in content.model_inputs:
            if used not in self.model_ids:
                self._report.leave_out(f"run {content.id}", f"that it used logged model {used}: it is not there")
        if inputs or outputs:
            body = {"inputs": inputs, "outputs": outputs}
            self._client.post(f"/v1/runs/{part(run_id)}:addModelLinks", body, once=True)

    def _end(self, run_id: str, content: RunContent) -> None:
        body: dict[str, Any] = {"set_tags": pairs({known.STATE_TAG: known.COMPLETE})}
        if content.status in _ENDED:
            body |= {"status": content.status, "error": content.error}
            if content.end_time:
                body["end_time"] = content.end_time
        self._client.patch(f"/v1/runs/{part(run_id)}", body)
        if content.is_deleted:
            self._client.delete(f"/v1/runs/{part(run_id)}")

    def _experiment_id(self, name: str) -> str:
        experiment = self._client.get(f"/v1/experiments/{part(limits.experiment_name(name))}")
        return str(experiment["id"])


def _foreign(given: dict[str, Any]) -> dict[str, Any]:
    """An input that this workspace does not know, as a dataset that it only describes."""
    return {
        "name": given.get("name") or "input",
        "digest": str(given.get("digest", "")).removeprefix("sha256:")[:_DIGEST_LIMIT] or "unknown",
        "source_type": FOREIGN_INPUT,
        "source": json.dumps(given, sort_keys=True),
    }


def _written(files: dict[str, bytes], folder: Path) -> Iterator[SourceFile]:
    for number, (path, content) in enumerate(sorted(files.items())):
        file = folder / str(number)
        file.write_bytes(content)
        yield SourceFile(path, file)


def _batches(series: Iterator[Series], size: int) -> Iterator[dict[str, list[Series]]]:
    """Series joined to requests of at most `size` points; long ones are divided."""
    batch: dict[str, list[Series]] = {}
    count = 0
    for one in series:
        begin = 0
        while begin < len(one):
            piece = one.part(begin, begin + size - count)
            batch.setdefault(one.key, []).append(piece)
            count += len(piece)
            begin += len(piece)
            if count >= size:
                yield batch
                batch, count = {}, 0
    if batch:
        yield batch


def _columns(key: str, parts: list[Series]) -> dict[str, Any]:
    return {
        "key": key,
        "steps": [step for piece in parts for step in piece.steps],
        "values": [json_number(value) for piece in parts for value in piece.values],
        "times": [time for piece in parts for time in piece.times],
    }
