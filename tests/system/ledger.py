"""Owns the comparison of what services committed with what the feed has: outboxes against sequences.

Reads the databases as an operator would; changes nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

from embedded.state import SERVICES
from tests.live import Live


@dataclass(frozen=True)
class Ledger:
    """Every event by workspace: as committed in any outbox, and as (sequence, event id) in the feed."""

    committed: dict[str, list[str]]
    fed: dict[str, list[tuple[int, str]]]
    dead: list[str]

    def problems(self) -> list[str]:
        """What is wrong whatever is still on its way: gaps, repetitions, events from nowhere, dead letters."""
        found = [f"dead letter: {error}" for error in self.dead]
        for workspace, entries in self.fed.items():
            numbers = [number for number, _ in entries]
            if numbers != list(range(1, len(numbers) + 1)):
                found.append(f"{workspace}: the sequence is not 1 to {len(numbers)}")
            counts = Counter(event for _, event in entries)
            found += [f"{workspace}: {event} is there {count} times" for event, count in counts.items() if count > 1]
            strangers = counts.keys() - set(self.committed.get(workspace, ()))
            found += [f"{workspace}: {event} was never committed" for event in strangers]
        return found

    def missing(self) -> set[str]:
        """Events that are committed and not yet in the feed."""
        fed = {event for entries in self.fed.values() for _, event in entries}
        return {event for events in self.committed.values() for event in events} - fed


def read(live: Live) -> Ledger:
    """The ledger as of now; the feed is read first, so that nothing in it can be newer than the outboxes."""
    return asyncio.run(_read(live))


async def _read(live: Live) -> Ledger:
    fed: dict[str, list[tuple[int, str]]] = {}
    for row in await live.rows("gateway", "SELECT workspace_id, sequence, event FROM feed ORDER BY 1, 2"):
        fed.setdefault(row["workspace_id"], []).append((row["sequence"], row["event"]["id"]))
    committed: dict[str, list[str]] = {}
    dead: list[str] = []
    for service in SERVICES:
        for row in await live.rows(service, "SELECT workspace_id, event_id FROM outbox"):
            committed.setdefault(row["workspace_id"], []).append(row["event_id"])
        dead += [row["error"] for row in await live.rows(service, "SELECT error FROM dead_letter")]
    return Ledger(committed, fed, dead)
