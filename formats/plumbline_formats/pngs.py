"""Owns PNG images of masks: reading them within limits, and writing them with the same bytes each time.

Does not know what their values mean. Only PNG is decoded: what cannot be exact is no mask.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from plumbline_formats import masks
from plumbline_formats.problems import Malformed

Color = tuple[int, int, int]
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COMPRESSION = 6


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded mask image.

    Attributes:
        pixels: (height, width) of uint8 or wider: indices of a palette, or values of grey; or (height, width, 3) of
            uint8: red, green and blue.
        palette: colours by index; empty when it has none.
    """

    pixels: NDArray[Any]
    palette: list[Color]


def size(content: bytes) -> tuple[int, int]:
    """Width and height, from the header alone.

    Raises:
        Malformed: it is no PNG.
    """
    if len(content) < 33 or not content.startswith(_SIGNATURE) or content[12:16] != b"IHDR":
        raise Malformed("is no PNG image: masks are read from PNG only, since other formats change pixels")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def decode(content: bytes, most: int = masks.MAX_CROP_PIXELS) -> Picture:
    """The pixels as they are stored; of grey or colours with transparency, without it.

    Args:
        most: pixels that are decoded; checked before anything is.

    Raises:
        Malformed: it is no PNG, damaged, or too large.
    """
    width, height = size(content)
    if not 0 < width * height <= most:
        raise Malformed(f"is an image of {width} x {height}, from 1 to {most} pixels are read")
    try:
        # the class itself, since `Image.open` has a limit of its own
        with PngImagePlugin.PngImageFile(io.BytesIO(content)) as image:
            palette = _palette(image)
            pixels = np.asarray(image)
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, MemoryError) as error:
        raise Malformed(f"is a damaged PNG image ({error})") from error
    if pixels.ndim == 3:
        pixels = pixels[:, :, 0] if pixels.shape[2] == 2 else pixels[:, :, :3]
    return Picture(pixels.astype(np.uint8) if pixels.dtype == bool else pixels, palette)


def encode(pixels: NDArray[Any], palette: list[Color] | None = None) -> bytes:
    """A PNG of (height, width): of bool 0 and 255, of uint8 grey or indices of a palette, of uint16 grey.

    Raises:
        Malformed: it has no pixel.
    """
    if not pixels.size:
        raise Malformed("has no pixel: an image needs one at least")
    if pixels.dtype == bool:
        pixels = pixels.astype(np.uint8) * 255
    image = Image.fromarray(np.ascontiguousarray(pixels))
    if palette is not None:
        # all 256, so that Pillow keeps eight bits for each pixel, whatever the number of classes
        image.putpalette([channel for color in (*palette, *colormap()[len(palette) :]) for channel in color])
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=_COMPRESSION)
    return file.getvalue()


def colormap() -> list[Color]:
    """The 256 colours that Pascal VOC gives to indices: 0 is black, 255 nearly white."""
    return [_voc_color(index) for index in range(256)]


def _voc_color(index: int) -> Color:
    channels = [0, 0, 0]
    for shift in range(7, -1, -1):
        for channel in range(3):
            channels[channel] |= (index >> channel & 1) << shift
        index >>= 3
    return channels[0], channels[1], channels[2]


def _palette(image: Image.Image) -> list[Color]:
    if image.mode != "P":
        return []
    flat = image.getpalette() or []
    return [(flat[at], flat[at + 1], flat[at + 2]) for at in range(0, len(flat), 3)]
