"""Owns running the platform in the foreground of a terminal: messages, signals, exit. Does not start programs."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType

from rich.console import Console

from embedded.platform import Platform
from embedded.stack import Stack

_console = Console(highlight=False, soft_wrap=True)


def run_platform(platform: Platform) -> None:
    """Start everything, say where it is, and stay until Ctrl-C or SIGTERM.

    Raises the errors of `embedded.errors`, also when the platform fails for good later.
    """
    _console.print(f"Starting Plumbline in {platform.state.home} ...")

    def announce() -> None:
        _console.print(f"Plumbline is ready at [bold]{platform.public_url}[/bold]   (Ctrl-C stops it)")
        # the auth service takes the file away at the first start after the owner has joined
        if platform.state.owner_link_file.exists():
            _console.print("Sign in as the owner with this link; it works once:")
            _console.print(platform.state.owner_link_file.read_text(encoding="utf-8").strip(), markup=False)

    _run(platform, announce)


def run_stack(stack: Stack) -> None:
    """Start PostgreSQL, NATS and the object store alone, for services that are run by hand."""

    def announce() -> None:
        _console.print("PostgreSQL, NATS and the object store are ready   (Ctrl-C stops them).")
        _console.print(f"Their addresses, for a shell:  . {stack.state.environment_file}", markup=False)

    _run(stack, announce)


def _run(stack: Stack, announce: Callable[[], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        with stack:
            announce()
            stack.wait_stopped()
    except KeyboardInterrupt:
        _console.print("Stopped.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    # A second Ctrl-C must not cut the orderly stop short; what hangs is killed by it after its time.
    for other in (signal.SIGINT, signal.SIGTERM):
        signal.signal(other, signal.SIG_IGN)
    _console.print("Stopping ...")
    raise KeyboardInterrupt
