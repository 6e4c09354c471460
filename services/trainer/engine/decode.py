"""Owns reading an image file into oriented 8-bit pixels of one size. Does not know annotations or models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
MAX_PIXELS = 400_000_000
TIFF_SIGNATURES = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
TIFF_ORIENTATION = 274

# EXIF orientation -> Pillow transposition that shows the image upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class UnreadableImage(ValueError):
    """The file is no image this engine reads, or it is damaged."""


@dataclass(frozen=True)
class Rendition:
    """An image as a model sees it: `pixels` uint8 (size, size, channels), and the full oriented size in pixels."""

    pixels: np.ndarray
    height: int
    width: int


def render(path: Path, size: int, channels: int, window: tuple[float, float] | None = None) -> Rendition:
    """Read, orient, bring to 8 bits through the display window and resize to `size` x `size`.

    `channels` is 1 (gray) or 3 (RGB). More than 8 bits without a window use the image's own minimum and maximum.
    Raises UnreadableImage with the file's name and what to do.
    """
    try:
        image, height, width = _open_eight_bit(path, size, window)
        image = image.convert("L" if channels == 1 else "RGB")
        image = image.resize((size, size), Image.Resampling.BILINEAR)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadableImage(
            f"{path.name} cannot be read: {error}. Check the file or leave it out of the dataset."
        ) from error
    return Rendition(np.asarray(image, dtype=np.uint8).reshape(size, size, channels), height, width)


def _open_eight_bit(path: Path, size: int, window: tuple[float, float] | None) -> tuple[Image.Image, int, int]:
    with path.open("rb") as file:
        signature = file.read(4)
    if signature in TIFF_SIGNATURES:
        values, orientation = _read_tiff(path)
        image = Image.fromarray(_through_window(values, window))
        image = image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image
        return image, image.height, image.width
    with Image.open(path, formats=FORMATS) as opened:
        _refuse_huge(opened.width, opened.height)
        turned = opened.getexif().get(TIFF_ORIENTATION, 1) in (5, 6, 7, 8)
        width, height = (opened.height, opened.width) if turned else opened.size
        if window is None and opened.mode in ("L", "RGB"):
            # A JPEG can be decoded at a fraction of its size, which is most of the time spent on a large photo.
            opened.draft(opened.mode, (size, size))
        upright = ImageOps.exif_transpose(opened)
        return _eight_bit(upright, window), height, width


def _eight_bit(image: Image.Image, window: tuple[float, float] | None) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_through_window(np.asarray(image), window))
    if window is not None and image.mode == "L":
        return Image.fromarray(_through_window(np.asarray(image), window))
    return image


def _read_tiff(path: Path) -> tuple[np.ndarray, int]:
    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        _refuse_huge(page.imagewidth, page.imagelength)
        tag = page.tags.get(TIFF_ORIENTATION)
        values = page.asarray()
    if values.ndim == 3 and values.shape[2] not in (1, 3):
        values = values[:, :, :3] if values.shape[2] > 3 else values[:, :, :1]
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[:, :, 0]
    if values.ndim not in (2, 3):
        raise ValueError(f"a TIFF page of {values.ndim} dimensions is not an image")
    return values, int(tag.value) if tag is not None else 1


def _through_window(values: np.ndarray, window: tuple[float, float] | None) -> np.ndarray:
    """Map [lo, hi] linearly to 0..255, values outside clipped; 8-bit values without a window stay as they are."""
    if values.dtype == np.uint8 and window is None:
        return np.ascontiguousarray(values)
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * 255
    finite = np.nan_to_num(values.astype(np.float32))
    lo, hi = window if window is not None else (float(finite.min()), float(finite.max()))
    scaled = (finite - lo) * (255.0 / max(hi - lo, 1e-12))
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def _refuse_huge(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ValueError(f"{width} x {height} pixels exceed the limit of {MAX_PIXELS}")
