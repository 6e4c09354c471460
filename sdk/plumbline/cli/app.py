"""Owns the root of the command: global options, the table of nouns, and the end of every call."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import stamina.instrumentation
import typer

from plumbline.cli import (
    access,
    annotate,
    ask,
    datasets,
    events,
    exchange,
    failures,
    jobs,
    members,
    models,
    projects,
    remarks,
    runs,
    signin,
    snapshots,
    sync,
    tasks,
    tokens,
    versions,
    webhooks,
)
from plumbline.cli.session import Output, Session, consoles
from plumbline.errors import PlumblineError

_WITH_VALUE = ("--output", "-o", "--url", "--token")
_FLAGS = ("--quiet", "-q")

app = typer.Typer(
    name="plumb",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Datasets, annotations, runs and models of one team, and the answers about them.",
    epilog="The options above may stand anywhere in a command.",
)


@app.callback()
def options(
    ctx: typer.Context,
    output: Annotated[Output, typer.Option("--output", "-o", help="How data is printed.")] = Output.TABLE,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no remarks.")] = False,
    url: Annotated[str, typer.Option(help="Address of the platform (PLUMB_URL).")] = "",
    token: Annotated[str, typer.Option(help="Token of the caller (PLUMB_TOKEN).")] = "",
) -> None:
    ctx.obj = Session(output, quiet, url, token)


for command in (signin.login, signin.whoami, signin.status, ask.ask, events.events, access.access, sync.sync):
    app.command()(command)
datasets.app.registered_commands += versions.app.registered_commands
projects.app.registered_commands += snapshots.app.registered_commands
for noun, group in {
    "datasets": datasets.app,
    "projects": projects.app,
    "annotate": annotate.app,
    "tasks": tasks.app,
    "remarks": remarks.app,
    "jobs": jobs.app,
    "runs": runs.app,
    "models": models.app,
    "export": exchange.exports,
    "import": exchange.imports,
    "members": members.app,
    "tokens": tokens.app,
    "webhooks": webhooks.app,
}.items():
    app.add_typer(group, name=noun, no_args_is_help=True)


def main() -> None:
    """The entry point of `plumb`."""
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of our output, such as `head`, has enough; closing must not fail once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(status)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    # a retry is no news for a person, and its log would mix with the data
    stamina.instrumentation.set_on_retry_hooks(())
    try:
        app(args=hoisted(arguments), prog_name="plumb")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else failures.FAILED
    except KeyboardInterrupt:
        return failures.INTERRUPTED
    except (PlumblineError, failures.Failed, OSError) as error:
        failures.tell(consoles()[1], error)
        return failures.status(error)
    return failures.OK


def hoisted(arguments: Sequence[str]) -> list[str]:
    """The arguments with global options moved to the front, where the parser wants them."""
    front: list[str] = []
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            return [*front, *rest, argument, *remaining]
        if argument in _FLAGS or argument.startswith(tuple(f"{option}=" for option in _WITH_VALUE)):
            front.append(argument)
        elif argument in _WITH_VALUE:
            front += [argument, *([value] if (value := next(remaining, None)) is not None else [])]
        else:
            rest.append(argument)
    return [*front, *rest]
