"""Owns small values that tests of experiments are written in."""

from __future__ import annotations

import numpy as np

from services.experiments.series import Columns


def columns(key: str, steps: list[float], values: list[float], time: float = 0) -> Columns:
    """Points of one series, all taken at the same time (ms)."""
    return Columns(key, np.array(steps, float), np.array(values, float), np.full(len(steps), time))
