"""Owns the errors of the embedded platform that a person sees. Does not catch or print them."""

from __future__ import annotations


class EmbeddedError(Exception):
    """Something about this machine keeps the platform from running; the message says what to do next."""


class HomeInUse(EmbeddedError):
    """Another running platform holds the state folder."""


class PortBusy(EmbeddedError):
    """A port that the platform needs belongs to another program."""


class StartFailed(EmbeddedError):
    """A program did not become ready in time or kept exiting."""
