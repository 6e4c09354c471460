"""Owns what the system tests share: a running platform."""

from __future__ import annotations

from tests.live import live_platform

__all__ = ["live_platform"]
