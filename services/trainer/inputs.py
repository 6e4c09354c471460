"""Owns the pinning of what a job computes from: names and "newest" become ids, numbers and digests."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from google.protobuf.json_format import MessageToDict

from kit.peers import Peers
from plumbapi.annotation import v1 as annotation
from plumbapi.experiments import v1 as experiments
from plumbapi.storage import v1 as storage
from plumbapi.trainer import v1 as pb
from services.trainer.errors import SnapshotEmpty, SpecInvalid

TRAIN_SETS = ["train", "validation"]
_Kind = experiments.Input.Kind


@dataclass(frozen=True, slots=True)
class Resolved:
    """A spec without anything left open, and the inputs of its run."""

    spec: pb.JobSpec
    inputs: list[experiments.Input]
    parent_run_id: str


async def resolve(peers: Peers, spec: pb.JobSpec) -> Resolved:
    """Pin every input of a spec.

    Raises:
        SpecInvalid: something the kind needs is missing.
        SnapshotEmpty: the snapshot has no image.
        NotFound: dataset, version, project, snapshot or model does not exist.
    """
    _check(spec)
    pinned = pb.JobSpec()
    pinned.CopyFrom(spec)
    if spec.kind == pb.JobSpec.Kind.TRAIN and not pinned.image_sets:
        pinned.image_sets.extend(TRAIN_SETS)
    inputs = [await _dataset(peers, pinned)]
    if spec.kind != pb.JobSpec.Kind.PREDICT or spec.snapshot:
        inputs.append(await _snapshot(peers, pinned))
    else:
        request = annotation.GetProjectRequest(project_id=pinned.project_id)
        pinned.project_id = (await peers.annotation.GetProject(request)).id
    parent = ""
    if spec.kind != pb.JobSpec.Kind.TRAIN:
        model, parent = await _model(peers, pinned)
        inputs.append(model)
    if spec.recipe:
        inputs.append(_config(pinned))
    return Resolved(pinned, inputs, parent)


def _check(spec: pb.JobSpec) -> None:
    if spec.kind == pb.JobSpec.Kind.TRAIN and not spec.recipe:
        raise SpecInvalid("A training needs a recipe.")
    if spec.kind != pb.JobSpec.Kind.TRAIN and not (spec.model_id and spec.model_version):
        raise SpecInvalid("Evaluation and prediction need model_id and model_version (a number or an alias).")


async def _dataset(peers: Peers, pinned: pb.JobSpec) -> experiments.Input:
    request = storage.GetVersionRequest(dataset_id=pinned.dataset_id, number=pinned.version)
    version = await peers.storage.GetVersion(request)
    pinned.dataset_id, pinned.version = version.dataset_id, version.number
    return experiments.Input(
        kind=_Kind.DATASET_VERSION,
        name=f"{version.dataset_name}@v{version.number}",
        digest=version.digest,
        resource_id=version.dataset_id,
        number=version.number,
        image_sets=pinned.image_sets,
    )


async def _snapshot(peers: Peers, pinned: pb.JobSpec) -> experiments.Input:
    request = annotation.GetSnapshotRequest(project_id=pinned.project_id, number=pinned.snapshot)
    snapshot = await peers.annotation.GetSnapshot(request)
    if not snapshot.image_count:
        raise SnapshotEmpty(
            f"{snapshot.project_name}@s{snapshot.number} has no annotated image: annotate, review and snapshot first."
        )
    pinned.project_id, pinned.snapshot = snapshot.project_id, snapshot.number
    return experiments.Input(
        kind=_Kind.SNAPSHOT,
        name=f"{snapshot.project_name}@s{snapshot.number}",
        digest=snapshot.digest,
        resource_id=snapshot.project_id,
        number=snapshot.number,
        image_sets=pinned.image_sets,
    )


async def _model(peers: Peers, pinned: pb.JobSpec) -> tuple[experiments.Input, str]:
    request = experiments.GetModelVersionRequest(model_id=pinned.model_id, version=pinned.model_version)
    version = await peers.experiments.GetModelVersion(request)
    pinned.model_id, pinned.model_version = version.model_id, str(version.number)
    found = experiments.Input(
        kind=_Kind.MODEL_VERSION,
        name=f"{version.model_name}@{version.number}",
        digest=f"sha256:{version.artifact.sha256.removeprefix('sha256:')}",
        resource_id=version.model_id,
        number=version.number,
    )
    return found, version.run_id


def _config(pinned: pb.JobSpec) -> experiments.Input:
    document = {"recipe": pinned.recipe, "config": MessageToDict(pinned.config)}
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return experiments.Input(
        kind=_Kind.CONFIG, name=pinned.recipe, digest=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    )
