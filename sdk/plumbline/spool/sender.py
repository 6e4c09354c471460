"""Owns the thread that sends a journal while the run is written: in order, until it is settled or the run is closed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from tenacity import RetryCallState
from tenacity.stop import stop_when_event_set

from plumbline.errors import PlumblineError, Unreachable
from plumbline.spool.delivery import Delivery, may_pass
from plumbline.spool.entries import METRICS, Entry
from plumbline.spool.journal import Journal
from plumbline.spool.patience import patiently

_log = logging.getLogger("plumbline")


class Sender:
    """Sends what the journal holds. What the platform refuses for good is counted in `lost_count`; `failure` says why.

    What it does not take because it is away stays in the journal, also after `close`.
    """

    def __init__(self, journal: Journal, delivery: Delivery) -> None:
        self._journal = journal
        self._delivery = delivery
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._closed = threading.Event()
        self._hurry = threading.Event()
        self._news = threading.Condition()
        self.away: PlumblineError | None = None
        self.failure: PlumblineError | None = None
        self.lost_count = 0

    def wake(self) -> None:
        """Something was appended to the journal."""
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="plumbline-sender", daemon=True)
                    self._thread.start()
        with self._news:
            self._news.notify_all()

    def wait(self, timeout_s: float) -> None:
        """Wait until everything in the journal is settled.

        Raises:
            Unreachable: the platform did not take it in time; it is still being sent.
        """
        wanted, deadline = self._journal.count, time.monotonic() + timeout_s
        self._hurry.set()
        with self._news:
            while self._journal.acknowledged < wanted:
                left = deadline - time.monotonic()
                if left <= 0 or self._closed.is_set():
                    reason = f" {self.away}" if self.away else ""
                    raise Unreachable(f"What was logged is not stored after {timeout_s:.0f} s.{reason}")
                self._news.wait(min(left, 0.5))

    def close(self) -> None:
        """End at the next chance; a request that hangs is not waited for."""
        self._closed.set()
        self._hurry.set()
        with self._news:
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join(1.0)

    def lose(self, points: int, why: PlumblineError) -> None:
        """Count what will not be stored, and say so once."""
        if self.failure is None:
            self.failure = why
            _log.warning("The platform does not take part of this run: %s", why)
        self.lost_count += points
        self.failure.metadata["lost_points"] = str(self.lost_count)

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                group = self._journal.next_group()
            except PlumblineError as error:
                self.lose(0, error)
                self._settled(1)
                continue
            if not group:
                with self._news:
                    if self._journal.acknowledged >= self._journal.count:
                        self._news.wait(0.5)
                continue
            if self._deliver(group):
                self._settled(len(group))

    def _deliver(self, group: Sequence[Entry]) -> bool:
        """Send until it is settled; False when the closing came first."""
        points = sum(entry.point_count for entry in group if entry.kind == METRICS)
        retrying = patiently(stop_when_event_set(self._closed), self._hurry)
        retrying.before_sleep = self._say_away
        try:
            retrying(self._delivery.deliver, group)
        except PlumblineError as error:
            if self._closed.is_set() and may_pass(error):
                self.away = error
                return False
            # refused for good, such as a fenced epoch: sending it again cannot help
            self.lose(points, error)
        except Exception as error:  # whatever it was, the thread has to go on with what follows
            self.lose(points, PlumblineError(f"This could not be sent: {error!r}."))
        if self.away is not None:
            _log.warning("The platform answers again; what waited is being sent.")
        self.away = None
        return True

    def _say_away(self, retry_state: RetryCallState) -> None:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        if self.away is None:
            _log.warning("The platform does not take what is logged; it is kept and sent later. %s", error)
        self.away = error if isinstance(error, PlumblineError) else None

    def _settled(self, count: int) -> None:
        self._journal.acknowledge(count)
        with self._news:
            self._news.notify_all()
