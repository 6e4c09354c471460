"""Owns the command line of the embedded platform: `python -m embedded up | stack | subscriber`."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from embedded.errors import EmbeddedError
from embedded.platform import Platform
from embedded.stack import DEFAULT_PORT, Stack
from embedded.up import run_platform, run_stack

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Plumbline on one machine.")

Home = Annotated[Path, typer.Option(envvar="PLUMB_HOME", help="Folder that keeps everything.")]
NatsPort = Annotated[int | None, typer.Option(help="Port of the event bus (default: as last time).")]
S3Port = Annotated[int | None, typer.Option(help="Port of the object store (default: as last time).")]
PublicUrl = Annotated[str | None, typer.Option(help="Address by which browsers reach the platform.")]
DEFAULT_HOME = Path(".plumb")


@app.command()
def up(
    home: Home = DEFAULT_HOME,
    port: Annotated[int, typer.Option(help="Port of the web address.")] = DEFAULT_PORT,
    distributed: Annotated[bool, typer.Option("--distributed", help="One process per service.")] = False,
    public_url: PublicUrl = None,
    nats_port: NatsPort = None,
    s3_port: S3Port = None,
) -> None:
    """Run the whole platform until Ctrl-C."""
    run_platform(
        Platform(
            home,
            port=port,
            distributed=distributed,
            public_url=public_url,
            nats_port=nats_port,
            s3_port=s3_port,
        )
    )


@app.command()
def stack(home: Home = DEFAULT_HOME, nats_port: NatsPort = None, s3_port: S3Port = None) -> None:
    """Run PostgreSQL, NATS and the object store alone."""
    run_stack(Stack(home, nats_port=nats_port, s3_port=s3_port))


@app.command()
def subscriber(workspace_id: str, home: Home = DEFAULT_HOME) -> None:
    """Create a NATS user that may read the events of one workspace; its password is shown once."""
    bus = Stack(home).nats
    user, password = bus.add_subscriber(workspace_id)
    typer.echo(f"server    {bus.address}\nuser      {user}\npassword  {password}\nsubject   feed.{workspace_id}.>")


def main() -> None:
    """Run the command; an error of this machine is one sentence and exit status 1."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        app()
    except EmbeddedError as error:
        _refuse(str(error))
    except PermissionError as error:
        _refuse(f"{error.filename} belongs to another user; run as that user, or choose another folder with --home.")


def _refuse(message: str) -> NoReturn:
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"Plumbline: {message}", markup=False)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
