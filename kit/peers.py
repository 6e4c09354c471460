"""Owns the other services as a caller sees them: whom to call, and what travels with every request.

Does not transport: a `Channel` does, and there are two in `kit.channel`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from google.protobuf.message import Message

from kit import contract

DEFAULT_DEADLINE_S = 30.0


@dataclass(frozen=True, slots=True)
class Envelope:
    """What travels with a request: the signed identity, the trace, and the seconds left to answer."""

    token: str = ""
    traceparent: str = ""
    timeout_s: float = DEFAULT_DEADLINE_S


class Channel(Protocol):
    async def call(self, path: str, request: Message, envelope: Envelope) -> Message: ...


class Peer:
    """One service as seen by a caller: `await peers.storage.GetVersion(request)`."""

    def __init__(self, service: str, channel: Channel, envelope: Envelope) -> None:
        self._methods = contract.SERVICES[service].methods_by_name
        self._channel = channel
        self._envelope = envelope

    def __getattr__(self, method: str) -> Callable[[Message], Awaitable[Any]]:
        if method not in self._methods:
            raise AttributeError(f"the contract has no method {method}")
        path = contract.path(self._methods[method])
        return lambda request: self._channel.call(path, request, self._envelope)


class Peers:
    """All services on behalf of one caller."""

    def __init__(self, channels: Mapping[str, Channel], envelope: Envelope) -> None:
        self._channels = channels
        self._envelope = envelope

    def __getattr__(self, service: str) -> Peer:
        if service not in self._channels:
            raise AttributeError(f"no address is known for the {service} service: set PLUMB_PEERS_{service.upper()}")
        return Peer(service, self._channels[service], self._envelope)

    async def call(self, service: str, path: str, request: Message) -> Message:
        """Call a method by its path; for callers that derive it from the contract."""
        return await self._channels[service].call(path, request, self._envelope)

    async def call_all(self, path: str, request: Message) -> dict[str, Message]:
        """The answer of every service to a method that all of them have."""
        answers = await asyncio.gather(
            *(channel.call(path, request, self._envelope) for channel in self._channels.values())
        )
        return dict(zip(self._channels, answers, strict=True))
