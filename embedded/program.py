"""Owns one supervised program: how to start it, know that it is ready, and stop it. Does not decide when."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_LEASH = Path(__file__).with_name("leash.py")
_LOG_LIMIT_BYTES = 10 * 2**20
_BACK_OFF_S = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
_STEADY_S = 30.0


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Program:
    """What to run. `before` runs ahead of every start, `ready` answers quickly and never raises."""

    name: str
    command: list[str]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = _nothing
    identity: tuple[int, int] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    stop_timeout_s: float = 20.0


class Child:
    """One running or waiting instance of a program. Used by a single thread, except `is_ready` and `pid`."""

    def __init__(self, program: Program, logs_dir: Path) -> None:
        self.program = program
        self.log_file = logs_dir / f"{program.name}.log"
        self.is_ready = False
        self.exits = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_after = 0.0

    @property
    def pid(self) -> int | None:
        """The process id while the program runs."""
        return self._process.pid if self._process else None

    def step(self) -> None:
        """Start the program when it is due, notice its exit, ask whether it is ready."""
        if self._process is None:
            if time.monotonic() >= self._start_after:
                self._start()
        elif self._process.poll() is not None:
            self._note_exit()
        elif not self.is_ready:
            self.is_ready = self.program.ready()
        elif self.exits and time.monotonic() - self._started_at > _STEADY_S:
            self.exits = 0

    def kill(self, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the program itself, after SIGKILL also wait for its end; `step` starts it again."""
        if self._process is not None and self._process.poll() is None:
            self.is_ready = False
            self._process.send_signal(with_signal)
            if with_signal == signal.SIGKILL:
                self._process.wait()

    def stop(self) -> None:
        """End the program and everything in its process group, politely first."""
        self.is_ready = False
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(self.program.stop_signal)
        try:
            self._process.wait(self.program.stop_timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._end_group()
        self._process = None

    def log_tail(self, lines: int = 15) -> str:
        """The last lines that the program wrote."""
        if not self.log_file.exists():
            return ""
        return "\n".join(self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def _start(self) -> None:
        program = self.program
        program.before()
        uid, gid = program.identity or ("-", "-")
        leash = [
            sys.executable,
            "-I",
            "-S",
            str(_LEASH),
            str(os.getpid()),
            str(int(program.death_signal)),
        ]
        # Its own session: a Ctrl-C in the terminal reaches the supervisor alone, which then stops all in order.
        with open(self._rotated_log(), "ab") as log:
            self._process = subprocess.Popen(
                [*leash, str(uid), str(gid), "--", *program.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **program.environment},
                start_new_session=True,
            )
        self._started_at = time.monotonic()

    def _note_exit(self) -> None:
        self._end_group()
        self._process = None
        self.is_ready = False
        self._start_after = time.monotonic() + _BACK_OFF_S[min(self.exits, len(_BACK_OFF_S) - 1)]
        self.exits += 1

    def _end_group(self) -> None:
        # What the program itself had started must not outlive it. The group keeps the program's id as its number
        # while any member is left, so this cannot reach a stranger.
        assert self._process is not None
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def _rotated_log(self) -> Path:
        if self.log_file.exists() and self.log_file.stat().st_size > _LOG_LIMIT_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        return self.log_file
