"""Owns what the system tests share: a running platform, and the table of kills at the end of a run."""

from __future__ import annotations

import pytest

# rows of cells that `test_kills` adds to, one per killed process
KILLS = pytest.StashKey[list[list[str]]]()


@pytest.fixture(scope="session")
def kill_table(pytestconfig: pytest.Config) -> list[list[str]]:
    """Rows to be printed when all tests are through, past the capturing of their output."""
    return pytestconfig.stash.setdefault(KILLS, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash.get(KILLS, [])
    if rows:
        terminalreporter.section("acknowledged steps, and (requests sent again), around each kill")
    for row in rows:
        terminalreporter.write_line("".join(f"{cell:>14}" for cell in row))
