"""Owns how large an image is, told from the head of its file. Does not decode pixels."""

from __future__ import annotations

import io
import struct

import PIL.Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from plumbline_formats.archive import Source
from plumbline_formats.problems import Malformed, Refused

_HEAD = 2**18
_WHOLE = 2**28
_ORIENTATION = 0x0112
_SIDEWAYS = (5, 6, 7, 8)
# What damaged or hostile pictures make its readers raise.
_DAMAGED = (
    *(
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        LookupError,
        TypeError,
        ArithmeticError,
        MemoryError,
        struct.error,
    ),
    PIL.Image.DecompressionBombError,
    PIL.Image.DecompressionBombWarning,
)


def size_of(source: Source, name: str) -> tuple[int, int]:
    """Width and height of the image as it is looked at, its EXIF orientation applied.

    Raises:
        Malformed: its head cannot be read.
    """
    with source.open(name) as file:
        head = file.read(_HEAD)
    try:
        return _size(head)
    except _DAMAGED as error:
        if source.size(name) <= len(head):
            raise Malformed(f"has no size that can be read ({error}): say it with options width and height") from error
    try:
        # some formats say their size at the end
        return _size(source.read(name, _WHOLE))
    except (*_DAMAGED, Refused) as error:
        raise Malformed(f"has no size that can be read ({error}): say it with options width and height") from error


def _size(content: bytes) -> tuple[int, int]:
    with _opened(content) as image:
        # the orientation of a PNG that is not in its head would take decoding all of it
        is_told = image.format != "PNG" or "exif" in image.info
        sideways = is_told and image.getexif().get(_ORIENTATION) in _SIDEWAYS
        return image.size[::-1] if sideways else image.size


def _opened(content: bytes) -> PIL.Image.Image:
    """By its class where that is known: `PIL.Image.open` refuses large pictures, of which nothing is decoded here."""
    file = io.BytesIO(content)
    kind = next((kind for start, kind in _KINDS if content.startswith(start)), None)
    return PIL.Image.open(file) if kind is None else kind(file)


_KINDS: tuple[tuple[bytes, type[ImageFile]], ...] = (
    (b"\x89PNG", PngImageFile),
    (b"\xff\xd8", JpegImageFile),
    (b"II*\0", TiffImageFile),
    (b"MM\0*", TiffImageFile),
)
