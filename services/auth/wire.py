"""Owns the copying of rows to messages; only derived fields are spelled out. Never copies a digest or a hash."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kit import wire
from kit.identity import Principal
from plumbapi.auth import v1 as pb
from services.auth import rules, tables

if TYPE_CHECKING:
    from services.auth.sessions import Opened


def workspace(row: tables.Workspace) -> pb.Workspace:
    return wire.fill(pb.Workspace, row)


def member(row: tables.Member) -> pb.Member:
    return wire.fill(pb.Member, row)


def acting(who: Principal) -> pb.Member:
    """A job or a service as a member: it has no row, and a role that nobody can be given."""
    return pb.Member(id=who.member_id, name=who.name, state=pb.Member.ACTIVE)


def token(row: tables.Token, role: str) -> pb.Token:
    return wire.fill(pb.Token, row, role=role if role in rules.ROLES else None)


def session(opened: Opened, access_token: str, access_expire_time: datetime) -> pb.Session:
    return wire.fill(
        pb.Session,
        opened.session,
        member=member(opened.member),
        workspace=workspace(opened.workspace),
        access_token=access_token,
        access_expire_time=access_expire_time,
        refresh_token=opened.refresh_secret,
    )


def role_name(number: int) -> str:
    """The bare name of a role; a number nobody defined (enums of proto3 are open) becomes a name that no rule knows."""
    return pb.Role.Name(number) if number in pb.Role.values() else str(number)


def kind_name(number: int) -> str:
    """The bare name of a token's kind, like `role_name`."""
    return pb.Token.Kind.Name(number) if number in pb.Token.Kind.values() else str(number)


def permission(method: str, roles: frozenset[str]) -> pb.Permission:
    """A row of the permission table. What is open to nobody but jobs and services has no member's role."""
    return pb.Permission(method=method, roles=[pb.Role.Value(role) for role in rules.ROLES if role in roles])
