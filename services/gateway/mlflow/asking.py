"""Owns one request of an MLflow client as its translator sees it: fields, identity, peers. Does not answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from fastapi import Request, Response

from kit.app import App
from kit.identity import Principal
from kit.peers import Envelope, Peer
from services.gateway.mlflow.errors import Wording
from services.gateway.mlflow.fields import Field

_PATIENCE_S = 600.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that has passed the permission table and whose fields are as declared.

    `default_experiments` and `store` are shared by all requests: the id of the default experiment by workspace, once
    known, and connections to the object store, for signed URLs alone.
    """

    request: Request
    fields: Mapping[str, Any]
    who: Principal
    envelope: Envelope
    app: App
    default_experiments: MutableMapping[str, str]
    store: httpx.AsyncClient

    @property
    def experiments(self) -> Peer:
        return self.app.peers(self.envelope).experiments

    @property
    def patient(self) -> Peer:
        """The same for calls that read a whole file before they answer."""
        return self.app.peers(replace(self.envelope, timeout_s=_PATIENCE_S)).experiments

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
