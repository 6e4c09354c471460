"""Owns the events of identity. An event carries the public message of what changed, never a secret or its digest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.identity import Principal
from services.auth import tables, wire


async def workspace_created(tx: AsyncSession, who: Principal, row: tables.Workspace) -> None:
    await journal.change(tx, who, "auth.workspace.created", row.id, wire.workspace(row))


async def member_invited(tx: AsyncSession, who: Principal, row: tables.Member) -> None:
    await journal.change(tx, who, "auth.member.invited", row.id, wire.member(row))


async def member_joined(tx: AsyncSession, who: Principal, row: tables.Member) -> None:
    await journal.change(tx, who, "auth.member.joined", row.id, wire.member(row))


async def member_updated(tx: AsyncSession, who: Principal, row: tables.Member, *, former_role: str) -> None:
    await journal.change(tx, who, "auth.member.updated", row.id, wire.member(row), former_role=former_role)


async def member_removed(tx: AsyncSession, who: Principal, row: tables.Member) -> None:
    await journal.change(tx, who, "auth.member.removed", row.id, wire.member(row))


async def session_created(tx: AsyncSession, who: Principal, row: tables.Session) -> None:
    await journal.change(tx, who, "auth.session.created", row.id, member_id=row.member_id)


async def session_ended(tx: AsyncSession, who: Principal, row: tables.Session, *, because: str) -> None:
    """`because` is SIGNED_OUT, REUSED (a replaced refresh secret came back) or REMOVED (the member was)."""
    await journal.change(tx, who, "auth.session.ended", row.id, member_id=row.member_id, because=because)


async def token_created(tx: AsyncSession, who: Principal, row: tables.Token) -> None:
    await journal.change(
        tx,
        who,
        "auth.token.created",
        row.id,
        wire.token(row, row.role),
        token_name=row.name,
        token_kind=row.kind,
    )


async def token_revoked(tx: AsyncSession, who: Principal, row: tables.Token) -> None:
    await journal.change(
        tx,
        who,
        "auth.token.revoked",
        row.id,
        wire.token(row, row.role),
        token_name=row.name,
        token_kind=row.kind,
    )
