"""What only retries need is deleted when nobody retries any more; the record of what happened never is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from kit import clock, retention
from kit.db import Database
from kit.journal_tables import idempotency, inbox


async def test_answers_and_ids_outlive_their_use_only_so_long(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 2)  # several transactions
    now = clock.now()
    keys = {"workspace_id": "ws", "member_id": "mem", "method": "m", "request_sha256": b""}
    ages = {"old": 8, "older": 9, "oldest": 400, "fresh": 6}
    async with db.transaction() as tx:
        for name, days in ages.items():
            made = {"create_time": now - timedelta(days=days)}
            await tx.execute(insert(idempotency).values(request_id=name, **keys, **made))
            await tx.execute(insert(inbox).values(consumer="c", event_id=name, **made))
    assert await retention.clean(db) == 4
    async with db.transaction() as tx:
        assert (await tx.scalars(select(idempotency.c.request_id))).all() == ["fresh"]
        assert set(await tx.scalars(select(inbox.c.event_id))) == {"old", "older", "fresh"}
    assert await retention.clean(db) == 0
