"""Owns the gathering of what the seven answers rest on: one model in production and everything behind it."""

from __future__ import annotations

from dataclasses import dataclass, field

from google.protobuf.json_format import MessageToDict

from kit.errors import NotFound
from kit.peers import Peers
from plumbapi.annotation import v1 as annotation
from plumbapi.experiments import v1 as experiments
from plumbapi.storage import v1 as storage


@dataclass(frozen=True, slots=True)
class Subject:
    """What the questions are about; empty parts are derived from the model where possible."""

    dataset: str = ""
    project: str = ""
    model: str = ""
    alias: str = "production"
    tag: str = "lab"
    source: str = ""


@dataclass(slots=True)
class Facts:
    """What the platform knows about a subject; None where there is nothing."""

    subject: Subject
    newest: storage.GetGapResponse | None = None
    lineage: experiments.GetLineageResponse | None = None
    trained_version: storage.Version | None = None
    snapshot: annotation.Snapshot | None = None
    trained_sets: list[str] = field(default_factory=list)
    evaluation: experiments.GetEvaluationResponse | None = None

    @property
    def model_name(self) -> str:
        if self.lineage is None:
            return self.subject.model or "the model"
        return f"{self.lineage.version.model_name}@{self.lineage.version.number}"

    def trained_on(self, dimension: str) -> dict[str, int]:
        """Images the training run used, per value of `source` or `tag`.

        A job records what it looked at. A run that was logged from outside used the image sets that it names, as far as
        the snapshot and the dataset version both have them.
        """
        if self.lineage is not None and "trained_on" in self.lineage.training.record:
            recorded = MessageToDict(self.lineage.training.record)["trained_on"][dimension]
            return {value: int(count) for value, count in sorted(recorded.items())}
        counts: dict[str, int] = {}
        for share in self.snapshot.shares if self.snapshot else ():
            used = not self.trained_sets or share.image_set in self.trained_sets
            if share.dimension == dimension and used and share.value in self._held(dimension):
                counts[share.value] = counts.get(share.value, 0) + share.image_count
        return counts

    def _held(self, dimension: str) -> set[str]:
        """The values of `source` or `tag` that the dataset version of the training has."""
        parts = self.trained_version.composition if self.trained_version else storage.Composition()
        return {share.value for share in (parts.sources if dimension == "source" else parts.tags)}


async def gather(peers: Peers, subject: Subject) -> Facts:
    """Follow the model back to its data; whatever does not exist stays empty.

    Raises:
        NotFound: a name given by the caller does not exist.
    """
    facts = Facts(subject)
    if subject.model:
        await _follow_model(peers, facts)
    dataset = subject.dataset or (facts.trained_version.dataset_id if facts.trained_version else "")
    if dataset:
        facts.newest = await peers.storage.GetGap(storage.GetGapRequest(dataset_id=dataset))
    if facts.snapshot is None and subject.project:
        facts.snapshot = await _newest_snapshot(peers, subject.project)
    return facts


async def _follow_model(peers: Peers, facts: Facts) -> None:
    subject = facts.subject
    facts.lineage = await _lineage(peers, subject)
    if facts.lineage is None:
        return
    kinds = experiments.Input.Kind
    for item in facts.lineage.training.inputs:
        if item.kind == kinds.DATASET_VERSION:
            request = storage.GetVersionRequest(dataset_id=item.resource_id, number=item.number)
            facts.trained_version = await peers.storage.GetVersion(request)
        elif item.kind == kinds.SNAPSHOT:
            request = annotation.GetSnapshotRequest(project_id=item.resource_id, number=item.number)
            facts.snapshot = await peers.annotation.GetSnapshot(request)
            facts.trained_sets = list(item.image_sets)
    if facts.lineage.evaluations:
        run_id = facts.lineage.evaluations[0].id
        facts.evaluation = await peers.experiments.GetEvaluation(experiments.GetEvaluationRequest(run_id=run_id))


async def _lineage(peers: Peers, subject: Subject) -> experiments.GetLineageResponse | None:
    """None when the model exists but nothing carries the alias yet."""
    model = await peers.experiments.GetModel(experiments.GetModelRequest(model_id=subject.model))
    if not subject.alias.isdigit() and subject.alias not in {alias.name for alias in model.aliases}:
        return None
    request = experiments.GetLineageRequest(model_id=model.id, version=subject.alias)
    return await peers.experiments.GetLineage(request)


async def _newest_snapshot(peers: Peers, project: str) -> annotation.Snapshot | None:
    try:
        return await peers.annotation.GetSnapshot(annotation.GetSnapshotRequest(project_id=project))
    except NotFound:
        # a project without a snapshot yet; an unknown project is told apart here
        await peers.annotation.GetProject(annotation.GetProjectRequest(project_id=project))
        return None
