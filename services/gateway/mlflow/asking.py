"""Owns one request of an MLflow client as its translator sees it: fields, identity, peers. Does not answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response

from kit.app import App
from kit.identity import Principal
from kit.peers import Peer, Peers
from services.gateway.mlflow.errors import Wording
from services.gateway.mlflow.fields import Field


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that has passed the permission table and whose fields are as declared."""

    request: Request
    fields: Mapping[str, Any]
    who: Principal
    peers: Peers
    app: App

    @property
    def experiments(self) -> Peer:
        return self.peers.experiments

    def get(self, name: str, default: Any = None) -> Any:
        """A declared field; `default` when it was not given."""
        return self.fields.get(name, default)

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


# A mapping becomes JSON; a Response goes out as it is.
Handler = Callable[[Asked], Awaitable[Mapping[str, Any] | Response]]

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: `GET` reads its fields from the query, everything else from a JSON body.

    Variables of the path are fields too. `reads_body` is False where the body is a file. `wordings`, by reason, are
    the words of MLflow for refusals of the service.
    """

    verb: str
    path: str
    handler: Handler
    fields: Sequence[Field] = ()
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    reads_body: bool = True

    @property
    def row(self) -> str:
        """The row in the permission table."""
        return f"{self.verb} {self.path}"
