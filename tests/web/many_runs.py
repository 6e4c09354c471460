"""Owns thousands of runs for the list: copies of one run, written straight into the database.

Through the interface they would take minutes. Copies keep every column of the original, whatever columns there are.
"""

from __future__ import annotations

import asyncpg

_RUNS = """
INSERT INTO runs ({columns}) SELECT {columns} FROM (SELECT (jsonb_populate_record(original, jsonb_build_object(
    'id', 'run_copy' || lpad(to_hex(n), 28, '0'),
    'name', 'sweep ' || n,
    'status', CASE WHEN n % 10 = 0 THEN 'FAILED' ELSE 'FINISHED' END,
    'params', jsonb_build_object(
        'lr', (0.001 * (1 + n % 7))::text, 'model', (ARRAY['resnet', 'segformer', 'dfine'])[1 + n % 3]
    ),
    'tags', jsonb_build_object('team', CASE WHEN n % 2 = 0 THEN 'vision' ELSE 'lab' END),
    'metric_list', NULL,
    'start_time', original.start_time - n * interval '1 minute',
    'end_time', original.start_time - n * interval '1 minute' + (30 + n % 100) * interval '1 second'
))).*
FROM runs AS original, generate_series(1, $2::int) AS n WHERE original.id = $1) AS one
"""
# Of what the table computes itself, nothing may be given.
_COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
WHERE attrelid = 'runs'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""

_SUMMARIES = """
INSERT INTO metric_summaries
SELECT (jsonb_populate_record(original, jsonb_build_object(
    'run_id', 'run_copy' || lpad(to_hex(n), 28, '0'), 'last', (n * 37 % 1000) / 1000.0
))).*
FROM metric_summaries AS original, generate_series(1, $2::int) AS n WHERE original.run_id = $1
"""


async def copy_run(database_url: str, run_id: str, count: int) -> None:
    """Write `count` copies of an ended run of the experiments database, newest first and all older than the original.

    Copy n (from 1) has the name `sweep n`, 7 learning rates, 3 models and 2 teams in turn, every tenth status FAILED,
    and (37 n mod 1000) / 1000 as the last value of each metric. Points are not copied.
    """
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        async with connection.transaction():
            columns = await connection.fetchval(_COLUMNS)
            await connection.execute(_RUNS.replace("{columns}", columns), run_id, count)
            await connection.execute(_SUMMARIES, run_id, count)
        await connection.execute("ANALYZE runs, metric_summaries")
    finally:
        await connection.close()
