"""Owns migrations: one Alembic history and version table per service, applied by one process at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import MetaData, pool, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

ROOT = Path(__file__).resolve().parent.parent
_LOCK = 7_072


def config(service: str, database_url: str) -> Config:
    """The Alembic configuration of one service, for its database at an SQLAlchemy URL (asyncpg dialect)."""
    alembic = Config()
    alembic.set_main_option("script_location", str(ROOT / "services" / service / "migrations"))
    alembic.attributes["url"] = database_url
    return alembic


def upgrade(service: str, database_url: str) -> None:
    """Bring a service's database to the newest schema; safe to run twice, also at the same time.

    Blocks: call it outside an event loop, or in a thread.
    """
    command.upgrade(config(service, database_url), "head")


def run(metadata: MetaData) -> None:
    """Called by every `migrations/env.py` with the metadata of its service's tables."""
    asyncio.run(_connect_and_run(metadata))


async def _connect_and_run(metadata: MetaData) -> None:
    engine = create_async_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run, metadata)
    await engine.dispose()


def _run(connection: Connection, metadata: MetaData) -> None:
    context.configure(connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        context.run_migrations()
