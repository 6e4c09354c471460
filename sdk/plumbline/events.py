"""Owns the event feed: replay by sequence number, and following it live without losing an event."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from plumbline.errors import Unreachable

if TYPE_CHECKING:
    from plumbline.client import Client

_PAGE = 500
_AGAIN_S = 1.0


class Events:
    """`client.events`. An event is a CloudEvent with a `sequence` that has no gap within the workspace."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def newest(self) -> int:
        """The sequence number of the newest event, 0 when there is none."""
        return int(self._client.get("/v1/events", limit=1)["newest_sequence"])

    def after(self, sequence: int) -> Iterator[dict[str, Any]]:
        """Every event that follows a sequence number and exists now, oldest first."""
        while True:
            events = self._client.get("/v1/events", after=sequence, limit=_PAGE)["events"]
            yield from events
            if len(events) < _PAGE:
                return
            sequence = int(events[-1]["sequence"])

    def follow(self, sequence: int) -> Iterator[dict[str, Any]]:
        """Events that follow a sequence number, then each as it happens, without end.

        A connection that breaks is opened again behind the last event, so that none is missed or given twice.
        """
        while True:
            try:
                for line in self._client.stream("/v1/events:stream", after=sequence):
                    if line.startswith("data: "):
                        event = json.loads(line.removeprefix("data: "))
                        sequence = int(event["sequence"])
                        yield event
            except Unreachable:
                time.sleep(_AGAIN_S)
