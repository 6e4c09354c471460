"""Owns what the tests of the SDK share: a running platform, the command in this process, and a server with a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plumbline import cli
from tests.live import Live
from tests.sdk.outcome import Outcome
from tests.sdk.scripted import Scripted

Plumb = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees or changes what the person at this machine has stored."""
    for name in ("PLUMB_URL", "PLUMB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PLUMB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PLUMB_SPOOL", str(tmp_path / "spool"))
    # what a run records by itself is asked for by the tests that look at it
    monkeypatch.setenv("PLUMB_CAPTURE", "none")
    monkeypatch.delenv("PLUMB_MODE", raising=False)


@pytest.fixture
def plumb(capsys: pytest.CaptureFixture[str]) -> Plumb:
    """Run `plumb` with arguments; nobody is signed in."""

    def run(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        status = cli.run([str(argument) for argument in arguments])
        return Outcome(status, *capsys.readouterr())

    return run


@pytest.fixture
def plumb_as(plumb: Plumb, live_platform: Live) -> Plumb:
    """Run `plumb` as the person in a role on the running platform: `plumb_as("OWNER", "datasets", "list")`."""

    def run(role: str, *arguments: str | Path) -> Outcome:
        return plumb("--url", live_platform.url, "--token", live_platform.people[role].token, *arguments)

    return run


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A web server that answers what the test says, and remembers what it was asked."""
    with Scripted() as server:
        yield server
