"""All of Plumbline in both shapes: it comes up, heals after a kill and goes down without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from embedded import Platform
from embedded.state import SERVICES
from tests.embedded.processes import eventually, family, runs


@pytest.fixture(scope="module", params=[False, True], ids=["one process", "a process per service"])
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with Platform(tmp_path_factory.mktemp("home"), distributed=request.param) as running:
        yield running


def ready(platform: Platform) -> bool:
    return httpx.get(f"{platform.url}/readyz", trust_env=False, timeout=10).status_code == 200


def test_the_web_address_answers(platform: Platform) -> None:
    assert ready(platform)


def test_the_first_start_leaves_a_link_for_the_owner(platform: Platform) -> None:
    assert eventually(platform.state.owner_link_file.exists)
    assert platform.public_url in platform.state.owner_link_file.read_text()
    assert platform.state.owner_link_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["postgres", "nats", "objects", *SERVICES])
def test_the_platform_heals_after_a_kill(platform: Platform, name: str) -> None:
    before = platform.pid(name)
    platform.kill(name)
    platform.wait_ready()
    assert platform.pid(name) != before
    assert eventually(lambda: ready(platform), patience_s=30)


@pytest.mark.parametrize("distributed", [False, True], ids=["one process", "a process per service"])
def test_a_stop_leaves_no_process(tmp_path: Path, distributed: bool) -> None:
    with Platform(tmp_path / "home", distributed=distributed) as platform:
        names = ("postgres", "nats", "objects", *SERVICES)
        processes = {pid for name in names for pid in family(platform.pid(name) or 0)}
    assert [pid for pid in processes if runs(pid)] == []
