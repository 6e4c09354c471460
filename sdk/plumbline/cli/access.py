"""Owns `plumb access`: who has seen or changed what, the report that the customer reads too."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline.cli.output import Columns, show_list, time
from plumbline.cli.session import session

_COLUMNS: Columns = {
    "at": time("time"),
    "who": "actor",
    "kind": "kind",
    "what": "action",
    "about": "resource",
    "count": "count",
}


def access(
    ctx: typer.Context,
    kind: Annotated[str, typer.Option(help="access: reads of images; change: writes; both when left out.")] = "",
    resource: Annotated[str, typer.Option(help="Only what concerns this id.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = 200,
) -> None:
    """Who has seen and who has changed what, newest first."""
    known = session(ctx)
    entries = known.client.workspace.access_report(kind=kind.upper(), resource=resource, limit=limit)
    show_list(known, entries, _COLUMNS)
