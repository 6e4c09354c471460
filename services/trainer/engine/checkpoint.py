"""Owns the checkpoint file: one safetensors file with all tensors, and JSON in its header for everything else.

Does not decide when one is written or where it is uploaded. Never pickles: reading a checkpoint runs no code.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

FORMAT = "plumbline-checkpoint-1"
HEADER = "state"


class BadCheckpoint(ValueError):
    """The file is damaged, or it belongs to another run."""


@dataclass
class State:
    """Everything a run needs to continue: tensors by name and JSON-ready values."""

    tensors: dict[str, torch.Tensor] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def put(self, prefix: str, tensors: dict[str, torch.Tensor]) -> None:
        """Add a group of tensors under a prefix, copied so that training may go on."""
        self.tensors |= {f"{prefix}/{name}": value.detach().cpu().clone() for name, value in tensors.items()}

    def group(self, prefix: str) -> dict[str, torch.Tensor]:
        """The tensors added under a prefix, by their own names."""
        start = f"{prefix}/"
        return {name[len(start) :]: value for name, value in self.tensors.items() if name.startswith(start)}


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint on disk: file, sha256, size in bytes, and the step (steps done) and epoch it continues at."""

    path: Path
    sha256: str
    size: int
    step: int
    epoch: int


def write(folder: Path, state: State) -> Checkpoint:
    """Write `checkpoint-<step>.safetensors` whole or not at all: to a temporary name, fsync, then rename."""
    step, epoch = int(state.values["step"]), int(state.values["epoch"])
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / f"checkpoint-{step:08d}.safetensors"
    partial = folder / f"{final.name}.part"
    header = {"format": FORMAT, **state.values}
    tensors = {name: value.contiguous() for name, value in state.tensors.items()}
    save_file(tensors, partial, metadata={HEADER: json.dumps(header, sort_keys=True)})
    _flush(partial)
    os.replace(partial, final)
    _flush(folder)
    return Checkpoint(final, file_sha256(final), final.stat().st_size, step, epoch)


def read(path: Path, sha256: str | None = None) -> State:
    """Read a checkpoint; with `sha256` its bytes are checked first. Raises BadCheckpoint."""
    if sha256 is not None and file_sha256(path) != sha256:
        raise BadCheckpoint(f"{path.name} does not match its digest; use an older checkpoint.")
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {}).get(HEADER, "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except (OSError, SafetensorError, ValueError) as error:
        raise BadCheckpoint(f"{path.name} cannot be read: {error}. Use an older checkpoint.") from error
    if header.pop("format", None) != FORMAT:
        raise BadCheckpoint(f"{path.name} is no training checkpoint of this version.")
    return State(tensors, header)


def newest(folder: Path) -> Path | None:
    """The checkpoint of the highest step in a folder, None when there is none."""
    return max(folder.glob("checkpoint-*.safetensors"), default=None)


def prune(folder: Path, keep: int) -> None:
    """Delete all but the newest `keep` checkpoints of a folder."""
    for path in sorted(folder.glob("checkpoint-*.safetensors"))[: -keep or None]:
        path.unlink()


def file_sha256(path: Path) -> str:
    """The sha256 of a file's bytes as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
