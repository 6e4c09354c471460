"""Owns asking other programs, such as git and nvidia-smi: briefly, without a terminal, never failing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

_SECONDS = 20


def output(command: Sequence[str], folder: Path | None = None) -> str:
    """What a command prints, empty when it is not installed, fails or takes too long."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            list(command),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def git(folder: Path, *words: str) -> str:
    """What git says about a folder; hooks, pagers and external diff programs stay out of it."""
    quiet = ("-c", "core.fsmonitor=false", "-c", "core.quotepath=false", "-c", "diff.external=")
    return output(["git", *quiet, *words], folder)
