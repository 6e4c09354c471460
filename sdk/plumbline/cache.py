"""Owns the content-addressed cache of image bytes on this machine: a name is the sha256 of what it holds."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from plumbline import config
from plumbline.errors import PlumblineError

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Cache:
    """Files below one folder; several processes may use it at once."""

    folder: Path

    @classmethod
    def default(cls) -> Cache:
        return cls(config.cache_folder())

    def path(self, sha256: str) -> Path:
        """Where the bytes of a digest are or would be."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is not a sha256")
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def add(self, sha256: str, content: bytes) -> Path:
        """Keep bytes under their digest.

        Raises:
            PlumblineError: the bytes are not those of the digest.
        """
        if hashlib.sha256(content).hexdigest() != sha256:
            raise PlumblineError(f"The bytes received for {sha256} are not those of that digest.", reason="DAMAGED")
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        # never half a file under a final name, whoever is killed
        handle, scratch = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(scratch, target)
        return target
