"""Owns the image files of these tests, made in memory. Does not hold files on disk."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image


class Files:
    """Makers of encoded images."""

    def scene(self, height: int = 96, width: int = 128, bits: int = 8) -> NDArray[np.generic]:
        """A grey gradient with a bright square, using the range of `bits`: shape (height, width)."""
        ramp = np.linspace(0.1, 0.7, width)[None, :] * np.linspace(0.6, 1.0, height)[:, None]
        ramp[height // 4 : height // 2, width // 4 : width // 2] = 1.0
        return np.round(ramp * (2**bits - 1)).astype(np.uint8 if bits <= 8 else np.uint16)

    def pillow(self, samples: NDArray[np.generic], kind: str, **options: Any) -> bytes:
        """`samples` saved by Pillow."""
        out = BytesIO()
        Image.fromarray(samples).save(out, kind, **options)
        return out.getvalue()

    def png(self, samples: NDArray[np.generic]) -> bytes:
        """PNG of any depth, 16-bit colour included."""
        return bytes(imagecodecs.png_encode(np.ascontiguousarray(samples)))

    def tiff(self, samples: NDArray[np.generic], **options: Any) -> bytes:
        """TIFF with any of tifffile's options."""
        out = BytesIO()
        tifffile.imwrite(out, samples, **options)
        return out.getvalue()

    def png_bomb(self, side: int = 20_000) -> bytes:
        """A valid 1-bit PNG of side x side pixels in a few tens of kilobytes."""
        packer = zlib.compressobj(9)
        rows = b"".join(packer.compress(bytes(1 + side // 8)) for _ in range(side)) + packer.flush()
        header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.fixture
def files() -> Files:
    """Makers of encoded images."""
    return Files()
