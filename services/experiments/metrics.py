"""Owns the writing of metric series: append and summarise. Does not own the arithmetic (`series.py`) or charts.

One log request is one batch and one upsert of the summaries: one statement, however many points, and when nothing but
points is logged one round trip to the database. No event is written, because a training loop logs thousands of times;
what was acknowledged is committed all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import Database
from kit.errors import PlumbError, Unavailable
from kit.identity import Principal
from services.experiments import rules, runs, series
from services.experiments.errors import SeriesInvalid
from services.experiments.series import Columns, Summary
from services.experiments.tables import MetricSummary, Run

MOST_SERIES = 10_000
_WRITER_LIMIT = 100
_MOST_REMEMBERED = 10_000
_ATTEMPTS = 5

_NEWER = """(excluded.last_step, excluded.last_time, coalesce(nullif(excluded.last, 'NaN'), 0))
            >= (kept.last_step, kept.last_time, coalesce(nullif(kept.last, 'NaN'), 0))"""
# LEAST and GREATEST pass over NULL, which stands for "only NaN so far". NaN counts as 0 in the order of points.
_SUMMARISE = """
    INSERT INTO metric_summaries AS kept (run_id, key, last, last_step, last_time, min, max, point_count)
    SELECT CAST(:run_id AS text), given.*
    FROM {source} unnest(
        CAST(:keys AS text[]), CAST(:lasts AS float8[]), CAST(:steps AS float8[]), CAST(:times AS float8[]),
        CAST(:mins AS float8[]), CAST(:maxs AS float8[]), CAST(:point_counts AS integer[])
    ) AS given (key, last, last_step, last_time, min, max, point_count)
    ON CONFLICT (run_id, key) DO UPDATE SET
        last = CASE WHEN {newer} THEN excluded.last ELSE kept.last END,
        last_time = CASE WHEN {newer} THEN excluded.last_time ELSE kept.last_time END,
        last_step = greatest(kept.last_step, excluded.last_step),
        min = least(kept.min, excluded.min),
        max = greatest(kept.max, excluded.max),
        point_count = kept.point_count + excluded.point_count
"""

# What was judged of the run is compared with what is true of it in the statement that writes. The lock keeps it true
# until the commit: many write to a run at once, but ending, deleting or fencing it waits.
_LOG = text(
    """
    WITH held AS MATERIALIZED (
        SELECT status, epoch, job_id, delete_time, compacted FROM runs
        WHERE id = CAST(:run_id AS text) AND workspace_id = CAST(:workspace_id AS text) FOR SHARE
    ), fit AS MATERIALIZED (
        SELECT FROM held
        WHERE status = CAST(:status AS text) AND epoch = CAST(:epoch AS integer) AND job_id = CAST(:job_id AS text)
            AND delete_time IS NULL AND NOT compacted
    ), claimed AS (
        INSERT INTO log_requests (run_id, epoch, writer, sequence)
        SELECT CAST(:run_id AS text), CAST(:epoch AS integer), CAST(:writer AS text), CAST(:sequence AS integer)
        FROM fit WHERE CAST(:sequence AS integer) > 0
        ON CONFLICT DO NOTHING RETURNING sequence
    ), fresh AS MATERIALIZED (
        SELECT FROM fit WHERE CAST(:sequence AS integer) = 0 OR EXISTS (SELECT FROM claimed)
    ), appended AS (
        INSERT INTO metric_batches (run_id, epoch, keys, counts, point_count, max_step, points)
        SELECT CAST(:run_id AS text), CAST(:epoch AS integer), CAST(:keys AS text[]), CAST(:counts AS integer[]),
            CAST(:point_count AS integer), CAST(:max_step AS float8), CAST(:points AS bytea)
        FROM fresh WHERE CAST(:point_count AS integer) > 0
    ), summarised AS ({summarise})
    SELECT EXISTS (SELECT FROM fit) AS is_fit, EXISTS (SELECT FROM fresh) AS is_fresh
""".format(summarise=_SUMMARISE.format(source="fresh,", newer=_NEWER))  # noqa: S608 - our own constants
)
# SQL of the metrics of the run `{run_id}` as JSON, written where they lie: nobody on the way makes an object of each.
# A number that JSON has no word for becomes a text; time and step are whole.
AS_JSON = """'[' || coalesce((
    SELECT string_agg(concat('{{"key":', to_json(m.key), ',"value":', to_json(m.last),
        ',"timestamp":', round(m.last_time), ',"step":', trunc(m.last_step), '}}'), ',')
    FROM metric_summaries m WHERE m.run_id = {run_id}
), '') || ']'"""
_FOLD = text(_SUMMARISE.format(source="", newer=_NEWER))
_APPEND = text("""
    INSERT INTO metric_batches (run_id, epoch, keys, counts, point_count, max_step, points)
    VALUES (:run_id, :epoch, CAST(:keys AS text[]), CAST(:counts AS integer[]), :point_count, :max_step, :points)
""")


@dataclass(frozen=True, slots=True)
class Known:
    """What decides over a write to a run, as it was when it was read."""

    id: str
    status: str
    epoch: int
    job_id: str
    delete_time: datetime | None


@dataclass(frozen=True, slots=True)
class Points:
    """What one request logs; `writer` and `sequence` make a repetition harmless."""

    series: Sequence[Columns]
    epoch: int = 0
    writer: str = ""
    sequence: int = 0

    def __len__(self) -> int:
        return sum(map(len, self.series))


class Remembered:
    """What was true of runs when they were last written to: judged first, and compared again by the write itself."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}

    def of(self, run_id: str) -> Known | None:
        return self._known.get(run_id)

    def keep(self, known: Known) -> None:
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[known.id] = known


async def log(
    tx: AsyncSession,
    who: Principal,
    run_id: str,
    points: Points,
    *,
    params: Sequence[tuple[str, str]] = (),
    tags: Sequence[tuple[str, str]] = (),
) -> int:
    """Append points, params and tags; answers how many points the request holds.

    A request whose (epoch, writer, sequence) took effect before has no second effect and gets the same answer.

    Raises:
        SeriesInvalid, ParamImmutable, RunNotFound, RunEnded, RunDeleted, EpochStale, EpochUnknown.
    """
    _check(points)
    run = await runs.writable(tx, who, run_id, epoch=points.epoch)
    await tx.flush()
    # a lock on the row is held already: what is compared here cannot have changed
    row = (await tx.execute(_LOG, _values(who, _known(run), points))).one()
    if row.is_fresh and (params or tags):
        await runs.annotate(tx, who, run, params=params, tags=tags)
    return len(points)


async def log_points(db: Database, who: Principal, run_id: str, points: Points, remembered: Remembered) -> int:
    """The same for points alone, in a transaction of its own: one round trip when the run is known."""
    _check(points)
    known = remembered.of(run_id)
    for _ in range(_ATTEMPTS):
        known = await _judged(db, who, run_id, points.epoch, known)
        rows = await db.once(_LOG, _values(who, known, points))
        if rows[0]["is_fit"]:
            remembered.keep(known)
            return len(points)
        known = None
    raise Unavailable("The run is being changed by others all the time; try again.")


async def append(tx: AsyncSession, run_id: str, epoch: int, points: Sequence[Columns]) -> None:
    """Store points, at least one, as one batch; neither the run nor its summaries are looked at."""
    facts = _batch(points)
    await tx.execute(_APPEND, {"run_id": run_id, "epoch": epoch, **facts})


async def fold(tx: AsyncSession, run_id: str, fresh: Sequence[Summary]) -> None:
    """Fold new summaries, sorted by key, into the ones that are held."""
    await tx.execute(_FOLD, {"run_id": run_id, **_summaries(fresh)})


async def summaries_of(tx: AsyncSession, run_ids: Sequence[str]) -> dict[str, list[MetricSummary]]:
    """The metric summaries of several runs, by key."""
    rows = await tx.scalars(
        select(MetricSummary).where(MetricSummary.run_id.in_(run_ids)).order_by(MetricSummary.run_id, MetricSummary.key)
    )
    found: dict[str, list[MetricSummary]] = {}
    for row in rows:
        found.setdefault(row.run_id, []).append(row)
    return found


async def _judged(db: Database, who: Principal, run_id: str, epoch: int, known: Known | None) -> Known:
    """What may be written to, after asking whether it may; nobody is refused because of what was remembered."""
    if known is not None and _may_write(who, known, epoch):
        return known
    async with db.transaction() as tx:
        return _known(await runs.writable(tx, who, run_id, epoch=epoch))


def _may_write(who: Principal, known: Known, epoch: int) -> bool:
    try:
        runs.check_writable(who, known, epoch)
    except PlumbError:
        return False
    return True


def _known(run: Run) -> Known:
    return Known(run.id, run.status, run.epoch, run.job_id, run.delete_time)


def _values(who: Principal, known: Known, points: Points) -> dict[str, Any]:
    """The values of `_LOG`."""
    # In one order for everybody: two requests that upsert the same summaries must not wait for each other.
    filled = sorted((one for one in points.series if len(one)), key=lambda one: one.key)
    return {
        "run_id": known.id,
        "workspace_id": who.workspace_id,
        "status": known.status,
        "epoch": points.epoch,
        "job_id": known.job_id,
        "writer": points.writer,
        "sequence": points.sequence,
        **_batch(filled),
        **_summaries([series.summarise(one) for one in filled]),
    }


def _batch(points: Sequence[Columns]) -> dict[str, Any]:
    return {
        "keys": [one.key for one in points],
        "counts": [len(one) for one in points],
        "point_count": sum(map(len, points)),
        "max_step": max((float(one.steps.max()) for one in points), default=0.0),
        "points": b"".join(map(series.pack, points)),
    }


def _summaries(fresh: Sequence[Summary]) -> dict[str, Any]:
    return {
        "keys": [one.key for one in fresh],
        "lasts": [one.last for one in fresh],
        "steps": [one.last_step for one in fresh],
        "times": [one.last_time for one in fresh],
        "mins": [one.min for one in fresh],
        "maxs": [one.max for one in fresh],
        "point_counts": [one.point_count for one in fresh],
    }


def _check(points: Points) -> None:
    if points.sequence < 0 or len(points.writer) > _WRITER_LIMIT or "\x00" in points.writer:
        raise SeriesInvalid(f"sequence counts from 1; writer has at most {_WRITER_LIMIT} characters.")
    if points.sequence and not points.writer:
        raise SeriesInvalid("A sequence needs a writer: give your process a name of its own.")
    if len(points.series) > MOST_SERIES:
        raise SeriesInvalid(f"One request logs at most {MOST_SERIES} series; send several.")
    twice = rules.key_given_twice(one.key for one in points.series)
    if twice is not None:
        raise SeriesInvalid(f"Series {twice!r} is given twice in one request: join its points.", key=twice)
    for one in points.series:
        wrong = series.problem(one) if rules.is_key(one.key) else "a key has 1 to 250 printable characters"
        if wrong is not None:
            raise SeriesInvalid(f"Series {one.key[:100]!r}: {wrong}.", key=one.key[:100])
