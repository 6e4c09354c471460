"""Owns the files of a journal: append-only segments named by the number of their first line, and the position.

A line is whole or it does not count: what a crash cut off is cut away when the segments are read again.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

_SEGMENT_BYTES = 16 << 20
_POSITION = "position"
_NUMBER = 16
# not every system has the cheaper one, or tells text from bytes
_settle = getattr(os, "fdatasync", os.fsync)
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


class Segments:
    """Files `<number>.log` in a folder. Not safe between threads: the journal has the lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._out = -1
        self._out_start = 0
        self._out_next = -1
        self._out_bytes = 0
        self._dirty = False
        self._position: io.FileIO | None = None
        self._in: io.BufferedReader | None = None
        self._in_next = -1
        self._starts: list[int] = []

    def scan(self) -> tuple[int, int, int]:
        """Read what an earlier process left: (acknowledged, sending, number of the next line)."""
        self._starts = sorted(int(file.stem) for file in self._folder.glob("*.log") if file.stem.isdecimal())
        if not self._starts:
            return 0, 0, 0
        last = self._file(self._starts[-1])
        content = last.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(last, whole)
        acknowledged, sending = self._noted()
        return acknowledged, sending, self._starts[-1] + content.count(b"\n")

    def append(self, number: int, line: bytes) -> None:
        """Write line `number`.

        Raises:
            OSError: the disk did not take it; the segment is as it was before.
        """
        if self._out < 0 or number != self._out_next or self._out_bytes > _SEGMENT_BYTES:
            self._open(number)
        try:
            written = os.write(self._out, line)
            if written < len(line):
                # a disk that fills up takes a part; asking for the rest tells why
                written += os.write(self._out, line[written:])
            if written < len(line):
                raise OSError(28, "the disk took a part of a line", str(self._file(self._out_start)))
        except OSError:
            os.ftruncate(self._out, self._out_bytes)
            raise
        self._dirty = True
        self._out_next += 1
        self._out_bytes += len(line)

    def settle(self) -> None:
        if self._dirty:
            _settle(self._out)
            self._dirty = False

    def line(self, number: int) -> bytes:
        """Line `number`, which was written before."""
        if self._in is None or number != self._in_next:
            self._seek(number)
        assert self._in is not None
        line = self._in.readline()
        if not line:
            self._seek(number)
            line = self._in.readline()
        self._in_next = number + 1
        return line

    def note(self, acknowledged: int, sending: int) -> None:
        """Write the position down for a process that comes after a crash."""
        if self._position is None:
            file = self._folder / _POSITION
            file.touch(mode=0o600)
            self._position = file.open("r+b", buffering=0)
        self._position.seek(0)
        self._position.write(f"{acknowledged:0{_NUMBER}d} {sending:0{_NUMBER}d}\n".encode())
        _settle(self._position.fileno())

    def drop_before(self, number: int) -> None:
        """Delete segments whose lines are all before a number; the one that is written stays."""
        while len(self._starts) > 1 and self._starts[1] <= number:
            self._file(self._starts.pop(0)).unlink(missing_ok=True)

    def close(self) -> None:
        if self._out >= 0:
            os.close(self._out)
            self._out = -1
        for file in (self._in, self._position):
            if file is not None:
                file.close()
        self._in = self._position = None

    def _open(self, number: int) -> None:
        handle = os.open(self._file(number), _APPEND, 0o600)
        if self._out >= 0:
            self.settle()
            os.close(self._out)
        self._out, self._out_start, self._out_next = handle, number, number
        self._out_bytes = os.fstat(handle).st_size
        if number not in self._starts:
            self._starts.append(number)

    def _seek(self, number: int) -> None:
        start = max(each for each in self._starts if each <= number)
        if self._in is not None:
            self._in.close()
        self._in = self._file(start).open("rb")
        for _ in range(number - start):
            self._in.readline()
        self._in_next = number

    def _noted(self) -> tuple[int, int]:
        try:
            acknowledged, sending = (self._folder / _POSITION).read_text().split()
            return int(acknowledged), int(sending)
        except (OSError, ValueError):
            return self._starts[0], self._starts[0]

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:0{_NUMBER}d}.log"
