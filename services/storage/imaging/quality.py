"""Owns the numbers that tell a usable picture from a blurred or wrongly exposed one. Does not judge.

No thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.storage.imaging.pixels import Pixels, strips
from services.storage.imaging.scale import Scale

_SMALLEST_SPAN = 1e-30
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Quality:
    """Exposure and contrast in [0, 1] of full scale; sharpness as described at `Measured`."""

    exposure: float
    contrast: float
    sharpness: float


class _Moments:
    """Running mean and variance over strips, in float64."""

    def __init__(self) -> None:
        self.count, self.total, self.squares = 0, 0.0, 0.0

    def add(self, values: NDArray[np.float32]) -> None:
        self.count += values.size
        self.total += float(values.sum(dtype=np.float64))
        self.squares += float(np.square(values, dtype=np.float64).sum())

    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0

    def variance(self) -> float:
        return max(0.0, self.squares / self.count - self.mean() ** 2) if self.count else 0.0


def quality_of(pixels: Pixels, scale: Scale) -> Quality:
    """Measure at full resolution, strip by strip. Pictures under 3 x 3 pixels have sharpness 0."""
    light, edges = _Moments(), _Moments()
    for number, strip in enumerate(strips(pixels.samples, overlap=2)):
        brightness = _brightness(strip, pixels.colour_channels, scale)
        light.add(brightness if number == 0 else brightness[2:])
        if min(brightness.shape) >= 3:
            edges.add(_laplacian(brightness * np.float32(255)))
    return Quality(light.mean(), light.variance() ** 0.5, edges.variance())


def _brightness(strip: NDArray[np.generic], colour_channels: int, scale: Scale) -> NDArray[np.float32]:
    """Luma (Rec. 601) or the first channel, 0 = black and 1 = white of the scale.

    Not-a-number counts as black.
    """
    if strip.ndim == 2:
        values = strip.astype(np.float32)
    elif colour_channels == 3:
        values = strip[..., :3].astype(np.float32) @ _LUMA
    else:
        values = strip[..., 0].astype(np.float32)
    span = np.float32(max(scale.white - scale.black, _SMALLEST_SPAN))
    values = ((values - np.float32(scale.black)) / span).astype(np.float32)
    if strip.dtype.kind == "f":
        values = np.nan_to_num(values, copy=False, nan=0.0, posinf=1.0, neginf=0.0)
    return np.clip(values, 0, 1)


def _laplacian(values: NDArray[np.float32]) -> NDArray[np.float32]:
    inner = values[1:-1, 1:-1]
    return values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:] - 4 * inner
