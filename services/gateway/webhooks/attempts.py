"""Owns one attempt: the request to a receiver and what its answer means. Keeps nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kit.egress import Egress, Reply, TargetRefused, Unreachable
from services.gateway.tables import Webhook
from services.gateway.webhooks import hooks, messages, schedule
from services.gateway.webhooks.sealing import Seal, SealBroken

_LONGEST_RESPONSE = 2_000
_NO_WISH = timedelta(0)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How it ended. `status` is None when no answer came, `wish` how long the receiver wants to be left alone."""

    time: datetime
    duration_ms: int
    status: int | None = None
    response: str = ""
    error: str = ""
    may_pass: bool = False
    wish: timedelta = _NO_WISH

    @property
    def arrived(self) -> bool:
        return self.status is not None and schedule.is_success(self.status)


async def make(
    egress: Egress, seal: Seal, webhook: Webhook, event_id: str, event: Mapping[str, Any], now: datetime
) -> Attempt:
    """Send an event to a webhook, once."""
    started = time.perf_counter()

    def spent() -> int:
        return round((time.perf_counter() - started) * 1000)

    try:
        secrets = hooks.secrets_of(webhook, seal, now)
        if webhook.format == hooks.MLFLOW:
            message = messages.mlflow(event_id, event, secrets, now)
        else:
            message = messages.cloudevent(event, secrets, now)
        reply = await egress.post(webhook.url, message.headers, message.body)
    except SealBroken:
        error = "The platform's keys were changed and the secret cannot be read any more: rotate it."
        return Attempt(now, spent(), error=error)
    except TargetRefused as refusal:
        return Attempt(now, spent(), error=str(refusal))
    except Unreachable as failure:
        return Attempt(now, spent(), error=f"No answer: {failure}.", may_pass=True)
    return _answered(reply, now, spent())


def _answered(reply: Reply, now: datetime, duration_ms: int) -> Attempt:
    # PostgreSQL has no text with a NUL in it
    response = reply.body.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")[:_LONGEST_RESPONSE]
    if schedule.is_success(reply.status):
        return Attempt(now, duration_ms, reply.status, response)
    return Attempt(
        now,
        duration_ms,
        reply.status,
        response,
        error=f"The receiver answered {reply.status}.",
        may_pass=schedule.may_pass(reply.status),
        wish=schedule.wish(reply.retry_after, now) if schedule.may_pass(reply.status) else _NO_WISH,
    )
