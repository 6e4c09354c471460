"""A transaction commits at the end of its block or not at all, and database errors become what a caller may know."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from embedded.ports import LOOPBACK, pick_free_port
from kit import journal
from kit.db import Database, fetch
from kit.errors import Conflict, Invalid, Unavailable
from kit.identity import Principal
from kit.journal_tables import inbox
from kit.settings import Platform


async def count(db: Database) -> int:
    async with db.transaction() as tx:
        return await tx.scalar(select(func.count()).select_from(inbox)) or 0


def row(event_id: str = "evt_1") -> object:
    return insert(inbox).values(consumer="c", event_id=event_id)


async def test_a_block_that_ends_is_committed(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute(row())
    assert await count(db) == 1


async def test_a_block_that_raises_leaves_nothing(db: Database) -> None:
    with pytest.raises(KeyError):
        async with db.transaction() as tx:
            await tx.execute(row())
            raise KeyError("afterwards")
    assert await count(db) == 0


async def test_a_cancelled_block_leaves_nothing_and_its_connection_can_be_used_again(db: Database) -> None:
    written = asyncio.Event()

    async def work() -> None:
        async with db.transaction() as tx:
            await tx.execute(row())
            written.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await count(db) == 0


async def test_no_server_is_unavailable() -> None:
    away = Database(f"postgresql+asyncpg://x@{LOOPBACK}:{pick_free_port()}/x")
    with pytest.raises(Unavailable):
        await away.ping()
    await away.close()


async def test_no_socket_file_is_unavailable() -> None:
    away = Database("postgresql+asyncpg://x@/x?host=/nowhere/at/all")
    with pytest.raises(Unavailable):
        await away.ping()
    await away.close()


async def test_an_exhausted_pool_is_unavailable(stack: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Database(stack.database_url("auth"), 1)
    monkeypatch.setattr(small.engine.pool, "_timeout", 0.05)
    async with small.transaction() as first, small.transaction() as second:
        await first.execute(text("SELECT 1"))
        await second.execute(text("SELECT 1"))
        with pytest.raises(Unavailable):
            await small.ping()
    await small.close()


async def test_a_connection_that_the_server_ended_is_unavailable(db: Database) -> None:
    with pytest.raises(Unavailable):
        async with db.transaction() as tx:
            pid = await tx.scalar(text("SELECT pg_backend_pid()"))
            async with db.transaction() as other:
                await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            await tx.execute(row())
    assert await count(db) == 0


async def test_a_connection_that_ends_within_a_message_is_unavailable(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver then complains of its own state, with an error that is of no family."""

    async def cut_off(*_arguments: object, **_options: object) -> None:
        raise asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress")

    statement = text("SELECT 1")
    await db.once(statement, {})
    monkeypatch.setattr(asyncpg.Connection, "fetch", cut_off)
    with pytest.raises(Unavailable):
        await db.once(statement, {})
    with pytest.raises(Unavailable):
        async with db.transaction() as tx:
            await fetch(tx, "SELECT 1")
    with pytest.raises(Unavailable):
        async with db.transaction() as tx:
            await tx.execute(row())
            await cut_off()
    assert await count(db) == 0


async def test_a_deadlock_is_unavailable_so_that_the_caller_tries_again(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute(row("a"))
        await tx.execute(row("b"))

    async def lock(first: str, second: str, barrier: asyncio.Barrier) -> None:
        async with db.transaction() as tx:
            await tx.execute(select(inbox).where(inbox.c.event_id == first).with_for_update())
            await barrier.wait()
            await tx.execute(select(inbox).where(inbox.c.event_id == second).with_for_update())

    barrier = asyncio.Barrier(2)
    results = await asyncio.gather(lock("a", "b", barrier), lock("b", "a", barrier), return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [Unavailable]


async def test_an_error_of_the_block_itself_is_not_taken_for_the_database(db: Database) -> None:
    with pytest.raises(FileNotFoundError):
        async with db.transaction():
            raise FileNotFoundError("a file of the caller")


@pytest.mark.parametrize("value", ["a\x00b", 7, "x" * 3], ids=["NUL", "wrong type", "fits"])
async def test_a_value_that_no_column_can_hold_is_the_callers(db: Database, value: object) -> None:
    async def write() -> None:
        async with db.transaction() as tx:
            await tx.execute(insert(inbox).values(consumer="c", event_id=value))

    if value == "xxx":
        await write()
        return
    with pytest.raises(Invalid) as caught:
        await write()
    assert caught.value.reason == "VALUE_INVALID"


async def test_the_same_key_twice_is_a_conflict(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute(row())
    with pytest.raises(Conflict):
        async with db.transaction() as tx:
            await tx.execute(row())


async def test_a_wrong_statement_stays_a_bug_and_shows_no_values(db: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with db.transaction() as tx:
            await tx.execute(text("SELECT :secret FROM nothing_of_this_name"), {"secret": "hunter2"})
    assert "hunter2" not in str(caught.value)


async def test_only_commits_with_events_wake_listeners(db: Database, who: Principal) -> None:
    with db.listening() as heard:
        async with db.transaction() as tx:
            await tx.execute(row())
        assert not heard.is_set()
        async with db.transaction() as tx:
            await journal.change(tx, who, "kit.thing.made", "th_1")
            assert not heard.is_set()
        assert heard.is_set()


async def test_a_connection_that_the_server_closed_is_replaced_before_it_is_used(stack: Platform) -> None:
    small, other = Database(stack.database_url("auth"), 1), Database(stack.database_url("auth"), 1)
    async with small.transaction() as tx:
        pid = await tx.scalar(text("SELECT pg_backend_pid()"))
    async with other.transaction() as tx:
        await tx.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    await asyncio.sleep(0.2)
    async with small.transaction() as tx:
        assert await tx.scalar(text("SELECT pg_backend_pid()")) != pid
    await small.close()
    await other.close()


async def test_a_fetched_value_that_cannot_be_kept_is_the_callers_fault(db: Database) -> None:
    with pytest.raises(Invalid):
        async with db.transaction() as tx:
            await fetch(tx, "SELECT $1::text", "a\x00b")
    async with db.transaction() as tx:
        [row] = await fetch(tx, "SELECT $1::jsonb AS held", '{"a": 1}')
    assert row["held"] == {"a": 1}
