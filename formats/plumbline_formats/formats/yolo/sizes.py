"""Owns how large an image is, told from the head of its file. Does not decode pixels."""

from __future__ import annotations

import io
import warnings

import PIL.Image

from plumbline_formats.archive import Source
from plumbline_formats.problems import Malformed, Refused

_HEAD = 2**18
_WHOLE = 2**28
_ORIENTATION = 0x0112
_SIDEWAYS = (5, 6, 7, 8)


def size_of(source: Source, name: str) -> tuple[int, int]:
    """Width and height of the image as it is looked at, its EXIF orientation applied.

    Raises:
        Malformed: its head cannot be read.
    """
    with source.open(name) as file:
        head = file.read(_HEAD)
    try:
        return _size(head)
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError) as error:
        if source.size(name) <= len(head):
            raise Malformed(
                f"has no size that can be read ({error}): say it with options width and height"
            ) from error
    try:
        # some formats say their size at the end
        return _size(source.read(name, _WHOLE))
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError, Refused) as error:
        raise Malformed(
            f"has no size that can be read ({error}): say it with options width and height"
        ) from error


def _size(content: bytes) -> tuple[int, int]:
    with warnings.catch_warnings():
        # nothing is decoded, so that a large picture costs nothing
        warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
        with PIL.Image.open(io.BytesIO(content)) as image:
            # the orientation of a PNG that is not in its head would take decoding all of it
            is_told = image.format != "PNG" or "exif" in image.info
            sideways = is_told and image.getexif().get(_ORIENTATION) in _SIDEWAYS
            return image.size[::-1] if sideways else image.size
