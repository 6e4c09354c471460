"""The outside subscriber: it sees the events of its workspace and nothing else, and notices what it missed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from examples import subscriber
from examples.subscriber import Gaps
from tests.live import Live


@contextmanager
def listening(live: Live, workspace: str, password: str = "") -> Iterator[subprocess.Popen[str]]:
    user, secret = live.platform.nats.add_subscriber(live.workspace_id)
    environment = os.environ | {
        "NATS_URL": live.platform.nats.address,
        "NATS_USER": user,
        "NATS_PASSWORD": password or secret,
        "PLUMB_WORKSPACE": workspace,
    }
    process = subprocess.Popen(
        [sys.executable, subscriber.__file__],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=20)


def test_an_outsider_sees_a_change(live_platform: Live) -> None:
    with listening(live_platform, live_platform.workspace_id) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        assert process.stderr.readline().startswith("listening to feed.")
        with live_platform.as_("OWNER") as client:
            made = client.datasets.create("seen-from-outside")
        line = next(line for line in process.stdout if made["id"] in line)
    assert "plumb.storage.dataset.created.v1" in line


def test_an_outsider_may_not_listen_to_another_workspace(live_platform: Live) -> None:
    with listening(live_platform, "ws_another") as process:
        assert process.stderr is not None
        refused = next(line for line in process.stderr if line.startswith("event bus:"))
    assert "permissions violation" in refused.lower()


def test_a_wrong_password_is_one_sentence(live_platform: Live) -> None:
    with listening(live_platform, live_platform.workspace_id, password="wrong") as process:
        _, said = process.communicate(timeout=30)
        assert process.returncode == 1
    assert "does not let us in" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("numbers", "warnings"),
    [
        ([7, 8, 9], ["", "", ""]),
        ([7, 10], ["", "8 to 9 are missing: replay them by GET /api/v1/events?after=7"]),
        ([7, 8, 8], ["", "", "8 came before: leave it out"]),
        (
            [7, 9, 8, 10],
            ["", "8 to 8 are missing: replay them by GET /api/v1/events?after=7", "8 came before: leave it out", ""],
        ),
    ],
)
def test_a_missed_number_is_noticed(numbers: list[int], warnings: list[str]) -> None:
    gaps = Gaps()
    assert [gaps.take(number) for number in numbers] == warnings
