"""Owns the record of what happened: every change writes its event and its audit entry in its own transaction.

Reads of confidential images are recorded too (`access`): the customer must be able to see who has seen what.
"""

from __future__ import annotations

import json
from typing import Any

from google.protobuf.message import Message
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import contract, documents, ids, telemetry
from kit.identity import Principal
from kit.journal_tables import WROTE_EVENTS, audit, outbox

# NATS refuses messages of a megabyte, and one that can never be sent would hold up every event behind it
_MOST_BYTES = 512 * 1024


async def change(
    tx: AsyncSession,
    who: Principal,
    event: str,
    resource: str,
    message: Message | None = None,
    **detail: Any,
) -> None:
    """Record a change: one outbox row and one audit row.

    Args:
        event: `<service>.<noun>.<past participle>`, such as `storage.dataset.published`.
        resource: id of what was changed.
        message: the resource after the change; becomes the event's data together with `detail`.
        detail: further JSON values; never a secret.
    """
    data = documents.document(contract.without_secrets(message)) if message is not None else {}
    if len(json.dumps(data)) > _MOST_BYTES:
        data = {"omitted": "The resource is too large for an event: read it by its id."}
    await tx.execute(
        insert(outbox).values(
            event_id=ids.new("evt"),
            workspace_id=who.workspace_id,
            type=f"plumb.{event}.v1",
            subject=resource,
            data={**data, **detail},
            actor=who.actor(),
            traceparent=telemetry.current_traceparent(),
        )
    )
    tx.info[WROTE_EVENTS] = True
    await _write_audit(tx, who, "CHANGE", event, resource, 1, detail)


async def access(
    tx: AsyncSession, who: Principal, action: str, resource: str, *, count: int = 1, **detail: Any
) -> None:
    """Record a read of confidential content, such as `storage.image.downloaded`; `count` is how many images."""
    await _write_audit(tx, who, "ACCESS", action, resource, count, detail)


async def _write_audit(
    tx: AsyncSession,
    who: Principal,
    kind: str,
    action: str,
    resource: str,
    count: int,
    detail: dict[str, Any],
) -> None:
    await tx.execute(
        insert(audit).values(
            id=ids.new("aud"),
            workspace_id=who.workspace_id,
            actor=who.actor(),
            kind=kind,
            action=action,
            resource=resource,
            count=count,
            detail=detail,
        )
    )
