"""Owns how a file becomes an entry: hashed, copied into the spool, described."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path

from plumbline.spool import entries
from plumbline.spool.folder import Spool

_MEDIA_TYPES = {".log": "text/plain", ".diff": "text/plain", ".py": "text/plain", ".onnx": "application/octet-stream"}


def artifact_of(spool: Spool, content: bytes | Path, path: str) -> entries.Entry:
    """The entry that stores bytes or a file under `path`."""
    if isinstance(content, Path):
        with content.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        size = content.stat().st_size
    else:
        sha256, size = hashlib.sha256(content).hexdigest(), len(content)
    ending = Path(path).suffix.lower()
    media_type = _MEDIA_TYPES.get(ending) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    return entries.artifact(path, spool.keep(content), size, sha256, media_type)
