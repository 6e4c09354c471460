"""Owns the auth service alone on its real database, and the people of its tests, who come in as real ones do."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from embedded.testing import shared_stack
from kit import migrate
from kit.app import App
from kit.blobs import ObjectStore
from kit.bus import Bus
from kit.channel import LocalChannel
from kit.db import Database
from kit.host import object_store
from kit.identity import Identity, service_principal
from kit.peers import Channel, Envelope, Peers
from kit.settings import Platform
from plumbapi.auth import v1 as pb
from services.auth import tables, workspaces
from services.auth.service import setup
from services.auth.settings import AuthSettings

PASSWORD = "four random words here"


@pytest.fixture(scope="session")
def settings() -> Platform:
    """Settings of a real stack whose auth database has the newest schema."""
    os.environ.update(shared_stack())
    platform = Platform()
    migrate.upgrade("auth", platform.database_url("auth"))
    return platform


@pytest_asyncio.fixture(scope="session")
async def app(settings: Platform) -> AsyncIterator[App]:
    """The auth service behind its edge, without background tasks."""
    store: ObjectStore = object_store(settings)
    bus = Bus(settings.nats_url.get_secret_value())
    channels: dict[str, Channel] = {}
    running = App("auth", settings, store, bus, channels)
    channels["auth"] = LocalChannel(running.endpoint)
    await setup(running)
    yield running
    await running.close()


@pytest.fixture(scope="session")
def db(app: App) -> Database:
    return app.db


@pytest.fixture(scope="session")
def identity(app: App) -> Identity:
    return app.identity


@pytest.fixture(scope="session")
def stranger(app: App) -> Peers:
    """A caller who has not signed in."""
    return app.peers(Envelope())


@dataclass(frozen=True)
class Person:
    """Somebody who has joined: what they know, and the services as they reach them."""

    session: pb.Session
    password: str
    peers: Peers

    @property
    def id(self) -> str:
        return self.session.member.id

    @property
    def email(self) -> str:
        return self.session.member.email


@pytest.fixture
def as_session(app: App) -> Callable[[str], Peers]:
    """The services on behalf of an access token."""
    return lambda token: app.peers(Envelope(token))


@pytest.fixture
def service(app: App) -> Callable[[str], Peers]:
    """The services on behalf of the trainer, in one workspace."""
    return lambda workspace_id: app.peers(Envelope(app.identity.sign(service_principal("trainer", workspace_id))))


Join = Callable[..., Awaitable[Person]]


@pytest.fixture
def accept(stranger: Peers, as_session: Callable[[str], Peers]) -> Join:
    """Open an invitation as the person it was made for."""

    async def run(invitation: str, *, name: str = "Ada", email: str = "", password: str = PASSWORD) -> Person:
        session = await stranger.auth.AcceptInvitation(
            pb.AcceptInvitationRequest(invitation=invitation, name=name, password=password, email=email)
        )
        return Person(session, password, as_session(session.access_token))

    return run


@pytest.fixture
def join(accept: Join) -> Join:
    """Let an owner or manager invite somebody, and let them join: `await join(owner, "VIEWER")`."""

    async def run(by: Person, role: str, *, email: str = "", organisation: str = "") -> Person:
        invited = await by.peers.auth.InviteMember(
            pb.InviteMemberRequest(email=email or fresh_email(), role=role, organisation=organisation)
        )
        return await accept(invited.invitation, name=f"{role.title()} Person")

    return run


@pytest_asyncio.fixture
async def owner(app: App, accept: Join) -> Person:
    """The owner of a workspace that no other test uses."""
    async with app.db.transaction() as tx:
        _, secret = await workspaces.create(
            tx,
            service_principal("auth", "ws_test"),
            name=f"tests {uuid4().hex[:8]}",
            invitation_life=AuthSettings().invitation_life,
        )
    return await accept(secret, name="Olive Owner", email=fresh_email())


def fresh_email() -> str:
    return f"person.{uuid4().hex[:12]}@example.org"


@pytest_asyncio.fixture
async def empty_db(settings: Platform, db: Database) -> AsyncIterator[Database]:
    """An auth database in which nothing has happened yet: a schema of its own, with the same tables."""
    schema = f"empty_{uuid4().hex[:12]}"
    empty = Database(settings.database_url("auth"), 2)

    @event.listens_for(empty.engine.sync_engine, "connect")
    def use_schema(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET search_path TO {schema}")
        cursor.close()
        connection.commit()

    async with db.transaction() as tx:
        await tx.execute(text(f"CREATE SCHEMA {schema}"))
    async with empty.engine.begin() as connection:
        await connection.run_sync(tables.Table.metadata.create_all)
    yield empty
    await empty.close()
    async with db.transaction() as tx:
        await tx.execute(text(f"DROP SCHEMA {schema} CASCADE"))
