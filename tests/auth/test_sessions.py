"""Sign-in, sign-out and rotating refresh secrets, on the real database."""

from __future__ import annotations

from plumbapi.auth import v1 as pb

from kit.channel import Peers
from kit.identity import Identity
from tests.auth.conftest import Person


def sign_in(person: Person, password: str | None = None) -> pb.CreateSessionRequest:
    return pb.CreateSessionRequest(email=person.email, password=password or person.password)


async def test_the_right_password_opens_a_session_in_the_members_role(
    owner: Person, stranger: Peers, identity: Identity
) -> None:
    session = await stranger.auth.CreateSession(sign_in(owner))
    who = identity.verify(session.access_token)
    assert (who.member_id, who.role, who.kind) == (owner.id, "OWNER", "PERSON")
    assert who.workspace_id == session.workspace.id == owner.session.workspace.id
