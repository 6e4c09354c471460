"""Owns reading JPEG, PNG, WebP and BMP strictly.

Does not read TIFF (tiff_files.py) and never guesses a format.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from services.storage.imaging.pixels import Pixels, check_size, known_orientation, upright

# The pixel cap of this package is checked before any decode; Pillow's own is lower and only warns.
Image.MAX_IMAGE_PIXELS = None

_DECODED_AS = {"1": "L", "P": "RGB", "CMYK": "RGB", "YCbCr": "RGB", "LAB": "RGB", "HSV": "RGB", "RGBX": "RGB"}
_EXIF_ORIENTATION = 0x0112


def read_raster(data: bytes, media_type: str, max_pixels: int) -> Pixels:
    """Decode completely or raise.

    Whatever Pillow raises for damaged files, and ImageRefused above the pixel cap.
    """
    if media_type == "image/webp":
        check_size(*_webp_size(data), max_pixels)
    pixels = _read(data, media_type, max_pixels)
    if pixels.stored_bits < 16:
        return pixels
    # Pillow has checked the file, and turned 16-bit colour into 8-bit colour without a word.
    return replace(pixels, samples=upright(imagecodecs.png_decode(data), pixels.orientation))


def _read(data: bytes, media_type: str, max_pixels: int) -> Pixels:
    with Image.open(BytesIO(data), formats=[media_type.removeprefix("image/").upper()]) as image:
        check_size(*image.size, max_pixels)
        stored_bits = _stored_bits(data, media_type, image.mode)
        pages = int(getattr(image, "n_frames", 1))
        image.load()
        orientation = _orientation(image)
        return Pixels(upright(_samples(image), orientation), media_type, stored_bits, pages, orientation)


def _samples(image: Image.Image) -> NDArray[np.generic]:
    if image.mode == "P" and "transparency" in image.info:
        return np.asarray(image.convert("RGBA"))
    return np.asarray(image.convert(_DECODED_AS[image.mode]) if image.mode in _DECODED_AS else image)


def _stored_bits(data: bytes, media_type: str, mode: str) -> int:
    if media_type == "image/png":
        depth, colour = data[24], data[25]
        # A palette entry is 8-bit colour, however few bits its index takes.
        return 8 if colour == 3 else depth
    return 1 if mode == "1" else 8


def _orientation(image: Image.Image) -> int:
    try:
        return known_orientation(image.getexif().get(_EXIF_ORIENTATION))
    except Exception:  # parsers of EXIF raise anything at all, and damaged notes must not cost a good picture
        return 1


def _webp_size(data: bytes) -> tuple[int, int]:
    """The canvas size from the header alone: Pillow allocates the whole canvas when it opens a WebP."""
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise ValueError("the WebP header is cut off")
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        packed = int.from_bytes(body[1:5], "little")
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
