"""Owns identifiers: a typed prefix and a UUIDv7 (RFC 9562), so that ids of one kind sort by creation."""

from __future__ import annotations

import secrets
import threading
import time

_lock = threading.Lock()
_last = 0


def new(prefix: str) -> str:
    """A fresh id such as `ds_0192f0c1d2e37abc8def0123456789ab`, greater than every earlier one of this process."""
    return f"{prefix}_{uuid7_hex()}"


def uuid7_hex() -> str:
    """48 bits of milliseconds, version 7, 12 bits of their fraction, 62 random bits; 32 hex digits."""
    moment = _next_moment()
    value = (moment >> 12 << 80) | (0x7 << 76) | ((moment & 0xFFF) << 64) | (0x2 << 62) | secrets.randbits(62)
    return f"{value:032x}"


def _next_moment() -> int:
    """Time in 1/4096 of a millisecond (RFC 9562, section 6.2, method 3), never the same nor backwards."""
    global _last
    with _lock:
        _last = max(_last + 1, (time.time_ns() << 12) // 1_000_000)
        return _last
