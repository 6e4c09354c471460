"""Owns tokens for programs: made, shown once, recognised by digest, revoked. Does not sign identities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit import access, clock, ids
from kit.identity import Principal
from kit.paging import Page
from services.auth import credentials, events, members, rules, tables
from services.auth.errors import (
    DaysInvalid,
    KindInvalid,
    MemberNotFound,
    NameInvalid,
    RoleMissing,
    RoleRefused,
    TokenInvalid,
    TokenMakerInvalid,
    TokenNotFound,
)
from services.auth.principals import job_principal, principal

_STAMP_INTERVAL = timedelta(minutes=1)


async def list_page(tx: AsyncSession, who: Principal, page: Page) -> tuple[Sequence[tuple[tables.Token, str]], str]:
    """Tokens with their present role, oldest first: the caller's own, or everybody's for owners and managers."""
    query = (
        select(tables.Token, tables.Member.role)
        .join(tables.Member, tables.Member.id == tables.Token.member_id)
        .where(tables.Token.kind != "JOB", tables.Token.revoke_time.is_(None), _visible(who))
    )
    if page.after:
        query = query.where(tables.Token.id > page.after[0])
    rows = [(row[0], row[1]) for row in await tx.execute(query.order_by(tables.Token.id).limit(page.limit))]
    return page.cut(rows, key=lambda row: (row[0].id,))


async def create(
    tx: AsyncSession, who: Principal, *, name: str, kind: str, role: str | None, days: int
) -> tuple[tables.Token, str]:
    """A token and its secret, which is never shown again.

    Args:
        kind: PERSONAL acts as the caller with whatever role the caller has; MACHINE is a member of its own.
        role: of a machine; None for a personal token.

    Raises:
        KindInvalid, NameInvalid, DaysInvalid, RoleMissing, RoleRefused: the request is wrong.
        RoleNotGrantable: the caller may not give a machine this role.
        TokenMakerInvalid: a machine or a job asks.
    """
    if who.kind != "PERSON":
        raise TokenMakerInvalid
    life = rules.token_days(days)
    if life is None:
        raise DaysInvalid
    plain = rules.plain_name(name)
    if plain is None:
        raise NameInvalid
    member = await _holder(tx, who, name=plain, kind=kind, role=role)
    expire_time = clock.now() + timedelta(days=life)
    return await _add(tx, who, name=plain, kind=kind, role=member.role, member_id=member.id, expire_time=expire_time)


async def create_for_job(
    tx: AsyncSession, who: Principal, *, job_id: str, name: str, life: timedelta
) -> tuple[tables.Token, str]:
    """A token for the worker of one job; it acts under the job's own id, so no member's right is lent to it."""
    return await _add(
        *(tx, who),
        name=name,
        kind="JOB",
        role=access.JOB,
        member_id=job_id,
        expire_time=clock.now() + life,
        job_id=job_id,
    )


async def revoke(tx: AsyncSession, who: Principal, *, token_id: str) -> None:
    """Make a token worthless; doing so again changes nothing. The member of a machine token goes with it.

    Raises:
        TokenNotFound: absent, or neither the caller's own nor under the caller's management.
    """
    row = await tx.scalar(select(tables.Token).where(tables.Token.id == token_id, _visible(who)).with_for_update())
    if row is None:
        raise TokenNotFound
    if row.revoke_time is not None:
        return
    await _revoke(tx, who, row)
    if row.kind == "MACHINE":
        machine = await tx.get_one(tables.Member, row.member_id)
        machine.state = "REMOVED"
        await events.member_removed(tx, who, machine)


async def revoke_all(tx: AsyncSession, who: Principal, member_id: str) -> None:
    """Revoke the tokens that act as a member who is being removed."""
    rows = await tx.scalars(
        select(tables.Token).where(tables.Token.member_id == member_id, tables.Token.revoke_time.is_(None))
    )
    for row in rows.all():
        await _revoke(tx, who, row)


async def authenticate(tx: AsyncSession, *, secret: str) -> Principal:
    """Who a token speaks for, with the role of this moment.

    Raises:
        TokenInvalid: mistyped, unknown, expired, revoked, or its member was removed.
    """
    if not rules.is_secret(secret, *rules.TOKEN_PREFIXES.values()):
        raise TokenInvalid
    now = clock.now()
    row = await tx.scalar(
        select(tables.Token).where(
            tables.Token.secret_sha256 == credentials.digest(secret),
            tables.Token.revoke_time.is_(None),
            tables.Token.expire_time > now,
        )
    )
    if row is None:
        raise TokenInvalid
    await _stamp(tx, row, now)
    if row.kind == "JOB":
        return job_principal(row)
    member = await tx.get(tables.Member, row.member_id)
    if member is None or member.state != "ACTIVE":
        raise TokenInvalid
    return principal(member)


async def _stamp(tx: AsyncSession, row: tables.Token, now: datetime) -> None:
    """Note the use, at most once a minute: a busy program must not turn every read into a write."""
    if rules.is_due(row.last_used_time, now, _STAMP_INTERVAL):
        await tx.execute(update(tables.Token).where(tables.Token.id == row.id).values(last_used_time=now))


async def _holder(tx: AsyncSession, who: Principal, *, name: str, kind: str, role: str | None) -> tables.Member:
    """The member that the new token acts as."""
    if kind == "MACHINE":
        if role is None:
            raise RoleMissing
        return await members.add_machine(tx, who, name=name, role=role)
    if kind != "PERSONAL":
        raise KindInvalid
    if role not in (None, who.role):
        raise RoleRefused
    member = await members.find(tx, who)
    if member is None:
        raise MemberNotFound
    return member


async def _add(
    tx: AsyncSession,
    who: Principal,
    *,
    name: str,
    kind: str,
    role: str,
    member_id: str,
    expire_time: datetime,
    job_id: str = "",
) -> tuple[tables.Token, str]:
    secret = credentials.new_secret(rules.TOKEN_PREFIXES[kind])
    row = tables.Token(
        id=ids.new("tok"),
        workspace_id=who.workspace_id,
        member_id=member_id,
        creator_id=who.member_id,
        name=name,
        kind=kind,
        role=role,
        job_id=job_id,
        prefix=secret[: rules.SHOWN_LENGTH],
        secret_sha256=credentials.digest(secret),
        create_time=clock.now(),
        expire_time=expire_time,
    )
    tx.add(row)
    await tx.flush()
    await events.token_created(tx, who, row)
    return row, secret


async def _revoke(tx: AsyncSession, who: Principal, row: tables.Token) -> None:
    row.revoke_time = clock.now()
    await events.token_revoked(tx, who, row)


def _visible(who: Principal) -> ColumnElement[bool]:
    """The tokens a caller may list and revoke; a service of the platform sees those of jobs."""
    here = tables.Token.workspace_id == who.workspace_id
    if who.role == access.SERVICE:
        return here & (tables.Token.kind == "JOB")
    if rules.grantable(who.role):
        return here
    return here & or_(tables.Token.member_id == who.member_id, tables.Token.creator_id == who.member_id)
