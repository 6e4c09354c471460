"""Owns what one call of `plumb` was told: where to, who as, and how to print. Does not know any resource."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import typer
from rich.console import Console

from plumbline.client import Client, connect

# what a pipe gets: wide enough that no table is folded
_PIPE_WIDTH = 500


class Output(StrEnum):
    """How data is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    ID = "id"


def consoles() -> tuple[Console, Console]:
    """Data goes to the first (stdout), everything said about it to the second (stderr)."""
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    data = Console(width=width, highlight=False, emoji=False, markup=False)
    said = Console(stderr=True, highlight=False, emoji=False, markup=False, soft_wrap=True)
    return data, said


@dataclass
class Session:
    """The global options; the connection is opened when it is first needed."""

    output: Output = Output.TABLE
    quiet: bool = False
    url: str = ""
    token: str = ""
    data: Console = field(default_factory=lambda: consoles()[0])
    said: Console = field(default_factory=lambda: consoles()[1])

    @cached_property
    def client(self) -> Client:
        return connect(self.url, self.token)

    def say(self, message: str) -> None:
        """Tell the person what happened; never part of the data."""
        if not self.quiet:
            self.said.print(message)

    @property
    def is_watched(self) -> bool:
        """Whether a person looks at a terminal that can redraw a line."""
        return self.said.is_terminal and os.environ.get("TERM") != "dumb"


def session(ctx: typer.Context) -> Session:
    """The session of a command."""
    found = ctx.find_root().obj
    assert isinstance(found, Session)
    return found
