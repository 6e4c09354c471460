"""Owns invitations: the one-time secret by which an invited member sets name and password. Keeps only its digest."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids
from services.auth import credentials, events, rules, sessions, tables
from services.auth.errors import (
    EmailDiffers,
    EmailInvalid,
    InvitationInvalid,
    MemberExists,
    NameInvalid,
    PasswordRefused,
)
from services.auth.principals import principal


async def issue(tx: AsyncSession, member: tables.Member, *, life: timedelta, keep_others: bool = False) -> str:
    """A fresh secret for an invited member; earlier ones stop working unless `keep_others`."""
    if not keep_others:
        await withdraw(tx, member)
    secret = credentials.new_secret(rules.INVITATION_PREFIX)
    now = clock.now()
    tx.add(
        tables.Invitation(
            id=ids.new("inv"),
            member_id=member.id,
            secret_sha256=credentials.digest(secret),
            create_time=now,
            expire_time=now + life,
        )
    )
    return secret


async def withdraw(tx: AsyncSession, member: tables.Member) -> None:
    """Make every invitation of a member worthless."""
    await tx.execute(delete(tables.Invitation).where(tables.Invitation.member_id == member.id))


async def is_open(tx: AsyncSession, member: tables.Member) -> bool:
    """Whether the member holds an invitation that still works."""
    open_ones = select(func.count()).where(
        tables.Invitation.member_id == member.id, tables.Invitation.expire_time > clock.now()
    )
    return bool(await tx.scalar(open_ones))


async def check(tx: AsyncSession, *, secret: str, name: str, password: str, email: str) -> None:
    """Refuse what `accept` would refuse, before a password is hashed for it.

    Raises:
        InvitationInvalid: used, replaced, expired or never made.
        NameInvalid, PasswordRefused, EmailInvalid, EmailDiffers: what was filled in is wrong.
        MemberExists: the first owner named an address that is a member already.
    """
    member = await _invited(tx, secret)
    address = _address(member, email)
    if rules.plain_name(name) is None:
        raise NameInvalid
    problem = rules.password_problem(password, common=credentials.common_passwords(), email=address, name=name.strip())
    if problem is not None:
        raise PasswordRefused(problem)
    taken = select(func.count()).where(
        tables.Member.workspace_id == member.workspace_id,
        tables.Member.email == address,
        tables.Member.state != "REMOVED",
        tables.Member.id != member.id,
    )
    if await tx.scalar(taken):
        raise MemberExists


async def accept(
    tx: AsyncSession, *, secret: str, name: str, password_hash: str, email: str, session_life: timedelta
) -> sessions.Opened:
    """Make the invited member active and sign them in; the secret is used up.

    Raises:
        InvitationInvalid: somebody else was faster.
    """
    member = await _invited(tx, secret)
    member.name, member.email, member.password_hash = name.strip(), _address(member, email), password_hash
    member.state, member.join_time = "ACTIVE", clock.now()
    await withdraw(tx, member)
    await events.member_joined(tx, principal(member), member)
    return await sessions.open_for(tx, member, life=session_life)


async def _invited(tx: AsyncSession, secret: str) -> tables.Member:
    if not rules.is_secret(secret, rules.INVITATION_PREFIX):
        raise InvitationInvalid
    member = await tx.scalar(
        select(tables.Member)
        .join(tables.Invitation, tables.Invitation.member_id == tables.Member.id)
        .where(
            tables.Invitation.secret_sha256 == credentials.digest(secret),
            tables.Invitation.expire_time > clock.now(),
            tables.Member.state == "INVITED",
        )
        # one of two requests with the same secret waits here, and then finds the invitation gone
        .with_for_update()
    )
    if member is None:
        raise InvitationInvalid
    return member


def _address(member: tables.Member, email: str) -> str:
    given = rules.plain_email(email)
    if member.email:
        if given and given != member.email:
            raise EmailDiffers
        return member.email
    if not rules.is_email(given):
        raise EmailInvalid
    return given
