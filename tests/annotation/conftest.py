"""Owns what the tests of the annotation service share: the service and its only peer, storage, on real servers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from embedded.testing import shared_stack
from kit import migrate, telemetry
from kit.host import Host
from kit.settings import Platform
from services.__main__ import setup_of

_TARGETS = ("storage", "annotation")


@pytest.fixture(scope="session")
def settings() -> Platform:
    os.environ.update(shared_stack(), PLUMB_RPC_PORT="0")
    settings = Platform()
    telemetry.setup("tests", otlp_endpoint="", metrics_port=0, log_level="WARNING")
    for target in _TARGETS:
        migrate.upgrade(target, settings.database_url(target))
    return settings


@pytest_asyncio.fixture(scope="session")
async def platform(settings: Platform) -> AsyncIterator[Host]:
    host = Host(settings, {target: setup_of(target) for target in _TARGETS})
    await host.start()
    running = asyncio.create_task(host.run())
    yield host
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await host.close()
