"""The health service answers two questions: whether calls can be answered, and whether the process lives."""

from __future__ import annotations

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from kit.server import LIVENESS, RpcServer

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def test_a_lost_database_takes_the_server_out_of_rotation_and_does_not_restart_it() -> None:
    server = RpcServer({}, "127.0.0.1", 0)
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        health = health_pb2_grpc.HealthStub(channel)

        async def status(name: str) -> int:
            return (await health.Check(health_pb2.HealthCheckRequest(service=name))).status

        assert (await status(""), await status(LIVENESS)) == (SERVING, SERVING)
        await server.report(ready=False)
        assert (await status(""), await status(LIVENESS)) == (NOT_SERVING, SERVING)
        await server.report(ready=True)
        assert (await status(""), await status(LIVENESS)) == (SERVING, SERVING)
    await server.stop()
