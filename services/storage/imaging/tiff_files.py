"""Owns reading the first page of a TIFF into upright pixels. Does not read other formats.

tifffile and imagecodecs read what machine-vision cameras write (12-bit, float, tiles, zstd with predictor)
and raise on damage, where general libraries return black pixels.
"""

from __future__ import annotations

from io import BytesIO
from typing import cast

import numpy as np
from numpy.typing import NDArray
from tifffile import PHOTOMETRIC, TiffFile, TiffPage

from services.storage.imaging.pixels import Pixels, check_size, known_orientation, upright
from services.storage.imaging.refusal import ImageRefused, Reason

_MAX_CHANNELS = 64


def read_tiff(data: bytes, max_pixels: int) -> Pixels:
    """Decode the first page or raise.

    Whatever tifffile raises for damage, ImageRefused for size and odd kinds.
    """
    with TiffFile(BytesIO(data)) as file:
        page = cast(TiffPage, file.pages[0])
        _check(page, max_pixels)
        samples = _colours(page, _interleaved(page, page.asarray(maxworkers=1)))
        pages = len(file.pages)
        tag = page.tags.get("Orientation")
    orientation = known_orientation(int(tag.value) if tag is not None else None)
    palette = page.photometric == PHOTOMETRIC.PALETTE
    stored_bits = 8 if palette else int(page.bitspersample)
    return Pixels(upright(samples, orientation), "image/tiff", stored_bits, pages, orientation)


def _check(page: TiffPage, max_pixels: int) -> None:
    check_size(page.imagewidth, page.imagelength, max_pixels)
    if page.imagedepth > 1 or page.samplesperpixel > _MAX_CHANNELS:
        raise ImageRefused(
            Reason.UNSUPPORTED_FORMAT,
            "the TIFF holds a volume or a spectral cube; export single images instead",
        )
    if page.dtype is None or page.dtype.kind not in "buif":
        raise ImageRefused(
            Reason.UNSUPPORTED_FORMAT,
            f"the TIFF has samples of type {page.dtype}; export it as integers or floats",
        )
    # tifffile reads a missing strip or tile as zeros, which would be a defect nobody made.
    if not page.databytecounts or 0 in page.databytecounts:
        raise ImageRefused(Reason.CORRUPT_IMAGE, "the TIFF lacks some of its strips or tiles; export it again")


def _interleaved(page: TiffPage, samples: NDArray[np.generic]) -> NDArray[np.generic]:
    """(rows, columns) or (rows, columns, channels), whether the file keeps channels together or in planes."""
    rows, columns, channels = page.imagelength, page.imagewidth, page.samplesperpixel
    if channels == 1:
        return samples.reshape(rows, columns)
    if page.axes.startswith("S"):
        return np.moveaxis(samples.reshape(channels, rows, columns), 0, -1)
    return samples.reshape(rows, columns, channels)


def _colours(page: TiffPage, samples: NDArray[np.generic]) -> NDArray[np.generic]:
    """Grey with black at zero, or RGB, from the ways in which TIFF can say so."""
    if page.photometric == PHOTOMETRIC.PALETTE and page.colormap is not None:
        places = samples if samples.ndim == 2 else samples[..., 0]
        # The map is 16-bit by definition and 8-bit colour by practice.
        return (np.moveaxis(page.colormap, 0, -1)[places.astype(np.intp)] >> 8).astype(np.uint8)
    if samples.dtype.kind == "b":
        samples = samples.astype(np.uint8) * np.uint8(255)
    elif page.bitspersample in (2, 4):
        samples = samples.astype(np.uint8) * np.uint8(255 // (2**page.bitspersample - 1))
    if page.photometric == PHOTOMETRIC.MINISWHITE and samples.dtype.kind == "u":
        white = 255 if samples.dtype == np.uint8 else 2**page.bitspersample - 1
        return (white - samples).astype(samples.dtype)
    if page.photometric == PHOTOMETRIC.SEPARATED and samples.dtype == np.uint8 and page.samplesperpixel == 4:
        inverse = 255 - samples.astype(np.uint16)
        return (inverse[..., :3] * inverse[..., 3:] // 255).astype(np.uint8)
    return samples
