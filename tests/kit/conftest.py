"""Owns one bare service for tests of the kit: the edge, a real database and bus, and no business of its own."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from embedded.testing import shared_stack
from kit.bus import Bus
from kit.db import Database, new_base
from kit.identity import Principal
from kit.settings import Platform


@pytest.fixture(scope="session")
def stack() -> Platform:
    """Settings of a running PostgreSQL, NATS and S3."""
    os.environ.update(shared_stack())
    return Platform()


@pytest_asyncio.fixture
async def db(stack: Platform) -> AsyncIterator[Database]:
    """An empty database with the kit's own tables: a schema that no other test uses."""
    schema = f"kit_{uuid4().hex[:12]}"
    url = stack.database_url("auth")
    outside = Database(url, 1)
    async with outside.transaction() as tx:
        await tx.execute(text(f"CREATE SCHEMA {schema}"))
    made = Database(url, 12)

    @event.listens_for(made.engine.sync_engine, "connect")
    def use_schema(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET search_path TO {schema}")
        cursor.close()
        connection.commit()

    async with made.engine.begin() as connection:
        await connection.run_sync(new_base().metadata.create_all)
    yield made
    await made.close()
    async with outside.transaction() as tx:
        await tx.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    await outside.close()


@pytest_asyncio.fixture
async def bus(stack: Platform) -> AsyncIterator[Bus]:
    made = Bus(stack.nats_url.get_secret_value())
    yield made
    await made.close()


@pytest.fixture
def who() -> Principal:
    """A manager of a workspace that no other test uses."""
    return Principal(workspace_id=f"ws_{uuid4().hex[:12]}", member_id="mem_1", name="Mia", role="MANAGER")


@pytest.fixture
def unique() -> Callable[[str], str]:
    """A name that no other test uses: `unique("durable")`."""
    return lambda prefix: f"{prefix}_{uuid4().hex[:12]}"
