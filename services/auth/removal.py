"""Owns the end of a membership: whatever a member could come in with dies in the same transaction."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from kit.identity import Principal
from services.auth import events, invitations, members, sessions, tokens


async def remove(tx: AsyncSession, who: Principal, *, member_id: str) -> None:
    """Take a member out: sessions end, tokens and invitations die. The id and name stay for the records.

    Raises:
        MemberNotFound: no such member in this workspace.
        RoleNotGrantable: the caller may not remove somebody of this role.
        LastOwner: the workspace would be left without an owner.
    """
    await members.lock(tx, who.workspace_id)
    row = await members.present(tx, who, member_id)
    members.require_grantable(who, row.role)
    await members.require_another_owner(tx, row)
    row.state, row.password_hash = "REMOVED", None
    await invitations.withdraw(tx, row)
    await sessions.end_all(tx, who, row.id)
    await tokens.revoke_all(tx, who, row.id)
    await events.member_removed(tx, who, row)
