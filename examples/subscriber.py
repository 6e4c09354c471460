"""An outside system that follows one workspace's events with nothing but nats-py.

    python -m embedded subscriber WORKSPACE_ID        # whoever runs the platform makes the user, once
    export NATS_URL=nats://127.0.0.1:4222 NATS_USER=... NATS_PASSWORD=... PLUMB_WORKSPACE=ws_...
    python examples/subscriber.py

Every event is a CloudEvent with a `sequence` that has no gap within the workspace. NATS delivers what happens while
you listen; what you missed, you ask for: `GET /api/v1/events?after=<last sequence>` (or `plumb events --after`).
Messages may come twice, and after a restart of the platform out of order: the sequence tells.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

import nats
from nats.aio.msg import Msg


class Gaps:
    """Which sequence number is expected next."""

    def __init__(self) -> None:
        self._last: int | None = None

    def take(self, sequence: int) -> str:
        """What a program should say or do about this number; empty when it is the next one."""
        last = self._last
        self._last = sequence if last is None else max(last, sequence)
        if last is None or sequence == last + 1:
            return ""
        if sequence <= last:
            return f"{sequence} came before: leave it out"
        return f"{last + 1} to {sequence - 1} are missing: replay them by GET /api/v1/events?after={last}"


def line(event: dict[str, Any]) -> str:
    """An event as one line for people."""
    return f"{event['sequence']}  {event['time']}  {event['type']}  {event['actorname']}  {event['subject']}"


async def follow(url: str, user: str, password: str, workspace: str) -> None:
    """Print events until cancelled; nats-py connects again by itself when the platform was away."""
    gaps = Gaps()

    async def on_message(message: Msg) -> None:
        event = json.loads(message.data)
        if warning := gaps.take(int(event["sequence"])):
            print(warning, file=sys.stderr, flush=True)
        print(line(event), flush=True)

    async def on_error(error: Exception) -> None:
        print(f"event bus: {error}", file=sys.stderr, flush=True)

    # a refused password is an error to end with, a lost connection is not: so connect once without patience
    await (await nats.connect(url, user=user, password=password, allow_reconnect=False, error_cb=on_error)).close()
    connection = await nats.connect(
        url, user=user, password=password, name="subscriber example", max_reconnect_attempts=-1, error_cb=on_error
    )
    await connection.subscribe(f"feed.{workspace}.>", cb=on_message)
    await connection.flush()
    print(f"listening to feed.{workspace}.>", file=sys.stderr, flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await connection.drain()


def main() -> int:
    names = ("NATS_URL", "NATS_USER", "NATS_PASSWORD", "PLUMB_WORKSPACE")
    if missing := [name for name in names if not os.environ.get(name)]:
        print(f"Set {', '.join(missing)}: see the top of this file.", file=sys.stderr)
        return 2
    try:
        asyncio.run(follow(*(os.environ[name] for name in names)))
    except KeyboardInterrupt:
        return 130
    except (OSError, nats.errors.Error) as error:
        print(f"The event bus does not let us in: {error or type(error).__name__}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
