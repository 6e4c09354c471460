"""Owns the process that reads one file of annotations: an order on stdin, lines of JSON on stdout (see `sources`).

Does not trust the file: memory, processor time, open files and spool files are capped before the first byte of it is
read. Started as `python -m services.annotation.reading.process`.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from plumbline_formats import documents, registry
from plumbline_formats import format as formats
from plumbline_formats.archive import open_source
from plumbline_formats.problems import FormatError, Problem

_MIB = 2**20
_OPEN_FILES = 64


def main() -> None:
    """Read what the order names and say what is in it."""
    order = orjson.loads(sys.stdin.buffer.read())
    answers = _private_pipe()
    _close_the_doors(order)
    _say(answers, {"ready": True})
    try:
        _read(order, answers)
    except FormatError as error:
        _say(answers, {"refused": str(error)})
    except MemoryError:
        _say(answers, {"refused": f"{order['name']} takes more memory to read than it may: send it in parts."})


def _read(order: dict[str, Any], answers: BinaryIO) -> None:
    with open_source(Path(order["path"]), name=order["name"]) as source:
        if order["format"]:
            found, guess = registry.find(order["format"]), ""
        else:
            found, guessed = registry.decide(source)
            guess = registry.sentence(found, guessed)
        reader = found.open(source, formats.values(found.read_options, order["options"]))
        _say(answers, {"format": found.name, "guess": guess, "header": documents.of_header(reader.header)})
        for image in reader:
            _say(answers, {"image": documents.of_image(image)})
        problems = reader.problems
        kept = [_parts(problem) for problem in problems.kept]
        _say(answers, {"problems": kept, "errors": problems.errors, "notes": problems.notes})


def _parts(problem: Problem) -> list[str]:
    return [problem.file, problem.place, problem.message, problem.severity]


def _say(answers: BinaryIO, line: dict[str, Any]) -> None:
    answers.write(orjson.dumps(line) + b"\n")
    answers.flush()


def _private_pipe() -> BinaryIO:
    """The pipe to the parent, taken away from stdout: a library that prints must not break a line."""
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return answers


def _close_the_doors(order: dict[str, Any]) -> None:
    # Start-up errors may be printed; what a library has to say about somebody's file may not flood the log.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    memory = in_use + order["memory_mb"] * _MIB
    spool = order["spool_mb"] * _MIB
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu_s"], order["cpu_s"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (spool, spool))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))


if __name__ == "__main__":
    main()
