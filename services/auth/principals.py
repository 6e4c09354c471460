"""Owns the step from a row to the principal that other services see."""

from __future__ import annotations

from kit.identity import Principal
from services.auth import tables


def principal(member: tables.Member) -> Principal:
    """A person or a machine with its role of this moment."""
    return Principal(
        workspace_id=member.workspace_id,
        member_id=member.id,
        name=member.name,
        role=member.role,
        kind=member.kind,
        email=member.email,
        organisation=member.organisation,
    )


def job_principal(token: tables.Token) -> Principal:
    """The worker of one job. It is no member: `kit.access` has a role of its own for it."""
    return Principal(
        workspace_id=token.workspace_id,
        member_id=token.member_id,
        name=token.name,
        role=token.role,
        kind="JOB",
        job_id=token.job_id,
    )
