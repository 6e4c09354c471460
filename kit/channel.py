"""Owns the two ways to reach a service: in this process, or over a socket. Callers cannot tell which."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import grpc
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc_status import rpc_status
from opentelemetry.trace import SpanKind

from kit import contract, telemetry
from kit.errors import TimedOut, Unavailable, from_status
from kit.peers import Envelope
from kit.rpc import Endpoint

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
