"""Owns tests: one message to one webhook, sent while its owner waits. Nothing is tried again."""

from __future__ import annotations

import uuid

from kit import clock, ids
from kit.db import Database
from kit.egress import Egress
from kit.identity import Principal
from services.gateway.tables import WebhookDelivery
from services.gateway.webhooks import attempts, deliveries, hooks, messages, registry_events
from services.gateway.webhooks.sealing import Seal


async def send(
    db: Database, egress: Egress, seal: Seal, who: Principal, webhook_id: str, registry_event: str = ""
) -> WebhookDelivery:
    """Send and keep how it ended.

    Args:
        registry_event: `<entity>.<action>` whose example is sent to a webhook of an MLflow client; its first event when
            empty.

    Raises:
        NotFound: there is no such webhook.
    """
    async with db.transaction() as tx:
        webhook = await hooks.own(tx, who, webhook_id)
    now = clock.now()
    if webhook.format == hooks.MLFLOW:
        name = registry_event or webhook.events[0]
        event_id = str(uuid.uuid4())
        event = registry_events.envelope(name, now.isoformat(), registry_events.EXAMPLES[name])
    else:
        event = messages.test_event(who.workspace_id, who.actor(), now)
        name, event_id = event["type"], event["id"]
    attempt = await attempts.make(egress, seal, webhook, event_id, event, now)
    row = WebhookDelivery(
        id=ids.new("whd"),
        webhook_id=webhook.id,
        event_id=event_id,
        event_type=name,
        event=event,
        redelivery_of="",
        state=deliveries.DELIVERED if attempt.arrived else deliveries.FAILED,
        create_time=now,
        attempt_count=0,
    )
    deliveries.note(row, attempt)
    async with db.transaction() as tx:
        await hooks.own(tx, who, webhook_id, locked=True)
        tx.add(row)
    return row
