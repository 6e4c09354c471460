"""Invitations: one use, one life, one person; and the first owner's link."""

from __future__ import annotations

import asyncio
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from kit import clock
from kit.db import Database
from kit.errors import Conflict, Invalid, Unauthenticated
from kit.peers import Peers
from plumbapi.auth import v1 as pb
from services.auth import bootstrap, credentials, invitations, tables
from services.auth.settings import AuthSettings
from tests.auth.conftest import PASSWORD, Join, Person, fresh_email

URL = "https://plumb.example.org/"


async def invite(by: Person, email: str = "") -> pb.InviteMemberResponse:
    return await by.peers.auth.InviteMember(pb.InviteMemberRequest(email=email or fresh_email(), role="VIEWER"))


async def test_an_invitation_opens_once(owner: Person, accept: Join) -> None:
    invited = await invite(owner)
    joined = await accept(invited.invitation, name="Ida Invited")
    assert (joined.id, joined.session.member.name) == (invited.member.id, "Ida Invited")
    with pytest.raises(Unauthenticated):
        await accept(invited.invitation)


async def test_of_two_who_open_it_at_once_one_comes_in(owner: Person, accept: Join) -> None:
    secret = (await invite(owner)).invitation
    answers = await asyncio.gather(accept(secret, name="One"), accept(secret, name="Two"), return_exceptions=True)
    assert sum(isinstance(answer, Person) for answer in answers) == 1
    assert sum(isinstance(answer, Unauthenticated) for answer in answers) == 1


async def test_an_expired_invitation_opens_nothing(owner: Person, accept: Join, db: Database) -> None:
    invited = await invite(owner)
    async with db.transaction() as tx:
        await tx.execute(
            update(tables.Invitation)
            .where(tables.Invitation.member_id == invited.member.id)
            .values(expire_time=clock.now() - timedelta(seconds=1))
        )
    with pytest.raises(Unauthenticated):
        await accept(invited.invitation)


async def test_inviting_again_replaces_the_secret(owner: Person, accept: Join) -> None:
    first = await invite(owner)
    second = await invite(owner, first.member.email)
    assert second.member.id == first.member.id
    with pytest.raises(Unauthenticated):
        await accept(first.invitation)
    await accept(second.invitation)


async def test_removing_an_invited_member_withdraws_the_invitation(owner: Person, accept: Join) -> None:
    invited = await invite(owner)
    await owner.peers.auth.RemoveMember(pb.RemoveMemberRequest(member_id=invited.member.id))
    with pytest.raises(Unauthenticated):
        await accept(invited.invitation)


@pytest.mark.parametrize("password", ["short", "password123", "qwertyuiop123"])
async def test_a_weak_password_is_refused_and_the_invitation_stays(owner: Person, accept: Join, password: str) -> None:
    secret = (await invite(owner)).invitation
    with pytest.raises(Invalid):
        await accept(secret, password=password)
    await accept(secret)


async def test_the_invitation_is_for_the_invited_address_only(owner: Person, accept: Join) -> None:
    invited = await invite(owner)
    with pytest.raises(Invalid):
        await accept(invited.invitation, email=fresh_email())
    assert (await accept(invited.invitation, email=invited.member.email.upper())).email == invited.member.email


async def test_an_invitation_elsewhere_does_not_touch_the_password_here(
    owner: Person, accept: Join, stranger: Peers
) -> None:
    made = await owner.peers.auth.CreateWorkspace(pb.CreateWorkspaceRequest(name="elsewhere"))
    await accept(made.invitation, password="another four words")
    here = pb.CreateSessionRequest(email=owner.email, password=PASSWORD)
    assert (await stranger.auth.CreateSession(here)).workspace.id == owner.session.workspace.id
    there = pb.CreateSessionRequest(email=owner.email, password="another four words", workspace_id=made.workspace.id)
    assert (await stranger.auth.CreateSession(there)).workspace.id == made.workspace.id
    there.password = PASSWORD
    with pytest.raises(Unauthenticated):
        await stranger.auth.CreateSession(there)


async def test_only_the_digest_of_an_invitation_is_kept(owner: Person, db: Database) -> None:
    invited = await invite(owner)
    async with db.transaction() as tx:
        kept = await tx.scalar(
            select(tables.Invitation.secret_sha256).where(tables.Invitation.member_id == invited.member.id)
        )
    assert kept == credentials.digest(invited.invitation)


async def start(db: Database, file: Path) -> str:
    """Start the service on this database; the secret in the file, empty when there is none."""
    await bootstrap.open_first(db, AuthSettings(), file=file, public_url=URL)
    return secret_in(file)


def secret_in(file: Path) -> str:
    return file.read_text().strip().removeprefix(f"{URL}setup?token=") if file.exists() else ""


async def join_first(db: Database, secret: str, email: str = "first@example.org") -> str:
    async with db.transaction() as tx:
        await invitations.check(tx, secret=secret, name="First", password=PASSWORD, email=email)
        opened = await invitations.accept(
            tx,
            secret=secret,
            name="First",
            password_hash="unused",
            email=email,
            session_life=timedelta(days=1),
        )
        return f"{opened.workspace.name} {opened.member.role}"


async def test_the_first_start_leaves_a_private_link_that_makes_an_owner(empty_db: Database, tmp_path: Path) -> None:
    file = tmp_path / "below" / "setup-url"
    secret = await start(empty_db, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert await join_first(empty_db, secret) == "plumbline OWNER"
    assert await start(empty_db, file) == ""
    assert not file.exists()


async def test_the_first_owner_has_to_name_an_address(empty_db: Database, tmp_path: Path) -> None:
    secret = await start(empty_db, tmp_path / "setup-url")
    with pytest.raises(Invalid):
        await join_first(empty_db, secret, email="")


async def test_a_second_start_keeps_the_link_and_a_lost_one_is_made_again(empty_db: Database, tmp_path: Path) -> None:
    file = tmp_path / "setup-url"
    first = await start(empty_db, file)
    assert await start(empty_db, file) == first
    file.unlink()
    second = await start(empty_db, file)
    assert second not in ("", first)
    await join_first(empty_db, first)
    with pytest.raises(Unauthenticated):
        await join_first(empty_db, second)


async def test_replicas_that_start_at_once_make_one_workspace(empty_db: Database, tmp_path: Path) -> None:
    await asyncio.gather(*(start(empty_db, tmp_path / f"replica{number}" / "setup-url") for number in range(3)))
    async with empty_db.transaction() as tx:
        assert len((await tx.scalars(select(tables.Workspace))).all()) == 1
        assert len((await tx.scalars(select(tables.Member))).all()) == 1


async def test_an_address_is_one_member_of_a_workspace(empty_db: Database, tmp_path: Path) -> None:
    secret = await start(empty_db, tmp_path / "setup-url")
    async with empty_db.transaction() as tx:
        workspace = await tx.scalar(select(tables.Workspace.id))
        tx.add(
            tables.Member(
                id="mem_other",
                workspace_id=workspace,
                name="Other",
                email="first@example.org",
                role="VIEWER",
                kind="PERSON",
                state="INVITED",
                organisation="",
                create_time=clock.now(),
            )
        )
    with pytest.raises(Conflict):
        await join_first(empty_db, secret)
