"""Owns why an image is not taken: the reason codes and the error that carries one.

Does not map them to a protocol.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Stable codes; clients decide by them, people read the message."""

    UNSUPPORTED_FORMAT = "UNSUPPORTED_FORMAT"
    CORRUPT_IMAGE = "CORRUPT_IMAGE"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    DECODE_TIMEOUT = "DECODE_TIMEOUT"
    DECODER_CRASHED = "DECODER_CRASHED"


class ImageRefused(Exception):
    """An image that could not be measured. `message` is plain words that say what to do next."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message
