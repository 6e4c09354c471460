"""Attempts end after about a day, further and further apart; a receiver may ask for more time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from services.gateway.webhooks.schedule import MOST_ATTEMPTS, delay, is_success, may_pass, wish

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_the_attempts_spread_over_about_a_day(chance: float) -> None:
    delays = [delay(attempt, chance) for attempt in range(1, MOST_ATTEMPTS)]
    assert delays[0] <= timedelta(seconds=6)
    assert all(first <= second for first, second in pairwise(delays))
    assert timedelta(hours=18) < sum(delays, timedelta(0)) < timedelta(hours=30)


def test_chance_keeps_senders_apart() -> None:
    assert delay(5, 0.0) < delay(5, 0.5) < delay(5, 0.9)


def test_a_late_attempt_waits_no_longer_than_others() -> None:
    assert delay(1000, 0.5) == timedelta(hours=4)


@pytest.mark.parametrize(
    ("status", "success", "again"), [(200, 1, 0), (204, 1, 0), (301, 0, 0), (400, 0, 0), (404, 0, 0)]
)
def test_final_answers(status: int, success: bool, again: bool) -> None:
    assert (is_success(status), may_pass(status)) == (success, again)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
def test_answers_that_may_pass(status: int) -> None:
    assert may_pass(status)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 0),
        ("120", 120),
        ("Mon, 05 Jan 2026 08:01:30 GMT", 90),
        ("Mon, 05 Jan 2026 07:00:00 GMT", 0),
        ("soon", 0),
        ("-5", 0),
        ("9" * 400, 4 * 3600),
        ("Mon, 05 Jan 2099 08:00:00 GMT", 4 * 3600),
    ],
)
def test_what_a_receiver_asks_for(header: str, seconds: float) -> None:
    assert wish(header, NOW) == timedelta(seconds=seconds)
