"""Owns the background work: the feed into deliveries, deliveries to receivers, old deliveries away.

Any number of replicas do this side by side: a webhook is spread to under its row's lock, and sent to by the one process
that holds its lease. A process that dies leaves a lease that runs out; what it had sent without a note is sent again.
No transaction is open while a receiver is waited for, and each webhook is served by a task of its own.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import telemetry
from kit.db import Database
from kit.egress import TOTAL_S, Egress
from services.gateway.tables import Webhook
from services.gateway.webhooks import attempts, deliveries, hooks
from services.gateway.webhooks.sealing import Seal

_log = structlog.get_logger(__name__)

# how soon a webhook that another replica made is noticed
_ASLEEP_S = 5.0
_IDLE_S = 1.0
_LEASE = timedelta(seconds=3 * TOTAL_S)
# deliveries in one go, before others may take the webhook over
_TURN = 100
_MOST_TASKS = 50
_CLEAN_EVERY_S = 6 * 3600.0

Clock = Callable[[AsyncSession], Awaitable[datetime]]


async def database_time(tx: AsyncSession) -> datetime:
    """The time that all replicas share."""
    return (await tx.execute(select(func.clock_timestamp()))).scalar_one()


class Dispatcher:
    """Sends to the webhooks of all workspaces.

    Args:
        most_failures: deliveries given up in a row that disable a webhook.
    """

    def __init__(
        self, db: Database, egress: Egress, seal: Seal, most_failures: int, now: Clock = database_time
    ) -> None:
        self._db = db
        self._egress = egress
        self._seal = seal
        self._most_failures = most_failures
        self._now = now
        self._holder = uuid.uuid4().hex
        self._serving: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    def wake(self) -> None:
        """Look for work at once: a webhook was made or switched on."""
        self._changed.set()

    async def run(self) -> None:
        """Dispatch for ever. Raises when the database is away; the caller starts it again."""
        try:
            with self._db.listening() as committed:
                while True:
                    self._changed.clear()
                    committed.clear()
                    active = await self.step()
                    # without webhooks, commits of others are none of our business
                    await _first_of(_IDLE_S if active else _ASLEEP_S, self._changed, *([committed] if active else []))
        finally:
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)

    async def step(self) -> bool:
        """Spread what is new and begin with what is due; returns whether there is any active webhook."""
        async with self._db.transaction() as tx:
            if not await tx.scalar(select(exists().where(Webhook.state == hooks.ACTIVE))):
                return False
        while await self._spread():
            continue
        await self._begin()
        return True

    async def settle(self) -> None:
        """Wait until nothing is being sent."""
        while self._serving:
            await asyncio.gather(*self._serving)

    async def clean(self) -> None:
        """Delete old deliveries, for ever."""
        while True:
            async with self._db.transaction() as tx:
                now = await self._now(tx)
            await deliveries.expire(self._db, now)
            await asyncio.sleep(_CLEAN_EVERY_S)

    async def _spread(self) -> int:
        async with self._db.transaction() as tx:
            return await deliveries.spread(tx, await self._now(tx))

    async def _begin(self) -> None:
        most = _MOST_TASKS - len(self._serving)
        if most <= 0:
            return
        async with self._db.transaction() as tx:
            now = await self._now(tx)
            held = await deliveries.lease(tx, self._holder, now, now + _LEASE, most)
        for webhook_id in held:
            task = asyncio.create_task(self._serve(webhook_id), name=f"webhook {webhook_id}")
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

    async def _serve(self, webhook_id: str) -> None:
        """Send what is due to one webhook, one after the other in the order of the feed."""
        try:
            for _ in range(_TURN):
                if not await self._send_next(webhook_id):
                    break
            async with self._db.transaction() as tx:
                await deliveries.release(tx, self._holder, webhook_id)
        except Exception as error:  # the lease runs out, and then it is tried again
            _log.warning("webhook is not served", webhook=webhook_id, error=repr(error))

    async def _send_next(self, webhook_id: str) -> bool:
        async with self._db.transaction() as tx:
            now = await self._now(tx)
            due = await deliveries.next_due(tx, self._holder, webhook_id, now, now + _LEASE)
        if due is None:
            return False
        with telemetry.span("webhook.send", traceparent=str(due.event.get("traceparent", ""))):
            attempt = await attempts.make(self._egress, self._seal, due.webhook, due.delivery.event_id, due.event, now)
            async with self._db.transaction() as tx:
                await deliveries.record(tx, due, attempt, self._most_failures, random.random())
        return True


async def _first_of(within_s: float, *signals: asyncio.Event) -> None:
    """Wait until one of the signals is set, or for so many seconds."""
    waits = [asyncio.create_task(signal.wait()) for signal in signals]
    try:
        await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
