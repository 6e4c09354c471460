"""Owns turning values into rows of the long format and back. Does not open files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from plumbline.exchange.content import Series
from plumbline.exchange.schema import MOMENT, SCHEMA, STEP, float_steps

# what Neptune's readers take for the project; their folders are called so, with a digest behind
PROJECT = "plumbline"
PROJECT_FOLDER = f"{PROJECT}-{hashlib.blake2b(PROJECT.encode(), digest_size=8).hexdigest()}"
METRICS = "metrics/"
PARAMS = "params/"
TAGS = "tags/"
ARTIFACTS = "artifacts/"
_MOST_STEP = 1e11
_MOST_MS = 2.0**53

Row = dict[str, Any]


def value(path: str, kind: str, content: Any) -> Row:
    """A row of a single value; `kind` is one of Neptune's types."""
    return {"attribute_path": path, "attribute_type": kind, f"{kind}_value": content}


def artifact(document: dict[str, Any]) -> Row:
    """A row of an artifact as the platform lists it; its bytes lie under their digest."""
    sha256 = document["sha256"]
    return {
        "attribute_path": ARTIFACTS + document["path"],
        "attribute_type": "file",
        "file_value": {"path": f"{sha256[:2]}/{sha256}"},
        "file_sha256": sha256,
        "file_size": int(document["size"]),
        "file_media_type": document["media_type"],
    }


def batch_of(run_id: str, rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows of one run as columns."""
    return pa.RecordBatch.from_pylist([{"project_id": PROJECT, "run_id": run_id, **row} for row in rows], SCHEMA)


def batch_of_points(run_id: str, series: Series) -> pa.RecordBatch:
    """Points as columns: exact ones, and rounded ones where Neptune's columns can hold them."""
    count = len(series)
    steps = pa.array(series.steps, pa.float64())
    times = pa.array(series.times, pa.float64())
    columns: dict[str, pa.Array] = {
        "project_id": _same(PROJECT, count),
        "run_id": _same(run_id, count),
        "attribute_path": _same(METRICS + series.key, count),
        "attribute_type": _same("float_series", count),
        "step": _decimals(steps),
        "timestamp": _moments(times),
        "float_value": pa.array(series.values, pa.float64()),
        "step_float64": steps,
        "timestamp_float64": times,
    }
    arrays = [columns.get(field.name, pa.nulls(count, field.type)) for field in SCHEMA]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def points_of(batch: pa.RecordBatch) -> Iterator[Series]:
    """The points among some rows, a series for every stretch of one key."""
    chosen = batch.filter(pc.equal(batch["attribute_type"], "float_series"))
    paths = chosen["attribute_path"]
    begin = 0
    while begin < chosen.num_rows:
        key = paths[begin].as_py()
        # rows are sorted by key, so a stretch ends where the key does
        length = pc.sum(pc.equal(paths.slice(begin), key)).as_py()
        stretch = chosen.slice(begin, length)
        yield Series(
            key.removeprefix(METRICS),
            stretch["step_float64"].to_pylist(),
            stretch["float_value"].to_pylist(),
            stretch["timestamp_float64"].to_pylist(),
        )
        begin += length


def _same(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), count)


def _decimals(steps: pa.Array) -> pa.Array:
    """Steps with six decimals; null where that is not the step itself."""
    small = pc.if_else(pc.less(pc.abs(steps), _MOST_STEP), steps, None)
    rounded = pc.cast(small, STEP)
    return pc.if_else(pc.equal(float_steps(rounded), steps), rounded, pa.scalar(None, STEP))


def _moments(times: pa.Array) -> pa.Array:
    held = pc.if_else(pc.less(pc.abs(times), _MOST_MS), pc.floor(times), None)
    return pc.cast(pc.cast(held, pa.int64()), MOMENT)
