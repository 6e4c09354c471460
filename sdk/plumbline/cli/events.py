"""Owns `plumb events`: what happened in the workspace, in order, and live."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from plumbline.cli.output import Columns, json_line, printable, read, show_list, time
from plumbline.cli.session import Output, Session, session

_COLUMNS: Columns = {
    "sequence": lambda event: int(event["sequence"]),
    "at": time("time"),
    "what": lambda event: event["type"].removeprefix("plumb.").removesuffix(".v1"),
    "by": "actorname",
    "about": "subject",
}


def events(
    ctx: typer.Context,
    after: Annotated[int | None, typer.Option(min=0, help="Sequence number to begin behind.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with each event as it happens.")] = False,
) -> None:
    """Events of the workspace: all of them, or those behind a number; --follow begins now unless --after is given."""
    known = session(ctx)
    feed = known.client.events
    if follow:
        _print_live(known, feed.follow(feed.newest() if after is None else after))
    else:
        show_list(known, feed.after(after or 0), _COLUMNS, key="sequence")


def _print_live(known: Session, feed: Iterable[dict[str, Any]]) -> None:
    for event in feed:
        if known.output is Output.JSON:
            json_line(event)
        elif known.output is Output.ID:
            print(event["sequence"], flush=True)
        else:
            separator = "," if known.output is Output.CSV else "  "
            print(printable(separator.join(str(read(event, value)) for value in _COLUMNS.values())), flush=True)
