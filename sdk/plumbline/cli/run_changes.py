"""Owns changes of runs from the command line: tags, notes, names, deleting and bringing back."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline.cli.failures import Misused
from plumbline.cli.output import Columns, show_one
from plumbline.cli.references import assignments
from plumbline.cli.session import session

_CHANGED: Columns = {
    "run": "id",
    "name": "name",
    "status": "status",
    "tags": lambda run: [f"{tag['key']}={tag['value']}" for tag in run["tags"]],
    "note": "note",
}


def tag(
    ctx: typer.Context,
    run: str,
    tags: Annotated[list[str] | None, typer.Argument(help="Such as team=vision.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="Key to remove; may be repeated.")] = None,
) -> None:
    """Set and remove tags."""
    if not tags and not remove:
        raise Misused("There is nothing to change.", "Name tags as key=value, or --remove key.")
    known = session(ctx)
    show_one(known, known.client.runs.tag(run, assignments(tags or [], ""), remove or []), _CHANGED)


def note(ctx: typer.Context, run: str, text: str) -> None:
    """Write the note of a run; an empty text removes it."""
    known = session(ctx)
    show_one(known, known.client.runs.update(run, note=text), _CHANGED)


def rename(ctx: typer.Context, run: str, name: str) -> None:
    """Give a run another name."""
    known = session(ctx)
    show_one(known, known.client.runs.update(run, name=name), _CHANGED)


def delete(ctx: typer.Context, runs: list[str]) -> None:
    """Delete runs; `plumb runs restore` brings them back."""
    known = session(ctx)
    for run in runs:
        known.client.runs.delete(run)
    known.say(f"Deleted: {len(runs)}. `plumb runs restore` brings them back.")


def restore(ctx: typer.Context, runs: list[str]) -> None:
    """Bring deleted runs back."""
    known = session(ctx)
    for run in runs:
        known.client.runs.restore(run)
    known.say(f"Restored: {len(runs)}.")
