"""Owns what goes over the wire to a receiver: body and headers in the format of its webhook. Does not send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit import ids
from services.gateway.webhooks import signatures

_AGENT = "Plumbline-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Message:
    """A signed request."""

    headers: dict[str, str]
    body: bytes


def cloudevent(event: Mapping[str, Any], secrets: list[str], now: datetime) -> Message:
    """The event of the feed, as CloudEvents in structured mode, signed by Standard Webhooks."""
    body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    stamp = str(int(now.timestamp()))
    headers = {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "user-agent": _AGENT,
        "webhook-id": event["id"],
        "webhook-timestamp": stamp,
        "webhook-signature": signatures.standard(secrets, event["id"], stamp, body),
    }
    return Message(headers, body)


def mlflow(delivery_id: str, payload: Mapping[str, Any], secrets: list[str], now: datetime) -> Message:
    """An event of the registry as MLflow's server sends it; without a secret there is no signature."""
    body = json.dumps(payload).encode()
    stamp = str(int(now.timestamp()))
    headers = {
        "content-type": "application/json",
        "user-agent": _AGENT,
        "x-mlflow-delivery-id": delivery_id,
        "x-mlflow-timestamp": stamp,
    }
    if secrets:
        headers["x-mlflow-signature"] = signatures.mlflow(secrets[0], delivery_id, stamp, body)
    return Message(headers, body)


def test_event(workspace_id: str, actor: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """An event that never happened, for a receiver to practise on; it has no sequence number."""
    return {
        "specversion": "1.0",
        "id": ids.new("evt"),
        "source": "/plumbline/gateway",
        "type": "plumb.gateway.webhook.tested.v1",
        "subject": "",
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "workspace": workspace_id,
        "actorid": actor.get("member_id", ""),
        "actorname": actor.get("name", ""),
        "actorkind": actor.get("kind", ""),
        "data": {"message": "Your receiver is reached."},
    }
