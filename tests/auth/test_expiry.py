"""What has ended is forgotten after a while; members never are."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from kit import clock
from kit.db import Database
from kit.peers import Peers
from plumbapi.auth import v1 as pb
from services.auth import expiry, tables
from tests.auth.conftest import Person


async def count(db: Database, table: type[tables.Table], *conditions: object) -> int:
    async with db.transaction() as tx:
        return await tx.scalar(select(func.count()).select_from(table).where(*conditions))


async def sweep(db: Database) -> None:
    async with db.transaction() as tx:
        await expiry.sweep(tx)


async def test_an_ended_session_is_forgotten_with_its_secrets_after_a_month(
    owner: Person, stranger: Peers, db: Database
) -> None:
    await stranger.auth.DeleteSession(pb.DeleteSessionRequest(refresh_token=owner.session.refresh_token))
    mine = tables.Session.id == owner.session.id
    await sweep(db)
    assert await count(db, tables.Session, mine) == 1
    async with db.transaction() as tx:
        await tx.execute(update(tables.Session).where(mine).values(end_time=clock.now() - timedelta(days=31)))
    await sweep(db)
    assert await count(db, tables.Session, mine) == 0
    assert await count(db, tables.Refresh, tables.Refresh.session_id == owner.session.id) == 0
    assert await count(db, tables.Member, tables.Member.id == owner.id) == 1


async def test_a_revoked_token_is_forgotten_after_a_month_and_a_live_one_is_not(owner: Person, db: Database) -> None:
    made = [
        (await owner.peers.auth.CreateToken(pb.CreateTokenRequest(name="laptop", kind="PERSONAL"))).token.id
        for _ in range(2)
    ]
    async with db.transaction() as tx:
        await tx.execute(
            update(tables.Token).where(tables.Token.id == made[0]).values(revoke_time=clock.now() - timedelta(days=31))
        )
    await sweep(db)
    assert await count(db, tables.Token, tables.Token.id == made[0]) == 0
    assert await count(db, tables.Token, tables.Token.id == made[1]) == 1
