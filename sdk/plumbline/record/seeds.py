"""Owns where random numbers come from: declared seeds, and the state of the generators of python, numpy and torch."""

from __future__ import annotations

import hashlib
import os
import random
import sys
from collections.abc import Mapping
from typing import Any

_declared: dict[str, int] = {}


def seed_everything(seed: int) -> None:
    """Seed python, and numpy and torch where they are loaded, and remember the seed for the records of later runs."""
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed % 2**32)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)
    _declared["seed_everything"] = seed


def seeds(params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Seeds that are known: of `seed_everything`, of params whose name says so, of torch and of the environment."""
    found: dict[str, Any] = dict(_declared)
    for name, value in (params or {}).items():
        last = name.replace("/", ".").rsplit(".", 1)[-1].lower()
        if last in ("seed", "random_seed", "random_state", "manual_seed") and str(value).lstrip("-").isdigit():
            found[f"params.{name}"] = int(value)
    if torch := sys.modules.get("torch"):
        # a seed has 64 bits, a JSON number 53
        found["torch"] = str(torch.initial_seed())
    for name in ("PYTHONHASHSEED", "PL_GLOBAL_SEED"):
        if os.environ.get(name, "").isdigit():
            found[name] = int(os.environ[name])
    return found


def generator_states() -> dict[str, str]:
    """sha256 of the state of every global generator now: equal states give equal numbers from here on."""
    states = {"python": _digest(repr(random.getstate()).encode())}
    if numpy := sys.modules.get("numpy"):
        legacy = numpy.random.get_state(legacy=False)["state"]
        states["numpy"] = _digest(legacy["key"].tobytes() + str(legacy["pos"]).encode())
    if torch := sys.modules.get("torch"):
        states["torch"] = _digest(torch.get_rng_state().numpy().tobytes())
    return states


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
