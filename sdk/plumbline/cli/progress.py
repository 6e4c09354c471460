"""Owns progress on stderr: a bar where a person watches a terminal, otherwise a line for every tenth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from plumbline.cli.session import Session
from plumbline.datasets import Progress as Report
from plumbline.datasets import silent


@contextmanager
def progress(session: Session) -> Iterator[Report]:
    """What to give to a long call as its `progress`."""
    if session.quiet:
        yield silent
    elif session.is_watched:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=session.said,
            transient=True,
        ) as bars:
            yield _on_bars(bars)
    else:
        yield _in_lines(session)


def _on_bars(bars: Progress) -> Report:
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total or None)
        bars.update(tasks[stage], completed=done, total=total or None)

    return report


def _in_lines(session: Session) -> Report:
    told: dict[str, int] = {}

    def report(stage: str, done: int, total: int) -> None:
        tenth = done * 10 // total if total else 0
        if tenth > told.get(stage, 0):
            told[stage] = tenth
            session.say(f"{stage}: {done} of {total} ({tenth * 10} %)")

    return report
