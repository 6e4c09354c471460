"""Owns the gRPC server of the distributed shape: every method leads to the same edge as a call in process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc
from google.protobuf.message import Message
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from kit.channel import CHANNEL_OPTIONS
from kit.errors import PlumbError, to_status
from kit.peers import DEFAULT_DEADLINE_S, Envelope
from kit.rpc import Endpoint

_MAX_PENDING = 512
_SERVER_OPTIONS = [
    *CHANNEL_OPTIONS,
    # without a bound the server sheds load by cancelling calls at random
    ("grpc.server.max_pending_requests", _MAX_PENDING),
    ("grpc.server.max_pending_requests_hard_limit", _MAX_PENDING),
    ("grpc.max_connection_age_ms", 300_000),
    ("grpc.max_connection_age_grace_ms", 30_000),
]
_GRACE_S = 25
LIVENESS = "liveness"
"""Name under which the health service says that the process lives, whatever its dependencies do."""


class RpcServer:
    """Serves the endpoints of this process on one port, with the standard health service."""

    def __init__(self, endpoints: Mapping[str, Endpoint], host: str, port: int) -> None:
        self._health = health.aio.HealthServicer()
        self._server = grpc.aio.server(options=_SERVER_OPTIONS)
        self._server.add_generic_rpc_handlers([_Handlers(endpoint) for endpoint in endpoints.values()])
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        self.port = self._server.add_insecure_port(f"{host}:{port}")

    async def start(self) -> None:
        await self._server.start()
        await self._health.set(LIVENESS, health_pb2.HealthCheckResponse.SERVING)
        await self.report(ready=True)

    async def report(self, *, ready: bool) -> None:
        """Say whether calls can be answered, so that balancers send them here or elsewhere."""
        status = health_pb2.HealthCheckResponse
        await self._health.set("", status.SERVING if ready else status.NOT_SERVING)

    async def stop(self) -> None:
        """Tell balancers first, then let running calls end."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(_GRACE_S)


class _Handlers(grpc.GenericRpcHandler):
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        registered = self._endpoint.registry.handlers.get(details.method)
        if registered is None:
            return None

        async def answer(request: Message, context: grpc.aio.ServicerContext[Any, Any]) -> Message:
            try:
                return await self._endpoint.dispatch(details.method, request, _envelope(context))
            except PlumbError as error:
                await context.abort_with_status(rpc_status.to_status(to_status(error)))
                raise

        return grpc.unary_unary_rpc_method_handler(
            answer, registered.request_deserializer, registered.response_serializer
        )


def _envelope(context: grpc.aio.ServicerContext[Any, Any]) -> Envelope:
    metadata = dict(context.invocation_metadata() or ())
    remaining = context.time_remaining()
    return Envelope(
        token=str(metadata.get("authorization", "")).removeprefix("Bearer "),
        traceparent=str(metadata.get("traceparent", "")),
        timeout_s=DEFAULT_DEADLINE_S if remaining is None else remaining,
    )
