"""Owns the command `plumb`: people and scripts use the platform by it. Does nothing the Python API cannot do.

Exit status: 0 done, 1 failed, 2 wrong arguments, 3 not found, 4 signed out or denied, 5 conflict, overtaken or not in
a state for it, 130 interrupted.
"""

from __future__ import annotations

from plumbline.cli.app import main, run

__all__ = ["main", "run"]
