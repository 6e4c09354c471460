"""Owns the routes of webhooks: what comes in, who may, what goes out. Does not send to receivers but for a test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Depends, Query, Request

from kit.errors import Invalid
from kit.identity import Principal
from services.gateway.caller import Callers
from services.gateway.webhooks import deliveries, documents, hooks, probes
from services.gateway.webhooks.documents import (
    Delivery,
    DeliveryPage,
    DeliveryState,
    Empty,
    NewWebhook,
    Webhook,
    WebhookChange,
    WebhookList,
    WebhookSecret,
)
from services.gateway.webhooks.parts import Parts
from services.gateway.webhooks.sealing import new_secret

_PAGE = 500
_WEBHOOKS = "/api/v1/webhooks"
_WEBHOOK = f"{_WEBHOOKS}/{{webhook_id}}"
_DELIVERIES = f"{_WEBHOOK}/deliveries"


def router(callers: Callers, parts: Parts) -> APIRouter:
    """The routes under /api/v1/webhooks."""
    routes = APIRouter(tags=["webhooks"])
    allowed = Depends(_allowed(callers))

    @routes.post(_WEBHOOKS)
    async def create_webhook(body: NewWebhook, who: Principal = allowed) -> WebhookSecret:
        """Send events from now on to an address; the answer holds the secret, this once."""
        secret = new_secret()
        async with parts.db.transaction() as tx:
            fields = hooks.Fields(**body.model_dump(), secret=secret)
            row = await hooks.create(tx, who, parts.seal, parts.egress, fields, hooks.CLOUDEVENTS)
        parts.dispatcher.wake()
        return WebhookSecret(webhook=documents.webhook(row), secret=secret)

    @routes.get(_WEBHOOKS)
    async def list_webhooks(who: Principal = allowed) -> WebhookList:
        """All webhooks of the workspace."""
        async with parts.db.transaction() as tx:
            rows = await hooks.all_of(tx, who.workspace_id)
            waiting = await deliveries.waiting(tx, [row.id for row in rows])
        return WebhookList(webhooks=[documents.webhook(row, waiting.get(row.id, 0)) for row in rows])

    @routes.get(_WEBHOOK)
    async def get_webhook(webhook_id: str, who: Principal = allowed) -> Webhook:
        """One webhook."""
        async with parts.db.transaction() as tx:
            row = await hooks.own(tx, who, webhook_id)
            return documents.webhook(row, (await deliveries.waiting(tx, [row.id])).get(row.id, 0))

    @routes.patch(_WEBHOOK)
    async def update_webhook(webhook_id: str, body: WebhookChange, who: Principal = allowed) -> Webhook:
        """Change it. One that is switched on again gets what happens from then on."""
        async with parts.db.transaction() as tx:
            row = await hooks.change(tx, who, parts.seal, parts.egress, webhook_id, hooks.Fields(**body.model_dump()))
            waiting = await deliveries.waiting(tx, [row.id])
        parts.dispatcher.wake()
        return documents.webhook(row, waiting.get(row.id, 0))

    @routes.delete(_WEBHOOK)
    async def delete_webhook(webhook_id: str, who: Principal = allowed) -> Empty:
        """Remove it with the record of its deliveries."""
        async with parts.db.transaction() as tx:
            await hooks.delete(tx, who, webhook_id)
        return Empty()

    @routes.post(f"{_WEBHOOK}:rotateSecret")
    async def rotate_secret(webhook_id: str, who: Principal = allowed) -> WebhookSecret:
        """A new secret, shown this once; for 24 hours the former one signs too."""
        async with parts.db.transaction() as tx:
            row, secret = await hooks.rotate(tx, who, parts.seal, webhook_id)
        return WebhookSecret(webhook=documents.webhook(row), secret=secret)

    _add_deliveries(routes, allowed, parts)
    return routes


def _add_deliveries(routes: APIRouter, allowed: Any, parts: Parts) -> None:
    @routes.post(f"{_WEBHOOK}:test")
    async def test_webhook(webhook_id: str, who: Principal = allowed) -> Delivery:
        """Send an event that never happened, once and at once, also to a webhook that is disabled."""
        return documents.delivery(await probes.send(parts.db, parts.egress, parts.seal, who, webhook_id))

    @routes.get(_DELIVERIES)
    async def list_deliveries(
        webhook_id: str,
        state: DeliveryState | None = None,
        page_size: int = Query(100, ge=1, le=_PAGE),
        page_token: str = Query("", max_length=100),
        who: Principal = allowed,
    ) -> DeliveryPage:
        """What was sent and is to be sent, newest first; kept for 7 days, failed ones for 30."""
        if page_token and not page_token.startswith("whd_"):
            raise Invalid(
                "This page_token belongs to another list: start again without it.", reason="PAGE_TOKEN_INVALID"
            )
        async with parts.db.transaction() as tx:
            webhook = await hooks.own(tx, who, webhook_id)
            rows = await deliveries.page_of(tx, webhook, state or "", page_token, page_size + 1)
        page = rows[:page_size]
        token = page[-1].id if len(rows) > page_size else ""
        return DeliveryPage(deliveries=[documents.delivery(row) for row in page], next_page_token=token)

    @routes.post(f"{_DELIVERIES}/{{delivery_id}}:redeliver")
    async def redeliver(webhook_id: str, delivery_id: str, who: Principal = allowed) -> Delivery:
        """Send an event once more, as a new delivery with the same event id."""
        async with parts.db.transaction() as tx:
            row = await deliveries.redeliver(tx, who, webhook_id, delivery_id)
        parts.dispatcher.wake()
        return documents.delivery(row)


def _allowed(callers: Callers) -> Callable[[Request], Awaitable[Principal]]:
    async def who(request: Request) -> Principal:
        # the row of the route that was found, never of the address that was asked for
        _, principal = await callers.require(request, f"{request.method} {request.scope['route'].path}")
        return principal

    return who
