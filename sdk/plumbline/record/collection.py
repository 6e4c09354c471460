"""Owns putting a record together: what is so from the start, and what is only known once the training runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plumbline.record import determinism, hardware, interpreter, seeds
from plumbline.record.code import code
from plumbline.record.container import container
from plumbline.record.packages import packages
from plumbline.record.secrets import allowed

FORMAT = "plumbline-record-2"


@dataclass
class Collected:
    """The record as JSON-ready values, and files to keep with the run, by artifact path."""

    document: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)


def collect(
    *,
    folder: Path | None = None,
    argv: Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
    params: Mapping[str, Any] | None = None,
    inputs: Mapping[str, str] | None = None,
    image_digest: str = "",
) -> Collected:
    """The whole record of this process now.

    `folder` is where the code lies, `inputs` are digests of dataset versions and snapshots by name, `image_digest` is
    that of the container image where the caller knows it.
    """
    found = static(folder=folder, argv=argv, environment=environment, inputs=inputs, image_digest=image_digest)
    found.document |= dynamic(params)
    return found


def static(
    *,
    folder: Path | None = None,
    argv: Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
    inputs: Mapping[str, str] | None = None,
    image_digest: str = "",
) -> Collected:
    """What does not change while a process runs; takes about a second."""
    surroundings = os.environ if environment is None else environment
    sources = code(folder or interpreter.code_folder())
    document = {
        "format": FORMAT,
        "code": sources.facts,
        "command": interpreter.command(sys.argv if argv is None else argv),
        "python": interpreter.python(),
        **packages(),
        "platform": interpreter.system(),
        "environment": allowed(surroundings),
        "container": container(surroundings, image_digest),
        "inputs": dict(inputs or {}),
    }
    return Collected(document, sources.files)


def dynamic(params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a program sets before it computes: seeds, switches, threads; and hardware, as far as torch has to say it."""
    return {
        "seeds": seeds.seeds(params),
        "determinism": determinism.flags(),
        "threads": determinism.threads(),
        "hardware": hardware.hardware(),
        "drivers": hardware.drivers(),
    }
