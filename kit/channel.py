"""Owns the two ways to reach a service: in this process, or over a socket. Callers cannot tell which."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import grpc
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc_status import rpc_status
from opentelemetry.trace import SpanKind

from kit import contract, telemetry
from kit.errors import TimedOut, Unavailable, from_status
from kit.rpc import Endpoint, Envelope

_MAX_MESSAGE = 32 * 1024 * 1024
# an error travels in the headers: its message may be a paragraph and its details a list
_MAX_HEADERS = 64 * 1024
CHANNEL_OPTIONS = [
    ("grpc.max_metadata_size", _MAX_HEADERS),
    ("grpc.absolute_max_metadata_size", 2 * _MAX_HEADERS),
    ("grpc.max_receive_message_length", _MAX_MESSAGE),
    ("grpc.max_send_message_length", _MAX_MESSAGE),
]
# A name may stand for several replicas; without this every call would go to the first of them.
_CLIENT_OPTIONS = [*CHANNEL_OPTIONS, ("grpc.lb_policy_name", "round_robin")]


class Channel(Protocol):
    async def call(self, path: str, request: Message, envelope: Envelope) -> Message: ...


class LocalChannel:
    """Calls an endpoint of this process through the same edge a socket would reach."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def call(self, path: str, request: Message, envelope: Envelope) -> Message:
        return await self._endpoint.dispatch(path, request, envelope)


class SocketChannel:
    """Calls a service over gRPC.

    Args:
        target: `host:port`.
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self._channel = grpc.aio.insecure_channel(target, options=_CLIENT_OPTIONS)
        self._methods: dict[str, Callable[..., Awaitable[Message]]] = {}

    async def call(self, path: str, request: Message, envelope: Envelope) -> Message:
        method = self._methods.get(path) or self._open(path, type(request))
        metadata = [("authorization", f"Bearer {envelope.token}")] if envelope.token else []
        try:
            with telemetry.span(path.lstrip("/"), SpanKind.CLIENT, envelope.traceparent):
                metadata.append(("traceparent", telemetry.current_traceparent()))
                return await method(request, timeout=envelope.timeout_s, metadata=metadata, wait_for_ready=False)
        except grpc.aio.AioRpcError as error:
            raise self._error(error) from error

    def _open(self, path: str, request_type: type[Message]) -> Callable[..., Awaitable[Message]]:
        method = self._channel.unary_unary(
            path,
            request_serializer=request_type.SerializeToString,
            response_deserializer=contract.response_class(path).FromString,
        )
        self._methods[path] = method
        return method

    def _error(self, error: grpc.aio.AioRpcError) -> Exception:
        status: status_pb2.Status | None = rpc_status.from_call(error)
        if status is not None:
            return from_status(status)
        if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
            return TimedOut("This took longer than allowed; try again.")
        if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
            return Unavailable(f"The service at {self._target} does not answer; try again.")
        # an answer of gRPC itself, such as a message beyond the limit or a method that an older release lacks
        return from_status(status_pb2.Status(code=error.code().value[0], message=error.details() or ""))

    async def close(self) -> None:
        await self._channel.close()


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
