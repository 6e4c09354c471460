"""Owns the way of metrics from the training loop to the platform: a list, a thread, columns."""

from __future__ import annotations

import math
import threading
import uuid
from collections.abc import Callable
from typing import Any

from plumbline.errors import PlumblineError, Unreachable

_INTERVAL_S = 0.5
_RETRY_S = 2.0
_BATCH = 20_000

Point = tuple[dict[str, float], float, float]
# sends (series, writer, sequence); may be called again with the same arguments
Send = Callable[[list[dict[str, Any]], str, int], None]


class MetricWriter:
    """Collects points and sends them in numbered batches; a batch is sent again until it is acknowledged.

    Points that the platform refuses for good, or that are still unsent when the writer is closed, are counted in
    `lost_count`; `failure` says why.
    """

    def __init__(self, send: Send, *, interval_s: float = _INTERVAL_S, retry_s: float = _RETRY_S) -> None:
        self._send = send
        self._interval_s = interval_s
        self._retry_s = retry_s
        self._writer = uuid.uuid4().hex
        self._sequence = 0
        # points, and the events that callers of `flush` wait for, in the order they came
        self._queue: list[Point | threading.Event] = []
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._away: Unreachable | None = None
        self.failure: PlumblineError | None = None
        self.lost_count = 0

    def append(self, metrics: dict[str, float], step: float, time_ms: float) -> None:
        """Take a point; appending to a list is atomic, so the loop never waits for a lock."""
        self._queue.append((metrics, step, time_ms))
        if self._thread is None:
            self._start()

    def flush(self, timeout_s: float) -> None:
        """Wait until every point appended before is acknowledged.

        Raises:
            Unreachable: the platform did not take them in time; they are still being sent.
            PlumblineError: the platform refused points for good.
        """
        if self._thread is not None and not self._closed.is_set():
            reached = threading.Event()
            self._queue.append(reached)
            self._wake.set()
            if not reached.wait(timeout_s):
                reason = f" {self._away}" if self._away else ""
                raise Unreachable(f"Metrics are not stored after {timeout_s:.0f} s.{reason}")
        if self.failure is not None:
            raise self.failure

    def close(self) -> None:
        """Send what is left, once; what the platform does not take now is counted as lost."""
        self._closed.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="plumbline-metrics", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._wake.wait(self._interval_s)
            self._wake.clear()
            # read before the queue: what came before the closing is in it
            closing = self._closed.is_set()
            while self._queue:
                taken = self._queue[:_BATCH]
                del self._queue[: len(taken)]
                self._deliver(taken)
            if closing:
                return

    def _deliver(self, taken: list[Point | threading.Event]) -> None:
        points = [item for item in taken if not isinstance(item, threading.Event)]
        if points:
            self._sequence += 1
            self._send_until_settled(points)
        for item in taken:
            if isinstance(item, threading.Event):
                item.set()

    def _send_until_settled(self, points: list[Point]) -> None:
        series = columns(points)
        while True:
            try:
                self._send(series, self._writer, self._sequence)
            except Unreachable as error:
                self._away = error
                if self._closed.is_set():
                    self._lose(points, error)
                    return
                self._closed.wait(self._retry_s)
            except PlumblineError as error:
                # refused for good, such as a fenced epoch: sending it again cannot help
                self._lose(points, error)
                return
            except Exception as error:  # whatever it was, the thread has to go on with the next points
                self._lose(points, PlumblineError(f"Metrics could not be sent: {error!r}."))
                return
            else:
                self._away = None
                return

    def _lose(self, points: list[Point], why: PlumblineError) -> None:
        self.lost_count += len(points)
        if self.failure is None:
            self.failure = why
        self.failure.metadata["lost_points"] = str(self.lost_count)


def columns(points: list[Point]) -> list[dict[str, Any]]:
    """Points as one column set per key, in the form of the API."""
    series: dict[str, dict[str, Any]] = {}
    for metrics, step, time_ms in points:
        for key, value in metrics.items():
            column = series.setdefault(key, {"key": key, "steps": [], "values": [], "times": []})
            column["steps"].append(step)
            column["values"].append(json_number(value))
            column["times"].append(time_ms)
    return list(series.values())


def json_number(value: float) -> float | str:
    """A number as proto JSON writes it: NaN and infinities are strings."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
