"""Owns what runs the program: python, the system, and the command that started it."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from plumbline.record.secrets import redacted, scrub


def python() -> dict[str, str]:
    return {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "compiler": platform.python_compiler(),
    }


def system() -> dict[str, str]:
    return {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()).strip(),
    }


def command(argv: Sequence[str]) -> dict[str, Any]:
    """The script or module that was started, and its arguments without secrets."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    module = getattr(spec, "name", "") or ""
    return {
        "entry_point": f"-m {module.removesuffix('.__main__')}" if module else scrub(argv[0]) if argv else "",
        "argv": redacted(argv),
    }


def code_folder() -> Path:
    """Where the program's own code lies: the folder of the script that was started, else the working folder."""
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    return Path(file).resolve().parent if file and Path(file).exists() else Path.cwd()
