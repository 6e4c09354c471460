"""Owns the reproducibility record of a run: what must be equal for its result to be equal.

Does not record secrets: of the environment only variables of an allow-list are ever looked at.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import torch
from torch import nn

from services.trainer.engine import determinism

FORMAT = "plumbline-record-1"
ENVIRONMENT = (
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_VISIBLE_DEVICES",
    "HF_HUB_OFFLINE",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "PYTHONHASHSEED",
    "TRANSFORMERS_OFFLINE",
)
MAX_DIFF_BYTES = 1024 * 1024
GIT_SECONDS = 20
SECRET_FLAG = re.compile(r"(token|secret|password|passwd|credential|api[-_]?key|access[-_]?key)", re.IGNORECASE)
SECRET_VALUE = re.compile(r"plumb_[a-z]+_\w+|(?<=://)[^/@\s]+(?=@)|X-Amz-(?:Signature|Credential)=[^&\s]+")
HIDDEN = "***"


def collect(
    *,
    argv: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    seeds: Mapping[str, int],
    flags: Mapping[str, Any] | None = None,
    inputs: Mapping[str, Any] | None = None,
    image_digest: str = "",
) -> dict[str, Any]:
    """The record as JSON-ready values.

    `folder` is where the code lies (its git state is recorded), `inputs` the digests of dataset version, snapshot
    and settings, `image_digest` the container image, `flags` those of the run (default: of this process now).
    """
    return {
        "format": FORMAT,
        "argv": redacted(argv),
        "python": {"version": platform.python_version(), "implementation": platform.python_implementation()},
        "packages": packages(),
        "platform": {
            "system": platform.system(),
            "release": platform.release(),
            "machine": platform.machine(),
        },
        "hardware": hardware(),
        "determinism": dict(flags) if flags is not None else determinism.flags(),
        "seeds": dict(seeds),
        "code": code(folder),
        "environment": {name: environment[name] for name in ENVIRONMENT if name in environment},
        "image_digest": image_digest,
        "inputs": dict(inputs or {}),
    }


def packages() -> dict[str, str]:
    """Every installed distribution and its version."""
    found = {entry.metadata["Name"].lower(): entry.version for entry in metadata.distributions()}
    return dict(sorted(found.items()))


def hardware() -> dict[str, Any]:
    """CPU model and cores, and the GPUs with driver and library versions where there are any."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found: dict[str, Any] = {
        "cpu": cpu_model(),
        "cores": cores,
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
    }
    if torch.cuda.is_available():
        found["gpus"] = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
        found["driver"] = _output(["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"])
        found["cuda"] = torch.version.cuda
        found["cudnn"] = str(torch.backends.cudnn.version())  # type: ignore[no-untyped-call]
    return found


def cpu_model() -> str:
    """The processor's own name; the architecture where the system does not tell it."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        return platform.processor() or platform.machine()
    return platform.processor() or platform.machine()


def code(folder: Path) -> dict[str, Any]:
    """Commit, branch, dirty flag, diff against the commit and the sha256 of untracked files; empty outside git."""
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return {}
    diff = _git(folder, "diff", "HEAD")
    untracked = _git(folder, "ls-files", "--others", "--exclude-standard").splitlines()
    return {
        "commit": commit,
        "branch": _git(folder, "rev-parse", "--abbrev-ref", "HEAD"),
        "dirty": bool(diff or untracked),
        "diff": SECRET_VALUE.sub(HIDDEN, diff[:MAX_DIFF_BYTES]),
        "diff_sha256": hashlib.sha256(diff.encode()).hexdigest(),
        "untracked": {name: _sha256_of(folder / name) for name in untracked[:1000]},
    }


def redacted(argv: Sequence[str]) -> list[str]:
    """Command-line arguments with the values of secret-looking flags and tokens replaced by `***`."""
    shown: list[str] = []
    hide_next = False
    for argument in argv:
        name, equals, _ = argument.partition("=")
        if hide_next:
            shown.append(HIDDEN)
        elif name.startswith("-") and SECRET_FLAG.search(name):
            shown.append(f"{name}={HIDDEN}" if equals else name)
        else:
            shown.append(SECRET_VALUE.sub(HIDDEN, argument))
        hide_next = not hide_next and name.startswith("-") and not equals and bool(SECRET_FLAG.search(name))
    return shown


def weights_digest(model: nn.Module) -> str:
    """sha256 over all tensors of a model, sorted by name, with their types and shapes."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name}:{tensor.dtype}:{tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every difference of two records: `field` (dotted path), `first` and `second`, None where it is missing."""
    left, right = _flat(first), _flat(second)
    return [
        {"field": name, "first": left.get(name), "second": right.get(name)}
        for name in sorted(left.keys() | right.keys())
        if left.get(name) != right.get(name)
    ]


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    if not isinstance(value, Mapping):
        return {path: list(value) if isinstance(value, tuple) else value}
    found: dict[str, Any] = {}
    for name, inner in value.items():
        found |= _flat(inner, f"{path}.{name}" if path else str(name))
    return found


def _git(folder: Path, *words: str) -> str:
    return _output(["git", "-C", str(folder), *words])


def _output(command: list[str]) -> str:
    """What a command prints, empty when it is not installed, fails or takes too long."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=GIT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def _sha256_of(path: Path) -> str:
    if not path.is_file() or path.is_symlink():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
