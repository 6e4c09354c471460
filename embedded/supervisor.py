"""Owns running a list of programs together: start in order, restart, stop in reverse. Knows no particular program."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from embedded.errors import EmbeddedError, StartFailed
from embedded.program import Child, Program

log = logging.getLogger("plumbline.embedded")

_TICK_S = 0.05
_EXITS_BEFORE_GIVING_UP = 3


class Supervisor:
    """Keeps programs running until told to stop.

    One thread starts every child and lives as long as they do: the kernel ties a child to the *thread* that
    started it, not to the process.
    """

    def __init__(self, programs: Sequence[Program], logs_dir: Path) -> None:
        logs_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._children = {program.name: Child(program, logs_dir) for program in programs}
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._stop_wanted = threading.Event()
        self._started = threading.Event()
        self._failure: Exception | None = None
        self._kills: list[tuple[str, signal.Signals]] = []
        self._lock = threading.Lock()

    def start(self, timeout_s: float = 60.0) -> None:
        """Start all programs, each after the one before it is ready.

        Raises StartFailed, with the last lines of the program's log, when one keeps exiting or is not ready within
        the time; everything started until then is stopped.
        """
        self._deadline = time.monotonic() + timeout_s
        self._thread.start()
        while not self._started.wait(0.2):
            if not self._thread.is_alive():
                break
        self._raise_failure()

    def stop(self) -> None:
        """Stop all programs in reverse order; returns when no process of theirs is left."""
        self._stop_wanted.set()
        if self._thread.is_alive():
            self._thread.join()

    def kill(self, name: str, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to one program and return once it was sent; a killed program is started again."""
        child = self._children[name]
        child.is_ready = False
        with self._lock:
            self._kills.append((name, with_signal))
        while self._kills and self._thread.is_alive():
            time.sleep(_TICK_S / 5)

    def pid(self, name: str) -> int | None:
        """The process id of one program, None between an exit and the restart."""
        return self._children[name].pid

    def wait_ready(self, timeout_s: float = 60.0) -> None:
        """Return when every program is ready; raises StartFailed after the timeout."""
        deadline = time.monotonic() + timeout_s
        while waiting := [child for child in self._children.values() if not child.is_ready]:
            self._raise_failure()
            if time.monotonic() > deadline:
                raise _start_failed(waiting[0], f"is not ready after {timeout_s:.0f} s")
            time.sleep(_TICK_S)

    def wait_stopped(self, timeout_s: float | None = None) -> bool:
        """Wait until the programs were stopped or failed; False when the timeout came first."""
        self._thread.join(timeout_s)
        self._raise_failure()
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._start_in_order()
            self._started.set()
            while not self._stop_wanted.wait(_TICK_S):
                self._step_all(self._children.values())
        except Exception as failure:  # raised again in the thread that waits
            self._failure = failure
        finally:
            for child in reversed(self._children.values()):
                child.stop()
            self._started.set()

    def _start_in_order(self) -> None:
        running: list[Child] = []
        for child in self._children.values():
            running.append(child)
            while not child.is_ready:
                if self._stop_wanted.is_set():
                    return
                self._step_all(running)
                if child.exits >= _EXITS_BEFORE_GIVING_UP:
                    raise _start_failed(child, "keeps exiting")
                if time.monotonic() > self._deadline:
                    raise _start_failed(child, "is not ready in time")
                time.sleep(_TICK_S / 5)

    def _step_all(self, children: Iterable[Child]) -> None:
        with self._lock:
            for name, with_signal in self._kills:
                self._children[name].kill(with_signal)
            self._kills.clear()
        for child in children:
            exits = child.exits
            child.step()
            if child.exits > exits:
                log.warning(
                    "%s ended and is started again (see %s)",
                    child.program.name,
                    child.log_file,
                )

    def _raise_failure(self) -> None:
        if isinstance(self._failure, EmbeddedError):
            raise self._failure
        if self._failure is not None:
            raise StartFailed(f"The supervisor failed: {self._failure!r}") from self._failure


def _start_failed(child: Child, what: str) -> StartFailed:
    return StartFailed(f"{child.program.name} {what}. The end of {child.log_file}:\n{child.log_tail()}")
