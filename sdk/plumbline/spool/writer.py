"""Owns the thread that brings what a run logs from a list to the journal: the training loop only appends to the list.

Nothing here waits for the platform, and nothing raises into the training.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from collections.abc import Callable

from plumbline.errors import PlumblineError
from plumbline.metrics import Point, columns, problem
from plumbline.spool import entries
from plumbline.spool.folder import Spool

_INTERVAL_S = 0.25
_SETTLE_S = 0.75
_BATCH = 20_000
_SERIES = 10_000

_log = logging.getLogger("plumbline")

# what stands in the list: a point, work that makes entries, or an event that a caller of `flush` waits for
Item = Point | Callable[[], None] | threading.Event
Lose = Callable[[int, PlumblineError], None]


class Writer:
    """Takes points and work; writes them in order, on disk at most a second later."""

    def __init__(self, spool: Spool, wake: Callable[[], None], lose: Lose, *, interval_s: float = _INTERVAL_S) -> None:
        self._spool = spool
        self._wake_sender = wake
        self._lose = lose
        self._sequence = 0
        self._interval_s = interval_s
        self._queue: list[Item] = []
        self.add: Callable[[Item], None] = self._queue.append
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._settled_at = 0.0
        self._told_trouble = False
        # called once, when the training has begun to log
        self.on_first_points: Callable[[], None] | None = None
        _writers.add(self)

    def append(self, metrics: dict[str, float], step: float, time_ms: float) -> None:
        """Take a point; appending to a list is atomic, so the loop never waits for a lock."""
        self.add((metrics, step, time_ms))
        if self._thread is None:
            self._start()

    def do(self, work: Callable[[], None]) -> None:
        """Take work that makes entries, such as encoding a picture; it is done in the thread."""
        self.add(work)
        if self._thread is None:
            self._start()

    def put(self, entry: entries.Entry) -> None:
        """Write an entry at once, in the caller's thread."""
        if not self._spool.journal.append(entry):
            self._lose(entry.point_count, _full())
        self._wake_sender()

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until everything taken before is in the journal."""
        if self._thread is None or self._closed.is_set():
            return True
        reached = threading.Event()
        self.add(reached)
        self._wake.set()
        return reached.wait(timeout_s)

    def close(self) -> None:
        """Write what is left, then end."""
        self._closed.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._spool.journal.settle()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="plumbline-writer", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._wake.wait(self._interval_s)
            self._wake.clear()
            # read before the queue: what came before the closing is in it
            closing = self._closed.is_set()
            while self._queue:
                taken = self._queue[:_BATCH]
                del self._queue[: len(taken)]
                self._write(taken)
            self._settle()
            if closing:
                return

    def _write(self, taken: list[Item]) -> None:
        points: list[Point] = []
        held = 0
        reached: list[threading.Event] = []
        for item in taken:
            if isinstance(item, tuple):
                if why := problem(item):
                    self._lose(len(item[0]), PlumblineError(f"A point was left out: {why}."))
                    continue
                if held + len(item[0]) > _BATCH:
                    self._write_points(points)
                    points, held = [], 0
                points.append(item)
                held += len(item[0])
            elif isinstance(item, threading.Event):
                reached.append(item)
            else:
                self._write_points(points)
                points, held = [], 0
                self._work(item)
        self._write_points(points)
        for event in reached:
            event.set()

    def _write_points(self, points: list[Point]) -> None:
        if self.on_first_points is not None and any(not is_of_machine(point) for point in points):
            self.on_first_points()
            self.on_first_points = None
        series = columns(points)
        header = self._spool.header
        for start in range(0, len(series), _SERIES):
            self._sequence += 1
            part = series[start : start + _SERIES]
            self.put(entries.metrics(part, header["writer"], self._sequence, header["epoch"]))

    def _work(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # the thread has to go on with the points that follow
            self._lose(0, PlumblineError(f"Something of this run could not be kept: {error}."))

    def _settle(self) -> None:
        now = time.monotonic()
        if now - self._settled_at > _SETTLE_S:
            self._spool.journal.settle()
            self._settled_at = now
        trouble = self._spool.journal.trouble
        if trouble is not None and not self._told_trouble:
            _log.warning(
                "The disk takes nothing for this run (%s): it is kept in memory and sent, but lost if this process is "
                "killed before. Make room below %s.",
                trouble.strerror or trouble,
                self._spool.folder or "PLUMB_SPOOL",
            )
        self._told_trouble = trouble is not None


def _leave_to_parent() -> None:
    """In a forked process, such as a loader of data, there is no thread that would take what is appended."""
    for writer in _writers:
        writer.add = _drop


def _drop(_item: Item) -> None:
    """A run is written by the process that began it."""


_writers: weakref.WeakSet[Writer] = weakref.WeakSet()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)


def is_of_machine(point: Point) -> bool:
    """Whether a point says how busy the machine is, and nothing of the training."""
    return next(iter(point[0]), "").startswith("system/")


def _full() -> PlumblineError:
    return PlumblineError("Neither the disk nor the memory set aside for this run has room; points are lost.")
