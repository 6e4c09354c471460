"""Plumbline on one machine, without root and without containers: real servers below one state folder."""

from embedded.platform import Platform
from embedded.stack import Stack

__all__ = ["Platform", "Stack"]
