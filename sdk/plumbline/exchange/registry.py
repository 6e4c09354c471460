"""Owns how experiments, models, versions and aliases of a source come into the registry: numbers and history stay.

A version keeps its number: where the source has a gap, because a version was deleted, there is one here too.
"""

from __future__ import annotations

import re
from threading import RLock
from typing import Any

from plumbline.address import part
from plumbline.client import Client
from plumbline.errors import Denied, Missing, PlumblineError, Refused, SignedOut, Unreachable
from plumbline.exchange import known, limits
from plumbline.exchange.arrival import Arrivals
from plumbline.exchange.content import AliasMove, ExperimentContent, ModelContent, Source, VersionContent
from plumbline.exchange.report import Report
from plumbline.inputs import pairs

_VERSION_TAG = "imported.version"
_NO_NAME = re.compile(r"[^A-Za-z0-9 ._-]")
_STAGES = {"STAGING", "PRODUCTION", "ARCHIVED"}
_HOPELESS = (Unreachable, SignedOut, Denied)


class Registry:
    """Brings what is beside the runs; safe to be asked by several threads."""

    def __init__(self, client: Client, source: Source, arrivals: Arrivals, report: Report) -> None:
        self._client = client
        self._source = source
        self._arrivals = arrivals
        self._report = report
        self._models: dict[str, ModelContent] = {}
        # name in the source to id here, and (name, number) in the source to number here
        self._ids: dict[str, str] = {}
        self._numbers: dict[tuple[str, int], int] = {}
        self._lock = RLock()

    def experiments(self) -> None:
        """Make the experiments of the source; one that is here keeps its own description."""
        there = {found["name"]: found for found in self._client.pages("/v1/experiments", "experiments")}
        for experiment in self._source.experiments():
            self._experiment(experiment, there)

    def version(self, model: str, number: int) -> int:
        """The number here of a version of the source; it and the earlier ones are brought when they are missing.

        Raises:
            Missing: the source has no such version.
        """
        with self._lock:
            if not self._models:
                self._models = {content.name: content for content in self._source.models()}
            content = self._models.get(model)
            if content is None or all(version.number != number for version in content.versions):
                raise Missing(f"the source has no version {number} of model {model!r}")
            model_id = self._model(content)
            for version in sorted(content.versions, key=lambda one: one.number):
                if version.number <= number and (model, version.number) not in self._numbers:
                    self._numbers[model, version.number] = self._version(model_id, model, version)
            return self._numbers[model, number]

    def models(self) -> None:
        """Bring logged models that no run made, all models with their versions, then the moves of aliases and gates."""
        for logged in self._source.logged_models(""):
            self._try(f"logged model {logged.id}", lambda logged=logged: self._arrivals.bring_model(logged))
        for content in self._source.models():
            self._try(f"model {content.name}", lambda content=content: self._whole(content))

    def _whole(self, content: ModelContent) -> None:
        model_id = self._model(content)
        for version in content.versions:
            self._try(
                f"model {content.name} version {version.number}",
                lambda version=version: self.version(content.name, version.number),
            )
        self._replay(model_id, content)
        for gate in content.gates:
            self._try(f"gate of {content.name}", lambda gate=gate: self._gate(model_id, gate))
        self._report.carry("model", "model")

    def _try(self, place: str, step: Any) -> None:
        """One refused thing does not hold up the others."""
        try:
            step()
        except _HOPELESS:
            raise
        except PlumblineError as error:
            self._report.fail(place, error.message)

    def _experiment(self, experiment: ExperimentContent, there: dict[str, Any]) -> None:
        name = limits.experiment_name(experiment.name)
        if name in there:
            return
        body = {"name": name, "description": experiment.description, "tags": pairs(experiment.tags)}
        self._client.post("/v1/experiments", body, once=True)
        self._report.carry("experiment", "experiment")

    def _model(self, content: ModelContent) -> str:
        if content.name in self._ids:
            return self._ids[content.name]
        name = _NO_NAME.sub("_", content.name)[:200].lstrip(" ._-") or "imported"
        if name != content.name:
            self._report.change(f"model {content.name[:200]}", f"its name became {name!r}")
        # the same number and bytes: this is where the source itself came from
        same = {(version.number, version.digest) for version in content.versions if version.digest}
        try:
            model_id = self._client.models.get(name)["id"]
            for version in self._client.models.versions(model_id):
                tags = {tag["key"]: tag["value"] for tag in version["tags"]}
                if tags.get(known.FROM_TAG) == self._source.system and tags.get(_VERSION_TAG, "").isdigit():
                    self._numbers[content.name, int(tags[_VERSION_TAG])] = version["number"]
                elif (version["number"], version["digest"]) in same:
                    self._numbers[content.name, version["number"]] = version["number"]
        except Missing:
            tags = {**content.tags, known.FROM_TAG: self._source.system}
            body = {"name": name, "description": content.description, "tags": pairs(tags)}
            model_id = self._client.post("/v1/models", body, once=True)["id"]
        self._ids[content.name] = model_id
        return str(model_id)

    def _version(self, model_id: str, name: str, version: VersionContent) -> int:
        path = f"/v1/models/{part(model_id)}/versions"
        latest = self._client.models.get(model_id)["latest_version"]
        for gap in range(latest + 1, version.number):
            body = {"source": f"imported:/deleted/{gap}", "note": "A version that was deleted before the import."}
            hole = self._client.post(path, {"model_id": model_id, **body}, once=True)
            self._client.delete(f"{path}/{hole['number']}")
        body = {**self._origin(version), "note": version.note, "run_link": version.run_link}
        body |= {"foreign_run_id": version.foreign_run_id} if version.foreign_run_id else {}
        tags = {**version.tags, known.FROM_TAG: self._source.system, _VERSION_TAG: str(version.number)}
        try:
            made = self._client.post(path, {**body, "tags": pairs(tags)}, once=True)
        except Refused as error:
            if error.reason != "RUN_NOT_USABLE":
                raise
            # registered while its run went on, which failed later
            source = f"runs:/{body.pop('run_id')}/{body.pop('artifact_path')}"
            made = self._client.post(path, {**body, "source": source, "tags": pairs(tags)}, once=True)
        if made["number"] != version.number:
            self._report.change(f"model {name} version {version.number}", f"became version {made['number']}")
        if version.stage in _STAGES:
            stage = {"stage": version.stage}
            self._try(
                f"model {name} version {version.number}", lambda: self._client.patch(f"{path}/{made['number']}", stage)
            )
        self._report.carry("model version", "model version")
        return int(made["number"])

    def _origin(self, version: VersionContent) -> dict[str, str]:
        """Where the files of a version are, in the words of this workspace."""
        run_id = self._arrivals.run_ids.get(version.run_id, "")
        if version.logged_model_id in self._arrivals.model_ids:
            logged = self._arrivals.model_ids[version.logged_model_id]
            return {"run_id": run_id, "source": f"models:/{logged}", "logged_model_id": logged}
        if run_id and version.artifact_path:
            return {"run_id": run_id, "artifact_path": version.artifact_path}
        if run_id and version.source_path:
            return {"run_id": run_id, "source": f"runs:/{run_id}/{version.source_path}"}
        return {"run_id": run_id, "source": version.source or f"imported:/{version.run_id or 'unknown'}"}

    def _replay(self, model_id: str, content: ModelContent) -> None:
        """Move the aliases as they were moved, as far as that has not been done."""
        by_alias: dict[str, list[AliasMove]] = {}
        for move in content.moves:
            by_alias.setdefault(move.alias, []).append(move)
        for alias, moves in by_alias.items():
            self._try(
                f"alias {alias} of {content.name}",
                lambda alias=alias, moves=moves: self._moves(model_id, content.name, alias, moves),
            )

    def _moves(self, model_id: str, name: str, alias: str, moves: list[AliasMove]) -> None:
        for move in moves:
            if move.version and (name, move.version) not in self._numbers:
                self._report.leave_out(
                    f"model {name}", f"a move of {alias} to version {move.version}, which is deleted"
                )
        moves = [move for move in moves if not move.version or (name, move.version) in self._numbers]
        if not moves:
            return
        wanted = [self._numbers.get((name, move.version), 0) for move in moves]
        made = [change["new_version"] for change in self._client.models.alias_changes(model_id, alias)][::-1]
        begin = len(made) if made == wanted[: len(made)] else len(wanted) - 1
        if made and made[-1] == wanted[-1]:
            return
        for move, number in zip(moves[begin:], wanted[begin:], strict=True):
            if number:
                self._client.models.set_alias(model_id, alias, number, move.reason)
            elif made:
                self._client.delete(f"/v1/models/{part(model_id)}/aliases/{part(alias)}")
            made.append(number)
            self._report.carry("move of an alias", "move of an alias")

    def _gate(self, model_id: str, gate: dict[str, Any]) -> None:
        body = {name: gate[name] for name in ("alias", "conditions", "approval_count", "approver_roles")}
        self._client.post(f"/v1/models/{part(model_id)}:setGate", body, once=True)
        self._report.carry("gate", "gate")
