"""Owns the count of jobs by state that the metrics show. Does not change jobs."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from kit import telemetry
from kit.db import Database
from services.trainer import rules
from services.trainer.tables import Job

_EVERY_S = 15.0


async def run(db: Database) -> None:
    """Count for ever. Every replica counts the same rows, so readers of the metric take the maximum."""
    while True:
        await report(db)
        await asyncio.sleep(_EVERY_S)


async def report(db: Database) -> None:
    """Set `plumb_jobs` for each state; a state without jobs counts 0, so that its series does not end."""
    async with db.transaction() as tx:
        rows = (await tx.execute(select(Job.state, func.count()).group_by(Job.state))).all()
    counts = {row[0]: row[1] for row in rows}
    for state in (rules.QUEUED, rules.RUNNING, *sorted(rules.ENDED)):
        telemetry.jobs.set(counts.get(state, 0), {"state": state})
