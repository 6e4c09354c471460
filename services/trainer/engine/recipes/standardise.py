"""Owns the preparation of pixels inside a model. Does not know which model follows."""

from __future__ import annotations

from torch import Tensor


def standardised(pixels: Tensor) -> Tensor:
    """Bring each image (N, C, H, W) to mean 0 and deviation 1, so that lighting and exposure matter little.

    It is part of the model, and so of the exported file: whoever serves it cannot prepare images differently.
    """
    mean = pixels.mean(dim=(1, 2, 3), keepdim=True)
    centred = pixels - mean
    deviation = (centred * centred).mean(dim=(1, 2, 3), keepdim=True).sqrt()
    return centred / (deviation + 1e-3)
