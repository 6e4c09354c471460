"""Owns decoded pixels: their shape, orientation and hash. Does not read files."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from services.storage.imaging.refusal import ImageRefused, Reason

# EXIF orientation -> (transpose first, then flip up-down, flip left-right), the way back to upright.
_UPRIGHT = {
    1: (False, False, False),
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}


@dataclass(frozen=True, slots=True)
class Pixels:
    """A decoded image: `samples` is (height, width) or (height, width, channels >= 2), already upright.

    `stored_bits` is what the file says about one sample; it may be less than the array's type holds. Pixels
    that were expanded on decoding (1, 2 or 4 bits to 8) have `samples` at the expanded scale of 0 to 255.
    """

    samples: NDArray[np.generic]
    media_type: str
    stored_bits: int
    pages: int
    orientation: int

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.samples.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.samples.shape[1])

    @property
    def channels(self) -> int:
        """Samples per pixel."""
        return 1 if self.samples.ndim == 2 else int(self.samples.shape[2])

    @property
    def colour_channels(self) -> int:
        """Channels that carry brightness.

        3 of RGB and RGBA, otherwise the first alone (grey, grey + alpha, spectral).
        """
        return 3 if self.channels in (3, 4) else 1


def known_orientation(value: object) -> int:
    """`value` when it is one of the eight that EXIF defines, otherwise 1: cameras do write nonsense here."""
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def upright(samples: NDArray[np.generic], orientation: int) -> NDArray[np.generic]:
    """A view of (rows, columns, ...) samples turned as the EXIF orientation asks."""
    transpose, flip_rows, flip_columns = _UPRIGHT[orientation]
    if transpose:
        samples = samples.swapaxes(0, 1)
    if flip_rows:
        samples = samples[::-1]
    return samples[:, ::-1] if flip_columns else samples


def check_size(width: int, height: int, max_pixels: int) -> None:
    """Refuse a picture by its declared size, before any memory is spent on it. Raises ImageRefused."""
    if width < 1 or height < 1:
        raise ImageRefused(Reason.CORRUPT_IMAGE, f"the image declares {width} x {height} pixels; export it again")
    if width * height > max_pixels:
        raise ImageRefused(
            Reason.TOO_MANY_PIXELS,
            f"the image has {width} x {height} pixels, the limit is {max_pixels / 1e6:g} million; "
            "split it into tiles or scale it down",
        )


def pixel_hash(pixels: Pixels) -> str:
    """sha256 (hex) of the picture itself: equal for the same pixels in another file format.

    Hashed are the line `plumbline-pixels/1 <height> <width> <channels> <type>` and the upright samples, row
    by row, channels interleaved, little-endian; `<type>` is numpy's name such as uint8, uint16 or float32.
    """
    samples = pixels.samples
    head = f"plumbline-pixels/1 {pixels.height} {pixels.width} {pixels.channels} {samples.dtype.name}\n"
    running = sha256(head.encode())
    little = samples.dtype.newbyteorder("<")
    for strip in strips(samples):
        running.update(np.ascontiguousarray(strip, dtype=little).data)
    return running.hexdigest()


def strips(samples: NDArray[np.generic], overlap: int = 0) -> list[NDArray[np.generic]]:
    """Views of about a million pixels each, so that work on a strip needs little memory.

    Each repeats `overlap` rows.
    """
    rows = max(1 + overlap, (1 << 20) // max(1, samples.shape[1]))
    return [samples[max(0, top - overlap) : top + rows] for top in range(0, samples.shape[0], rows)]
