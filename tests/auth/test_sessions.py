"""Sign-in, sign-out and rotating refresh secrets, on the real database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from kit import clock
from kit.channel import Peers
from kit.db import Database
from kit.errors import Exhausted, Unauthenticated
from kit.identity import Identity
from plumbapi.auth import v1 as pb
from services.auth import credentials, tables
from sqlalchemy import select, update

from tests.auth.conftest import Join, Person, fresh_email


def sign_in(person: Person, password: str | None = None) -> pb.CreateSessionRequest:
    return pb.CreateSessionRequest(email=person.email, password=password or person.password)


async def test_the_right_password_opens_a_session_in_the_members_role(
    owner: Person, stranger: Peers, identity: Identity
) -> None:
    session = await stranger.auth.CreateSession(sign_in(owner))
    who = identity.verify(session.access_token)
    assert (who.member_id, who.role, who.kind) == (owner.id, "OWNER", "PERSON")
    assert who.workspace_id == session.workspace.id == owner.session.workspace.id
