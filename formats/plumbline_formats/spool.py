"""Owns what waits while files are written: bytes in memory, and on disk when they become many."""

from __future__ import annotations

import shutil
import tempfile
from typing import BinaryIO

_IN_MEMORY = 2**20


class Spool:
    """Bytes that are written now and poured into a file later, once."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by `pour`

    def write(self, content: bytes) -> None:
        self._file.write(content)

    def add(self, element: bytes) -> None:
        """One more element of a JSON list, on a line of its own."""
        self._file.write(b",\n" if self._file.tell() else b"\n")
        self._file.write(element)

    def pour(self, target: BinaryIO | None) -> None:
        """Everything into a file, or nowhere; nothing waits after that."""
        with self._file as file:
            if target is not None:
                file.seek(0)
                shutil.copyfileobj(file, target, _IN_MEMORY)
