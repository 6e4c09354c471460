"""Owns identifiers: a typed prefix and a UUIDv7 (RFC 9562), so that ids of one kind sort by creation."""

from __future__ import annotations

import secrets
import time


def new(prefix: str) -> str:
    """A fresh id such as `ds_0192f0c1d2e37abc8def0123456789ab`."""
    return f"{prefix}_{uuid7_hex()}"


def uuid7_hex() -> str:
    """48 bits of milliseconds, version 7, 74 random bits; 32 hex digits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return f"{value:032x}"
