"""Owns what the tests of webhooks share: receivers, a clock that can be turned, a database that nobody else serves."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncSession

from embedded.testing import shared_stack
from kit.db import Database
from kit.events import Event
from kit.settings import Platform
from services.gateway import feed
from services.gateway.tables import Table
from tests.gateway.webhooks.receiver import Answer, Answers, Receiver, receiving

Receive = Callable[..., Receiver]


@pytest.fixture
def receive() -> Iterator[Receive]:
    """`receive(answers)`: a receiver that ends with the test."""
    with ExitStack() as stack:

        def start(answers: Answers = lambda _: Answer(), port: int = 0) -> Receiver:
            return stack.enter_context(receiving(answers, port))

        yield start


async def made(http: httpx.AsyncClient, url: str, *events: str, name: str = "ours") -> dict[str, Any]:
    """A webhook and its secret."""
    answer = await http.post("/api/v1/webhooks", json={"name": name, "url": url, "events": list(events) or ["*"]})
    assert answer.status_code == 200, answer.text
    return answer.json()


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 8, tzinfo=UTC)

    async def __call__(self, _tx: AsyncSession) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def db() -> AsyncIterator[Database]:
    """The gateway's tables in a schema that no running platform sends from."""
    os.environ.update(shared_stack())
    url, schema = Platform().database_url("gateway"), f"webhooks_{uuid4().hex[:12]}"
    outside = Database(url, 1)
    async with outside.transaction() as tx:
        await tx.execute(text(f"CREATE SCHEMA {schema}"))
    found = Database(url, 12)

    @event.listens_for(found.engine.sync_engine, "connect")
    def use_schema(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET search_path TO {schema}")
        cursor.close()
        connection.commit()

    async with found.engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    yield found
    await found.close()
    async with outside.transaction() as tx:
        await tx.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    await outside.close()


async def happened(db: Database, workspace_id: str, *subjects: str, kind: str = "storage.dataset.created") -> None:
    """Events in the feed, in this order."""
    for subject in subjects:
        event_ = Event(
            id=f"evt_{uuid4().hex}",
            type=f"plumb.{kind}.v1",
            workspace_id=workspace_id,
            subject=subject,
            time=datetime(2026, 1, 5, tzinfo=UTC),
            data={},
            actor={"member_id": "mem_1", "name": "Mia", "kind": "PERSON"},
        )
        async with db.transaction() as tx:
            await feed.append(tx, event_)
