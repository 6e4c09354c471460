"""Owns what processes use: CPU seconds and memory of whole trees, and how busy the machine is. Starts none."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

import psutil

_QUIET = 0.15
_SAMPLE_S = 1.0


def tree(pids: Iterable[int]) -> list[psutil.Process]:
    """These processes and all that they started."""
    found: dict[int, psutil.Process] = {}
    for pid in pids:
        try:
            root = psutil.Process(pid)
            found |= {process.pid: process for process in (root, *root.children(recursive=True))}
        except psutil.NoSuchProcess:
            continue
    return list(found.values())


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of whole trees so far."""
    total = 0.0
    for process in tree(pids):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def memory_bytes(pids: Iterable[int]) -> int:
    """Proportional set size of whole trees: pages that processes share count once."""
    total = 0
    for process in tree(pids):
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total


def busy_share() -> float:
    """How busy all cores were in the last second, 0 to 1."""
    return psutil.cpu_percent(interval=_SAMPLE_S) / 100


def wait_until_quiet(patience_s: float) -> float:
    """Wait while others use the machine, write back what is dirty, and return the share that was busy at last."""
    os.sync()
    deadline = time.monotonic() + patience_s
    while (share := busy_share()) > _QUIET and time.monotonic() < deadline:
        continue
    return share
