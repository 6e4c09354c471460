"""The migrations of every service lead to exactly its tables, also when two processes start at the same time."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator

import pytest

from embedded.stack import Stack
from kit.migrate import ROOT
from kit.settings import Platform
from services.__main__ import TARGETS
from tools.migration import pending_of


@pytest.mark.parametrize("service", TARGETS)
async def test_the_migrated_database_is_what_the_tables_say(settings: Platform, service: str) -> None:
    left = await pending_of(service, settings.database_url(service))
    steps = [line.strip() for line in left.splitlines() if not line.strip().startswith("#")]
    assert steps == ["pass"], f"write a migration: python -m tools.migration {service} ...\n{left}"


@pytest.fixture
def fresh() -> Iterator[dict[str, str]]:
    """The environment of a stack whose databases are empty."""
    home = tempfile.mkdtemp(prefix="plumb-fresh-")
    stack = Stack(home)
    stack.start()
    yield {**os.environ, **stack.environment}
    stack.stop()
    shutil.rmtree(home, ignore_errors=True)


async def migrated(environment: dict[str, str]) -> int:
    """The exit status of a process that migrates every database."""
    command = (sys.executable, "-m", "services", "migrate", "all")
    return await (await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)).wait()


async def test_two_processes_may_migrate_the_same_empty_databases(fresh: dict[str, str]) -> None:
    assert await asyncio.gather(migrated(fresh), migrated(fresh)) == [0, 0]
    assert "pass" in await pending_of("storage", fresh["PLUMB_DATABASE_URL_STORAGE"])
