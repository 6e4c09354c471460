"""Owns the second chance of events that failed on every delivery: hands them to the bus again, once."""

from __future__ import annotations

import json

from sqlalchemy import delete, select

from kit import ids, telemetry
from kit.bus import Bus
from kit.db import Database
from kit.events import Event
from kit.journal_tables import dead_letter


async def replay(db: Database, bus: Bus) -> tuple[int, int]:
    """Send every dead letter again; returns how many were sent, and how many are no events of ours and stay.

    A letter leaves the table in the transaction that hands it to the bus. Services that have applied the event already
    know its id; the one that failed gets it as a new message, and keeps it as a dead letter again when it fails again.
    """
    sent = kept = 0
    async with db.transaction() as tx:
        letters = (await tx.execute(select(dead_letter).with_for_update(skip_locked=True))).all()
        for letter in letters:
            try:
                event = Event.decode(json.dumps(letter.event).encode())
            except (KeyError, TypeError, ValueError):
                kept += 1
                continue
            # a fresh message id: the bus drops what it has seen under the old one
            await bus.publish(event.nats_subject, event.encode(), ids.new("msg"), telemetry.current_traceparent())
            await tx.execute(
                delete(dead_letter).where(
                    dead_letter.c.consumer == letter.consumer, dead_letter.c.event_id == letter.event_id
                )
            )
            sent += 1
    return sent, kept
