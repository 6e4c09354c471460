"""Owns the thread that watches while a run is written: samples of the machine, the console, the record."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from plumbline.capture.console import Console
from plumbline.capture.machine import Machine
from plumbline.capture.record import RecordKeeper
from plumbline.errors import PlumblineError
from plumbline.spool import Spool, Writer
from plumbline.spool.content import artifact_of

SYSTEM, CONSOLE, RECORD = "system", "console", "record"
ALL = (SYSTEM, CONSOLE, RECORD)

_TICK_S = 0.5
_SAMPLE_S = 10.0
# the longer a run takes, the rarer its console is sent: a few hundred parts in a day
_FIRST_PART_S, _PART_SHARE, _LONGEST_PART_S = 3.0, 0.02, 300.0

_log = logging.getLogger("plumbline")


def chosen(capture: bool | Iterable[str] | None) -> tuple[str, ...]:
    """What to capture: all, none or some of `system`, `console` and `record`; None asks PLUMB_CAPTURE, else all.

    Raises:
        PlumblineError: something else is named.
    """
    if capture is None:
        told = os.environ.get("PLUMB_CAPTURE", "all").replace(",", " ").split()
        capture = ALL if told == ["all"] else [name for name in told if name != "none"]
    names = tuple(ALL if capture is True else capture or ())
    unknown = set(names) - set(ALL)
    if unknown:
        raise PlumblineError(f"Nothing captures {', '.join(sorted(unknown))}: choose of {', '.join(ALL)}.")
    return names


class Capture:
    """Runs from `start` to `stop`. What goes wrong in it is said in the log and disturbs nothing else."""

    def __init__(self, writer: Writer, spool: Spool, names: Iterable[str] = ()) -> None:
        self._writer = writer
        self._spool = spool
        self._names = set(names)
        self._done = threading.Event()
        self._console: Console | None = None
        self._machine: Machine | None = None
        self._record: RecordKeeper | None = None
        self._started = self._sampled = self._parted = time.monotonic()
        self._parts = 0
        self._session = spool.header["writer"][:6]
        self._thread: threading.Thread | None = None

    def start(self, params: Mapping[str, Any], inputs: Mapping[str, str]) -> None:
        """Begin; `params` and `inputs` (digests by name) go into the record."""
        if RECORD in self._names:
            self._record = RecordKeeper(self._writer, self._spool, params, inputs)
            self._record.start()
        if SYSTEM in self._names:
            self._machine = Machine()
        if CONSOLE in self._names and self._spool.console is not None:
            self._console = Console(self._spool.console)
            self._console.start()
        if self._machine or self._console:
            self._thread = threading.Thread(target=self._run, name="plumbline-capture", daemon=True)
            self._thread.start()

    def note_params(self, params: Mapping[str, Any]) -> None:
        if self._record is not None:
            self._record.params.update(params)

    def skip_record(self) -> None:
        """The program writes a record of its own."""
        if self._record is not None:
            self._record.skip()

    def stop(self) -> None:
        """End, with everything that belongs to the run in its spool."""
        if self._record is not None:
            self._record.stop()
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        if self._console is not None:
            self._guarded(self._end_console)

    def _run(self) -> None:
        while not self._done.wait(_TICK_S):
            self._guarded(self._tick)

    def _tick(self) -> None:
        now = time.monotonic()
        if self._machine is not None and now - self._sampled >= _SAMPLE_S:
            self._sampled = now
            self._writer.append(self._machine.sample(), round(now - self._started, 1), int(time.time() * 1000))
        if self._console is not None:
            self._console.drain()
            pause = min(max(_FIRST_PART_S, _PART_SHARE * (now - self._started)), _LONGEST_PART_S)
            if now - self._parted >= pause:
                self._parted = now
                self._send_part()

    def _send_part(self) -> None:
        assert self._console is not None
        if content := self._console.part():
            self._parts += 1
            path = f"console/{self._session}-{self._parts:06d}.log"
            self._writer.put(artifact_of(self._spool, content, path))

    def _end_console(self) -> None:
        assert self._console is not None
        assert self._spool.console is not None
        self._console.stop()
        if self._console.size:
            self._writer.put(artifact_of(self._spool, self._spool.console, "console.log"))

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # a full disk or a driver that fails must not end a training
            _log.warning("Part of what this run records by itself is missing: %s", error)
