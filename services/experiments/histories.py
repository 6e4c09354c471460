"""Owns the reading of metric series: charts of one run or many, and every single point in pages. Does not write.

A series is read in one statement, so that a compaction under way is seen before or after, never both or neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import TextClause, text

from kit.identity import Principal
from services.experiments import chunks, pyramid, series
from services.experiments.errors import MaxPointsInvalid, RunNotFound, RunsInvalid
from services.experiments.series import Columns, Matrix, Range

MOST_POINTS = 100_000
MOST_RUNS = 100
_DEFAULT_POINTS = 1000
_MOST_ANSWERED = 1_000_000

# The runs that the caller may read, and how long their series are, which decides the level of the pyramid.
_LENGTHS = text("""
    SELECT run.id AS run_id, one.key, one.point_count FROM runs AS run
    LEFT JOIN metric_summaries AS one ON one.run_id = run.id
        AND (cardinality(CAST(:keys AS text[])) = 0 OR one.key = ANY(CAST(:keys AS text[])))
    WHERE run.workspace_id = CAST(:workspace_id AS text) AND run.id = ANY(CAST(:run_ids AS text[]))
""")
# The same for a part of the steps, of which only the chunks can tell.
_LENGTHS_WITHIN = text("""
    SELECT run_id, key, sum(point_count) AS point_count FROM metric_chunks
    WHERE run_id = ANY(CAST(:run_ids AS text[]))
        AND (cardinality(CAST(:keys AS text[])) = 0 OR key = ANY(CAST(:keys AS text[])))
        AND max_step >= CAST(:begin AS float8) AND min_step <= CAST(:end AS float8)
    GROUP BY run_id, key
""")

# Of chunks that lie within the steps, the level that is wanted; of others the points. And what is not compacted yet.
_PARTS = text("""
    SELECT one.run_id, one.key, one.level, true AS is_chunk, NULL AS keys, NULL AS counts,
        array_agg(CASE one.level WHEN 1 THEN level_1 WHEN 2 THEN level_2 WHEN 3 THEN level_3 ELSE points END) AS parts
    FROM (
        SELECT chunk.*, CASE WHEN min_step >= CAST(:begin AS float8) AND max_step <= CAST(:end AS float8)
            THEN wanted.level ELSE 0 END AS level
        FROM unnest(CAST(:series_runs AS text[]), CAST(:series_keys AS text[]), CAST(:levels AS integer[]))
            AS wanted (run_id, key, level)
        JOIN metric_chunks AS chunk USING (run_id, key)
        WHERE max_step >= CAST(:begin AS float8) AND min_step <= CAST(:end AS float8)
    ) AS one
    GROUP BY one.run_id, one.key, one.level
    UNION ALL
    SELECT run_id, NULL, 0, false, keys, counts, ARRAY[points] FROM metric_batches
    WHERE run_id = ANY(CAST(:run_ids AS text[])) AND keys && CAST(:series_keys AS text[])
""")


@dataclass(frozen=True, slots=True)
class Window:
    """What a chart shows: which series, how finely, which steps. No keys means all of them."""

    keys: Sequence[str] = ()
    max_points: int = 0
    steps: Range = field(default_factory=Range)

    @property
    def budget(self) -> int:
        return self.max_points or _DEFAULT_POINTS


@dataclass
class _Found:
    """The parts of one series, as they were read."""

    level: int = 0
    overviews: list[bytes] = field(default_factory=list)
    points: list[Matrix] = field(default_factory=list)


Series = tuple[str, str]
# A statement and its values; rows by the names of their columns.
Ask = Callable[[TextClause, Mapping[str, Any]], Awaitable[Sequence[Any]]]


async def charts(ask: Ask, who: Principal, run_ids: Sequence[str], window: Window) -> list[list[Columns]]:
    """Of every run its series by name, each with at most `window.max_points` points in the order of their steps.

    Args:
        ask: runs a statement, such as `Database.once`.

    Raises:
        MaxPointsInvalid, RunsInvalid, RunNotFound.
    """
    if not pyramid.MIN_BUDGET <= window.budget <= MOST_POINTS:
        raise MaxPointsInvalid(f"max_points must be between {pyramid.MIN_BUDGET} and {MOST_POINTS}.")
    if len(run_ids) > MOST_RUNS:
        raise RunsInvalid(f"One request reads at most {MOST_RUNS} runs; send several.")
    levels = await _levels(ask, who, run_ids, window)
    rows = await ask(_PARTS, _values(run_ids, window.steps, levels)) if levels else []
    found = await asyncio.to_thread(_draw, rows, levels, window)
    return [[found[one] for one in sorted(found) if one[0] == run_id] for run_id in run_ids]


async def _levels(ask: Ask, who: Principal, run_ids: Sequence[str], window: Window) -> dict[Series, int]:
    """The level of the pyramid that each series is read at; every series of the runs has one."""
    values = {"run_ids": list(run_ids), "keys": list(window.keys)}
    rows = await ask(_LENGTHS, {**values, "workspace_id": who.workspace_id})
    visible = {row["run_id"] for row in rows}
    if missing := [run_id for run_id in run_ids if run_id not in visible]:
        raise RunNotFound(f"There is no run {missing[0][:80]}; list the runs to find its id.")
    lengths = {(row["run_id"], row["key"]): row["point_count"] for row in rows if row["key"] is not None}
    if not window.steps.is_everything:
        steps = {"begin": window.steps.begin, "end": window.steps.end}
        parts = await ask(_LENGTHS_WITHIN, values | steps)
        within = {(row["run_id"], row["key"]): int(row["point_count"]) for row in parts}
        lengths = {one: within.get(one, 0) for one in lengths}
    if sum(min(length, window.budget) for length in lengths.values()) > _MOST_ANSWERED:
        raise MaxPointsInvalid(f"That is more than {_MOST_ANSWERED} points: name fewer keys or lower max_points.")
    return {one: pyramid.level_for(length, window.budget) for one, length in lengths.items()}


def _values(run_ids: Sequence[str], steps: Range, levels: Mapping[Series, int]) -> dict[str, Any]:
    return {
        "run_ids": list(run_ids),
        "series_runs": [run_id for run_id, _ in levels],
        "series_keys": [key for _, key in levels],
        "levels": list(levels.values()),
        "begin": steps.begin,
        "end": steps.end,
    }


def _draw(rows: Iterable[Any], levels: Mapping[Series, int], window: Window) -> dict[Series, Columns]:
    """Every series that has a point within the steps, downsampled."""
    found = {one: _Found(level) for one, level in levels.items()}
    for row in rows:
        if not row["is_chunk"]:
            for key, points in of_batch(row["keys"], row["counts"], row["parts"][0]):
                if (row["run_id"], key) in found:
                    found[row["run_id"], key].points.append(points)
        elif row["level"]:
            found[row["run_id"], row["key"]].overviews.extend(row["parts"])
        else:
            found[row["run_id"], row["key"]].points.extend(map(chunks.expand, row["parts"]))
    drawn = {one: _chart(one[1], parts, window) for one, parts in found.items()}
    return {one: points for one, points in drawn.items() if len(points)}


def _chart(key: str, parts: _Found, window: Window) -> Columns:
    rest = window.steps.cut(series.join(key, parts.points))
    if parts.level == 0:
        return pyramid.downsample(series.in_order(rest), window.budget)
    return pyramid.chart(key, parts.overviews, rest, parts.level, window.budget)


def of_batch(keys: Sequence[str], counts: Sequence[int], packed: bytes) -> list[tuple[str, Matrix]]:
    """The series of one batch."""
    ends = np.cumsum(counts).tolist()
    rows = series.unpack(packed)
    return [(key, rows[end - count : end]) for key, count, end in zip(keys, counts, ends, strict=True)]
