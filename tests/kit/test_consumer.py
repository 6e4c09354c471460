"""An event is applied once, however often it comes; one that never works is kept as a dead letter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, consumer, dead_letters, ids
from kit.bus import Bus
from kit.consumer import Consumer
from kit.db import Database
from kit.events import Event
from kit.identity import Principal
from kit.journal_tables import audit, dead_letter, inbox


def event(who: Principal, subject: str = "th_1") -> Event:
    return Event(
        id=ids.new("evt"),
        type="plumb.kit.thing.made.v1",
        workspace_id=who.workspace_id,
        subject=subject,
        time=clock.now(),
        data={"name": "ü"},
        actor=who.actor(),
    )


async def send(bus: Bus, sent: Event, message_id: str = "") -> None:
    await bus.publish(sent.nats_subject, sent.encode(), message_id or ids.new("msg"), "")


@asynccontextmanager
async def running(made: Consumer) -> AsyncIterator[None]:
    task = asyncio.create_task(made.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


async def rows(db: Database, table: object) -> int:
    async with db.transaction() as tx:
        return await tx.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


@pytest.fixture
def made(db: Database, bus: Bus, unique: Callable[[str], str]) -> Consumer:
    return Consumer(unique("kit"), db, bus)


async def test_the_same_event_twice_is_applied_once(db: Database, bus: Bus, who: Principal, made: Consumer) -> None:
    applied: list[Event] = []

    async def handle(_tx: AsyncSession, received: Event) -> None:
        applied.append(received)

    made.on(f"plumb.{who.workspace_id}.kit.thing.made.v1", handle)
    first, second = event(who), event(who, "th_2")
    async with running(made):
        for sent in (first, first, first, second):
            await send(bus, sent)
        await until(lambda: len(applied) >= 2 and applied[-1].id == second.id)
    assert applied == [first, second]


async def test_effect_and_inbox_row_are_one_transaction(
    db: Database, bus: Bus, who: Principal, made: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler that fails after its effect leaves no effect, and is asked again until it works."""
    monkeypatch.setattr(consumer, "BACKOFF_S", (0.05, 0.05, 0.05))
    attempts: list[str] = []

    async def handle(tx: AsyncSession, received: Event) -> None:
        values = {"workspace_id": who.workspace_id, "actor": {}, "kind": "CHANGE", "action": "a", "count": 1}
        await tx.execute(insert(audit).values(id=ids.new("aud"), resource=received.subject, detail={}, **values))
        attempts.append(received.subject)
        if len(attempts) < 3:
            raise RuntimeError("not yet")

    made.on(f"plumb.{who.workspace_id}.>", handle)
    async with running(made):
        await send(bus, event(who))
        await until(lambda: len(attempts) == 3)
        await asyncio.sleep(0.2)
    assert (await rows(db, audit), await rows(db, inbox), await rows(db, dead_letter)) == (1, 1, 0)


async def test_an_event_that_never_works_becomes_a_dead_letter_and_holds_up_nothing(
    db: Database, bus: Bus, who: Principal, made: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "BACKOFF_S", (0.05, 0.05))
    seen: list[str] = []

    async def handle(_tx: AsyncSession, received: Event) -> None:
        seen.append(received.subject)
        if received.subject == "poison":
            raise RuntimeError("always")

    made.on(f"plumb.{who.workspace_id}.>", handle)
    async with running(made):
        await send(bus, event(who, "poison"))
        await send(bus, event(who, "healthy"))
        await until(lambda: seen.count("poison") == 3)
        await asyncio.sleep(0.3)
    assert (seen.count("poison"), seen.count("healthy")) == (3, 1)
    async with db.transaction() as tx:
        kept = (await tx.execute(select(dead_letter))).one()
    assert kept.event["subject"] == "poison"
    assert "always" in kept.error


async def test_a_replayed_dead_letter_takes_effect_once_its_cause_is_gone(
    db: Database, bus: Bus, who: Principal, made: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "BACKOFF_S", (0.05,))
    applied: list[str] = []
    broken = True

    async def handle(_tx: AsyncSession, received: Event) -> None:
        if broken:
            raise RuntimeError("broken")
        applied.append(received.id)

    made.on(f"plumb.{who.workspace_id}.>", handle)
    sent = event(who)
    async with running(made):
        await send(bus, sent)
        async with asyncio.timeout(30):
            while not await rows(db, dead_letter):
                await asyncio.sleep(0.05)
        broken = False
        assert await dead_letters.replay(db, bus) == (1, 0)
        await until(lambda: applied)
    assert applied == [sent.id]
    assert await dead_letters.replay(db, bus) == (0, 0)


async def test_a_dead_letter_that_is_no_event_stays_for_the_operator(db: Database, bus: Bus) -> None:
    async with db.transaction() as tx:
        await tx.execute(insert(dead_letter).values(consumer="a", event_id="b", event={"raw": "?"}, error="no event"))
    assert await dead_letters.replay(db, bus) == (0, 1)
    assert await rows(db, dead_letter) == 1


async def test_what_is_no_event_is_kept_too_and_does_not_stop_the_rest(
    db: Database, bus: Bus, who: Principal, made: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "BACKOFF_S", (0.05,))
    seen: list[str] = []

    async def handle(_tx: AsyncSession, received: Event) -> None:
        seen.append(received.subject)

    made.on(f"plumb.{who.workspace_id}.>", handle)
    async with running(made):
        for noise in (b"\xff\xfe", b"[]", b"{}"):
            await bus.publish(f"plumb.{who.workspace_id}.kit.thing.made.v1", noise, ids.new("msg"), "")
        await send(bus, event(who, "healthy"))
        async with asyncio.timeout(30):
            while await rows(db, dead_letter) < 3:
                await asyncio.sleep(0.05)
    assert seen == ["healthy"]


async def test_events_of_other_subjects_do_not_arrive(db: Database, bus: Bus, who: Principal, made: Consumer) -> None:
    seen: list[str] = []

    async def handle(_tx: AsyncSession, received: Event) -> None:
        seen.append(received.type)

    made.on("plumb.*.kit.thing.painted.v1", handle)
    painted = Event(**{**_fields(event(who)), "type": "plumb.kit.thing.painted.v1"})
    async with running(made):
        await send(bus, event(who))
        await send(bus, painted)
        await until(lambda: seen)
    assert seen == ["plumb.kit.thing.painted.v1"]


def test_one_subject_has_one_handler(made: Consumer) -> None:
    async def handle(_tx: AsyncSession, _event: Event) -> None: ...

    made.on("plumb.*.kit.thing.made.v1", handle)
    with pytest.raises(ValueError, match="handler already"):
        made.on("plumb.*.kit.thing.made.v1", handle)


def test_an_event_comes_back_from_the_wire_as_it_was(who: Principal) -> None:
    sent = event(who)
    assert Event.decode(sent.encode()) == sent


def _fields(sent: Event) -> dict[str, object]:
    return {name: getattr(sent, name) for name in Event.__dataclass_fields__}
