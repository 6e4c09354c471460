"""Owns the whole platform as tests meet it: started from nothing, with people who joined by invitation.

Does not know any test: what a test needs of its own, it starts with `running`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

import plumbline
from demo import people
from demo.people import Person
from embedded import Platform
from embedded.state import SERVICES


@dataclass(frozen=True)
class Live:
    """A running platform, and the five people of its first workspace by role."""

    platform: Platform
    people: dict[str, Person]
    distributed: bool

    @property
    def url(self) -> str:
        return self.platform.url

    def as_(self, role: str) -> plumbline.Client:
        """A client that speaks for the person in this role."""
        return self.people[role].client(self.url)

    def http(self, role: str = "") -> httpx.Client:
        """Plain HTTP below `/api`, with the token of a role: for requests that the SDK would never send."""
        headers = {"Authorization": f"Bearer {self.people[role].token}"} if role else {}
        return httpx.Client(base_url=f"{self.url}/api", headers=headers, timeout=60, trust_env=False)

    @property
    def workspace_id(self) -> str:
        with self.as_("OWNER") as client:
            return str(client.workspace.me()["workspace"]["id"])

    async def rows(self, service: str, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of a service's own database; JSON columns are decoded."""
        dsn = self.platform.postgres.dsn(service).replace("+asyncpg", "")
        connection = await asyncpg.connect(dsn)
        try:
            await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
            return [dict(row) for row in await connection.fetch(query, *values)]
        finally:
            await connection.close()

    def restart_services(self) -> None:
        """End every process of ours without a warning and wait until all of them answer again."""
        for service in SERVICES if self.distributed else SERVICES[:1]:
            self.platform.kill(service)
        self.platform.wait_ready()


@contextmanager
def running(home: Path, *, distributed: bool, environment: Mapping[str, str] | None = None) -> Iterator[Live]:
    """A fresh platform in an empty folder; `environment` reaches its processes, also after a restart."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        with Platform(home, distributed=distributed) as platform:
            eventually(platform.state.owner_link_file.exists)
            link = platform.state.owner_link_file.read_text().strip()
            yield Live(platform, people.bring_in(platform.url, link), distributed)


def eventually(condition: Callable[[], Any], patience_s: float = 30.0) -> Any:
    """The first true value of a condition that needs time; fails when it stays false."""
    deadline = time.monotonic() + patience_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"still not so after {patience_s:.0f} s"
        time.sleep(0.1)
    return value


@pytest.fixture(scope="session")
def live_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One platform in one process for all tests that only need some platform."""
    with running(tmp_path_factory.mktemp("live"), distributed=False) as live:
        yield live
