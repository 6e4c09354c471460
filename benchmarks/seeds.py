"""Owns what is there before something is measured: long series and ten thousand runs, alike on both sides.

Into the peer they go by SQL, straight into its tables: by its routes they would take hours. Our series go by our own
route, because what is measured is how they are kept; our runs are copies of a run that our route made.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import asyncpg
import numpy as np
import orjson

from benchmarks.ground import Ground
from benchmarks.line import Line
from services.experiments.metrics import AS_JSON

RUNS = 10_000
_PER_REQUEST = 100_000
_COMPACTION_S = 300.0

# Metrics, params and tags of run `i`, the same function of `i` on both sides.
_METRICS = "SELECT 'm' || k AS key, ((i * (k + 7) * 7919) % 100003) / 100003.0 AS value FROM generate_series(0, 4) AS k"
_PARAMS = "SELECT 'p' || k AS key, 'v' || ((i * (k + 3)) % 11) AS value FROM generate_series(0, 4) AS k"
_TAGS = "SELECT 't' || k AS key, 'team ' || ((i + k) % 5) AS value FROM generate_series(0, 2) AS k"

# What the table computes itself cannot be given; the metrics of a run that has ended lie beside it, as compacted.
_OUR_COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
    WHERE attrelid = 'runs'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
_OUR_RUNS = f"""
    INSERT INTO runs ({{columns}}) SELECT {{columns}} FROM (SELECT (jsonb_populate_record(first, jsonb_build_object(
        'id', 'run_' || md5(i::text), 'name', 'run ' || i, 'status', 'FINISHED', 'compacted', true,
        'start_time', first.start_time + i * interval '1 second',
        'end_time', first.start_time + (i + 60) * interval '1 second',
        'params', (SELECT jsonb_object_agg(key, value) FROM ({_PARAMS}) AS one),
        'tags', (SELECT jsonb_object_agg(key, value) FROM ({_TAGS}) AS one),
        'metric_list', {AS_JSON.format(run_id="'run_' || md5(i::text)")}
    ))).* FROM runs AS first, generate_series(1, $2::integer) AS i WHERE first.id = $1) AS one
"""
_OUR_METRICS = f"""
    INSERT INTO metric_summaries (run_id, key, last, last_step, last_time, min, max, point_count)
    SELECT 'run_' || md5(i::text), key, value, 1, 1, value, value, 1
    FROM generate_series(1, $1::integer) AS i CROSS JOIN LATERAL ({_METRICS}) AS one
"""
_PEER_RUNS = """
    INSERT INTO runs SELECT (jsonb_populate_record(first, jsonb_build_object(
        'run_uuid', md5(i::text), 'name', 'run ' || i, 'status', 'FINISHED', 'start_time', first.start_time + i * 1000,
        'end_time', first.start_time + (i + 60) * 1000
    ))).* FROM runs AS first, generate_series(1, $2::integer) AS i WHERE first.run_uuid = $1
"""
_PEER_METRICS = tuple(
    f"""
    INSERT INTO {table} (key, value, timestamp, run_uuid, step, is_nan)
    SELECT key, value, 1, md5(i::text), 1, false
    FROM generate_series(1, $1::integer) AS i CROSS JOIN LATERAL ({_METRICS}) AS one
"""
    for table in ("metrics", "latest_metrics")
)
_PEER_TEXTS = tuple(
    f"""
    INSERT INTO {table} (key, value, run_uuid) SELECT key, value, md5(i::text)
    FROM generate_series(1, $1::integer) AS i CROSS JOIN LATERAL ({source}) AS one
"""
    for table, source in (("params", _PARAMS), ("tags", _TAGS))
)

_WAITING = """
    SELECT coalesce(max(points), 0)
    FROM (SELECT sum(point_count) AS points FROM metric_batches GROUP BY run_id) AS one
"""


def curve(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Values and times (ms) of a loss as trainings write it: falling, noisy, with a spike here and there."""
    random = np.random.default_rng(seed)
    steps = np.arange(count)
    values = 2.5 * np.exp(-3 * steps / count) + 0.05 * random.standard_normal(count)
    values[random.integers(0, count, max(1, count // 50_000))] += 5
    times = 1.8e12 + np.cumsum(random.normal(35, 3, count))
    return values, np.round(times, 3)


def into_ours(
    line: Line, run_id: str, key: str, values: np.ndarray, times: np.ndarray, say: Callable[[str], None]
) -> None:
    """A series by our own route, a hundred thousand points a request."""
    for begin in range(0, len(values), _PER_REQUEST):
        part = slice(begin, begin + _PER_REQUEST)
        columns = {
            "key": key,
            "steps": list(range(begin, begin + len(values[part]))),
            "values": values[part].tolist(),
            "times": times[part].tolist(),
        }
        line.post(f"/api/v1/runs/{run_id}:log", orjson.dumps({"series": [columns]}))
        if begin % (20 * _PER_REQUEST) == 0:
            say(f"  seeding {key}: {begin:,} of {len(values):,} points")


async def into_peer(ground: Ground, run_id: str, key: str, values: np.ndarray, times: np.ndarray) -> None:
    """A series straight into the peer's tables."""
    connection = await ground.peer_database()
    try:
        rows = zip(values.tolist(), times.astype(int).tolist(), range(len(values)), strict=True)
        await connection.copy_records_to_table(
            "metrics",
            records=((key, value, at, run_id, step, False) for value, at, step in rows),
            columns=["key", "value", "timestamp", "run_uuid", "step", "is_nan"],
        )
        await connection.execute("ANALYZE metrics")
    finally:
        await connection.close()


async def wait_for_compaction(ground: Ground, *, everything: bool = False) -> None:
    """Return when the compactor has nothing left that is due; with `everything`, when no batch is left at all."""
    connection = await ground.database("experiments")
    most = 0 if everything else 65_536
    try:
        deadline = time.monotonic() + _COMPACTION_S
        while (await connection.fetchval(_WAITING)) > most:
            if time.monotonic() > deadline:
                raise SystemExit("The compaction did not end: see the platform's log.")
            await asyncio.sleep(1)
        await connection.execute("ANALYZE metric_chunks")
    finally:
        await connection.close()


async def runs_into_ours(ground: Ground, first: str) -> None:
    """Copies of a run, with metrics, params and tags."""
    connection = await ground.database("experiments")
    try:
        columns = await connection.fetchval(_OUR_COLUMNS)
        await connection.execute(_OUR_METRICS, RUNS)
        await connection.execute(_OUR_RUNS.replace("{columns}", columns), first, RUNS)
        await _settle(connection)
    finally:
        await connection.close()


async def runs_into_peer(ground: Ground, first: str) -> None:
    """The same on the other side."""
    connection = await ground.peer_database()
    try:
        await connection.execute(_PEER_RUNS, first, RUNS)
        for statement in (*_PEER_METRICS, *_PEER_TEXTS):
            await connection.execute(statement, RUNS)
        await _settle(connection)
    finally:
        await connection.close()


async def _settle(connection: asyncpg.Connection) -> None:
    """What autovacuum would do in a minute."""
    await connection.execute("VACUUM ANALYZE")


def dumps(document: Any) -> bytes:
    """A body, encoded before the clock starts."""
    return json.dumps(document).encode()
