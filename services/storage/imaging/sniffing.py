"""Owns the format allow-list: what a file is by its first bytes.

Does not decode, and never looks at a name.
"""

from __future__ import annotations

from services.storage.imaging.refusal import ImageRefused, Reason

_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_REFUSED = {
    b"GIF8": "a GIF",
    b"%PDF": "a PDF",
    b"8BPS": "a Photoshop file",
    b"PK\x03\x04": "a ZIP archive or office document",
    b"<svg": "an SVG drawing",
    b"<?xml": "an XML document",
}


def media_type_of(data: bytes) -> str:
    """The media type of an allowed format.

    Raises ImageRefused with UNSUPPORTED_FORMAT for everything else.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(_TIFF_STARTS):
        return "image/tiff"
    if data.startswith(b"BM"):
        return "image/bmp"
    raise ImageRefused(Reason.UNSUPPORTED_FORMAT, f"{_looks_like(data)}; convert it to JPEG, PNG, WebP, TIFF or BMP")


def _looks_like(data: bytes) -> str:
    if not data:
        return "the file is empty"
    if data[4:8] == b"ftyp":
        return "the file is a HEIC, AVIF or video file"
    for start, name in _REFUSED.items():
        if data.startswith(start):
            return f"the file is {name}"
    return "the file is not an image of a known format"
