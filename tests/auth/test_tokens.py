"""Tokens for programs: made, shown once, used, revoked, expired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from kit import clock
from kit.db import Database
from kit.errors import FailedPrecondition, Forbidden, Invalid, NotFound, Unauthenticated
from kit.identity import Identity, Principal
from kit.peers import Peers
from plumbapi.auth import v1 as pb
from services.auth import credentials, rules, tables
from tests.auth.conftest import Join, Person


async def personal(person: Person, **fields: object) -> pb.CreateTokenResponse:
    return await person.peers.auth.CreateToken(pb.CreateTokenRequest(name="laptop", kind="PERSONAL", **fields))


async def machine(person: Person, role: str) -> pb.CreateTokenResponse:
    return await person.peers.auth.CreateToken(pb.CreateTokenRequest(name="camera 7", kind="MACHINE", role=role))


async def revoke(person: Person, token_id: str) -> None:
    await person.peers.auth.RevokeToken(pb.RevokeTokenRequest(token_id=token_id))


@pytest.fixture
def speaks_for(stranger: Peers, identity: Identity) -> Callable[[str], object]:
    """The principal that a token stands for."""

    async def authenticate(secret: str) -> Principal:
        return identity.verify((await stranger.auth.Authenticate(pb.AuthenticateRequest(token=secret))).access_token)

    return authenticate


async def test_a_personal_token_acts_as_its_owner_with_the_role_of_the_moment(
    owner: Person, join: Join, speaks_for: Callable[[str], object]
) -> None:
    member = await join(owner, "DEVELOPER")
    made = await personal(member)
    assert made.secret.startswith("plumb_pat_")
    assert (await speaks_for(made.secret)).role == "DEVELOPER"
    await owner.peers.auth.UpdateMember(pb.UpdateMemberRequest(member_id=member.id, role="VIEWER"))
    who = await speaks_for(made.secret)
    assert (who.member_id, who.role, who.kind, who.email) == (member.id, "VIEWER", "PERSON", member.email)


async def test_a_machine_is_a_member_of_its_own(owner: Person, speaks_for: Callable[[str], object]) -> None:
    made = await machine(owner, "DEVELOPER")
    assert made.secret.startswith("plumb_svc_")
    who = await speaks_for(made.secret)
    assert (who.kind, who.role, who.name) == ("MACHINE", "DEVELOPER", "camera 7")
    listed = (await owner.peers.auth.ListMembers(pb.ListMembersRequest())).members
    assert [member.kind for member in listed if member.id == who.member_id] == [pb.Member.MACHINE]


async def test_the_machine_goes_with_its_token(owner: Person) -> None:
    made = await machine(owner, "DEVELOPER")
    await revoke(owner, made.token.id)
    listed = (await owner.peers.auth.ListMembers(pb.ListMembersRequest())).members
    assert [member.id for member in listed] == [owner.id]


async def test_the_token_goes_with_the_removed_machine(owner: Person, speaks_for: Callable[[str], object]) -> None:
    made = await machine(owner, "DEVELOPER")
    await owner.peers.auth.RemoveMember(pb.RemoveMemberRequest(member_id=made.token.member_id))
    with pytest.raises(Unauthenticated):
        await speaks_for(made.secret)


async def test_a_machine_gets_no_role_above_its_maker(owner: Person, join: Join) -> None:
    manager, developer = await join(owner, "MANAGER"), await join(owner, "DEVELOPER")
    await machine(manager, "MANAGER")
    for maker, role in ((manager, "OWNER"), (developer, "DEVELOPER"), (developer, "VIEWER")):
        with pytest.raises(Forbidden):
            await machine(maker, role)


async def test_an_owner_machine_does_not_count_as_owner(owner: Person) -> None:
    await machine(owner, "OWNER")
    with pytest.raises(FailedPrecondition):
        await owner.peers.auth.RemoveMember(pb.RemoveMemberRequest(member_id=owner.id))


async def test_machines_make_no_tokens(owner: Person, stranger: Peers, as_session: Callable[[str], Peers]) -> None:
    made = await machine(owner, "OWNER")
    answer = await stranger.auth.Authenticate(pb.AuthenticateRequest(token=made.secret))
    with pytest.raises(Forbidden):
        await as_session(answer.access_token).auth.CreateToken(pb.CreateTokenRequest(name="child", kind="PERSONAL"))


async def test_the_identity_of_a_token_lives_half_a_minute(owner: Person, stranger: Peers) -> None:
    made = await personal(owner)
    answer = await stranger.auth.Authenticate(pb.AuthenticateRequest(token=made.secret))
    life = answer.access_expire_time.ToDatetime(UTC) - datetime.now(UTC)
    # the kit accepts clocks 30 s apart, so a revoked token is refused everywhere within 60 s
    assert timedelta(seconds=25) < life <= timedelta(seconds=30)


async def test_a_revoked_token_is_refused_and_revoking_again_changes_nothing(
    owner: Person, speaks_for: Callable[[str], object]
) -> None:
    made = await personal(owner)
    await revoke(owner, made.token.id)
    await revoke(owner, made.token.id)
    with pytest.raises(Unauthenticated):
        await speaks_for(made.secret)


async def test_an_expired_token_is_refused(owner: Person, db: Database, speaks_for: Callable[[str], object]) -> None:
    made = await personal(owner, days=1)
    async with db.transaction() as tx:
        await tx.execute(
            update(tables.Token)
            .where(tables.Token.id == made.token.id)
            .values(expire_time=clock.now() - timedelta(seconds=1))
        )
    with pytest.raises(Unauthenticated):
        await speaks_for(made.secret)


@pytest.mark.parametrize("prefix", [rules.INVITATION_PREFIX, rules.REFRESH_PREFIX, "plumb_xyz_"])
async def test_secrets_of_other_kinds_are_no_tokens(prefix: str, speaks_for: Callable[[str], object]) -> None:
    with pytest.raises(Unauthenticated):
        await speaks_for(credentials.new_secret(prefix))


async def test_a_well_formed_token_that_was_never_made_is_refused(speaks_for: Callable[[str], object]) -> None:
    with pytest.raises(Unauthenticated):
        await speaks_for(credentials.new_secret(rules.PERSONAL_PREFIX))


async def test_the_use_of_a_token_is_noted_at_most_once_a_minute(
    owner: Person, db: Database, speaks_for: Callable[[str], object]
) -> None:
    made = await personal(owner)

    async def noted() -> datetime | None:
        async with db.transaction() as tx:
            return await tx.scalar(select(tables.Token.last_used_time).where(tables.Token.id == made.token.id))

    assert await noted() is None
    await speaks_for(made.secret)
    first = await noted()
    await speaks_for(made.secret)
    assert first is not None
    assert await noted() == first
    async with db.transaction() as tx:
        await tx.execute(
            update(tables.Token)
            .where(tables.Token.id == made.token.id)
            .values(last_used_time=first - timedelta(seconds=61))
        )
    await speaks_for(made.secret)
    assert await noted() > first


async def test_only_the_digest_and_the_first_characters_are_kept(owner: Person, db: Database) -> None:
    made = await personal(owner)
    async with db.transaction() as tx:
        row = await tx.get_one(tables.Token, made.token.id)
    assert row.secret_sha256 == credentials.digest(made.secret)
    assert row.prefix == made.token.prefix == made.secret[:14]


async def test_members_see_their_own_tokens_and_managers_all(owner: Person, join: Join) -> None:
    member = await join(owner, "DEVELOPER")
    mine, others = (await personal(member)).token.id, (await personal(owner)).token.id

    async def listed(person: Person) -> set[str]:
        return {token.id for token in (await person.peers.auth.ListTokens(pb.ListTokensRequest())).tokens}

    assert await listed(member) == {mine}
    assert await listed(owner) == {mine, others}
    with pytest.raises(NotFound):
        await revoke(member, others)
    await revoke(owner, mine)
    assert await listed(member) == set()


async def test_a_token_of_another_workspace_is_as_absent_as_one_that_never_was(owner: Person, accept: Join) -> None:
    made = await owner.peers.auth.CreateWorkspace(pb.CreateWorkspaceRequest(name="elsewhere"))
    foreign = await accept(made.invitation)
    token = await personal(foreign)
    answers = []
    for token_id in (token.token.id, "tok_00000000000000000000000000000000"):
        with pytest.raises(NotFound) as refused:
            await revoke(owner, token_id)
        answers.append((refused.value.message, refused.value.reason))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "PERSONAL", "days": 366},
        {"kind": "PERSONAL", "days": -1},
        {"kind": "PERSONAL", "role": "VIEWER"},
        {"kind": "MACHINE"},
        {"kind": "MACHINE", "role": 99},
        {"kind": "JOB"},
        {"kind": 99},
        {"kind": "PERSONAL", "name": "two\nlines"},
    ],
)
async def test_wrong_requests_are_refused(owner: Person, fields: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        await owner.peers.auth.CreateToken(pb.CreateTokenRequest(**{"name": "x", **fields}))


async def test_a_repeated_request_makes_one_token_and_does_not_show_the_secret_again(owner: Person) -> None:
    first = await personal(owner, request_id="same")
    again = await personal(owner, request_id="same")
    assert again.token == first.token
    assert first.secret
    assert not again.secret
    assert len((await owner.peers.auth.ListTokens(pb.ListTokensRequest())).tokens) == 1


async def test_a_job_token_speaks_for_its_job_until_the_trainer_revokes_it(
    owner: Person, service: Callable[[str], Peers], speaks_for: Callable[[str], object]
) -> None:
    workspace_id = owner.session.workspace.id
    trainer = service(workspace_id).auth
    made = await trainer.CreateJobToken(pb.CreateJobTokenRequest(job_id="job_1", name="training of Ben"))
    assert made.secret.startswith("plumb_job_")
    who = await speaks_for(made.secret)
    assert (who.kind, who.role, who.job_id, who.workspace_id) == ("JOB", "JOB", "job_1", workspace_id)
    await trainer.RevokeToken(pb.RevokeTokenRequest(token_id=made.token_id))
    with pytest.raises(Unauthenticated):
        await speaks_for(made.secret)


async def test_the_trainer_revokes_job_tokens_of_that_workspace_only(
    owner: Person, service: Callable[[str], Peers]
) -> None:
    workspace_id = owner.session.workspace.id
    token = await personal(owner)
    job = await service(workspace_id).auth.CreateJobToken(
        pb.CreateJobTokenRequest(job_id="job_1", name="training of Ben")
    )
    for caller, token_id in ((workspace_id, token.token.id), ("ws_other", job.token_id)):
        with pytest.raises(NotFound):
            await service(caller).auth.RevokeToken(pb.RevokeTokenRequest(token_id=token_id))


async def test_nobody_but_a_service_makes_job_tokens(owner: Person, stranger: Peers) -> None:
    with pytest.raises(Forbidden):
        await owner.peers.auth.CreateJobToken(pb.CreateJobTokenRequest(job_id="job_1", name="training of Ben"))
    with pytest.raises(Unauthenticated):
        await stranger.auth.CreateJobToken(pb.CreateJobTokenRequest(job_id="job_1", name="training of Ben"))
