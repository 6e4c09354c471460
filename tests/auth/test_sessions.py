"""Sign-in, sign-out and rotating refresh secrets, on the real database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import func, select, update

from kit import clock
from kit.db import Database
from kit.errors import Exhausted, Unauthenticated
from kit.identity import Identity
from kit.peers import Peers
from plumbapi.auth import v1 as pb
from services.auth import credentials, tables
from tests.auth.conftest import Join, Person, fresh_email


def sign_in(person: Person, password: str = "") -> pb.CreateSessionRequest:
    return pb.CreateSessionRequest(email=person.email, password=password or person.password)


def refresh(secret: str) -> pb.RefreshSessionRequest:
    return pb.RefreshSessionRequest(refresh_token=secret)


async def age(db: Database, session: pb.Session, seconds: int) -> None:
    """Let the replaced secrets of a session have been replaced that much earlier."""
    async with db.transaction() as tx:
        await tx.execute(
            update(tables.Refresh)
            .where(tables.Refresh.session_id == session.id)
            .values(replace_time=tables.Refresh.replace_time - timedelta(seconds=seconds))
        )


async def test_the_right_password_opens_a_session_in_the_members_role(
    owner: Person, stranger: Peers, identity: Identity
) -> None:
    session = await stranger.auth.CreateSession(sign_in(owner))
    who = identity.verify(session.access_token)
    assert (who.member_id, who.role, who.kind) == (owner.id, "OWNER", "PERSON")
    assert who.workspace_id == session.workspace.id == owner.session.workspace.id


async def test_the_address_is_compared_without_case(owner: Person, stranger: Peers) -> None:
    request = pb.CreateSessionRequest(email=owner.email.upper(), password=owner.password)
    assert (await stranger.auth.CreateSession(request)).member.id == owner.id


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer_for_the_same_work(
    owner: Person, stranger: Peers
) -> None:
    answers = []
    for email in (owner.email, fresh_email()):
        with (
            patch.object(credentials._HASHER, "verify", wraps=credentials._HASHER.verify) as verify,
            pytest.raises(Unauthenticated) as refused,
        ):
            await stranger.auth.CreateSession(pb.CreateSessionRequest(email=email, password="not the password"))
        hashes = [call.args[1].rsplit("$", 2)[0] for call in verify.call_args_list]
        answers.append((refused.value.message, refused.value.reason, refused.value.metadata, hashes))
    assert answers[0] == answers[1]
    assert answers[0][3] == ["$argon2id$v=19$m=65536,t=3,p=1"]


async def test_five_failures_close_an_address_for_a_while(owner: Person, stranger: Peers, db: Database) -> None:
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await stranger.auth.CreateSession(sign_in(owner, "not the password"))
    with pytest.raises(Exhausted, match="in 15 minutes"):
        await stranger.auth.CreateSession(sign_in(owner))
    async with db.transaction() as tx:
        await tx.execute(
            update(tables.Attempt)
            .where(tables.Attempt.email_sha256 == credentials.digest(owner.email))
            .values(create_time=clock.now() - timedelta(minutes=16))
        )
    assert (await stranger.auth.CreateSession(sign_in(owner))).member.id == owner.id


async def test_an_unknown_address_is_closed_like_a_known_one(stranger: Peers) -> None:
    request = pb.CreateSessionRequest(email=fresh_email(), password="not the password")
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await stranger.auth.CreateSession(request)
    with pytest.raises(Exhausted):
        await stranger.auth.CreateSession(request)


async def test_guesses_made_at_once_are_counted_each(owner: Person, stranger: Peers) -> None:
    guesses = (stranger.auth.CreateSession(sign_in(owner, f"guess number {number}")) for number in range(12))
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(answer, Unauthenticated) for answer in answers) == 5
    assert sum(isinstance(answer, Exhausted) for answer in answers) == 7


async def test_a_success_forgets_the_failures_before_it(owner: Person, stranger: Peers, db: Database) -> None:
    with pytest.raises(Unauthenticated):
        await stranger.auth.CreateSession(sign_in(owner, "not the password"))
    await stranger.auth.CreateSession(sign_in(owner))
    async with db.transaction() as tx:
        digest = credentials.digest(owner.email)
        counted = select(func.count()).where(tables.Attempt.email_sha256 == digest)
        assert await tx.scalar(counted) == 0


async def test_a_refresh_gives_the_next_secret_and_the_present_role(
    owner: Person, join: Join, stranger: Peers, identity: Identity
) -> None:
    viewer = await join(owner, "VIEWER")
    await owner.peers.auth.UpdateMember(pb.UpdateMemberRequest(member_id=viewer.id, role="REVIEWER"))
    renewed = await stranger.auth.RefreshSession(refresh(viewer.session.refresh_token))
    assert renewed.id == viewer.session.id
    assert renewed.refresh_token != viewer.session.refresh_token
    assert identity.verify(renewed.access_token).role == "REVIEWER"


async def test_reuse_of_a_replaced_secret_ends_the_whole_family(owner: Person, stranger: Peers, db: Database) -> None:
    stolen = owner.session.refresh_token
    newest = (await stranger.auth.RefreshSession(refresh(stolen))).refresh_token
    await age(db, owner.session, 11)
    with pytest.raises(Unauthenticated):
        await stranger.auth.RefreshSession(refresh(stolen))
    with pytest.raises(Unauthenticated):
        await stranger.auth.RefreshSession(refresh(newest))


async def test_tabs_that_refresh_at_once_all_stay_signed_in(owner: Person, stranger: Peers) -> None:
    tabs = await asyncio.gather(*(stranger.auth.RefreshSession(refresh(owner.session.refresh_token)) for _ in range(4)))
    for tab in tabs:
        assert (await stranger.auth.RefreshSession(refresh(tab.refresh_token))).id == owner.session.id


async def test_a_refresh_does_not_lengthen_the_session(owner: Person, stranger: Peers) -> None:
    renewed = await stranger.auth.RefreshSession(refresh(owner.session.refresh_token))
    assert renewed.refresh_expire_time == owner.session.refresh_expire_time


async def test_an_expired_session_is_not_refreshed(owner: Person, stranger: Peers, db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            update(tables.Session)
            .where(tables.Session.id == owner.session.id)
            .values(refresh_expire_time=clock.now() - timedelta(seconds=1))
        )
    with pytest.raises(Unauthenticated):
        await stranger.auth.RefreshSession(refresh(owner.session.refresh_token))


async def test_signing_out_ends_the_session_and_may_be_repeated(owner: Person, stranger: Peers) -> None:
    gone = pb.DeleteSessionRequest(refresh_token=owner.session.refresh_token)
    await stranger.auth.DeleteSession(gone)
    await stranger.auth.DeleteSession(gone)
    with pytest.raises(Unauthenticated):
        await stranger.auth.RefreshSession(refresh(owner.session.refresh_token))


@pytest.mark.parametrize("secret", ["", "plumb_ref_", "x" * 4000, "plumb_pat_" + "0" * 36])
async def test_anything_else_is_no_refresh_secret(stranger: Peers, secret: str) -> None:
    with pytest.raises(Unauthenticated):
        await stranger.auth.RefreshSession(refresh(secret or "none"))


async def test_the_database_holds_no_secret_in_the_clear(owner: Person, stranger: Peers, db: Database) -> None:
    renewed = await stranger.auth.RefreshSession(refresh(owner.session.refresh_token))
    secrets = [owner.password, owner.session.refresh_token, renewed.refresh_token, renewed.access_token]
    async with db.transaction() as tx:
        for table in tables.Table.metadata.sorted_tables:
            rows = "\n".join(str(tuple(row)) for row in await tx.execute(select(table)))
            assert not [secret for secret in secrets if secret in rows], table.name
