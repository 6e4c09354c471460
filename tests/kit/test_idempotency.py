"""A retried request has one effect, also when both arrive at the same moment; another body is refused."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, insert, select

from kit import idempotency
from kit.db import Database
from kit.errors import Conflict, Invalid
from kit.identity import Principal
from kit.journal_tables import inbox
from plumbapi.storage import v1 as pb

METHOD = "storage.CreateDataset"


def request(name: str = "tiles", request_id: str = "r-1") -> pb.CreateDatasetRequest:
    return pb.CreateDatasetRequest(name=name, request_id=request_id)


async def perform(db: Database, who: Principal, asked: pb.CreateDatasetRequest, pause_s: float = 0) -> pb.Dataset:
    """What the edge does around a method whose effect is one row."""
    async with db.transaction() as tx:
        stored = await idempotency.claim(tx, who, METHOD, asked)
        if stored is not None:
            return pb.Dataset.FromString(stored)
        number = await tx.scalar(select(func.count()).select_from(inbox)) or 0
        await tx.execute(insert(inbox).values(consumer="effect", event_id=str(number)))
        await asyncio.sleep(pause_s)
        answer = pb.Dataset(id=f"ds_{number}", name=asked.name)
        await idempotency.store(tx, who, METHOD, asked, answer)
        return answer


async def effects(db: Database) -> int:
    async with db.transaction() as tx:
        return await tx.scalar(select(func.count()).select_from(inbox)) or 0


async def test_the_same_request_again_gets_the_same_answer(db: Database, who: Principal) -> None:
    first = await perform(db, who, request())
    assert await perform(db, who, request()) == first
    assert await effects(db) == 1


async def test_eight_at_the_same_moment_have_one_effect(db: Database, who: Principal) -> None:
    answers = await asyncio.gather(*(perform(db, who, request(), pause_s=0.1) for _ in range(8)))
    assert {answer.id for answer in answers} == {"ds_0"}
    assert await effects(db) == 1


async def test_a_first_one_that_failed_does_not_count(db: Database, who: Principal) -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction() as tx:
            assert await idempotency.claim(tx, who, METHOD, request()) is None
            raise RuntimeError("the method failed")
    assert (await perform(db, who, request())).id == "ds_0"


async def test_the_id_with_another_body_is_a_conflict(db: Database, who: Principal) -> None:
    await perform(db, who, request())
    with pytest.raises(Conflict) as caught:
        await perform(db, who, request(name="other"))
    assert caught.value.reason == "REQUEST_ID_REUSED"


async def test_ids_of_two_members_and_of_two_methods_are_not_the_same(db: Database, who: Principal) -> None:
    other = Principal(who.workspace_id, "mem_2", "Max", "MANAGER")
    first, second = await perform(db, who, request()), await perform(db, other, request())
    assert first.id != second.id
    async with db.transaction() as tx:
        assert await idempotency.claim(tx, who, "storage.UpdateDataset", request()) is None


async def test_an_id_that_is_too_long_is_refused(db: Database, who: Principal) -> None:
    with pytest.raises(Invalid):
        await perform(db, who, request(request_id="x" * 101))
