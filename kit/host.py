"""Owns one process: which services it runs, how they reach each other and the rest, and how it ends."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Mapping

import structlog

from kit import contract
from kit.app import App
from kit.blobs import ObjectStore
from kit.bus import Bus
from kit.channel import LocalChannel, SocketChannel
from kit.peers import Channel
from kit.server import RpcServer
from kit.settings import Platform

_log = structlog.get_logger(__name__)

_READINESS_S = 2.0

_ASK_AGAIN_S = 1.0
_OBJECTS_BETWEEN_COLLECTIONS = 20_000

Setup = Callable[[App], Awaitable[None]]


class Host:
    """Runs services in this process; those it does not run are reached at the addresses of the settings.

    Args:
        setups: `setup(app)` of each service to run, by name.
    """

    def __init__(self, settings: Platform, setups: Mapping[str, Setup]) -> None:
        self._settings = settings
        self._setups = setups
        self.apps: dict[str, App] = {}
        self.channels: dict[str, Channel] = {}
        self._bus = Bus(settings.nats_url.get_secret_value())
        self._blobs: ObjectStore | None = None
        self._server: RpcServer | None = None

    async def start(self) -> None:
        """Compose every service and open the gRPC port when others have to reach this process."""
        self._blobs = blobs = object_store(self._settings)
        if self._settings.s3_access_key.get_secret_value():  # services that keep no bytes get no keys
            await blobs.ensure_bucket(browser_origin=self._settings.public_url)
        for name in self._setups:
            self.apps[name] = App(name, self._settings, blobs, self._bus, self.channels)
        for name in contract.SERVICES:
            if name in self.apps:
                self.channels[name] = LocalChannel(self.apps[name].endpoint)
            elif address := self._settings.peer(name):
                self.channels[name] = SocketChannel(address)
        for name, setup in self._setups.items():
            await setup(self.apps[name])
        if any(name not in self.apps for name in contract.SERVICES):
            await self._open_port()

    async def run(self) -> None:
        """Run all background tasks until cancelled."""
        _spare_the_collector()
        tasks = [task for app in self.apps.values() for task in app.start_tasks()]
        if self._server is not None:
            tasks.append(asyncio.create_task(self._report_readiness(self._server)))
        try:
            await asyncio.gather(*tasks)
        finally:
            # a library may swallow a cancellation (nats-py on Python 3.11 does): ask until all have ended
            while pending := [task for task in tasks if not task.done()]:
                for task in pending:
                    task.cancel()
                await asyncio.wait(pending, timeout=_ASK_AGAIN_S)

    async def close(self) -> None:
        if self._server is not None:
            await self._server.stop()
        for app in self.apps.values():
            await app.close()
        for channel in self.channels.values():
            if isinstance(channel, SocketChannel):
                await channel.close()
        await self._bus.close()
        if self._blobs is not None:
            self._blobs.close()

    async def _report_readiness(self, server: RpcServer) -> None:
        """A service is ready while its own database answers; what it calls may be away without taking it down too."""
        while True:
            pings = await asyncio.gather(*(app.db.ping() for app in self.apps.values()), return_exceptions=True)
            failures = [ping for ping in pings if isinstance(ping, BaseException)]
            if failures:
                _log.warning("not ready", error=repr(failures[0]))
            await server.report(ready=not failures)
            await asyncio.sleep(_READINESS_S)

    async def _open_port(self) -> None:
        endpoints = {name: self.apps[name].endpoint for name in self.apps if name in contract.SERVICES}
        if endpoints:
            self._server = RpcServer(endpoints, self._settings.rpc_host, self._settings.rpc_port)
            await self._server.start()
            _log.info("serving", services=sorted(endpoints), port=self._server.port)


def object_store(settings: Platform) -> ObjectStore:
    """The object store of the settings; presigned URLs name the public endpoint."""
    return ObjectStore(
        endpoint=settings.s3_endpoint,
        public_endpoint=settings.s3_public_endpoint or settings.s3_endpoint,
        bucket=settings.s3_bucket,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
        region=settings.s3_region,
    )


def _spare_the_collector() -> None:
    """What was loaded at the start lives as long as the process: looking through it again and again costs long answers
    as much time as making them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
