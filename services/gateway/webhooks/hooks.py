"""Owns the life of a webhook: made, changed, disabled, deleted, and its secret. Does not send anything.

The whole URL is shown to owners and managers alone, for it often holds a secret of the receiver; events and audit name
its host.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, contract, ids, journal
from kit.egress import Egress, TargetRefused
from kit.errors import FailedPrecondition, Invalid, NotFound
from kit.identity import Principal
from services.gateway import feed
from services.gateway.tables import Webhook, WebhookDelivery
from services.gateway.webhooks import patterns
from services.gateway.webhooks.sealing import Seal, new_secret

ACTIVE, DISABLED = "ACTIVE", "DISABLED"
CLOUDEVENTS, MLFLOW = "CLOUDEVENTS", "MLFLOW"
# so long both secrets sign, for a receiver to change over
ROTATION = timedelta(hours=24)
MOST_WEBHOOKS = 50
_SERVICES = {*contract.SERVICES, "gateway"}


@dataclass(frozen=True, slots=True)
class Fields:
    """What a member may write of a webhook; None leaves it as it is."""

    name: str | None = None
    description: str | None = None
    url: str | None = None
    events: list[str] | None = None
    state: str | None = None
    # given by MLflow clients alone; empty for none
    secret: str | None = None


async def create(tx: AsyncSession, who: Principal, seal: Seal, egress: Egress, fields: Fields, format_: str) -> Webhook:
    """A webhook that gets what happens from now on.

    Raises:
        FailedPrecondition: the workspace has as many as it may have.
        Invalid: the address or an event pattern is none.
    """
    count = await tx.scalar(select(func.count()).where(Webhook.workspace_id == who.workspace_id))
    if (count or 0) >= MOST_WEBHOOKS:
        raise FailedPrecondition(
            f"A workspace has at most {MOST_WEBHOOKS} webhooks: delete one.", reason="WEBHOOKS_TOO_MANY"
        )
    row = Webhook(
        id=ids.new("whk"),
        workspace_id=who.workspace_id,
        name=fields.name or "",
        description=fields.description or "",
        url=checked_url(egress, fields.url or ""),
        format=format_,
        events=checked_events(fields.events or [], format_),
        state=fields.state or ACTIVE,
        disable_reason="",
        creator=who.actor(),
        create_time=clock.now(),
        update_time=clock.now(),
        cursor=await feed.newest(tx, who.workspace_id),
        failure_count=0,
    )
    row.secret = _sealed(seal, fields.secret or "", row)
    tx.add(row)
    await tx.flush()
    await journal.change(tx, who, "gateway.webhook.created", row.id, **_facts(row))
    return row


async def change(
    tx: AsyncSession, who: Principal, seal: Seal, egress: Egress, webhook_id: str, fields: Fields
) -> Webhook:
    """Write fields; a webhook that is switched on again gets what happens from then on.

    Raises:
        NotFound, Invalid: as `create`.
    """
    row = await own(tx, who, webhook_id, locked=True)
    if fields.name is not None:
        row.name = fields.name
    if fields.description is not None:
        row.description = fields.description
    if fields.url is not None:
        row.url = checked_url(egress, fields.url)
    if fields.events is not None:
        row.events = checked_events(fields.events, row.format)
    if fields.secret is not None:
        row.secret = _sealed(seal, fields.secret, row)
    if fields.state == ACTIVE and row.state != ACTIVE:
        row.state, row.disable_reason, row.failure_count, row.resume_time = ACTIVE, "", 0, None
        row.cursor = await feed.newest(tx, who.workspace_id)
    elif fields.state == DISABLED and row.state != DISABLED:
        await _switch_off(tx, row, f"Disabled by {who.name}.")
    row.update_time = clock.now()
    await journal.change(tx, who, "gateway.webhook.updated", row.id, **_facts(row))
    return row


async def disable(tx: AsyncSession, who: Principal, row: Webhook, reason: str) -> None:
    """Stop sending for a reason that its owners read."""
    await _switch_off(tx, row, reason)
    await journal.change(tx, who, "gateway.webhook.disabled", row.id, disable_reason=reason, **_facts(row))


async def delete(tx: AsyncSession, who: Principal, webhook_id: str) -> None:
    """Remove it with its deliveries; raises NotFound."""
    row = await own(tx, who, webhook_id, locked=True)
    await tx.execute(delete_rows(Webhook).where(Webhook.id == row.id))
    await journal.change(tx, who, "gateway.webhook.deleted", row.id, **_facts(row))


async def rotate(tx: AsyncSession, who: Principal, seal: Seal, webhook_id: str) -> tuple[Webhook, str]:
    """A new secret; for a day the former one signs too.

    Raises:
        NotFound: it is absent, or an MLflow client made it, which gives secrets itself.
    """
    row = await own(tx, who, webhook_id, locked=True)
    if row.format != CLOUDEVENTS:
        raise FailedPrecondition(
            "An MLflow client made this webhook and gives its secret: update it there.", reason="WEBHOOK_OF_MLFLOW"
        )
    secret = new_secret()
    row.former_secret, row.former_secret_expire_time = row.secret, clock.now() + ROTATION
    row.secret, row.update_time = seal.close(secret, row.id), clock.now()
    await journal.change(tx, who, "gateway.webhook.rotated", row.id, **_facts(row))
    return row, secret


async def own(tx: AsyncSession, who: Principal, webhook_id: str, *, locked: bool = False) -> Webhook:
    """A webhook of the caller's workspace; raises NotFound."""
    query = select(Webhook).where(Webhook.id == webhook_id, Webhook.workspace_id == who.workspace_id)
    row = await tx.scalar(query.with_for_update() if locked else query)
    if row is None:
        raise NotFound(f"There is no webhook {webhook_id}.", reason="WEBHOOK_NOT_FOUND")
    return row


async def all_of(tx: AsyncSession, workspace_id: str) -> Sequence[Webhook]:
    """The webhooks of a workspace, newest first."""
    query = select(Webhook).where(Webhook.workspace_id == workspace_id).order_by(Webhook.id.desc())
    return (await tx.scalars(query)).all()


def secrets_of(row: Webhook, seal: Seal, now: datetime) -> list[str]:
    """The secrets that sign at a moment, the newest first; raises SealBroken."""
    sealed = [row.secret] if row.secret else []
    if row.former_secret and row.former_secret_expire_time and now < row.former_secret_expire_time:
        sealed.append(row.former_secret)
    return [seal.open(one, row.id) for one in sealed]


def checked_url(egress: Egress, url: str) -> str:
    """The URL if it may be sent to; raises Invalid."""
    try:
        egress.check(url)
    except TargetRefused as error:
        raise Invalid(str(error), reason="WEBHOOK_URL_REFUSED") from error
    return url


def checked_events(events: list[str], format_: str) -> list[str]:
    """The patterns without repetition; raises Invalid."""
    if format_ == CLOUDEVENTS:
        for pattern in events:
            if not patterns.is_pattern(pattern) or patterns.service_of(pattern) not in {"", *_SERVICES}:
                raise Invalid(
                    f"`{pattern[:100]}` is no event: write one like `experiments.alias.set`, `storage.*` or `*`.",
                    reason="WEBHOOK_EVENT_UNKNOWN",
                )
    return list(dict.fromkeys(events))


def _sealed(seal: Seal, secret: str, row: Webhook) -> bytes | None:
    return seal.close(secret, row.id) if secret else None


async def _switch_off(tx: AsyncSession, row: Webhook, reason: str) -> None:
    row.state, row.disable_reason = DISABLED, reason
    waiting = update(WebhookDelivery).where(WebhookDelivery.webhook_id == row.id, WebhookDelivery.state == "PENDING")
    await tx.execute(waiting.values(state="FAILED", next_attempt_time=None, error="The webhook was disabled."))


def _facts(row: Webhook) -> dict[str, Any]:
    return {"name": row.name, "host": urlsplit(row.url).hostname or "", "events": row.events, "state": row.state}
