"""Owns one running service: its database, its endpoint, its background tasks. `services/<name>/service.py` fills it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from kit import relay, retention, telemetry
from kit.audit import AuditServicer
from kit.blobs import ObjectStore
from kit.bus import Bus
from kit.consumer import Consumer, EventHandler
from kit.db import Database
from kit.identity import Identity, service_principal
from kit.peers import Channel, Envelope, Peers
from kit.rpc import Endpoint
from kit.settings import Platform
from plumbapi.common.v1.audit_pb2_grpc import add_AuditServiceServicer_to_server

_log = structlog.get_logger(__name__)

_RESTART_S = 1.0
_BACKGROUND_DEADLINE_S = 60.0


class App:
    """What `async def setup(app: App)` of a service composes itself from."""

    def __init__(
        self, name: str, settings: Platform, blobs: ObjectStore, bus: Bus, channels: Mapping[str, Channel]
    ) -> None:
        self.name = name
        self.settings = settings
        self.blobs = blobs
        self.bus = bus
        self.db = Database(settings.database_url(name), settings.database_pool)
        self.identity = Identity(settings.identity_key.get_secret_value())
        self.endpoint = Endpoint(name, self.db, blobs, self.identity, self.peers)
        self._channels = channels
        self._consumer = Consumer(name, self.db, bus)
        self._tasks: dict[str, Callable[[], Awaitable[None]]] = {}
        self._closers: list[Callable[[], Awaitable[None]]] = [self.db.close]
        telemetry.trace_sql(self.db.engine)
        self.register(add_AuditServiceServicer_to_server, AuditServicer())
        self.task("relay", lambda: relay.run(self.db, bus, name))
        self.task("retention", lambda: retention.run(self.db))

    def register(self, add_to_server: Callable[[Any, Any], None], servicer: object) -> None:
        """Serve a servicer: `app.register(add_StorageServiceServicer_to_server, StorageServicer(app))`."""
        add_to_server(servicer, self.endpoint.registry)

    def consume(self, subject: str, handler: EventHandler) -> None:
        """Apply `handler(tx, event)` once to each event of a subject like `plumb.*.storage.dataset.published.v1`."""
        self._consumer.on(subject, handler)

    def task(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run `run()` in the background as long as the service lives; when it raises it is started again."""
        self._tasks[name] = run

    def on_close(self, close: Callable[[], Awaitable[None]]) -> None:
        """Call `close()` when the service stops."""
        self._closers.append(close)

    def peers(self, envelope: Envelope) -> Peers:
        """The other services on behalf of a caller."""
        return Peers(self._channels, envelope)

    def peers_as_service(self, workspace_id: str) -> Peers:
        """The other services on behalf of this one, within one workspace; for background work."""
        token = self.identity.sign(service_principal(self.name, workspace_id))
        return self.peers(Envelope(token, telemetry.current_traceparent(), _BACKGROUND_DEADLINE_S))

    def start_tasks(self) -> list[asyncio.Task[None]]:
        """Start all background tasks; they run until cancelled."""
        if self._consumer.subjects:
            self._tasks["consumer"] = self._consumer.run
        return [
            asyncio.create_task(self._keep(name, run), name=f"{self.name}.{name}") for name, run in self._tasks.items()
        ]

    async def close(self) -> None:
        for close in reversed(self._closers):
            await close()

    async def _keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await run()
                return
            except Exception as error:  # a dependency is away or the task has a bug: both must not end it
                _log.warning("background task starts again", task=f"{self.name}.{name}", error=repr(error))
                await asyncio.sleep(_RESTART_S)
