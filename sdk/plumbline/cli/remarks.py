"""Owns `plumb remarks`: comments pinned to images, mostly the customer's."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline.address import part
from plumbline.cli.output import Columns, show_list, show_one, time
from plumbline.cli.session import session

app = typer.Typer(help="Comments pinned to images or regions of them.")

_COLUMNS: Columns = {
    "by": "author.name",
    "image": "path",
    "remark": "text",
    "state": "state",
    "at": time("create_time"),
    "id": "id",
}


@app.command("list")
def list_(
    ctx: typer.Context,
    project: str,
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
) -> None:
    """Remarks of a project, those that nobody has resolved."""
    known = session(ctx)
    state = "" if everything else "UNRESOLVED"
    show_list(known, known.client.projects.remarks(project, state), _COLUMNS)


@app.command()
def resolve(ctx: typer.Context, remark: str) -> None:
    """Say that a remark is dealt with."""
    known = session(ctx)
    show_one(known, known.client.post(f"/v1/remarks/{part(remark)}:resolve"), _COLUMNS)
