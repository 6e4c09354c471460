"""Owns the way in: every event is applied once, in one transaction with its inbox row.

Delivery is at least once, so an event that is in the inbox already is acknowledged and dropped. An event that fails on
every delivery goes to the dead letters with its reason, so that it holds up nothing behind it for ever.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from typing import Any

import structlog
from nats.aio.msg import Msg
from opentelemetry.trace import SpanKind
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import telemetry
from kit.bus import BACKOFF_S, Bus
from kit.db import Database
from kit.events import Event
from kit.journal_tables import dead_letter, inbox

_log = structlog.get_logger(__name__)

EventHandler = Callable[[AsyncSession, Event], Awaitable[None]]


class Consumer:
    """All subscriptions of one service behind one durable consumer, so that its events keep their order."""

    def __init__(self, service: str, db: Database, bus: Bus) -> None:
        self._service = service
        self._db = db
        self._bus = bus
        self._handlers: dict[str, EventHandler] = {}

    def on(self, subject: str, handler: EventHandler) -> None:
        """Apply `handler` to events of a NATS subject such as `plumb.*.storage.dataset.published.v1`.

        Subjects of one service must not overlap: an event has one handler.
        """
        if subject in self._handlers:
            raise ValueError(f"{subject} has a handler already")
        self._handlers[subject] = handler

    @property
    def subjects(self) -> list[str]:
        return list(self._handlers)

    async def run(self) -> None:
        """Apply events for ever. Raises when the bus is away; the caller starts it again."""
        await self._bus.consume(self._service, self.subjects, self._receive)

    async def _receive(self, message: Msg) -> None:
        traceparent = (message.headers or {}).get("traceparent", "")
        try:
            event = Event.decode(message.data)
            with telemetry.span("inbox.apply", SpanKind.CONSUMER, traceparent, event_type=event.type):
                await self._apply(message.subject, event)
        except Exception as error:  # whatever a handler raises, the event must come again or be kept
            with telemetry.span("inbox.fail", traceparent=traceparent):
                await self._fail(message, error)
        else:
            await message.ack()

    async def _apply(self, subject: str, event: Event) -> None:
        async with self._db.transaction() as tx:
            first = await tx.execute(
                insert(inbox)
                .values(consumer=self._service, event_id=event.id)
                .on_conflict_do_nothing()
                .returning(inbox.c.event_id)
            )
            if first.first() is not None:
                await self._handler(subject)(tx, event)

    def _handler(self, subject: str) -> EventHandler:
        for pattern, handler in self._handlers.items():
            # `*` of fnmatch also matches dots, which only `>` does in NATS; our patterns name every token
            if fnmatchcase(subject, pattern.replace(">", "*")):
                return handler
        raise LookupError(f"no handler for {subject}")

    async def _fail(self, message: Msg, error: Exception) -> None:
        delivered = message.metadata.num_delivered
        _log.warning("event failed", subject=message.subject, delivered=delivered, error=repr(error))
        if delivered <= len(BACKOFF_S):
            await message.nak(delay=BACKOFF_S[delivered - 1])
            return
        event_id, document = _contents(message)
        async with self._db.transaction() as tx:
            await tx.execute(
                insert(dead_letter)
                .values(consumer=self._service, event_id=event_id, event=document, error=repr(error))
                .on_conflict_do_nothing()
            )
        _log.error("event is a dead letter", subject=message.subject, event_id=event_id)
        telemetry.dead_letters.add(1, {"service": self._service})
        await message.term()


def _contents(message: Msg) -> tuple[str, Any]:
    """The id and the document of a message, also of one that is none of our events."""
    try:
        document = json.loads(message.data)
        return str(document["id"]), document
    except (ValueError, KeyError, TypeError):
        return f"message {message.metadata.sequence.stream}", {"raw": message.data.decode(errors="replace")[:10_000]}
