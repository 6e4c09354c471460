"""Owns the small pictures people see: thumbnail and preview, always through the display window.

Does not store them.
"""

from __future__ import annotations

from io import BytesIO

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from services.storage.imaging.pixels import Pixels, strips
from services.storage.imaging.scale import Scale

THUMBNAIL_SIDE = 256
PREVIEW_SIDE = 2048

_WEB_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def display_image(pixels: Pixels, scale: Scale) -> Image.Image:
    """The picture as 8-bit L, LA, RGB or RGBA, full size, with the window applied.

    Further channels are left out.
    """
    shown = pixels.channels if pixels.channels in _MODES else 1
    samples = pixels.samples if pixels.samples.ndim == 2 or shown > 1 else pixels.samples[..., 0]
    if samples.dtype != np.uint8:
        samples = _windowed(samples, shown, scale)
    return Image.fromarray(np.ascontiguousarray(samples), mode=_MODES[shown])


def _windowed(samples: NDArray[np.generic], channels: int, scale: Scale) -> NDArray[np.uint8]:
    out = np.empty(samples.shape, dtype=np.uint8)
    for source, target in zip(strips(samples), strips(out), strict=True):
        target[...] = _to_bytes(source, scale.low, scale.high)
        if channels in (2, 4):
            # Transparency is no light: it keeps the full scale.
            target[..., -1] = _to_bytes(source[..., -1], scale.black, scale.white)
    return out


def _to_bytes(values: NDArray[np.generic], low: float, high: float) -> NDArray[np.uint8]:
    span = np.float32(255 / (high - low)) if high > low else np.float32(0)
    light = (values.astype(np.float32) - np.float32(low)) * span + np.float32(0.5)
    if values.dtype.kind == "f":
        light = np.nan_to_num(light, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
    return np.clip(light, 0, 255).astype(np.uint8)


def perceptual_hashes(display: Image.Image) -> tuple[str, str]:
    """(phash, dhash) of the displayed picture, 16 hex digits each."""
    grey = display.convert("L")
    return str(imagehash.phash(grey)), str(imagehash.dhash(grey))


def thumbnail(display: Image.Image) -> bytes:
    """WebP with the long side at most 256 pixels."""
    return _encoded(_fitted(display, THUMBNAIL_SIDE), "WEBP", quality=80, method=1)


def preview(display: Image.Image, pixels: Pixels, effective_bits: int) -> tuple[str, bytes | None]:
    """(media type, bytes) of a picture a browser can show, or ("", None) when it can show the original."""
    if pixels.media_type in _WEB_TYPES and pixels.samples.dtype == np.uint8 and effective_bits <= 8:
        return "", None
    small = _fitted(display, PREVIEW_SIDE)
    if small.mode in ("LA", "RGBA"):
        return "image/webp", _encoded(small, "WEBP", quality=90, method=1)
    return "image/jpeg", _encoded(small, "JPEG", quality=90)


def _fitted(display: Image.Image, side: int) -> Image.Image:
    # WebP knows no grey with alpha.
    image = display.convert("RGBA") if display.mode == "LA" else display
    shrink = max(image.size) / side
    if shrink <= 1:
        return image
    size = (max(1, round(image.width / shrink)), max(1, round(image.height / shrink)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(image: Image.Image, kind: str, **options: int) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
