"""Owns the measuring of untrusted image files: decode in a killable subprocess, quality, hashes, renditions.

Does not know datasets, objects in a store, tenants or requests. Public names: `Decoder`, `Measured`,
`ImageRefused`, `Reason`. Importing this package loads no image library: those live in the worker processes
alone.
"""

from __future__ import annotations

from services.storage.imaging.decoder import Decoder
from services.storage.imaging.measured import Measured
from services.storage.imaging.refusal import ImageRefused, Reason

__all__ = ["Decoder", "ImageRefused", "Measured", "Reason"]
