"""Owns callers over real HTTP: browsers in every role, a person with a real session, and a filled workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from kit.app import App
from kit.db import Database
from kit.host import Host
from kit.identity import service_principal
from kit.settings import Platform
from services.auth import workspaces
from services.auth.settings import AuthSettings
from services.gateway.caller import ACCESS_COOKIE, CSRF_HEADER
from tests.conftest import CallAs, principal
from tests.contract.tenant import Tenant, fill

Open = Callable[..., httpx.AsyncClient]
PASSWORD = "four random words here"


@pytest_asyncio.fixture(scope="session")
async def address(platform: Host, settings: Platform) -> str:
    """Where the gateway listens, once it does."""
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(30):
        while True:
            try:
                (await client.get(f"{settings.public_url}/readyz")).raise_for_status()
                return settings.public_url
            except httpx.HTTPError:
                await asyncio.sleep(0.1)


@pytest.fixture(scope="session")
def gateway(platform: Host) -> App:
    return platform.apps["gateway"]


@pytest_asyncio.fixture
async def browse(address: str, gateway: App) -> AsyncIterator[Open]:
    """`browse("VIEWER", "a")`: a client with the session of a member; `browse("")` has none."""
    opened: list[httpx.AsyncClient] = []

    def start(role: str = "OWNER", workspace: str = "gateway") -> httpx.AsyncClient:
        headers = {CSRF_HEADER: "1"}
        if role:
            headers["cookie"] = f"{ACCESS_COOKIE}={gateway.identity.sign(principal(role, workspace))}"
        client = httpx.AsyncClient(base_url=address, headers=headers, trust_env=False, timeout=30)
        opened.append(client)
        return client

    yield start
    for client in opened:
        await client.aclose()


@dataclass(frozen=True)
class Owner:
    """The owner of a workspace of their own: a client whose jar holds the cookies that the gateway set."""

    http: httpx.AsyncClient
    email: str
    joined: httpx.Response


@pytest_asyncio.fixture
async def owner(address: str, database: Callable[[str], Database]) -> AsyncIterator[Owner]:
    """A person who opened an invitation through the gateway."""
    email = f"person.{uuid4().hex[:12]}@example.org"
    async with database("auth").transaction() as tx:
        _, secret = await workspaces.create(
            tx,
            service_principal("auth", "ws_test"),
            name=f"tests {uuid4().hex[:8]}",
            invitation_life=AuthSettings().invitation_life,
        )
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as client:
        body = {"invitation": secret, "name": "Olive", "password": PASSWORD, "email": email}
        joined = await client.post("/api/v1/sessions:accept", json=body)
        assert joined.status_code == 200, joined.text
        client.headers[CSRF_HEADER] = "1"
        yield Owner(client, email, joined)


@pytest_asyncio.fixture(scope="session")
async def tenant(call_as: CallAs, database: Callable[[str], Database]) -> Tenant:
    """A workspace with one of everything."""
    return await fill(call_as, database)


@pytest.fixture
def workspace() -> str:
    """A workspace that no other test uses."""
    return uuid4().hex[:12]
