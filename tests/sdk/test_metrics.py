"""No point is lost, refused points are said, and a platform that is away holds nobody up."""

from __future__ import annotations

import math
import threading
from typing import Any

import pytest

from plumbline.errors import PlumblineError, Refused, Unreachable
from plumbline.metrics import MetricWriter, columns


class Platform:
    """Takes batches as the platform does: a repeated sequence number has no second effect."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.is_there = threading.Event()
        self.is_there.set()
        self.asked = threading.Event()
        self.batches: dict[tuple[str, int], list[dict[str, Any]]] = {}
        self.attempts: list[int] = []

    def send(self, series: list[dict[str, Any]], writer: str, sequence: int) -> None:
        self.asked.set()
        self.is_there.wait()
        self.attempts.append(sequence)
        if self.failures:
            raise self.failures.pop(0)
        self.batches[writer, sequence] = series

    def steps(self, key: str) -> list[float]:
        return [
            step
            for series in self.batches.values()
            for column in series
            if column["key"] == key
            for step in column["steps"]
        ]


@pytest.fixture
def platform() -> Platform:
    return Platform()


def writer(platform: Platform) -> MetricWriter:
    return MetricWriter(platform.send, interval_s=0.001, retry_s=0.001)


def test_points_from_several_threads_all_arrive_once(platform: Platform) -> None:
    metrics = writer(platform)
    threads = [
        threading.Thread(
            target=lambda key=f"loss{number}": [metrics.append({key: 1.0}, step, 0) for step in range(500)]
        )
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    metrics.flush(10)
    for number in range(4):
        assert platform.steps(f"loss{number}") == list(range(500))


def test_a_batch_is_sent_again_under_its_number_until_the_platform_answers(platform: Platform) -> None:
    platform.failures = [Unreachable("away"), Unreachable("away")]
    metrics = writer(platform)
    metrics.append({"loss": 0.5}, 1, 0)
    metrics.flush(10)
    assert platform.attempts == [1, 1, 1]
    assert platform.steps("loss") == [1]


def test_what_failed_before_is_no_failure_once_it_is_stored(platform: Platform) -> None:
    platform.failures = [Unreachable("away")]
    metrics = writer(platform)
    metrics.append({"loss": 0.5}, 1, 0)
    metrics.flush(10)
    metrics.close()
    assert metrics.failure is None
    assert metrics.lost_count == 0


def test_a_platform_that_hangs_does_not_hold_up_the_loop(platform: Platform) -> None:
    platform.is_there.clear()
    metrics = writer(platform)
    metrics.append({"loss": 0.0}, 0, 0)
    assert platform.asked.wait(10)
    # the sender is stuck in its request; were appending to wait for it, this would never end
    for step in range(1, 10_000):
        metrics.append({"loss": 0.0}, step, 0)
    assert platform.batches == {}
    platform.is_there.set()
    metrics.flush(10)
    assert platform.steps("loss") == list(range(10_000))


def test_flush_says_that_the_platform_is_away_and_why(platform: Platform) -> None:
    platform.failures = [Unreachable("nothing listens there")] * 1_000_000
    metrics = writer(platform)
    metrics.append({"loss": 0.5}, 1, 0)
    with pytest.raises(Unreachable, match="nothing listens there"):
        metrics.flush(0.2)
    metrics.close()


def test_refused_points_are_said_and_later_ones_still_sent(platform: Platform) -> None:
    platform.failures = [Refused("the epoch is over", reason="EPOCH_STALE")]
    metrics = writer(platform)
    metrics.append({"loss": 0.5}, 1, 0)
    with pytest.raises(Refused) as refused:
        metrics.flush(10)
    assert refused.value.reason == "EPOCH_STALE"
    assert refused.value.metadata["lost_points"] == "1"
    metrics.append({"loss": 0.25}, 2, 0)
    metrics.close()
    assert platform.steps("loss") == [2]
    assert metrics.lost_count == 1


def test_an_unexpected_error_does_not_end_the_sending(platform: Platform) -> None:
    platform.failures = [RuntimeError("cannot encode")]
    metrics = writer(platform)
    metrics.append({"loss": 0.5}, 1, 0)
    with pytest.raises(PlumblineError, match="cannot encode"):
        metrics.flush(10)
    metrics.append({"loss": 0.25}, 2, 0)
    metrics.close()
    assert platform.steps("loss") == [2]


def test_closing_counts_what_the_platform_did_not_take(platform: Platform) -> None:
    platform.failures = [Unreachable("away")] * 1_000_000
    metrics = writer(platform)
    for step in range(3):
        metrics.append({"loss": 0.5}, step, 0)
    metrics.close()
    assert metrics.lost_count == 3
    assert isinstance(metrics.failure, Unreachable)


def test_closing_sends_what_is_left(platform: Platform) -> None:
    metrics = MetricWriter(platform.send, interval_s=60)
    metrics.append({"loss": 0.5}, 1, 0)
    metrics.close()
    assert platform.steps("loss") == [1]


def test_points_become_one_column_set_per_key() -> None:
    points = [({"a": 1.0, "b": 2.0}, 1.0, 10.0), ({"a": math.nan}, 2.0, 20.0), ({"a": -math.inf}, 3.0, 30.0)]
    assert columns(points) == [
        {"key": "a", "steps": [1.0, 2.0, 3.0], "values": [1.0, "NaN", "-Infinity"], "times": [10.0, 20.0, 30.0]},
        {"key": "b", "steps": [1.0], "values": [2.0], "times": [10.0]},
    ]
