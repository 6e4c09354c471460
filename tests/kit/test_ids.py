"""Ids carry their kind and sort by creation, also when they are made in the same microsecond."""

from __future__ import annotations

import threading
import time
import uuid

from kit import ids


def test_ids_of_one_process_ascend_and_never_repeat() -> None:
    made = [ids.new("ds") for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_threads_never_get_the_same_id() -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.extend([ids.new("x") for _ in range(3_000)])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 12_000


def test_an_id_is_a_uuid_of_version_seven_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    prefix, _, digits = ids.new("img").partition("_")
    parsed = uuid.UUID(digits)
    assert (prefix, parsed.version, parsed.variant) == ("img", 7, uuid.RFC_4122)
    assert before <= parsed.int >> 80 <= time.time_ns() // 1_000_000 + 10


def test_a_clock_that_goes_back_does_not_take_ids_back(monkeypatch) -> None:
    first = ids.new("x")
    monkeypatch.setattr(time, "time_ns", lambda: 1)
    assert ids.new("x") > first
