"""Owns the judging of a gate: asks the owners of the facts, anew each time. Does not keep any answer.

What a version was trained on are the inputs of its run, and of the trainings that one continues: the run it was forked
from and the model versions it began with. Whose verification counts, annotation says; what was measured, evaluations.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kit.errors import NotFound
from kit.rpc import Call
from plumbapi.annotation import v1 as annotation
from services.experiments import evaluations, gate_rules, gates, inputs, lineage, runs, versions
from services.experiments.errors import GateClosed, ModelVersionNotFound
from services.experiments.gate_rules import Check, Condition, Image, Verdict
from services.experiments.tables import Approval, Gate, Run, RunInput
from services.experiments.versions import NamedVersion

_MOST_IMAGES = 20
_MOST_TRAININGS = 20
_MOST_VOICES = 500


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a version stands before the gate of an alias; without a gate there are no checks."""

    version: NamedVersion
    alias: str
    gate: Gate | None
    checks: Sequence[Check]
    approvals: Sequence[Approval]

    @property
    def is_open(self) -> bool:
        return gate_rules.is_open(self.checks)

    @property
    def message(self) -> str:
        name = f"{self.version.model.name}@{self.version.version.number}"
        return gate_rules.message(name, self.alias, self.checks)


@dataclass(frozen=True, slots=True)
class Training:
    """A run whose data went into a version, with its inputs."""

    run: Run
    inputs: Sequence[RunInput]

    @property
    def snapshots(self) -> list[RunInput]:
        return [one for one in self.inputs if one.kind == "SNAPSHOT"]

    @property
    def uses_data(self) -> bool:
        return any(one.kind in ("SNAPSHOT", "DATASET_VERSION") for one in self.inputs)


async def judge(call: Call, found: NamedVersion, alias: str) -> Judgement:
    """Ask everything that the gate of an alias asks for."""
    gate = await gates.find(call.tx, found.model.id, alias)
    said = await gates.approvals(call.tx, found, alias, after=None, limit=_MOST_VOICES)
    if gate is None:
        return Judgement(found, alias, None, (), said)
    trained = await _trainings(call, found)
    asked = [Condition(**one) for one in gate.conditions]  # type: ignore[typeddict-item]
    checks = [await _JUDGES[one["kind"]](call, found, trained, one) for one in asked]
    votes = gate_rules.approvals(gates.voices(said), gate.approval_count, gate.approver_roles)
    return Judgement(found, alias, gate, [*checks, votes] if votes else checks, said)


async def require_open(call: Call, found: NamedVersion, alias: str) -> None:
    """Let an alias move to a version.

    Raises:
        GateClosed: with everything that is missing; the refusal is kept in the journal.
    """
    judgement = await judge(call, found, alias)
    if judgement.is_open:
        return
    async with call.transaction() as tx:
        await gates.record_refusal(tx, call.who, found, alias, judgement.message)
    raise GateClosed(judgement.message, alias=alias, version=str(found.version.number))


async def _trainings(call: Call, found: NamedVersion) -> list[Training]:
    """The run of a version and the trainings it continues, each once."""
    wanted: list[str | None] = [found.version.run_id]
    trained: dict[str, Training] = {}
    while wanted and len(trained) < _MOST_TRAININGS:
        run_id = wanted.pop(0)
        if not run_id or run_id in trained:
            continue
        run = await runs.get(call.tx, call.who, run_id)
        training = Training(run, (await inputs.of_runs(call.tx, [run_id])).get(run_id, ()))
        trained[run_id] = training
        wanted.append(run.forked_from_run_id)
        wanted += [await _maker(call, one) for one in training.inputs if one.kind == "MODEL_VERSION"]
    return list(trained.values())


async def _maker(call: Call, one: RunInput) -> str | None:
    """The run that made a model version that a training began with."""
    try:
        held = await versions.get(call.tx, call.who, one.resource_id, str(one.number), deleted=True)
    except ModelVersionNotFound:
        return None
    return held.version.run_id


async def _all_verified(call: Call, found: NamedVersion, trained: Sequence[Training], asked: Condition) -> Check:
    heading = gate_rules.title(asked)
    unknown = _no_snapshot(trained)
    if unknown:
        return Check(asked, "UNKNOWN", heading, unknown, links=_run_links(trained))
    total = annotation.Verifications()
    images: list[Image] = []
    for one in _snapshots(trained):
        census = await call.peers.annotation.CountVerifications(
            annotation.CountVerificationsRequest(
                project_id=one.resource_id,
                number=one.number,
                image_sets=one.image_sets,
                example_count=_MOST_IMAGES - len(images),
            )
        )
        _add(total, census.verifications)
        images += [_unverified(entry) for entry in census.examples]
    missing = {
        "not looked at": total.unverified_count,
        "edited after their verification": total.stale_count,
        "refused": total.rejected_count,
    }
    count = total.verified_count + sum(missing.values())
    left = gate_rules.parts(missing)
    explanation = (
        f"{total.verified_count} of {count} images of {_names(trained)} are verified"
        + (f"; {left}" if left else "")
        + "."
    )
    verdict: Verdict = "MET" if count and not left else "UNMET"
    links = [
        (f"{one.name} in the customer's view", f"/projects/{one.resource_id}/verify") for one in _snapshots(trained)
    ]
    return Check(
        asked, verdict, heading, explanation, done=total.verified_count, total=count, links=links, images=images
    )


async def _no_test_image(call: Call, found: NamedVersion, trained: Sequence[Training], asked: Condition) -> Check:
    heading = gate_rules.title(asked)
    unknown = _no_snapshot(trained)
    if unknown:
        return Check(asked, "UNKNOWN", heading, unknown, links=_run_links(trained))
    test_sets = asked["test_sets"]
    left = [_sets(one.resource_id, one.number, one.image_sets) for one in _snapshots(trained)]
    right = [
        _sets(project_id, number, test_sets) for project_id, number in await _judged_snapshots(call, found, trained)
    ]
    shared = await call.peers.annotation.FindSharedImages(
        annotation.FindSharedImagesRequest(left=left, right=right, example_count=_MOST_IMAGES)
    )
    sets = gate_rules.listed(test_sets)
    links = [(one.name, f"/projects/{one.resource_id}") for one in _snapshots(trained)]
    if not shared.right_count:
        explanation = f"No image set is called {sets}: name the sets that hold test images in the gate."
        return Check(asked, "UNKNOWN", heading, explanation, links=links)
    explanation = (
        f"{shared.shared_count or 'None'} of the {shared.right_count} images of {sets} "
        f"{'is' if shared.shared_count == 1 else 'are'} among the {shared.left_count} it was trained on."
    )
    return Check(
        asked,
        "UNMET" if shared.shared_count else "MET",
        heading,
        explanation,
        done=shared.right_count - shared.shared_count,
        total=shared.right_count,
        links=links,
        images=[
            Image(entry.image_sha256, entry.path, f"trained on as {entry.image_set}", entry.task_id)
            for entry in shared.examples
        ],
    )


async def _metric_at_least(call: Call, found: NamedVersion, trained: Sequence[Training], asked: Condition) -> Check:
    heading = gate_rules.title(asked)
    key, threshold = asked["key"], asked["threshold"]
    evaluated = await lineage.evaluations_of(call.tx, call.who, found.model.id, found.version.number)
    for run in evaluated:
        part = await evaluations.slice_of(call.tx, run.id, asked["dimension"], asked["value"])
        if part is None or key not in part.metric_keys:
            continue
        value = part.metric_values[part.metric_keys.index(key)]
        holds = not math.isnan(value) and value >= threshold
        explanation = f"It is {value:.4g} on {part.image_count} images, measured by {run.name or run.id}."
        links = [(run.name or run.id, f"/runs/{run.id}")]
        return Check(asked, "MET" if holds else "UNMET", heading, explanation, links=links)
    explanation = (
        f"No evaluation of this version has {key} on {gate_rules.slice_name(asked)}."
        if evaluated
        else "This version has not been evaluated: run an evaluation with it as input."
    )
    return Check(
        asked, "UNKNOWN", heading, explanation, links=[(run.name or run.id, f"/runs/{run.id}") for run in evaluated[:3]]
    )


_JUDGES = {
    gate_rules.ALL_VERIFIED: _all_verified,
    gate_rules.NO_TEST_IMAGE: _no_test_image,
    gate_rules.METRIC: _metric_at_least,
}


async def _judged_snapshots(call: Call, found: NamedVersion, trained: Sequence[Training]) -> list[tuple[str, int]]:
    """Where test images may be: the snapshots of training and evaluations, and the newest of their projects.

    An image that was moved to a test set later is a test image now, whatever it was then.
    """
    evaluated = await lineage.evaluations_of(call.tx, call.who, found.model.id, found.version.number)
    held = await inputs.of_runs(call.tx, [run.id for run in evaluated])
    given = [*_snapshots(trained), *(one for rows in held.values() for one in rows if one.kind == "SNAPSHOT")]
    places = dict.fromkeys((one.resource_id, one.number) for one in given)
    for project_id in dict.fromkeys(one.resource_id for one in given):
        try:
            newest = await call.peers.annotation.GetSnapshot(annotation.GetSnapshotRequest(project_id=project_id))
        except NotFound:
            continue
        places[(project_id, newest.number)] = None
    return list(places)[:50]


def _no_snapshot(trained: Sequence[Training]) -> str:
    """Why it cannot be told which annotations a version was trained on; empty when it can."""
    if not trained:
        return "No run is known that made this version: register it from a run that names its data."
    blind = [one.run for one in trained if one.uses_data and not one.snapshots]
    if not any(one.snapshots for one in trained):
        blind = blind or [trained[0].run]
    if not blind:
        return ""
    names = gate_rules.listed(run.name or run.id for run in blind)
    return f"The training {names} names no snapshot of annotations among its inputs, so nobody can tell."


def _snapshots(trained: Sequence[Training]) -> list[RunInput]:
    """The snapshots that were trained on, each with its image sets once."""
    found = {(one.resource_id, one.number, tuple(one.image_sets)): one for run in trained for one in run.snapshots}
    return list(found.values())


def _names(trained: Sequence[Training]) -> str:
    return gate_rules.listed(
        dict.fromkeys(f"{one.name} ({', '.join(one.image_sets) or 'all sets'})" for one in _snapshots(trained))
    )


def _run_links(trained: Sequence[Training]) -> list[tuple[str, str]]:
    return [(one.run.name or one.run.id, f"/runs/{one.run.id}") for one in trained]


def _sets(project_id: str, number: int, image_sets: Sequence[str]) -> annotation.SnapshotSets:
    return annotation.SnapshotSets(project_id=project_id, number=number, image_sets=image_sets)


def _unverified(entry: annotation.SnapshotEntry) -> Image:
    verdict = annotation.Task.Verification.Name(entry.verification).lower()
    words = {"stale": "edited after its verification", "refused": "refused by the customer"}
    return Image(entry.image_sha256, entry.path, words.get(verdict, "not verified"), entry.task_id)


def _add(total: annotation.Verifications, more: annotation.Verifications) -> None:
    total.verified_count += more.verified_count
    total.rejected_count += more.rejected_count
    total.stale_count += more.stale_count
    total.unverified_count += more.unverified_count
