"""Owns what is known about an image after ingest, and its form on the pipe. Does not compute any of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

RENDITIONS = ("thumbnail", "preview")


@dataclass(frozen=True, slots=True)
class Measured:
    """Facts about one image file, in oriented full-resolution pixels. Of several pages the first is measured.

    media_type: "image/jpeg", "image/png", "image/webp", "image/tiff" or "image/bmp", by content.
    width, height: pixels after the orientation was applied.
    channels: of the decoded pixels; palette and CMYK images are decoded to RGB, so 1 to 4 (more for TIFF).
    bit_depth: bits per sample of the container.
    effective_bits: bits really used, e.g. 12 in a 16-bit file; an estimate from the values of this one image,
        rounded up to 8, 10, 12, 14, 16, 24 or 32.
    sample_format: "uint", "int" or "float".
    pages: images in the file.
    orientation: EXIF value 1 to 8, as stored.
    sharpness: variance of the 4-neighbour Laplacian of brightness on a scale of 0 to 255, so that files of
        different bit depth compare. Low means blurred or empty; compare within one kind of scene only.
    exposure, contrast: mean and standard deviation of brightness as fractions of full scale, in [0, 1]; full
        scale is 2 ** effective_bits - 1, or the range of the values for signed and for float beyond [0, 1].
    phash, dhash: 64-bit perceptual hashes as 16 hex digits.
    pixel_hash: sha256 hex of the decoded pixels, as described at `pixels.pixel_hash`.
    window_low, window_high: sample values shown as black and white in renditions.
    preview_media_type: format of the preview, or "".
    thumbnail: WebP, long side at most 256.
    preview: JPEG, or WebP when transparent, long side at most 2048; None when a browser shows the original as
        it is (8-bit JPEG, PNG, WebP).
    """

    media_type: str
    width: int
    height: int
    channels: int
    bit_depth: int
    effective_bits: int
    sample_format: str
    pages: int
    orientation: int
    sharpness: float
    exposure: float
    contrast: float
    phash: str
    dhash: str
    pixel_hash: str
    window_low: float
    window_high: float
    preview_media_type: str
    thumbnail: bytes
    preview: bytes | None

    @property
    def phash_bits(self) -> int:
        """The perceptual hash as an unsigned 64-bit number."""
        return int(self.phash, 16)

    def facts(self) -> dict[str, Any]:
        """Everything but the renditions, ready for JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name not in RENDITIONS}
