"""Owns the snapshots of `plumb projects`: freeze, list. Their export is in `annotate`."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline.cli.output import Columns, Document, show_list, show_one, time
from plumbline.cli.session import session

app = typer.Typer()


def _name(snapshot: Document) -> str:
    return f"{snapshot['project_name']}@s{snapshot['number']}"


_COLUMNS: Columns = {
    "snapshot": _name,
    "images": "image_count",
    "annotations": "annotation_count",
    "verified": "verifications.verified_count",
    "made": time("create_time"),
    "by": "creator.name",
    "note": "note",
    "digest": "digest",
}


@app.command()
def snapshot(
    ctx: typer.Context,
    project: str,
    note: Annotated[str, typer.Option()] = "",
    include_unreviewed: Annotated[
        bool, typer.Option("--include-unreviewed", help="Also images that no reviewer accepted.")
    ] = False,
) -> None:
    """Freeze the annotations as the next snapshot."""
    known = session(ctx)
    made = known.client.projects.create_snapshot(project, note, include_unreviewed=include_unreviewed)
    show_one(known, made, _COLUMNS, key=_name)


@app.command()
def snapshots(ctx: typer.Context, project: str) -> None:
    """All snapshots of a project, newest first."""
    known = session(ctx)
    show_list(known, known.client.projects.snapshots(project), _COLUMNS, key=_name)
