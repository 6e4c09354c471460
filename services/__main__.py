"""Owns the start of processes.

`python -m services storage gateway` serves these targets in one process, `all` means every one. `migrate storage`
brings its database to the newest schema and ends; `--migrate storage` does both, for a machine with one copy of each.
`replay gateway` hands its dead letters to the bus again and ends.
"""

from __future__ import annotations

import asyncio
import importlib
import signal
import sys

import structlog
import uvloop

from kit import dead_letters, migrate, telemetry
from kit.bus import Bus
from kit.db import Database
from kit.host import Host, Setup
from kit.settings import Platform

TARGETS = {
    "auth": "services.auth.service",
    "storage": "services.storage.service",
    "annotation": "services.annotation.service",
    "experiments": "services.experiments.service",
    "trainer": "services.trainer.service",
    "gateway": "services.gateway.service",
}
_MODES = ("migrate", "--migrate", "replay")
_USAGE = f"usage: python -m services [{'|'.join(_MODES)}] all|{'|'.join(TARGETS)} ..."


def setup_of(target: str) -> Setup:
    """The composition root of a target; imported late, so that a process loads only what it runs."""
    setup: Setup = importlib.import_module(TARGETS[target]).setup
    return setup


async def serve(targets: list[str], settings: Platform) -> None:
    """Run until SIGINT or SIGTERM."""
    host = Host(settings, {target: setup_of(target) for target in targets})
    await host.start()
    running = asyncio.create_task(host.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        structlog.get_logger(__name__).info("stopping")
    finally:
        await host.close()


async def replay(targets: list[str], settings: Platform) -> None:
    """Hand the dead letters of these targets to the bus again, and say how many there were."""
    bus = Bus(settings.nats_url.get_secret_value())
    for target in targets:
        db = Database(settings.database_url(target), 1)
        sent, kept = await dead_letters.replay(db, bus)
        print(f"{target}: {sent} sent again" + (f", {kept} are no events of ours and stay" if kept else ""))
        await db.close()
    await bus.close()


def main(arguments: list[str]) -> int:
    mode = arguments[0] if arguments and arguments[0] in _MODES else ""
    named = arguments[1:] if mode else arguments
    targets = list(TARGETS) if named == ["all"] else named
    if not targets or not set(targets) <= set(TARGETS):
        print(_USAGE, file=sys.stderr)
        return 2
    settings = Platform()
    if mode == "replay":
        asyncio.run(replay(targets, settings))
        return 0
    if mode:
        for target in targets:
            migrate.upgrade(target, settings.database_url(target))
    if mode == "migrate":
        return 0
    telemetry.setup(
        "all" if named == ["all"] else "-".join(targets),
        otlp_endpoint=settings.otlp_endpoint,
        metrics_port=settings.metrics_port,
        log_level=settings.log_level,
    )
    uvloop.run(serve(targets, settings))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
