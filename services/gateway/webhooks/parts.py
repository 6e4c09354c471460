"""Owns the composition of webhooks: what their routes and their background work share."""

from __future__ import annotations

from dataclasses import dataclass

from kit.app import App
from kit.db import Database
from kit.egress import Egress
from services.gateway.settings import GatewaySettings
from services.gateway.webhooks.dispatch import Dispatcher
from services.gateway.webhooks.sealing import Seal


@dataclass(frozen=True, slots=True)
class Parts:
    """One of each per process."""

    db: Database
    egress: Egress
    seal: Seal
    dispatcher: Dispatcher


def compose(app: App, settings: GatewaySettings) -> Parts:
    """The parts, with their background tasks added to the gateway."""
    egress = Egress(private_targets=settings.webhook_private_targets)
    keys = settings.webhook_keys.get_secret_value() or app.settings.identity_key.get_secret_value()
    seal = Seal([key.strip() for key in keys.split(",")])
    dispatcher = Dispatcher(app.db, egress, seal, settings.webhook_failures)
    app.task("webhooks", dispatcher.run)
    app.task("old webhook deliveries", dispatcher.clean)
    app.on_close(egress.close)
    return Parts(app.db, egress, seal, dispatcher)
