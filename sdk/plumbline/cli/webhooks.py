"""Owns `plumb webhooks`: events sent to addresses."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from plumbline.cli.failures import Failed
from plumbline.cli.output import Columns, show_list, show_one, time
from plumbline.cli.session import session

app = typer.Typer(help="Events of the workspace, sent to addresses.")

Webhook = Annotated[str, typer.Argument(help="Id or name.")]

_COLUMNS: Columns = {
    "name": "name",
    "state": "state",
    "events": "events",
    "address": "url",
    "waiting": "pending_count",
    "failed": "failure_count",
    "why": "disable_reason",
    "id": "id",
}
_DELIVERIES: Columns = {
    "made": time("create_time"),
    "event": "event_type",
    "sequence": "sequence",
    "state": "state",
    "attempts": "attempt_count",
    "status": "status",
    "ms": "duration_ms",
    "next": time("next_attempt_time"),
    "error": "error",
    "id": "id",
}


@app.command()
def create(
    ctx: typer.Context,
    name: str,
    address: Annotated[str, typer.Argument(help="https:// address that the events are sent to.")],
    event: Annotated[
        list[str] | None, typer.Option(help="Such as experiments.alias.set or 'storage.*'; repeat it for several.")
    ] = None,
    description: Annotated[str, typer.Option(help="For people.")] = "",
) -> None:
    """Send events from now on to an address; the secret is shown this once."""
    known = session(ctx)
    answer = known.client.webhooks.create(name, address, event or ["*"], description=description)
    columns: Columns = {"secret": "secret", "events": "webhook.events", "id": "webhook.id"}
    show_one(known, answer, columns, key="webhook.id")
    known.say("Keep the secret: it is not shown again. Receivers check signatures with it (standardwebhooks.com).")


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """All webhooks of the workspace."""
    known = session(ctx)
    show_list(known, known.client.webhooks.list(), _COLUMNS)


@app.command()
def delete(ctx: typer.Context, webhook: Webhook) -> None:
    """Remove a webhook with the record of its deliveries."""
    known = session(ctx)
    found = known.client.webhooks.get(webhook)
    known.client.webhooks.delete(found["id"])
    known.say(f"Webhook {found['name']} is deleted.")


@app.command()
def enable(ctx: typer.Context, webhook: Webhook) -> None:
    """Switch a webhook on again; it gets what happens from then on."""
    _set(ctx, webhook, "ACTIVE")


@app.command()
def disable(ctx: typer.Context, webhook: Webhook) -> None:
    """Stop sending; what waits is given up."""
    _set(ctx, webhook, "DISABLED")


@app.command()
def rotate(ctx: typer.Context, webhook: Webhook) -> None:
    """Make a new secret, shown this once; for 24 hours the former one signs too."""
    known = session(ctx)
    answer = known.client.webhooks.rotate_secret(known.client.webhooks.get(webhook)["id"])
    show_one(known, answer, {"secret": "secret", "id": "webhook.id"}, key="webhook.id")


@app.command()
def test(ctx: typer.Context, webhook: Webhook) -> None:
    """Send an event that never happened, and say how the receiver took it."""
    known = session(ctx)
    delivery = known.client.webhooks.test(known.client.webhooks.get(webhook)["id"])
    show_one(known, delivery, {"state": "state", "status": "status", "answer": "response", "error": "error"})
    if delivery["state"] != "DELIVERED":
        raise Failed(delivery["error"])


@app.command()
def deliveries(
    ctx: typer.Context,
    webhook: Webhook,
    state: Annotated[str, typer.Option(help="PENDING, DELIVERED or FAILED.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Newest so many.")] = 50,
) -> None:
    """What was sent and is to be sent, newest first."""
    known = session(ctx)
    found = known.client.webhooks.get(webhook)
    show_list(known, islice(known.client.webhooks.deliveries(found["id"], state=state.upper()), limit), _DELIVERIES)


@app.command()
def redeliver(
    ctx: typer.Context, webhook: Webhook, delivery: Annotated[str, typer.Argument(help="Id of the delivery.")]
) -> None:
    """Send an event once more."""
    known = session(ctx)
    found = known.client.webhooks.get(webhook)
    known.client.webhooks.redeliver(found["id"], delivery)
    known.say(f"It is sent again: see `plumb webhooks deliveries {found['name']}`.")


def _set(ctx: typer.Context, webhook: str, state: str) -> None:
    known = session(ctx)
    found = known.client.webhooks.get(webhook)
    show_one(known, known.client.webhooks.update(found["id"], state=state), _COLUMNS)
