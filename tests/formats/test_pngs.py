"""PNG images of masks: what is stored is what is read, and nothing hostile is decoded."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from plumbline_formats import pngs
from plumbline_formats.problems import Malformed

_SETTINGS = settings(max_examples=60, deadline=None)
_sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))


@_SETTINGS
@given(st.one_of(arrays.arrays(np.uint8, _sizes), arrays.arrays(np.uint16, _sizes)), st.booleans())
def test_values_come_back(pixels: np.ndarray, has_palette: bool) -> None:
    palette = pngs.colormap() if has_palette and pixels.dtype == np.uint8 else None
    content = pngs.encode(pixels, palette)
    picture = pngs.decode(content)
    assert np.array_equal(picture.pixels, pixels)
    assert picture.palette == (palette or [])
    assert pngs.size(content) == pixels.shape[::-1]
    assert pngs.encode(pixels, palette) == content


def test_black_and_white_is_0_and_255_for_everyone() -> None:
    content = pngs.encode(np.array([[True, False]]))
    assert np.asarray(PIL.Image.open(io.BytesIO(content))).tolist() == [[255, 0]]


@pytest.mark.parametrize(
    ("mode", "expected"), [("1", [[0, 1]]), ("L", [[0, 255]]), ("LA", [[0, 255]]), ("RGBA", [[[0] * 3, [255] * 3]])]
)
def test_other_modes_are_read(mode: str, expected: object) -> None:
    image = PIL.Image.fromarray(np.array([[0, 255]], np.uint8)).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    assert pngs.decode(buffer.getvalue()).pixels.tolist() == expected


def test_the_colours_are_those_of_voc() -> None:
    assert pngs.colormap()[:4] == [(0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0)]
    assert pngs.colormap()[255] == (224, 224, 192)


def _bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return pngs._SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no PNG"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 60, "is no PNG"),
        (_bomb(2**31 - 1, 2**31 - 1), "pixels are read"),
        (_bomb(0, 5), "pixels are read"),
        (_bomb(100, 100), "damaged"),
    ],
)
def test_what_is_no_image_of_a_mask_is_malformed(content: bytes, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        pngs.decode(content)


@_SETTINGS
@given(st.data())
def test_flipped_bytes_are_read_or_malformed(data: st.DataObject) -> None:
    content = bytearray(pngs.encode(np.arange(64, dtype=np.uint8).reshape(8, 8), pngs.colormap()))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert pngs.decode(bytes(content), most=10_000).pixels.size <= 30_000
    except Malformed:
        return
