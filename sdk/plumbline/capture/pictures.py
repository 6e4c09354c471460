"""Owns pictures on their way to PNG: arrays, tensors, PIL images, figures and files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plumbline.errors import PlumblineError

# gives the bytes of a file and its ending; called in another thread than `as_picture`
Picture = Callable[[], tuple[bytes, str]]


def as_picture(image: Any) -> Picture:
    """Take a picture as it is now; the caller may change or delete it afterwards.

    Raises:
        TypeError, ValueError: this is no picture.
        PlumblineError: Pillow is not installed.
    """
    if isinstance(image, str | Path):
        file = Path(image)
        content = file.read_bytes()
        return lambda: (content, file.suffix.lower() or ".png")
    pillow = _pillow()
    if isinstance(image, pillow.Image):
        copied = image.copy()
        return lambda: (_png(copied), ".png")
    pixels = _pixels(image)
    return lambda: (_png(pillow.fromarray(pixels)), ".png")


def figure_png(figure: Any) -> bytes:
    """A matplotlib figure as PNG.

    Raises:
        TypeError: it cannot be saved.
    """
    if not hasattr(figure, "savefig"):
        raise TypeError(f"A {type(figure).__name__} is no figure: give a matplotlib figure.")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _pixels(image: Any) -> Any:
    """A copy as uint8 of shape (H, W), (H, W, 3) or (H, W, 4)."""
    try:
        import numpy as np
    except ImportError as error:
        raise PlumblineError("Pictures of arrays need numpy: pip install 'plumbline[images]'.") from error
    if hasattr(image, "detach"):
        image = image.detach().cpu().numpy()
    pixels = np.array(image)
    if pixels.ndim == 3 and pixels.shape[0] in (1, 3, 4) and pixels.shape[-1] not in (1, 3, 4):
        pixels = pixels.transpose(1, 2, 0)
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[-1] not in (3, 4)) or not pixels.size:
        raise ValueError(f"Shape {pixels.shape} is no picture: give (H, W), (H, W, C) or (C, H, W), C being 1, 3 or 4.")
    if pixels.dtype.kind == "b":
        return pixels.astype(np.uint8) * 255
    if pixels.dtype.kind == "f":
        return (np.nan_to_num(pixels).clip(0, 1) * 255).round().astype(np.uint8)
    if pixels.dtype != np.uint8:
        raise TypeError(f"Pixels of type {pixels.dtype} are ambiguous: give uint8, or floats in 0..1.")
    return pixels


def _png(image: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return buffer.getvalue()


def _pillow() -> Any:
    try:
        import PIL.Image
    except ImportError as error:
        raise PlumblineError("Pictures need Pillow: pip install 'plumbline[images]'.") from error
    return PIL.Image
