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
    """Collects points and sends them in numbered batches; a batch is sent again until it is acknowledged."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._writer = uuid.uuid4().hex
        self._sequence = 0
        self._points: list[Point] = []
        self._failure: PlumblineError | None = None
        self._idle = threading.Event()
        self._idle.set()
        self._wake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def append(self, metrics: dict[str, float], step: float, time_ms: float) -> None:
        """Take a point; appending to a list is atomic, so the loop never waits for a lock."""
        self._points.append((metrics, step, time_ms))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="plumbline-metrics", daemon=True)
            self._thread.start()
        self._idle.clear()

    def flush(self, timeout_s: float) -> None:
        """Wait until every point is acknowledged.

        Raises:
            PlumblineError: the platform refused them, or did not answer in time.
        """
        self._wake.set()
        if self._thread is not None and not self._idle.wait(timeout_s):
            raise self._failure or Unreachable(f"Metrics are not stored after {timeout_s:.0f} s.")
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not (self._closed and not self._points):
            self._wake.wait(_INTERVAL_S)
            self._wake.clear()
            while self._points:
                batch = self._points[:_BATCH]
                del self._points[: len(batch)]
                self._deliver(columns(batch))
            self._idle.set()
            if self._points:
                self._idle.clear()

    def _deliver(self, series: list[dict[str, Any]]) -> None:
        self._sequence += 1
        while True:
            try:
                self._send(series, self._writer, self._sequence)
                return
            except Unreachable as error:
                self._failure = error
                if self._closed:
                    return
                self._wake.wait(_RETRY_S)
            except PlumblineError as error:
                # refused for good, such as a fenced epoch: sending it again cannot help
                self._failure = error
                return


def columns(points: list[Point]) -> list[dict[str, Any]]:
    """Points as one column set per key, in the form of the API."""
    series: dict[str, dict[str, Any]] = {}
    for metrics, step, time_ms in points:
        for key, value in metrics.items():
            column = series.setdefault(key, {"key": key, "steps": [], "values": [], "times": []})
            column["steps"].append(step)
            column["values"].append(json_number(float(value)))
            column["times"].append(time_ms)
    return list(series.values())


def json_number(value: float) -> float | str:
    """A number as proto JSON writes it: NaN and infinities are strings."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
