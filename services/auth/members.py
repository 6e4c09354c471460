"""Owns members: who is in a workspace, with which role, until when. Does not own how they prove who they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids
from kit.identity import Principal
from kit.paging import Page
from services.auth import events, invitations, rules, tables
from services.auth.errors import (
    EmailInvalid,
    LastOwner,
    MemberExists,
    MemberNotFound,
    NameInvalid,
    RoleInvalid,
    RoleNotGrantable,
)


async def list_page(tx: AsyncSession, who: Principal, page: Page) -> tuple[Sequence[tables.Member], str]:
    """The invited and active members, oldest first."""
    query = select(tables.Member).where(
        tables.Member.workspace_id == who.workspace_id, tables.Member.state != "REMOVED"
    )
    if page.after:
        query = query.where(tables.Member.id > page.after[0])
    rows = (await tx.scalars(query.order_by(tables.Member.id).limit(page.limit))).all()
    return page.cut(rows, key=lambda row: (row.id,))


async def find(tx: AsyncSession, who: Principal) -> tables.Member | None:
    """The caller's own row; None for a job, a service, and whoever was removed."""
    row = await tx.get(tables.Member, who.member_id)
    return row if row is not None and row.workspace_id == who.workspace_id and row.state == "ACTIVE" else None


async def invite(
    tx: AsyncSession,
    who: Principal,
    *,
    email: str,
    role: str,
    name: str,
    organisation: str,
    invitation_life: timedelta,
) -> tuple[tables.Member, str]:
    """Invite an address; returns the member with the one-time secret.

    Inviting somebody again who has not joined yet replaces role and secret.

    Raises:
        EmailInvalid, NameInvalid, RoleInvalid: the request is wrong.
        RoleNotGrantable: the caller may not give this role, or may not touch the role invited before.
        MemberExists: the address has joined already.
    """
    email = rules.plain_email(email)
    if not rules.is_email(email):
        raise EmailInvalid
    require_grantable(who, role)
    await lock(tx, who.workspace_id)
    row = await tx.scalar(
        select(tables.Member).where(
            tables.Member.workspace_id == who.workspace_id,
            tables.Member.email == email,
            tables.Member.state != "REMOVED",
        )
    )
    if row is None:
        row = await add_invited(tx, who, name=name, email=email, role=role, organisation=organisation)
    elif row.state == "ACTIVE":
        raise MemberExists
    else:
        require_grantable(who, row.role)
        row.role, row.name, row.organisation = (
            role,
            name.strip() or row.name,
            organisation or row.organisation,
        )
        await events.member_invited(tx, who, row)
    return row, await invitations.issue(tx, row, life=invitation_life)


async def add_invited(
    tx: AsyncSession, who: Principal, *, name: str, email: str, role: str, organisation: str
) -> tables.Member:
    """A new member who has still to set name and password."""
    if name and rules.plain_name(name) is None:
        raise NameInvalid
    row = _member(who, name=name.strip(), email=email, role=role, kind="PERSON", state="INVITED")
    row.organisation = organisation.strip()
    tx.add(row)
    await tx.flush()
    await events.member_invited(tx, who, row)
    return row


async def add_machine(tx: AsyncSession, who: Principal, *, name: str, role: str) -> tables.Member:
    """A member for one machine token: it has no address and no password, and acts from the first moment."""
    require_grantable(who, role)
    row = _member(who, name=name, email="", role=role, kind="MACHINE", state="ACTIVE")
    row.join_time = row.create_time
    tx.add(row)
    await tx.flush()
    await events.member_joined(tx, who, row)
    return row


async def change_role(tx: AsyncSession, who: Principal, *, member_id: str, role: str) -> tables.Member:
    """Give a member another role; it counts from the next identity on, within a minute.

    Raises:
        MemberNotFound, RoleInvalid: the request is wrong.
        RoleNotGrantable: the caller may not give this role, or not take away the present one.
        LastOwner: the workspace would be left without an owner.
    """
    require_grantable(who, role)
    await lock(tx, who.workspace_id)
    row = await present(tx, who, member_id)
    require_grantable(who, row.role)
    if role != row.role:
        await require_another_owner(tx, row)
        former, row.role = row.role, role
        await events.member_updated(tx, who, row, former_role=former)
    return row


def _member(who: Principal, **columns: str) -> tables.Member:
    return tables.Member(
        id=ids.new("mem"), workspace_id=who.workspace_id, organisation="", create_time=clock.now(), **columns
    )


def require_grantable(who: Principal, role: str) -> None:
    """Raise unless the caller may give, take away or remove this role; the platform itself may."""
    if role not in rules.ROLES:
        raise RoleInvalid
    if who.kind != "SERVICE" and role not in rules.grantable(who.role):
        raise RoleNotGrantable(role)


async def lock(tx: AsyncSession, workspace_id: str) -> None:
    """Let changes of a workspace's members wait for each other: two owners must not demote each other at once."""
    await tx.scalar(select(tables.Workspace.id).where(tables.Workspace.id == workspace_id).with_for_update())


async def present(tx: AsyncSession, who: Principal, member_id: str) -> tables.Member:
    """An invited or active member of the caller's workspace. Raises MemberNotFound."""
    row = await tx.scalar(
        select(tables.Member).where(
            tables.Member.id == member_id,
            tables.Member.workspace_id == who.workspace_id,
            tables.Member.state != "REMOVED",
        )
    )
    if row is None:
        raise MemberNotFound
    return row


async def require_another_owner(tx: AsyncSession, row: tables.Member) -> None:
    """Raise LastOwner when nobody else could manage the workspace without this member; machines do not count."""
    if row.role != "OWNER" or row.kind != "PERSON" or row.state != "ACTIVE":
        return
    others = await tx.scalar(
        select(func.count()).where(
            tables.Member.workspace_id == row.workspace_id,
            tables.Member.role == "OWNER",
            tables.Member.kind == "PERSON",
            tables.Member.state == "ACTIVE",
            tables.Member.id != row.id,
        )
    )
    if not others:
        raise LastOwner
