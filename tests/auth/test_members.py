"""Members and their roles: who may bring in, change and remove whom."""

from __future__ import annotations

import asyncio

import pytest

from kit.errors import Conflict, FailedPrecondition, Forbidden, Invalid, NotFound, Unauthenticated
from kit.peers import Peers
from plumbapi.auth import v1 as pb
from tests.auth.conftest import Join, Person, fresh_email


def invitation(role: str, email: str = "") -> pb.InviteMemberRequest:
    return pb.InviteMemberRequest(email=email or fresh_email(), role=role)


async def names(person: Person) -> dict[str, int]:
    listed = await person.peers.auth.ListMembers(pb.ListMembersRequest())
    return {member.id: member.role for member in listed.members}


async def test_an_invited_member_is_listed_before_and_after_joining(owner: Person, join: Join) -> None:
    invited = await owner.peers.auth.InviteMember(invitation("CUSTOMER"))
    assert invited.member.state == pb.Member.INVITED
    joined = await join(owner, "CUSTOMER", organisation="Customer Ltd")
    assert joined.session.member.state == pb.Member.ACTIVE
    assert joined.session.member.organisation == "Customer Ltd"
    assert set(await names(owner)) == {owner.id, invited.member.id, joined.id}


async def test_pages_of_members_follow_each_other(owner: Person) -> None:
    made = [(await owner.peers.auth.InviteMember(invitation("VIEWER"))).member.id for _ in range(4)]
    first = await owner.peers.auth.ListMembers(pb.ListMembersRequest(page_size=3))
    rest = await owner.peers.auth.ListMembers(pb.ListMembersRequest(page_size=3, page_token=first.next_page_token))
    assert [member.id for member in (*first.members, *rest.members)] == [owner.id, *made]
    assert not rest.next_page_token


async def test_a_manager_brings_in_everybody_but_owners(owner: Person, join: Join) -> None:
    manager = await join(owner, "MANAGER")
    await manager.peers.auth.InviteMember(invitation("MANAGER"))
    with pytest.raises(Forbidden):
        await manager.peers.auth.InviteMember(invitation("OWNER"))


async def test_a_manager_makes_no_owner_of_anybody_or_of_themselves(owner: Person, join: Join) -> None:
    manager, viewer = await join(owner, "MANAGER"), await join(owner, "VIEWER")
    for member_id in (manager.id, viewer.id):
        with pytest.raises(Forbidden):
            await manager.peers.auth.UpdateMember(pb.UpdateMemberRequest(member_id=member_id, role="OWNER"))
    assert (await names(owner))[manager.id] == pb.MANAGER


async def test_a_manager_neither_demotes_nor_removes_an_owner(owner: Person, join: Join) -> None:
    manager = await join(owner, "MANAGER")
    await join(owner, "OWNER")
    with pytest.raises(Forbidden):
        await manager.peers.auth.UpdateMember(pb.UpdateMemberRequest(member_id=owner.id, role="VIEWER"))
    with pytest.raises(Forbidden):
        await manager.peers.auth.RemoveMember(pb.RemoveMemberRequest(member_id=owner.id))


async def test_a_manager_does_not_take_over_the_invitation_of_an_owner(owner: Person, join: Join) -> None:
    manager, email = await join(owner, "MANAGER"), fresh_email()
    await owner.peers.auth.InviteMember(invitation("OWNER", email))
    with pytest.raises(Forbidden):
        await manager.peers.auth.InviteMember(invitation("VIEWER", email))


@pytest.mark.parametrize("role", ["DEVELOPER", "ANNOTATOR", "REVIEWER", "CUSTOMER", "VIEWER"])
async def test_other_roles_manage_nobody(owner: Person, join: Join, role: str) -> None:
    person = await join(owner, role)
    with pytest.raises(Forbidden):
        await person.peers.auth.InviteMember(invitation("VIEWER"))
    with pytest.raises(Forbidden):
        await person.peers.auth.UpdateMember(pb.UpdateMemberRequest(member_id=person.id, role="OWNER"))
    with pytest.raises(Forbidden):
        await person.peers.auth.RemoveMember(pb.RemoveMemberRequest(member_id=owner.id))


async def test_the_last_owner_is_neither_demoted_nor_removed(owner: Person, join: Join) -> None:
    await owner.peers.auth.InviteMember(invitation("OWNER"))  # invited is not yet there
    with pytest.raises(FailedPrecondition, match="another member owner first"):
        await owner.peers.auth.UpdateMember(pb.UpdateMemberRequest(member_id=owner.id, role="MANAGER"))
    with pytest.raises(FailedPrecondition):
        await owner.peers.auth.RemoveMember(pb.RemoveMemberRequest(member_id=owner.id))
    await join(owner, "OWNER")
    await owner.peers.auth.UpdateMember(pb.UpdateMemberRequest(member_id=owner.id, role="MANAGER"))


async def test_two_owners_who_demote_each_other_at_once_leave_one(owner: Person, join: Join) -> None:
    other = await join(owner, "OWNER")
    answers = await asyncio.gather(
        owner.peers.auth.UpdateMember(pb.UpdateMemberRequest(member_id=other.id, role="VIEWER")),
        other.peers.auth.UpdateMember(pb.UpdateMemberRequest(member_id=owner.id, role="VIEWER")),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, FailedPrecondition) for answer in answers) == 1
    assert list((await names(owner)).values()).count(pb.OWNER) == 1


async def test_a_removed_member_is_out_with_every_session_token_and_invitation(
    owner: Person, join: Join, stranger: Peers
) -> None:
    gone = await join(owner, "DEVELOPER")
    token = await gone.peers.auth.CreateToken(pb.CreateTokenRequest(name="laptop", kind="PERSONAL"))
    await owner.peers.auth.RemoveMember(pb.RemoveMemberRequest(member_id=gone.id))
    for request in (
        stranger.auth.RefreshSession(pb.RefreshSessionRequest(refresh_token=gone.session.refresh_token)),
        stranger.auth.Authenticate(pb.AuthenticateRequest(token=token.secret)),
        stranger.auth.CreateSession(pb.CreateSessionRequest(email=gone.email, password=gone.password)),
        gone.peers.auth.GetMe(pb.GetMeRequest()),
    ):
        with pytest.raises(Unauthenticated):
            await request
    assert gone.id not in await names(owner)


async def test_a_removed_address_can_be_invited_again_as_somebody_new(owner: Person, join: Join) -> None:
    former = await join(owner, "VIEWER")
    await owner.peers.auth.RemoveMember(pb.RemoveMemberRequest(member_id=former.id))
    again = await join(owner, "VIEWER", email=former.email)
    assert again.id != former.id


async def test_a_member_of_another_workspace_is_as_absent_as_one_that_never_was(
    owner: Person, join: Join, accept: Join
) -> None:
    made = await owner.peers.auth.CreateWorkspace(pb.CreateWorkspaceRequest(name="elsewhere"))
    foreign = await accept(made.invitation, name="Fay Foreign")
    answers = []
    for member_id in (foreign.id, "mem_00000000000000000000000000000000"):
        for request in (
            owner.peers.auth.UpdateMember(pb.UpdateMemberRequest(member_id=member_id, role="VIEWER")),
            owner.peers.auth.RemoveMember(pb.RemoveMemberRequest(member_id=member_id)),
        ):
            with pytest.raises(NotFound) as refused:
                await request
            answers.append((refused.value.message, refused.value.reason))
    assert len(set(answers)) == 1
    assert foreign.id not in await names(owner)


async def test_an_address_that_joined_is_not_invited_again(owner: Person, join: Join) -> None:
    joined = await join(owner, "VIEWER")
    with pytest.raises(Conflict):
        await owner.peers.auth.InviteMember(invitation("VIEWER", joined.email.upper()))


@pytest.mark.parametrize("email", ["nobody", "a b@example.org", "a@b@c"])
async def test_other_texts_are_no_addresses(owner: Person, email: str) -> None:
    with pytest.raises(Invalid):
        await owner.peers.auth.InviteMember(invitation("VIEWER", email))


async def test_a_role_that_nobody_defined_is_refused(owner: Person) -> None:
    with pytest.raises(Invalid, match="no such value for role"):
        await owner.peers.auth.InviteMember(pb.InviteMemberRequest(email=fresh_email(), role=99))


async def test_me_tells_who_i_am_and_what_i_may_do(owner: Person, join: Join) -> None:
    viewer = await join(owner, "VIEWER")
    me = await viewer.peers.auth.GetMe(pb.GetMeRequest())
    assert (me.member.id, me.workspace.id) == (viewer.id, owner.session.workspace.id)
    assert "auth.ListMembers" in me.methods
    assert "auth.InviteMember" not in me.methods


async def test_everybody_may_read_the_whole_permission_table(owner: Person, join: Join) -> None:
    customer = await join(owner, "CUSTOMER")
    listed = await customer.peers.auth.ListPermissions(pb.ListPermissionsRequest())
    table = {row.method: set(row.roles) for row in listed.permissions}
    assert table["auth.RemoveMember"] == {pb.OWNER, pb.MANAGER}
    assert table["auth.CreateJobToken"] == set()
