"""Events leave the outbox in commit order, none missed and none twice, whatever writers and crashes do."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal, relay
from kit.bus import Bus
from kit.db import Database
from kit.events import Event
from kit.identity import Principal
from kit.journal_tables import audit, outbox
from plumbapi.storage import v1 as storage

WRITERS = 8
EACH = 12


@dataclass
class Recorder:
    """Stands where the bus is and notes what arrives, in order."""

    events: list[Event] = field(default_factory=list)
    refuse_after: int = 10**9

    async def publish(self, _subject: str, payload: bytes, _message_id: str, _traceparent: str) -> None:
        if len(self.events) >= self.refuse_after:
            raise ConnectionError("the bus is away")
        self.events.append(Event.decode(payload))

    @property
    def subjects(self) -> list[str]:
        return [event.subject for event in self.events]


async def write(db: Database, who: Principal, resource: str, pause_s: float = 0) -> None:
    async with db.transaction() as tx:
        await journal.change(tx, who, "kit.thing.made", resource)
        await asyncio.sleep(pause_s)  # the id is taken, the commit comes later


async def older_ended(db: Database) -> None:
    """Wait until no transaction of other tests' services in this server is older than what was just written."""
    held = text(
        "SELECT count(*) FROM outbox WHERE publish_time IS NULL"
        " AND txid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    )
    async with asyncio.timeout(10):
        while True:
            async with db.transaction() as tx:
                if not await tx.scalar(held):
                    return
            await asyncio.sleep(0.02)


async def unsent(db: Database) -> int:
    async with db.transaction() as tx:
        query = select(func.count()).select_from(outbox).where(outbox.c.publish_time.is_(None))
        return await tx.scalar(query) or 0


class Naive:
    """The poller that the relay must not be: it remembers the last id it has seen."""

    def __init__(self) -> None:
        self.last = 0

    async def send_batch(self, db: Database, recorder: Recorder) -> int:
        async with db.transaction() as tx:
            query = select(outbox).where(outbox.c.id > self.last).order_by(outbox.c.id)
            rows = (await tx.execute(query)).all()
            for row in rows:
                event = relay._event(row)
                await recorder.publish(event.nats_subject, event.encode(), event.id, "")
                self.last = row.id
            return len(rows)


Send = Callable[[Database, Recorder], Awaitable[int]]


async def load(db: Database, who: Principal, send_batch: Send) -> Recorder:
    """Eight writers with slow commits, while events are being sent all the time."""
    recorder = Recorder()
    generator = random.Random(7)
    pauses = [[generator.uniform(0, 0.03) for _ in range(EACH)] for _ in range(WRITERS)]

    async def writer(name: int) -> None:
        for number, pause in enumerate(pauses[name]):
            await write(db, who, f"{name}.{number}", pause)

    async def send() -> None:
        while True:
            await send_batch(db, recorder)
            await asyncio.sleep(0.002)

    sending = asyncio.create_task(send())
    await asyncio.gather(*(writer(name) for name in range(WRITERS)))
    async with asyncio.timeout(20):
        for _ in range(20):
            await asyncio.sleep(0.05)
            if len(recorder.events) >= WRITERS * EACH:
                break
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    return recorder


async def test_eight_writers_with_slow_commits_lose_and_repeat_nothing(db: Database, who: Principal) -> None:
    recorder = await load(db, who, relay.send_batch)  # type: ignore[arg-type]
    assert len(recorder.subjects) == len(set(recorder.subjects)) == WRITERS * EACH
    for name in range(WRITERS):
        # what a writer committed first, everybody hears first
        assert [subject for subject in recorder.subjects if subject.startswith(f"{name}.")] == [
            f"{name}.{number}" for number in range(EACH)
        ]


async def test_the_same_load_makes_a_naive_poller_lose_events(db: Database, who: Principal) -> None:
    """Shows that the test above can fail: ids are taken before commit, and commit in another order."""
    recorder = await load(db, who, Naive().send_batch)
    assert len(set(recorder.subjects)) < WRITERS * EACH


async def test_an_event_waits_for_every_older_transaction(db: Database, who: Principal) -> None:
    recorder = Recorder()
    async with db.transaction() as older:
        await journal.change(older, who, "kit.thing.made", "first")
        await write(db, who, "second")
        assert await relay.send_batch(db, recorder) == 0  # type: ignore[arg-type]
    await older_ended(db)
    assert await relay.send_batch(db, recorder) == 2  # type: ignore[arg-type]
    assert recorder.subjects == ["first", "second"]


async def test_a_bus_that_fails_in_the_middle_gets_the_whole_batch_again(db: Database, who: Principal) -> None:
    for number in range(3):
        await write(db, who, str(number))
    await older_ended(db)
    recorder = Recorder(refuse_after=2)
    with pytest.raises(ConnectionError):
        await relay.send_batch(db, recorder)  # type: ignore[arg-type]
    assert await unsent(db) == 3
    recorder.refuse_after = 10**9
    await relay.send_batch(db, recorder)  # type: ignore[arg-type]
    assert recorder.subjects == ["0", "1", "0", "1", "2"]
    ids = [event.id for event in recorder.events]
    assert ids[:2] == ids[2:4], "a consumer can only recognise the repetition by its id"
    assert await unsent(db) == 0


async def test_two_replicas_do_not_send_at_the_same_time(db: Database, who: Principal) -> None:
    for number in range(20):
        await write(db, who, str(number))
    await older_ended(db)
    recorder = Recorder()
    await asyncio.gather(*(relay.send_batch(db, recorder) for _ in range(4)))  # type: ignore[arg-type]
    assert recorder.subjects == [str(number) for number in range(20)]


async def test_a_change_that_is_rolled_back_leaves_neither_event_nor_audit_entry(db: Database, who: Principal) -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction() as tx:
            await journal.change(tx, who, "kit.thing.made", "th_1")
            raise RuntimeError("afterwards")

    async def count(tx: AsyncSession, table: object) -> int:
        return await tx.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]

    async with db.transaction() as tx:
        assert (await count(tx, outbox), await count(tx, audit)) == (0, 0)
    await write(db, who, "th_2")
    async with db.transaction() as tx:
        assert (await count(tx, outbox), await count(tx, audit)) == (1, 1)


async def test_an_event_too_large_for_the_bus_is_sent_without_its_resource(db: Database, who: Principal) -> None:
    async with db.transaction() as tx:
        huge = storage.Dataset(id="ds_1", description="x" * 1_000_000)
        await journal.change(tx, who, "kit.thing.made", "ds_1", huge, count=3)
    await older_ended(db)
    recorder = Recorder()
    await relay.send_batch(db, recorder)  # type: ignore[arg-type]
    assert recorder.events[0].data["count"] == 3
    assert len(recorder.events[0].encode()) < 10_000


async def test_the_real_bus_stores_a_repeated_event_once(db: Database, bus: Bus, who: Principal) -> None:
    await write(db, who, "th_1")
    await older_ended(db)
    await relay.send_batch(db, bus)
    async with db.transaction() as tx:
        await tx.execute(update(outbox).values(publish_time=None))  # as after a crash before the commit
    await relay.send_batch(db, bus)
    stream = await bus.jetstream()
    subscription = await stream.subscribe(f"plumb.{who.workspace_id}.>", ordered_consumer=True)
    first = await subscription.next_msg(timeout=5)
    assert Event.decode(first.data).subject == "th_1"
    with pytest.raises(TimeoutError):
        await subscription.next_msg(timeout=0.5)


async def test_a_commit_is_sent_without_waiting_for_the_next_poll(
    db: Database, who: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_IDLE_S", 3600)
    recorder = Recorder()
    running = asyncio.create_task(relay.run(db, recorder, "kit"))  # type: ignore[arg-type]
    async with asyncio.timeout(20):
        await asyncio.sleep(0.2)  # nothing to send: it waits now
        await write(db, who, "th_1")
        while not recorder.events:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert recorder.subjects == ["th_1"]
