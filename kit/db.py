"""Owns transactions: the only place that opens, commits and rolls back. Does not know any table but the kit's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import MetaData, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from kit.errors import Unavailable
from kit.journal_tables import WROTE_EVENTS, copy_into

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_base() -> type[DeclarativeBase]:
    """A declarative base for one service's database, with the kit's own tables in its metadata."""
    schema = MetaData(naming_convention=_NAMING)
    copy_into(schema)

    class Table(DeclarativeBase):
        metadata = schema

    return Table


class Database:
    """One service's database.

    Args:
        url: SQLAlchemy URL of the asyncpg dialect.
        pool: connections to keep; as many again may be opened under load.
    """

    def __init__(self, url: str, pool: int = 10) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool,
            max_overflow=pool,
            pool_timeout=5,
            # a server that was restarted left dead connections behind: find out before a request does
            pool_pre_ping=True,
            connect_args={"server_settings": {"idle_in_transaction_session_timeout": "30000"}},
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        # set after a commit that wrote events, so that the relay need not poll
        self.events_committed = asyncio.Event()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits when the block ends and rolls back when it raises.

        The connection is taken at the first statement, so slow work before it holds nothing.

        Raises:
            Unavailable: the database does not answer.
        """
        async with self._sessions() as session:
            try:
                yield session
                await session.commit()
                if session.info.get(WROTE_EVENTS):
                    self.events_committed.set()
            except (InterfaceError, OperationalError, PoolTimeout, OSError) as error:
                raise Unavailable("The database does not answer; try again.") from error
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise Unavailable("The database connection was lost; try again.") from error
                raise

    async def ping(self) -> None:
        """Raise Unavailable unless the database answers."""
        async with self.transaction() as tx:
            await tx.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()
