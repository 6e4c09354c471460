"""Owns the switches and thread counts that decide whether two runs give the same bits. Sets none of them."""

from __future__ import annotations

import os
import sys
from typing import Any


def flags() -> dict[str, Any]:
    """The switches of torch as they are in this process now; empty while torch is not loaded."""
    torch = sys.modules.get("torch")
    if torch is None:
        return {}
    return {
        "deterministic_algorithms": torch.are_deterministic_algorithms_enabled(),
        "deterministic_warn_only": torch.is_deterministic_algorithms_warn_only_enabled(),
        "cudnn_deterministic": torch.backends.cudnn.deterministic,
        "cudnn_benchmark": torch.backends.cudnn.benchmark,
        "cudnn_tf32": torch.backends.cudnn.allow_tf32,
        "matmul_tf32": torch.backends.cuda.matmul.allow_tf32,
        "matmul_precision": torch.get_float32_matmul_precision(),
        "default_dtype": str(torch.get_default_dtype()),
    }


def threads() -> dict[str, int]:
    """How many threads compute: another number gives other bits."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0
    found = {"usable_cores": cores}
    if torch := sys.modules.get("torch"):
        found |= {"torch": torch.get_num_threads(), "torch_interop": torch.get_num_interop_threads()}
    return found
