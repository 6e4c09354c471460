"""Owns the forgetting of what has ended: attempts, invitations, sessions and tokens nobody can use any more."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import delete, or_
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock
from kit.db import Database
from services.auth import tables

_INTERVAL_S = 3600.0
# ended sessions and tokens stay a while, so that "who was this" can be answered next to the audit entries
_KEPT = timedelta(days=30)
_ATTEMPTS_KEPT = timedelta(days=1)


async def sweep_for_ever(db: Database) -> None:
    """Sweep now and every hour."""
    while True:
        async with db.transaction() as tx:
            await sweep(tx)
        await asyncio.sleep(_INTERVAL_S)


async def sweep(tx: AsyncSession) -> None:
    """Delete what ended long ago. Members are never deleted: their ids stand in the records of other services."""
    now = clock.now()
    long_ago = now - _KEPT
    await tx.execute(delete(tables.Attempt).where(tables.Attempt.create_time < now - _ATTEMPTS_KEPT))
    await tx.execute(delete(tables.Invitation).where(tables.Invitation.expire_time < now))
    await tx.execute(
        delete(tables.Session).where(
            or_(tables.Session.end_time < long_ago, tables.Session.refresh_expire_time < long_ago)
        )
    )
    await tx.execute(
        delete(tables.Token).where(or_(tables.Token.revoke_time < long_ago, tables.Token.expire_time < long_ago))
    )
