"""Owns workspaces and the first one. Does not know what is inside a workspace: other services do."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids
from kit.identity import Principal, service_principal
from services.auth import events, invitations, members, rules, tables
from services.auth.errors import NameInvalid, WorkspaceNotFound

FIRST = "plumbline"


async def get(tx: AsyncSession, workspace_id: str) -> tables.Workspace:
    """The workspace. Raises WorkspaceNotFound."""
    row = await tx.get(tables.Workspace, workspace_id)
    if row is None:
        raise WorkspaceNotFound
    return row


async def create(
    tx: AsyncSession, who: Principal, *, name: str, invitation_life: timedelta
) -> tuple[tables.Workspace, str]:
    """Make a separate tenant and invite the caller as its owner; returns it with the one-time secret.

    Its events belong to the new workspace alone: the caller's present one learns nothing of it.
    """
    row, owner = await _make(tx, name=name, owner_name=who.name, owner_email=who.email)
    secret = await invitations.issue(tx, owner, life=invitation_life)
    return row, secret


async def open_first(tx: AsyncSession, *, invitation_life: timedelta, is_lost: bool) -> str | None:
    """Make sure that somebody can come in; returns a one-time secret for the first owner, or None when none is needed.

    As long as nobody has ever joined, a start whose link is lost (`is_lost`) or expired makes another one. A link that
    another replica handed out stays valid.
    """
    await tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('auth.first_workspace', 0))"))
    if await anyone_joined(tx):
        return None
    owner = await tx.scalar(select(tables.Member).order_by(tables.Member.id).limit(1))
    if owner is None:
        _, owner = await _make(tx, name=FIRST, owner_name="", owner_email="")
    elif not is_lost and await invitations.is_open(tx, owner):
        return None
    return await invitations.issue(tx, owner, life=invitation_life, keep_others=True)


async def _make(
    tx: AsyncSession, *, name: str, owner_name: str, owner_email: str
) -> tuple[tables.Workspace, tables.Member]:
    plain = rules.plain_name(name)
    if plain is None:
        raise NameInvalid
    row = tables.Workspace(id=ids.new("ws"), name=plain, create_time=clock.now())
    tx.add(row)
    await tx.flush()
    platform = service_principal("auth", row.id)
    await events.workspace_created(tx, platform, row)
    owner = await members.add_invited(tx, platform, name=owner_name, email=owner_email, role="OWNER", organisation="")
    return row, owner


async def anyone_joined(tx: AsyncSession) -> bool:
    joined = select(func.count()).select_from(tables.Member).where(tables.Member.join_time.is_not(None))
    return bool(await tx.scalar(joined))
