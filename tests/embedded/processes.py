"""Looking at real processes from tests."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil


def eventually(condition: Callable[[], bool], patience_s: float = 15.0) -> bool:
    """Whether the condition came true within the time."""
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def runs(pid: int) -> bool:
    """Whether a process exists and has not ended; one that nobody has waited for yet counts as ended."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def family(pid: int) -> list[int]:
    """The process and everything that it started, directly or not."""
    process = psutil.Process(pid)
    return [pid, *(child.pid for child in process.children(recursive=True))]
