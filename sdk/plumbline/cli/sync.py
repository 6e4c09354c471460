"""Owns `plumb sync`: send what runs left on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plumbline import config
from plumbline.cli.failures import FAILED
from plumbline.cli.output import Columns, show_list
from plumbline.cli.progress import progress
from plumbline.cli.session import session
from plumbline.datasets import Progress
from plumbline.spool import synchronise
from plumbline.spool.sync import SENT, Report

_COLUMNS: Columns = {"run": "run_id", "name": "name", "state": "state", "parts": "sent", "why": "message"}


def sync(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of a run, or one that holds several (PLUMB_SPOOL).")
    ] = None,
) -> None:
    """Send offline runs, and what runs could not send before they ended; may be broken off and repeated.

    Runs that a process still writes are left alone. Status 1 when something stayed or was refused.
    """
    known = session(ctx)
    root = folder or config.spool_folder()
    found = []
    with progress(known) as report:
        for each in synchronise(known.client, root, lambda name: _named(report, name)):
            found.append(vars(each))
    if not found:
        known.say(f"Nothing waits in {root}.")
        return
    show_list(known, [{**each, "folder": str(each["folder"])} for each in found], _COLUMNS, key="run_id")
    if any(each["state"] != SENT for each in found):
        raise typer.Exit(FAILED)


def _named(report: Progress, name: str) -> Report:
    return lambda done, total: report(name, done, total)
