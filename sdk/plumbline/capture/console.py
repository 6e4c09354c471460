"""Owns what a program prints: a copy of stdout and stderr as lines, without ever disturbing the printing."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_MOST_BYTES = 64 << 20


class Lines:
    """Turns pieces of text into lines as a terminal would leave them: a bar that redraws itself is one line."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, text: str) -> str:
        """The lines that are complete now, with their line breaks."""
        *lines, rest = (self._rest + text).split("\n")
        # of a line that is drawn again and again only the last drawing is kept
        cut = rest.rfind("\r", 0, -1)
        self._rest = rest[cut + 1 :] if cut >= 0 else rest
        return "".join(f"{_drawn(line)}\n" for line in lines)

    def end(self) -> str:
        """What has no line break."""
        rest, self._rest = self._rest, ""
        return f"{_drawn(rest)}\n" if rest.strip() else ""


class Console:
    """Copies what is written to stdout and stderr into a file, from `start` to `stop`.

    The streams stay what they are: only their `write` is wrapped, so whoever holds them is seen too.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._pieces: list[tuple[int, str]] = []
        self._lines = (Lines(), Lines())
        self._wrapped: list[tuple[Any, Callable[[str], Any]]] = []
        self._process = os.getpid()
        self._parted = 0
        self._is_full = False
        self.size = 0

    def start(self) -> None:
        for number, stream in enumerate((sys.stdout, sys.stderr)):
            if stream is not None:
                self._wrap(number, stream)

    def stop(self) -> None:
        """Give the streams back as they were; one that somebody else wrapped meanwhile only stops copying."""
        self._process = -1
        for stream, wrapper in self._wrapped:
            if stream.__dict__.get("write") is wrapper:
                del stream.write
        self._wrapped.clear()
        self.drain()
        self._keep("".join(lines.end() for lines in self._lines))

    def drain(self) -> None:
        """Bring what was printed to the file."""
        taken = self._pieces[:]
        del self._pieces[: len(taken)]
        self._keep("".join(self._lines[number].feed(text) for number, text in taken))

    def part(self) -> bytes:
        """What is in the file since the last part."""
        if self.size == self._parted:
            return b""
        with self._file.open("rb") as stream:
            stream.seek(self._parted)
            content = stream.read()
        self._parted += len(content)
        return content

    def _wrap(self, number: int, stream: Any) -> None:
        original = stream.write
        pieces = self._pieces

        def write(text: str) -> Any:
            result = original(text)
            # a forked process prints too, but nobody would ever take its pieces
            if os.getpid() == self._process and isinstance(text, str):
                pieces.append((number, text))
            return result

        try:
            stream.write = write
        except AttributeError:
            return  # a stream that cannot be wrapped is not copied; printing goes on
        self._wrapped.append((stream, write))

    def _keep(self, text: str) -> None:
        if not text or self._is_full:
            return
        content = text.encode("utf-8", "replace")
        if self.size + len(content) > _MOST_BYTES:
            self._is_full = True
            content = f"[nothing after {_MOST_BYTES >> 20} MiB is kept]\n".encode()
        with self._file.open("ab") as stream:
            stream.write(content)
        self.size += len(content)


def _drawn(line: str) -> str:
    text = line.rstrip("\r")
    return _ESCAPES.sub("", text[text.rfind("\r") + 1 :])
