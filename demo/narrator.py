"""Owns what is seen while the demo runs: a line per chapter, a bar for long work."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Narrator:
    """Prints to one console; without a terminal a long step prints a line when a tenth is done."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._bars = Progress(
            *(TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()),
            console=console,
            transient=True,
        )
        self._tasks: dict[str, int] = {}
        self._tenths: dict[str, int] = {}

    @contextmanager
    def chapter(self, title: str) -> Iterator[None]:
        self.console.print(f"[bold]{title}[/bold]")
        started = time.monotonic()
        self._tasks.clear()
        self._tenths.clear()
        if self.console.is_terminal:
            with self._bars:
                yield
            for task in self._bars.task_ids:
                self._bars.remove_task(task)
        else:
            yield
        self.console.print(f"  [dim]{time.monotonic() - started:.1f} s[/dim]")

    def say(self, text: str) -> None:
        self.console.print(f"  {text}", highlight=False)

    def progress(self, stage: str, done: int, total: int) -> None:
        """In the form the SDK reports it."""
        if self.console.is_terminal:
            if stage not in self._tasks:
                self._tasks[stage] = self._bars.add_task(stage, total=total)
            self._bars.update(self._tasks[stage], completed=done, total=total)  # type: ignore[arg-type]
        elif total and (tenth := done * 10 // total) > self._tenths.get(stage, -1):
            self._tenths[stage] = tenth
            self.say(f"{stage} {done} of {total}")
