"""Owns weighting classes by their rarity. Does not count them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

LARGEST_WEIGHT = 20.0


def balanced_weights(counts: np.ndarray, classes: Sequence[str], chosen: Mapping[str, float]) -> np.ndarray:
    """Weights float32 (classes) from int64 counts: inverse square root of frequency, the mean over samples near 1.

    Weights in `chosen` replace the computed ones; a class that never occurs weighs 1.
    Raises ValueError for a chosen name that is no class.
    """
    unknown = sorted(set(chosen) - set(classes))
    if unknown:
        raise ValueError(f"class_weights name {', '.join(unknown)}; the labels of this job are {', '.join(classes)}.")
    share = counts / max(1, counts.sum())
    rarity = np.where(counts > 0, 1.0 / np.sqrt(np.maximum(share, 1e-12)), 1.0)
    weights = np.minimum(rarity, LARGEST_WEIGHT)
    for position, name in enumerate(classes):
        weights[position] = chosen.get(name, weights[position])
    return weights.astype(np.float32)
