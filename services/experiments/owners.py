"""Owns the questions to the owners of inputs: does this version or snapshot exist, and with which digest?

Does not keep the answers: `inputs.py` does, in the transaction of the change.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from kit.rpc import Call
from plumbapi.annotation import v1 as annotation
from plumbapi.experiments import v1 as pb
from plumbapi.storage import v1 as storage
from services.experiments import models, versions
from services.experiments.errors import InputInvalid
from services.experiments.inputs import MOST, CheckedInput, confirm


@dataclass(frozen=True, slots=True)
class Owned:
    """What the owner has under an id and a number."""

    name: str
    digest: str
    resource_id: str
    number: int
    sources: tuple[str, ...] = ()


async def check(call: Call, given: Sequence[pb.Input]) -> list[CheckedInput]:
    """The inputs with names, numbers and digests as their owners have them.

    Raises:
        InputInvalid: no kind, nothing to look up, or a CONFIG without a digest.
        InputDigestMismatch: the owner has another digest under that number.
    """
    if len(given) > MOST:
        raise InputInvalid(f"A run has at most {MOST} inputs.")
    return [await _check_one(call, one) for one in given]


async def _check_one(call: Call, one: pb.Input) -> CheckedInput:
    ask = _OWNERS.get(one.kind)
    if ask is None:
        raise InputInvalid("An input needs a kind: DATASET_VERSION, SNAPSHOT, MODEL_VERSION or CONFIG.")
    if any("\x00" in text for text in (one.name, one.digest, one.resource_id, *one.image_sets)):
        raise InputInvalid("An input's texts must not contain NUL characters.")
    owned = await ask(call, one)
    return CheckedInput(
        kind=pb.Input.Kind.Name(one.kind),
        name=owned.name,
        digest=confirm(one.digest, owned.digest, owned.name),
        resource_id=owned.resource_id,
        number=owned.number,
        image_sets=tuple(one.image_sets),
        sources=owned.sources,
    )


async def _dataset_version(call: Call, one: pb.Input) -> Owned:
    _require_number(one)
    request = storage.GetVersionRequest(dataset_id=one.resource_id, number=one.number)
    held: storage.Version = await call.peers.storage.GetVersion(request)
    sources = tuple(share.value for share in held.composition.sources)
    return Owned(f"{held.dataset_name}@v{held.number}", held.digest, held.dataset_id, held.number, sources)


async def _snapshot(call: Call, one: pb.Input) -> Owned:
    _require_number(one)
    request = annotation.GetSnapshotRequest(project_id=one.resource_id, number=one.number)
    held: annotation.Snapshot = await call.peers.annotation.GetSnapshot(request)
    sources = tuple(sorted({share.value for share in held.shares if share.dimension == "source"}))
    return Owned(f"{held.project_name}@s{held.number}", held.digest, held.project_id, held.number, sources)


async def _model_version(call: Call, one: pb.Input) -> Owned:
    _require_number(one)
    number = one.number or (await models.get(call.tx, call.who, one.resource_id)).latest_version
    held = await versions.get(call.tx, call.who, one.resource_id, str(number))
    name = f"{held.model.name}@{held.version.number}"
    return Owned(name, held.version.digest, held.model.id, held.version.number)


async def _config(_call: Call, one: pb.Input) -> Owned:
    if not one.digest or not one.name:
        raise InputInvalid("A CONFIG input needs a name and the digest of its content.")
    return Owned(one.name, one.digest, one.resource_id, one.number)


def _require_number(one: pb.Input) -> None:
    if not one.resource_id or one.number < 0:
        raise InputInvalid("This input needs resource_id, the id of what was used, and the number of its version.")


_OWNERS: dict[int, Callable[[Call, pb.Input], Awaitable[Owned]]] = {
    pb.Input.DATASET_VERSION: _dataset_version,
    pb.Input.SNAPSHOT: _snapshot,
    pb.Input.MODEL_VERSION: _model_version,
    pb.Input.CONFIG: _config,
}
