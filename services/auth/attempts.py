"""Owns the counting of failed sign-ins, per address, in the database: every replica sees the same number."""

from __future__ import annotations

import math
from datetime import timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids
from services.auth import credentials, tables
from services.auth.errors import TooManyAttempts


async def reserve(tx: AsyncSession, email: str, *, limit: int, span: timedelta) -> None:
    """Count a sign-in as failed before it is tried, whether or not the address is known.

    Counting first leaves no gap for a hundred tries at once.

    Raises:
        TooManyAttempts: the address has failed `limit` times within `span`.
    """
    digest = credentials.digest(email)
    key = int.from_bytes(digest[:8], "big", signed=True)
    await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
    now = clock.now()
    recent = select(func.count(), func.min(tables.Attempt.create_time)).where(
        tables.Attempt.email_sha256 == digest, tables.Attempt.create_time > now - span
    )
    count, oldest = (await tx.execute(recent)).one()
    if count >= limit:
        raise TooManyAttempts(max(1, math.ceil((oldest + span - now) / timedelta(minutes=1))))
    tx.add(tables.Attempt(id=ids.new("att"), email_sha256=digest, create_time=now))


async def clear(tx: AsyncSession, email: str) -> None:
    """Forget the failures of an address that has signed in."""
    await tx.execute(delete(tables.Attempt).where(tables.Attempt.email_sha256 == credentials.digest(email)))
