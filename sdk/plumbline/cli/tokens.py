"""Owns `plumb tokens`: secrets for programs."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline.cli.output import Columns, show_list, show_one, time
from plumbline.cli.session import session

app = typer.Typer(help="Secrets for programs: your own, or those of machines.")

_COLUMNS: Columns = {
    "name": "name",
    "kind": "kind",
    "role": "role",
    "begins with": "prefix",
    "made": time("create_time"),
    "expires": time("expire_time"),
    "last used": time("last_used_time"),
    "id": "id",
}


@app.command()
def create(
    ctx: typer.Context,
    name: str,
    machine: Annotated[str, typer.Option(help="Make a machine with this role, instead of a token of your own.")] = "",
    days: Annotated[int, typer.Option(min=1, max=365, help="Until it expires.")] = 90,
) -> None:
    """Make a token; its secret is shown this once."""
    known = session(ctx)
    answer = known.client.workspace.create_token(
        name, kind="MACHINE" if machine else "PERSONAL", role=machine.upper(), days=days
    )
    columns: Columns = {"secret": "secret", "expires": time("token.expire_time"), "id": "token.id"}
    show_one(known, answer, columns, key="secret")
    known.say("Keep the secret: it is not shown again.")


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """Your tokens; owners and managers see all."""
    known = session(ctx)
    show_list(known, known.client.workspace.tokens(), _COLUMNS)


@app.command()
def revoke(
    ctx: typer.Context, token: Annotated[str, typer.Argument(help="Id, as `plumb tokens list` shows it.")]
) -> None:
    """Make a token worthless at once."""
    known = session(ctx)
    known.client.workspace.revoke_token(token)
    known.say(f"Token {token} is revoked.")
