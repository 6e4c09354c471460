"""Every change commits with its event and its audit entry, in its own workspace, without a secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kit.db import Database
from kit.errors import FailedPrecondition, Unauthenticated
from kit.journal_tables import audit, outbox
from kit.peers import Peers
from plumbapi.auth import v1 as pb
from tests.auth.conftest import Join, Person
from tests.auth.test_sessions import age, refresh


async def written(db: Database, workspace_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    async with db.transaction() as tx:
        rows = await tx.execute(
            select(outbox.c.type, outbox.c.subject, outbox.c.data)
            .where(outbox.c.workspace_id == workspace_id)
            .order_by(outbox.c.id)
        )
        return [(row.type, row.subject, row.data) for row in rows]


async def test_each_change_of_a_life_leaves_its_event_and_audit_entry(
    owner: Person, join: Join, stranger: Peers, db: Database, service: Callable[[str], Peers]
) -> None:
    workspace_id = owner.session.workspace.id
    member = await join(owner, "DEVELOPER")
    token = await member.peers.auth.CreateToken(pb.CreateTokenRequest(name="laptop", kind="PERSONAL"))
    await service(workspace_id).auth.CreateJobToken(pb.CreateJobTokenRequest(job_id="job_1", name="training of Ben"))
    await owner.peers.auth.UpdateMember(pb.UpdateMemberRequest(member_id=member.id, role="VIEWER"))
    await stranger.auth.DeleteSession(pb.DeleteSessionRequest(refresh_token=owner.session.refresh_token))
    await owner.peers.auth.RemoveMember(pb.RemoveMemberRequest(member_id=member.id))

    events = await written(db, workspace_id)
    assert [name.removeprefix("plumb.auth.").removesuffix(".v1") for name, _, _ in events] == [
        *("workspace.created", "member.invited", "member.joined", "session.created"),
        *("member.invited", "member.joined", "session.created", "token.created", "token.created"),
        *("member.updated", "session.ended", "session.ended", "token.revoked", "member.removed"),
    ]
    async with db.transaction() as tx:
        entries = (await tx.execute(select(audit).where(audit.c.workspace_id == workspace_id))).all()
    assert sorted(f"plumb.{entry.action}.v1" for entry in entries) == sorted(name for name, _, _ in events)
    recorded = json.dumps([data for _, _, data in events]) + repr(entries)
    secrets = [token.secret, member.password, member.session.refresh_token, member.session.access_token]
    assert not [secret for secret in secrets if secret in recorded]
    assert "sha256" not in recorded
    assert "argon2" not in recorded


async def test_a_refused_change_leaves_nothing(owner: Person, db: Database) -> None:
    before = await written(db, owner.session.workspace.id)
    with pytest.raises(FailedPrecondition):
        await owner.peers.auth.RemoveMember(pb.RemoveMemberRequest(member_id=owner.id))
    assert await written(db, owner.session.workspace.id) == before


async def test_a_new_workspace_says_nothing_to_the_one_it_was_made_from(owner: Person, db: Database) -> None:
    before = await written(db, owner.session.workspace.id)
    made = await owner.peers.auth.CreateWorkspace(pb.CreateWorkspaceRequest(name="elsewhere"))
    assert await written(db, owner.session.workspace.id) == before
    assert [name for name, _, _ in await written(db, made.workspace.id)] == [
        "plumb.auth.workspace.created.v1",
        "plumb.auth.member.invited.v1",
    ]


async def test_the_reuse_of_a_refresh_secret_is_recorded_although_the_call_fails(
    owner: Person, stranger: Peers, db: Database
) -> None:
    await stranger.auth.RefreshSession(refresh(owner.session.refresh_token))
    await age(db, owner.session, 60)
    with pytest.raises(Unauthenticated):
        await stranger.auth.RefreshSession(refresh(owner.session.refresh_token))
    name, _, data = (await written(db, owner.session.workspace.id))[-1]
    assert name == "plumb.auth.session.ended.v1"
    assert data["because"] == "REUSED"
