"""Owns what the routes of webhooks take and give, as the OpenAPI document shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.gateway import tables

State = Literal["ACTIVE", "DISABLED"]
DeliveryState = Literal["PENDING", "DELIVERED", "FAILED"]
Events = list[str]


class Webhook(BaseModel):
    """An address that gets events. Its secret is not shown again."""

    id: str
    name: str
    description: str
    url: str
    events: Events
    format: Literal["CLOUDEVENTS", "MLFLOW"] = Field(description="MLFLOW when an MLflow client made it.")
    state: State
    disable_reason: str = Field(description="Why it is disabled, empty while it is active.")
    creator: str
    create_time: datetime
    update_time: datetime
    sequence: int = Field(description="The feed was looked through for it up to this sequence number.")
    pending_count: int = Field(description="Deliveries that have not ended yet.")
    failure_count: int = Field(description="Deliveries given up since the last one that arrived.")


class WebhookList(BaseModel):
    """All of the workspace, newest first."""

    webhooks: list[Webhook]


class WebhookSecret(BaseModel):
    """A webhook with the secret that its signatures are checked with, shown this once."""

    webhook: Webhook
    secret: str


class NewWebhook(BaseModel, extra="forbid"):
    """What a webhook is made of."""

    name: str = Field(min_length=1, max_length=200)
    url: str = Field(min_length=1, max_length=2000)
    events: Events = Field(
        min_length=1, max_length=100, description="Such as `experiments.alias.set`, `storage.*` or `*`."
    )
    description: str = Field("", max_length=2000)
    state: State = "ACTIVE"


class WebhookChange(BaseModel, extra="forbid"):
    """What to change; fields that are left out stay."""

    name: str | None = Field(None, min_length=1, max_length=200)
    url: str | None = Field(None, min_length=1, max_length=2000)
    events: Events | None = Field(None, min_length=1, max_length=100)
    description: str | None = Field(None, max_length=2000)
    state: State | None = None


class Delivery(BaseModel):
    """An event on its way to a webhook, with what the newest attempt met."""

    id: str
    event_id: str = Field(description="Sent as `webhook-id`; the same for every attempt and redelivery of an event.")
    event_type: str
    sequence: int | None = Field(description="In the feed; none for a test.")
    state: DeliveryState
    create_time: datetime
    attempt_count: int
    attempt_time: datetime | None
    next_attempt_time: datetime | None
    duration_ms: int | None
    status: int | None = Field(description="HTTP status of the answer, none when no answer came.")
    response: str = Field(description="The beginning of the answer.")
    error: str
    redelivery_of: str


class DeliveryPage(BaseModel):
    """Newest first."""

    deliveries: list[Delivery]
    next_page_token: str


class Empty(BaseModel):
    """Done."""


def webhook(row: tables.Webhook, pending_count: int = 0) -> Webhook:
    """A webhook as its owners see it."""
    return Webhook(
        id=row.id,
        name=row.name,
        description=row.description,
        url=row.url,
        events=row.events,
        format=row.format,
        state=row.state,
        disable_reason=row.disable_reason,
        creator=row.creator["name"],
        create_time=row.create_time,
        update_time=row.update_time,
        sequence=row.cursor,
        pending_count=pending_count,
        failure_count=row.failure_count,
    )


def delivery(row: tables.WebhookDelivery) -> Delivery:
    """A delivery as the owners of its webhook see it."""
    return Delivery.model_validate(row, from_attributes=True)
