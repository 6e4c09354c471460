"""Owns signing in: where the platform is, who calls, and whether it answers."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline import config
from plumbline.accounts import sign_in
from plumbline.cli.failures import DENIED, Failed
from plumbline.cli.output import Columns, show_one
from plumbline.cli.session import session
from plumbline.client import Client
from plumbline.errors import SignedOut

_ME: Columns = {
    "name": "member.name",
    "email": "member.email",
    "role": "member.role",
    "organisation": "member.organisation",
    "workspace": "workspace.name",
    "workspace id": "workspace.id",
}


def login(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Address, such as https://plumbline.example.")],
    email: Annotated[str, typer.Option(help="Sign in with a password and make a token by it.")] = "",
) -> None:
    """Sign in and keep the token for later commands: the one of --token, else it is asked for and not shown."""
    known = session(ctx)
    place = config.web_address(url)
    if email:
        token = sign_in(place, email, typer.prompt("Password", hide_input=True, err=True))
    else:
        token = (known.token or typer.prompt("Token", hide_input=True, err=True)).strip()
    with Client(place, token) as client:
        try:
            me = client.workspace.me()
        except SignedOut as error:
            advice = f"Make a new one: plumb login {place} --email ADDRESS."
            raise Failed("The platform does not know this token.", advice, status=DENIED) from error
    file = config.save(config.Config(place, token))
    known.say(f"Signed in to {place}; kept in {file}.")
    show_one(known, me, _ME, key="member.id")


def whoami(ctx: typer.Context) -> None:
    """Who calls, in which workspace, with which role."""
    known = session(ctx)
    show_one(known, known.client.workspace.me(), _ME, key="member.id")


def status(ctx: typer.Context) -> None:
    """Whether the platform answers, and what is going on in it."""
    known = session(ctx)
    client = known.client
    if not client.is_ready():
        raise Failed(f"{client.url} is not ready.", "Check the address, or ask whoever runs the platform.")
    me = client.workspace.me()
    jobs = list(client.runs.jobs())
    document = {
        "url": client.url,
        "ready": True,
        **me,
        "newest_event": client.events.newest(),
        "jobs": {state: sum(job["state"] == state for job in jobs) for state in ("QUEUED", "RUNNING")},
    }
    columns: Columns = {
        "platform": "url",
        "ready": "ready",
        "workspace": "workspace.name",
        "signed in as": lambda found: f"{found['member']['name']} ({found['member']['role'].lower()})",
        "jobs running": "jobs.RUNNING",
        "jobs waiting": "jobs.QUEUED",
        "newest event": "newest_event",
    }
    show_one(known, document, columns, key="url")
