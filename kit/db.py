"""Owns transactions: the only place that opens, commits and rolls back. Does not know any table but the kit's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import orjson
from sqlalchemy import MetaData, TextClause, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from kit import telemetry
from kit.errors import Conflict, Invalid, PlumbError, Unavailable
from kit.journal_tables import WROTE_EVENTS, copy_into

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# SQLSTATE prefixes of failures that the same request may not meet again: connection, resources, shutdown, deadlock
_PASSING = ("08", "53", "57P", "40", "55P03", "25P03")
# a number out of range (22000 when asyncpg finds it before the server does), and text with a NUL character
_BAD_VALUE = ("22000", "22003", "22021", "22P05")
_UNIQUE = "23505"
# What the driver says when the server went away: between two statements, while connecting, and in the middle of a
# message, where its own state machine is what complains.
_CUT_OFF = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_FAILURES = (DBAPIError, PoolTimeout, asyncpg.InternalClientError)


def new_base() -> type[DeclarativeBase]:
    """A declarative base for one service's database, with the kit's own tables in its metadata."""
    schema = MetaData(naming_convention=_NAMING)
    copy_into(schema)

    class Table(DeclarativeBase):
        metadata = schema

    return Table


class OnDemand:
    """A transaction that begins when its `tx` is first used, and ends with the `async with` block."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], tell: Callable[[], None]) -> None:
        self._sessions = sessions
        self._tell = tell
        self._session: AsyncSession | None = None

    @property
    def tx(self) -> AsyncSession:
        if self._session is None:
            self._session = self._sessions()
        return self._session

    async def __aenter__(self) -> OnDemand:
        return self

    async def __aexit__(self, _kind: object, failure: BaseException | None, _trace: object) -> None:
        if self._session is None:
            return
        try:
            if failure is None:
                await self._session.commit()
        except _FAILURES as error:
            if (meaning := _meaning(error)) is None:
                raise
            raise meaning from error
        finally:
            await asyncio.shield(self._session.close())
        if isinstance(failure, _FAILURES) and (meaning := _meaning(failure)) is not None:
            raise meaning from failure
        if failure is None and self._session.info.get(WROTE_EVENTS):
            self._tell()


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
            # values are the members' own: they belong neither in errors nor in logs
            hide_parameters=True,
            json_deserializer=orjson.loads,
            connect_args={
                "server_settings": {"idle_in_transaction_session_timeout": "30000"},
                "async_creator_fn": _connect,
            },
        )
        event.listen(self.engine.sync_engine, "checkout", _replace_if_closed)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._listeners: list[asyncio.Event] = []
        self._pool = pool
        self._direct: asyncpg.Pool[asyncpg.Record] | None = None
        self._opened = asyncio.Lock()
        self._compiled: dict[TextClause, tuple[str, Sequence[str]]] = {}

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits when the block ends and rolls back when it raises.

        The connection is taken at the first statement, so slow work before it holds nothing.

        Raises:
            Unavailable: the database does not answer, or another transaction was in the way.
            Invalid: a value does not fit its column.
            Conflict: another transaction wrote the same key at the same moment.
        """
        async with self.on_demand() as pending:
            yield pending.tx

    def on_demand(self) -> OnDemand:
        """The same for a block that may need no transaction: it begins when somebody asks for it."""
        return OnDemand(self._sessions, self._tell)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener.set()

    async def once(self, statement: TextClause, values: Mapping[str, Any]) -> list[asyncpg.Record]:
        """Run one statement that is a transaction by itself, in one round trip: for the few paths that must be fast.

        Raises:
            The same as `transaction`.
        """
        sql, names = self._direct_form(statement)
        return await self.fetch(sql, *(values[name] for name in names))

    async def fetch(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """Like `once`, for a statement with `$1`, `$2`, ...: the same as the function `fetch`, without a transaction.

        Raises:
            The same as `transaction`.
        """
        try:
            direct = self._direct or await self._open()
            with telemetry.statement_span(statement):
                return await direct.fetch(statement, *values)
        except (asyncpg.PostgresError, *_CUT_OFF) as error:
            if (meaning := _meaning_of_driver(error)) is None:
                raise
            raise meaning from error

    async def _open(self) -> asyncpg.Pool[asyncpg.Record]:
        """Connections of the driver's own, opened when the first statement asks for one."""
        async with self._opened:
            if self._direct is None:
                self._direct = await asyncpg.create_pool(
                    self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False),
                    min_size=0,
                    max_size=self._pool,
                    # nothing of a session is ever changed here, so nothing has to be undone by a round trip
                    reset=_keep,
                )
        return self._direct

    def _direct_form(self, statement: TextClause) -> tuple[str, Sequence[str]]:
        """A statement as the driver wants it, and the names of its values in order."""
        if statement not in self._compiled:
            compiled = statement.compile(dialect=self.engine.dialect)
            self._compiled[statement] = (str(compiled), compiled.positiontup or ())
        return self._compiled[statement]

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event of one's own that is set after every commit that wrote events, so that nobody need poll."""
        listener = asyncio.Event()
        self._listeners.append(listener)
        try:
            yield listener
        finally:
            self._listeners.remove(listener)

    async def ping(self) -> None:
        """Raise Unavailable unless the database answers."""
        async with self.transaction() as tx:
            await tx.execute(text("SELECT 1"))

    async def close(self) -> None:
        if self._direct is not None:
            await self._direct.close()
        await self.engine.dispose()


async def _keep(_connection: object) -> None:
    """A session that goes back as it is."""


async def fetch(tx: AsyncSession, statement: str, *values: Any) -> list[Any]:
    """Rows of a statement with `$1`, `$2`, ..., straight from the driver.

    For long lists, where the layer between costs more than the query.

    Raises:
        Unavailable, Invalid: as `Database.transaction`.
    """
    connection = await (await tx.connection()).get_raw_connection()
    driver: Any = connection.driver_connection
    try:
        return await driver.fetch(statement, *values)
    except (asyncpg.PostgresError, *_CUT_OFF) as error:
        if (meaning := _meaning_of_driver(error)) is None:
            raise
        raise meaning from error


def _replace_if_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    """A server that was restarted left dead connections behind: find out before a request does, without asking it.

    The driver hears of the end of a connection when it happens; three messages to the server would tell no more.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


async def _connect(*arguments: Any, **options: Any) -> Any:
    """`asyncpg.connect`, told apart from other failures of the operating system inside a transaction's block."""
    try:
        return await asyncpg.connect(*arguments, **options)
    except OSError as error:
        raise Unavailable("The database does not answer; try again.") from error


def _meaning(error: DBAPIError | PoolTimeout | asyncpg.InternalClientError) -> PlumbError | None:
    """What a caller may know of a database error, None when it is a bug of ours."""
    if not isinstance(error, DBAPIError):
        return Unavailable("The database does not answer; try again.")
    state = getattr(error.orig, "sqlstate", None) or ""
    is_lost = isinstance(error, InterfaceError | OperationalError) or error.connection_invalidated
    return _meaning_of(state, is_lost=is_lost)


def _meaning_of_driver(error: BaseException) -> PlumbError | None:
    """The same for an error straight from the driver."""
    state = getattr(error, "sqlstate", None) or ""
    return _meaning_of(state, is_lost=not isinstance(error, asyncpg.PostgresError))


def _meaning_of(state: str, *, is_lost: bool) -> PlumbError | None:
    if state in _BAD_VALUE:
        return Invalid("A value is too large, or holds a character that cannot be stored.", reason="VALUE_INVALID")
    if state == _UNIQUE:
        return Conflict("Something else with the same name or key was written at the same moment: read it again.")
    if is_lost or state.startswith(_PASSING):
        return Unavailable("The database does not answer; try again.")
    return None
