"""Owns what tests share: one platform per session on real PostgreSQL, NATS and S3, and callers in every role."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from embedded.ports import LOOPBACK, pick_free_port
from embedded.testing import shared_stack
from kit import migrate, telemetry
from kit.db import Database
from kit.host import Host
from kit.identity import Principal
from kit.peers import Envelope, Peers
from kit.settings import Platform
from services.__main__ import TARGETS, setup_of
from tests.live import live_platform

__all__ = ["live_platform"]

# A busy machine is no failure: no property is judged by the time it takes. The cases are the same in every run, so that
# what turns red is what was changed; HYPOTHESIS_PROFILE=search looks for new ones.
_PATIENT = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("search", _PATIENT)
hypothesis_settings.register_profile("plumbline", _PATIENT, derandomize=True, database=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "plumbline"))

# what a run records by itself is asked for by the tests that look at it
os.environ.setdefault("PLUMB_CAPTURE", "none")
os.environ.setdefault("PLUMB_SPOOL", os.path.join(tempfile.gettempdir(), f"plumbline-tests-{os.getpid()}"))

CallAs = Callable[..., Peers]


@pytest.fixture(scope="session")
def settings() -> Platform:
    """Settings of a stack that lives as long as the session, migrated to the newest schemas.

    The gateway listens on a free port, so that two sessions run side by side. Jobs stay queued in `platform`.
    """
    port = pick_free_port()
    os.environ.update(shared_stack())
    os.environ["PLUMB_GATEWAY_PORT"] = str(port)
    os.environ["PLUMB_PUBLIC_URL"] = f"http://{LOOPBACK}:{port}"
    # receivers of webhooks are tests
    os.environ["PLUMB_WEBHOOK_PRIVATE_TARGETS"] = "true"
    settings = Platform()
    telemetry.setup("tests", otlp_endpoint="", metrics_port=0, log_level="WARNING")
    for target in TARGETS:
        migrate.upgrade(target, settings.database_url(target))
    return settings


@pytest_asyncio.fixture(scope="session")
async def platform(settings: Platform) -> AsyncIterator[Host]:
    """All services in this process, with their background tasks."""
    host = Host(settings, {target: setup_of(target) for target in TARGETS})
    with pytest.MonkeyPatch.context() as patch:
        # read at the start; platforms that other tests start have workers
        patch.setenv("PLUMB_TRAINER_WORKERS", "0")
        await host.start()
    running = asyncio.create_task(host.run())
    yield host
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await host.close()


def principal(role: str = "OWNER", workspace: str = "a", name: str = "") -> Principal:
    """A member of a test workspace; the same arguments give the same member."""
    name = name or f"{role.title()} {workspace}"
    return Principal(
        workspace_id=f"ws_{workspace}",
        member_id=f"mem_{workspace}_{name.lower().replace(' ', '_')}",
        name=name,
        role=role,
        kind="JOB" if role == "JOB" else "SERVICE" if role == "SERVICE" else "PERSON",
        organisation="Customer Ltd" if role == "CUSTOMER" else "",
    )


@pytest.fixture(scope="session")
def call_as(platform: Host) -> CallAs:
    """`await call_as("MANAGER").storage.CreateDataset(request)`, through the same edge as every call."""

    def peers(role: str = "OWNER", workspace: str = "a", name: str = "", timeout_s: float = 60) -> Peers:
        app = next(iter(platform.apps.values()))
        token = app.identity.sign(principal(role, workspace, name))
        return app.peers(Envelope(token, timeout_s=timeout_s))

    return peers


@pytest.fixture(scope="session")
def database(platform: Host) -> Callable[[str], Database]:
    """The database of a service: `async with database("storage").transaction() as tx`."""
    return lambda service: platform.apps[service].db
