"""Owns `plumb members`: who is in the workspace, and bringing people in."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline.cli.output import Columns, show_list, show_one
from plumbline.cli.session import session

app = typer.Typer(help="People and machines of the workspace.")

_COLUMNS: Columns = {
    "name": "name",
    "email": "email",
    "role": "role",
    "state": "state",
    "kind": "kind",
    "organisation": "organisation",
    "id": "id",
}


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """All members."""
    known = session(ctx)
    show_list(known, known.client.workspace.members(), _COLUMNS)


@app.command()
def invite(
    ctx: typer.Context,
    email: str,
    role: Annotated[str, typer.Option(help="manager, developer, annotator, reviewer, customer or viewer.")],
    name: Annotated[str, typer.Option()] = "",
    organisation: Annotated[str, typer.Option(help="Of a customer.")] = "",
) -> None:
    """Invite a person; give them the link, it works once."""
    known = session(ctx)
    answer = known.client.workspace.invite(email, role.upper(), name=name, organisation=organisation)
    answer["link"] = f"{known.client.url}/setup?token={answer['invitation']}"
    columns: Columns = {"email": "member.email", "role": "member.role", "link": "link"}
    show_one(known, answer, columns, key="link")
