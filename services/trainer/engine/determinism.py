"""Owns seeds, determinism flags and random states of a training process. Does not decide what is trained."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch


@contextmanager
def repeatable(seed: int, threads: int, deterministic: bool) -> Iterator[None]:
    """Seed python, numpy and torch, set the thread count and the determinism flags; put the flags back afterwards.

    On CUDA a few kernels have no repeatable version: they warn instead of failing, and the record says so.
    """
    before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    warned_before = torch.is_deterministic_algorithms_warn_only_enabled()
    benchmark, tf32 = torch.backends.cudnn.benchmark, torch.backends.cudnn.allow_tf32
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(deterministic, warn_only=torch.cuda.is_available())
    torch.backends.cudnn.benchmark = not deterministic
    torch.backends.cudnn.allow_tf32 = not deterministic
    seed_everything(seed)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        torch.use_deterministic_algorithms(before[1], warn_only=warned_before)
        torch.backends.cudnn.benchmark = benchmark
        torch.backends.cudnn.allow_tf32 = tf32


def seed_everything(seed: int) -> None:
    """Seed the global generators of python, numpy and torch (every device)."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def random_state() -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """The state of every global generator: python and numpy as JSON values, torch as uint8 tensors."""
    version, words, gauss = random.getstate()
    legacy = np.random.get_state(legacy=False)
    values = {
        "python": {"version": version, "words": list(words), "gauss": gauss},
        "numpy": {
            "bit_generator": legacy["bit_generator"],
            "key": legacy["state"]["key"].tolist(),
            "position": int(legacy["state"]["pos"]),
            "has_gauss": int(legacy["has_gauss"]),
            "gauss": float(legacy["gauss"]),
        },
    }
    tensors = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        tensors |= {f"cuda.{index}": state for index, state in enumerate(torch.cuda.get_rng_state_all())}
    return values, tensors


def restore_random_state(values: dict[str, Any], tensors: dict[str, torch.Tensor]) -> None:
    """Put every global generator back to a state taken by `random_state`."""
    python, numpy = values["python"], values["numpy"]
    random.setstate((python["version"], tuple(python["words"]), python["gauss"]))
    np.random.set_state(
        (
            numpy["bit_generator"],
            np.asarray(numpy["key"], dtype=np.uint32),
            numpy["position"],
            numpy["has_gauss"],
            numpy["gauss"],
        )
    )
    torch.set_rng_state(tensors["cpu"])
    for name, state in tensors.items():
        if name.startswith("cuda.") and torch.cuda.is_available():
            torch.cuda.set_rng_state(state, int(name.removeprefix("cuda.")))
