"""Owns the process that reads a file of annotations: its start, its clock, its end. Does not parse anything itself.

What the process says comes as lines of JSON: that it has started, what the file is taken for, then the images in their
order, at the end the problems. A process that was taken over by a hostile file can lie about annotations, no more.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from plumbline_formats import documents
from plumbline_formats.model import Header, Image
from plumbline_formats.problems import FormatError, Problem, Refused

_PROJECT = Path(__file__).resolve().parents[3]
# One image on one line; nobody marks more than this on one.
_LONGEST_LINE = 256 * 2**20
_START_S = 60.0
# A process that says nothing for so long hangs: every reader streams.
_SILENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Caps:
    """What a process may use: address space above its idle size, seconds of processor time, bytes of spool files."""

    memory_mb: int
    cpu_s: int
    spool_mb: int


@dataclass(slots=True)
class Source:
    """A file that is being read; `problems`, `error_count` and `note_count` are complete after the last image."""

    format: str
    # Why it was taken for this format; empty when that was said.
    guess: str
    header: Header
    lines: AsyncIterator[dict[str, Any]]
    problems: list[Problem] = field(default_factory=list)
    error_count: int = 0
    note_count: int = 0

    async def images(self) -> AsyncIterator[Image]:
        """The images in the order of the file.

        Raises:
            Refused: the file cannot be read any further, or takes more than it may.
        """
        async for line in self.lines:
            if "image" in line:
                yield documents.to_image(line["image"])
            else:
                self.problems = [Problem(*problem) for problem in line["problems"]]
                self.error_count, self.note_count = line["errors"], line["notes"]
                return


@asynccontextmanager
async def opened(
    path: Path, name: str, format_name: str, options: Mapping[str, str], caps: Caps
) -> AsyncIterator[Source]:
    """Read a file that the uploader calls `name`, in a process that ends with the block.

    Args:
        format_name: empty: guessed.

    Raises:
        Refused: it is hostile, damaged as a whole, or of no format that can be told.
    """
    process = await _start(path, name, format_name, options, caps)
    try:
        await _begun(process)
        lines = _lines(process, name)
        first = await anext(lines)
        yield Source(first["format"], first["guess"], documents.to_header(first["header"]), lines)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _start(path: Path, name: str, format_name: str, options: Mapping[str, str], caps: Caps) -> Process:
    order: dict[str, Any] = {"path": str(path), "name": name, "format": format_name, "options": dict(options)}
    order |= {"memory_mb": caps.memory_mb, "cpu_s": caps.cpu_s, "spool_mb": caps.spool_mb}
    # Nothing is inherited: the process sees hostile bytes and must not hold a credential.
    environment = {
        "PYTHONPATH": os.pathsep.join((str(_PROJECT), str(_PROJECT / "formats"))),
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "TMPDIR": str(path.parent),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.annotation.reading.process"),
        stdin=PIPE, stdout=PIPE, cwd=_PROJECT, env=environment, limit=_LONGEST_LINE,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(orjson.dumps(order))
    process.stdin.close()
    return process


async def _begun(process: Process) -> None:
    """Wait until the process has loaded what it needs; what goes wrong before is no fault of the file."""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START_S):
            text = await process.stdout.readline()
    except TimeoutError as error:
        raise RuntimeError("the reader of annotation files does not start") from error
    if not text:
        raise RuntimeError("the reader of annotation files does not start; its error output says why")


async def _lines(process: Process, name: str) -> AsyncIterator[dict[str, Any]]:
    assert process.stdout is not None
    while True:
        try:
            async with asyncio.timeout(_SILENCE_S):
                text = await process.stdout.readline()
            line = orjson.loads(text) if text else None
        except TimeoutError as error:
            raise Refused(f"{name} takes too long to read: send it in parts.") from error
        except ValueError as error:
            raise Refused(f"{name} says more about one image than is read: send less.") from error
        if line is None:
            raise Refused(f"{name} took more memory or time to read than it may: send it in parts.")
        if "refused" in line:
            raise FormatError(line["refused"])
        yield line
