"""Owns what sample values mean: effective bits, black and white, display window. Does not change pixels.

Everything is derived from the values of one image: a histogram for samples of up to 16 bits, a regular sample
of at most a million values for wider ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.storage.imaging.pixels import Pixels, strips

_COMMON_BITS = (8, 10, 12, 14, 16, 24, 32)
_PERCENTILES = (0.005, 0.995)
# A window narrower than this share of full scale would turn sensor noise into contrast.
_NARROWEST_WINDOW = 1 / 32
_SAMPLED_VALUES = 1 << 20


@dataclass(frozen=True, slots=True)
class Scale:
    """black, white: the values of no and full light. low, high: those shown as black and white."""

    effective_bits: int
    black: float
    white: float
    low: float
    high: float


def scale_of(pixels: Pixels) -> Scale:
    """The scale of an image; 8-bit images are shown as they are, all others through a percentile window."""
    kind = pixels.samples.dtype.kind
    if kind == "u" and pixels.samples.dtype.itemsize == 1:
        return Scale(min(pixels.stored_bits, 8), 0.0, 255.0, 0.0, 255.0)
    if kind == "u" and pixels.samples.dtype.itemsize == 2:
        values, counts = _histogram(pixels)
    else:
        values, counts = np.unique(_sampled(pixels), return_counts=True)
    bits, black, white = _full_scale(values, pixels)
    low, high = _window(values, counts, black, white)
    return Scale(bits, black, white, low, high)


def _histogram(pixels: Pixels) -> tuple[NDArray[np.generic], NDArray[np.int64]]:
    counts = np.zeros(1 << 16, dtype=np.int64)
    for strip in strips(_brightness_channels(pixels)):
        counts += np.bincount(strip.ravel(), minlength=1 << 16)
    values = np.flatnonzero(counts)
    return values, counts[values]


def _sampled(pixels: Pixels) -> NDArray[np.generic]:
    samples = _brightness_channels(pixels)
    step = max(1, int((samples.size / _SAMPLED_VALUES) ** 0.5))
    values = samples[::step, ::step].ravel()
    finite = values[np.isfinite(values)]
    return finite if finite.size else np.zeros(1, dtype=samples.dtype)


def _brightness_channels(pixels: Pixels) -> NDArray[np.generic]:
    return pixels.samples if pixels.samples.ndim == 2 else pixels.samples[..., : pixels.colour_channels]


def _full_scale(values: NDArray[np.generic], pixels: Pixels) -> tuple[int, float, float]:
    """Effective bits, black and white. Floats in [0, 1] keep that scale.

    Other floats and signed values use their range.
    """
    container = pixels.samples.dtype.itemsize * 8
    least, most = float(values[0]), float(values[-1])
    if pixels.samples.dtype.kind == "f":
        return container, *((0.0, 1.0) if least >= 0 and most <= 1 else (least, most))
    if least < 0:
        return min(container, pixels.stored_bits), least, most
    bits, left_aligned = _used_bits(values.astype(np.uint64), container)
    bits = min(bits, max(8, pixels.stored_bits))
    return bits, 0.0, float(2 ** (container if left_aligned else bits) - 1)


def _used_bits(values: NDArray[np.uint64], container: int) -> tuple[int, bool]:
    """Bits in use, and whether they sit at the top of the container (shifted or repeated)."""
    most = int(values[-1])
    if most.bit_length() == container and len(values) > 1:
        for bits in (8, 10, 12, 14):
            shift = container - bits
            top = values >> np.uint64(shift)
            if np.array_equal(top << np.uint64(shift), values) or _repeats(top, values, bits, container):
                return bits, True
    return next(common for common in _COMMON_BITS if most.bit_length() <= common or common == 32), False


def _repeats(top: NDArray[np.uint64], values: NDArray[np.uint64], bits: int, container: int) -> bool:
    """True when the low bits repeat the high ones, as in 8 bits stretched to 16 (0xab -> 0xabab)."""
    shift = container - bits
    repeated = top << np.uint64(shift)
    while shift > 0:
        shift -= bits
        repeated |= top << np.uint64(shift) if shift >= 0 else top >> np.uint64(-shift)
    return np.array_equal(repeated, values)


def _window(values: NDArray[np.generic], counts: NDArray[np.int64], black: float, white: float) -> tuple[float, float]:
    share = np.cumsum(counts) / counts.sum()
    low, high = (float(values[min(int(np.searchsorted(share, part)), len(values) - 1)]) for part in _PERCENTILES)
    if white <= black:
        return low, low + 1.0
    narrowest = (white - black) * _NARROWEST_WINDOW
    if high - low >= narrowest:
        return low, high
    low = min(max(black, (low + high - narrowest) / 2), white - narrowest)
    return low, low + narrowest
