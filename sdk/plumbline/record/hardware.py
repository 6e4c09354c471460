"""Owns what it ran on: processor, memory, GPUs, and the drivers and libraries that belong to them."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import Any

from plumbline.record.commands import output


def hardware() -> dict[str, Any]:
    """CPU model, cores and memory, and the GPUs where there are any."""
    found: dict[str, Any] = {"cpu": cpu_model(), "cores": os.cpu_count() or 0}
    if memory := _memory_gib():
        found["memory_gib"] = memory
    if torch := sys.modules.get("torch"):
        found["cpu_capability"] = torch.backends.cpu.get_cpu_capability()
    if gpus := _nvidia("name"):
        found["gpus"] = gpus
    return found


def drivers() -> dict[str, str]:
    """Driver of the GPUs, and the CUDA libraries that torch brings; empty on a machine without GPU."""
    found: dict[str, str] = {}
    if versions := _nvidia("driver_version"):
        found["nvidia"] = versions[0]
    torch = sys.modules.get("torch")
    if torch is not None and torch.version.cuda and torch.cuda.is_available():
        found["cuda"] = torch.version.cuda
        found["cudnn"] = str(torch.backends.cudnn.version())
        found["nccl"] = ".".join(str(part) for part in torch.cuda.nccl.version())
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


def _memory_gib() -> int:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (ValueError, OSError, AttributeError):
        return 0


def _nvidia(column: str) -> list[str]:
    return output(["nvidia-smi", f"--query-gpu={column}", "--format=csv,noheader"]).splitlines()
