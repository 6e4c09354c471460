"""Owns sessions: sign-in by password, and refresh secrets that change with every use. Does not sign identities."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids
from kit.identity import Principal
from services.auth import attempts, credentials, events, rules, tables
from services.auth.errors import SessionEnded, SignInRefused
from services.auth.principals import principal

Begin = Callable[[], AbstractAsyncContextManager[AsyncSession]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A session with whom it belongs to and its newest refresh secret, which nothing else knows."""

    session: tables.Session
    member: tables.Member
    workspace: tables.Workspace
    refresh_secret: str


async def check_password(
    begin: Begin, *, email: str, password: str, workspace_id: str, limit: int, span: timedelta
) -> str:
    """The id of the member whose password this is.

    An unknown address, a member without a password and a wrong password cost the same: one database step, one hash.
    The count of the attempt is committed before the hash, so it survives the refusal.

    Raises:
        TooManyAttempts: the address has to wait.
        SignInRefused: no such member, or another password.
    """
    async with begin() as tx:
        await attempts.reserve(tx, rules.plain_email(email), limit=limit, span=span)
        member = await _candidate(tx, rules.plain_email(email), workspace_id)
    known = member.password_hash if member is not None and len(password) <= rules.MAX_PASSWORD else None
    if not await credentials.verify_password(password[: rules.MAX_PASSWORD], known) or member is None:
        raise SignInRefused
    return member.id


async def sign_in(tx: AsyncSession, *, member_id: str, life: timedelta) -> Opened:
    """Open a session for a member whose password was just checked."""
    member = await tx.get(tables.Member, member_id, with_for_update=True)
    if member is None or member.state != "ACTIVE":
        raise SignInRefused
    await attempts.clear(tx, member.email)
    return await open_for(tx, member, life=life)


async def open_for(tx: AsyncSession, member: tables.Member, *, life: timedelta) -> Opened:
    """A new session of this member."""
    now = clock.now()
    row = tables.Session(id=ids.new("ses"), member_id=member.id, create_time=now, refresh_expire_time=now + life)
    tx.add(row)
    await tx.flush()
    await events.session_created(tx, principal(member), row)
    return await _opened(tx, row, member)


async def refresh(begin: Begin, *, secret: str, grace: timedelta) -> Opened:
    """Exchange a refresh secret for the next one.

    Raises:
        SessionEnded: unknown, expired, signed out, or used before: then the whole session ends, whoever came first.
    """
    if not rules.is_secret(secret, rules.REFRESH_PREFIX):
        raise SessionEnded
    # A transaction of its own, because the end of a stolen session has to outlive the refusal.
    async with begin() as tx:
        opened = await _rotate(tx, secret, grace)
    if opened is None:
        raise SessionEnded
    return opened


async def sign_out(tx: AsyncSession, *, secret: str) -> None:
    """End the session of a refresh secret; nothing happens for an unknown or ended one."""
    found = await _find(tx, secret)
    if found is not None:
        _, row, member = found
        await _end(tx, principal(member), row, because="SIGNED_OUT")


async def end_all(tx: AsyncSession, who: Principal, member_id: str) -> None:
    """End every session of a member who is being removed."""
    rows = await tx.scalars(
        select(tables.Session).where(tables.Session.member_id == member_id, tables.Session.end_time.is_(None))
    )
    for row in rows.all():
        await _end(tx, who, row, because="REMOVED")


async def _candidate(tx: AsyncSession, email: str, workspace_id: str) -> tables.Member | None:
    """The one member a sign-in is tried against: the place joined first unless a workspace is named.

    Trying all places of an address would tell by the time taken how many workspaces know it.
    """
    query = select(tables.Member).where(tables.Member.email == email, tables.Member.state == "ACTIVE")
    if workspace_id:
        query = query.where(tables.Member.workspace_id == workspace_id)
    return await tx.scalar(query.order_by(tables.Member.join_time, tables.Member.id).limit(1))


async def _find(tx: AsyncSession, secret: str) -> tuple[tables.Refresh, tables.Session, tables.Member] | None:
    """A refresh secret with its live session, locked so that two uses of one secret follow each other."""
    if not rules.is_secret(secret, rules.REFRESH_PREFIX):
        return None
    digest = credentials.digest(secret)
    session = await tx.scalar(
        select(tables.Session)
        .join(tables.Refresh, tables.Refresh.session_id == tables.Session.id)
        .where(
            tables.Refresh.secret_sha256 == digest,
            tables.Session.end_time.is_(None),
            tables.Session.refresh_expire_time > clock.now(),
        )
        .with_for_update(of=tables.Session)
    )
    if session is None:
        return None
    spent = await tx.get(tables.Refresh, digest, populate_existing=True)
    member = await tx.get(tables.Member, session.member_id)
    if spent is None or member is None or member.state != "ACTIVE":
        return None
    return spent, session, member


async def _rotate(tx: AsyncSession, secret: str, grace: timedelta) -> Opened | None:
    found = await _find(tx, secret)
    if found is None:
        return None
    spent, session, member = found
    now = clock.now()
    if rules.judge_refresh(spent.replace_time, now, grace) == "REUSE":
        await _end(tx, principal(member), session, because="REUSED")
        return None
    await tx.execute(
        update(tables.Refresh)
        .where(tables.Refresh.secret_sha256 == spent.secret_sha256, tables.Refresh.replace_time.is_(None))
        .values(replace_time=now)
    )
    return await _opened(tx, session, member)


async def _opened(tx: AsyncSession, session: tables.Session, member: tables.Member) -> Opened:
    secret = credentials.new_secret(rules.REFRESH_PREFIX)
    tx.add(tables.Refresh(secret_sha256=credentials.digest(secret), session_id=session.id, create_time=clock.now()))
    workspace = await tx.get_one(tables.Workspace, member.workspace_id)
    return Opened(session, member, workspace, secret)


async def _end(tx: AsyncSession, who: Principal, row: tables.Session, *, because: str) -> None:
    row.end_time = clock.now()
    await events.session_ended(tx, who, row, because=because)
