"""Owns "a retried request has one effect": the answer to a request_id is stored in the transaction of its effect.

Fields marked `debug_redact` are left out of what is stored: a secret that is shown once is not kept to be shown twice.
"""

from __future__ import annotations

import hashlib

from google.protobuf.message import Message
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import contract
from kit.errors import Conflict, Invalid
from kit.identity import Principal
from kit.journal_tables import idempotency

_LONGEST = 100


async def claim(tx: AsyncSession, who: Principal, method: str, request: Message) -> bytes | None:
    """Claim the request's id, or return the stored answer of its first execution.

    A second request with the same id waits at the unique key until the first has committed or rolled back.

    Raises:
        Conflict: the id was used for a different request.
    """
    request_id: str = request.request_id  # type: ignore[attr-defined]
    if len(request_id) > _LONGEST:
        raise Invalid(f"request_id is longer than {_LONGEST} characters.", reason="REQUEST_ID_INVALID")
    digest = hashlib.sha256(request.SerializeToString(deterministic=True)).digest()
    claimed = await tx.execute(
        insert(idempotency)
        .values(**_key(who, method, request_id), request_sha256=digest)
        .on_conflict_do_nothing()
        .returning(idempotency.c.request_id)
    )
    if claimed.first() is not None:
        return None
    row = (await tx.execute(select(idempotency).filter_by(**_key(who, method, request_id)))).one()
    if row.request_sha256 != digest:
        raise Conflict("This request_id was used for another request: use a fresh one.", reason="REQUEST_ID_REUSED")
    return bytes(row.response)


async def store(tx: AsyncSession, who: Principal, method: str, request: Message, response: Message) -> None:
    """Keep the answer of a claimed request."""
    await tx.execute(
        update(idempotency)
        .filter_by(**_key(who, method, request.request_id))  # type: ignore[attr-defined]
        .values(response=contract.without_secrets(response).SerializeToString())
    )


def _key(who: Principal, method: str, request_id: str) -> dict[str, str]:
    return {
        "workspace_id": who.workspace_id,
        "member_id": who.member_id,
        "method": method,
        "request_id": request_id,
    }
