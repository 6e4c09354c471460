"""Owns runs as answers: rows with what belongs to them, as messages."""

from __future__ import annotations

from collections.abc import Sequence

from kit.rpc import Call
from plumbapi.experiments import v1 as pb
from services.experiments import run_views, wire
from services.experiments.tables import Run


async def described_one(call: Call, row: Run) -> pb.Run:
    """One run with its experiment's name, inputs and metric summaries."""
    return wire.run(await run_views.describe_one(call.tx, row))


async def described(call: Call, rows: Sequence[Run]) -> list[pb.Run]:
    """Several runs, in their order."""
    return [wire.run(view) for view in await run_views.describe(call.tx, rows)]
