"""Owns the bytes that a point takes once it is compacted: table, index and toast, the pyramid included."""

from __future__ import annotations

import asyncio

from benchmarks import runs, seeds
from benchmarks.ground import Ground
from benchmarks.report import Measurement, Report

_KEYS, _POINTS = 10, 200_000
_MOST_BYTES = 20
_TABLES = ("metric_batches", "metric_chunks", "metric_summaries")


def run(ground: Ground, report: Report) -> None:
    """Ten noisy curves with times that jitter: nothing that compresses well by itself."""
    report.note("[bold]stored size[/]")
    line = ground.line()
    before = asyncio.run(_size(ground))
    run_id = runs.of_ours(line)
    for key in range(_KEYS):
        values, times = seeds.curve(_POINTS, seed=key)
        seeds.into_ours(line, run_id, f"metric_{key}", values, times, report.note)
    line.ask(f"/api/v1/runs/{run_id}:finish", {"status": "FINISHED"})
    asyncio.run(seeds.wait_for_compaction(ground, everything=True))
    grown = asyncio.run(_size(ground)) - before
    measured = Measurement("stored size of a point", "platform", "bytes", [grown / (_KEYS * _POINTS)], ground.rest())
    report.keep(measured)
    report.limit(measured, _MOST_BYTES)


async def _size(ground: Ground) -> int:
    connection = await ground.database("experiments")
    try:
        total = 0
        for table in _TABLES:
            # what autovacuum would do within a minute: batches that are gone give their room back
            await connection.execute(f"VACUUM {table}")
            total += await connection.fetchval("SELECT pg_total_relation_size($1::text::regclass)", table)
        return int(total)
    finally:
        await connection.close()
