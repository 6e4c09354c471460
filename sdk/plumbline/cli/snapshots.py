"""Owns the snapshots of `plumb projects`: freeze, list, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plumbline.cli.output import Columns, Document, show_list, show_more, show_one, time
from plumbline.cli.projects import Format
from plumbline.cli.references import numbered
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


@app.command()
def export(
    ctx: typer.Context,
    snapshot: Annotated[str, typer.Argument(help="Such as tiles-defects@s1; the name alone means the newest.")],
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write it.")],
    form: Annotated[Format, typer.Option("--format")] = Format.COCO,
) -> None:
    """Write a snapshot as an annotation file, and say what the format could not carry."""
    known = session(ctx)
    project, number = numbered(snapshot)
    number = number or int(known.client.projects.snapshot(project)["number"])
    content, losses = known.client.projects.export_snapshot(project, number, form.value.upper())
    file.write_bytes(content)
    document = {"snapshot": f"{project}@s{number}", "file": str(file), "bytes": len(content), "losses": losses}
    columns: Columns = {
        "snapshot": "snapshot",
        "file": "file",
        "bytes": "bytes",
        "losses": lambda found: len(found["losses"]),
    }
    show_one(known, document, columns, key="file")
    show_more(known, f"Not carried by {form.value}", [{"loss": loss} for loss in losses], {"loss": "loss"})
