"""The health service answers two questions: whether calls can be answered, and whether the process lives."""

from __future__ import annotations

import asyncio
import contextlib

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from kit import host
from kit.app import App
from kit.errors import Unavailable
from kit.server import LIVENESS, RpcServer
from kit.settings import Platform

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


async def test_a_process_says_so_while_the_database_of_its_service_is_away(
    stack: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def compose(_app: App) -> None:
        """A service without methods."""

    async def away() -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(host, "_READINESS_S", 0.05)
    process = host.Host(stack.model_copy(update={"rpc_port": 0}), {"auth": compose})
    await process.start()
    running = asyncio.create_task(process.run())
    assert process._server is not None
    async with grpc.aio.insecure_channel(f"127.0.0.1:{process._server.port}") as channel:
        health = health_pb2_grpc.HealthStub(channel)

        async def becomes(status: int) -> None:
            while (await health.Check(health_pb2.HealthCheckRequest())).status != status:
                await asyncio.sleep(0.02)

        with monkeypatch.context() as broken:
            broken.setattr(process.apps["auth"].db, "ping", away)
            await asyncio.wait_for(becomes(NOT_SERVING), 10)
        await asyncio.wait_for(becomes(SERVING), 10)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await process.close()
