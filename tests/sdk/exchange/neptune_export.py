"""Owns files as Neptune's exporter writes them: one long table per run in parts, files beside."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# as documented by the exporter
SCHEMA = pa.schema(
    [
        ("project_id", pa.string()),
        ("run_id", pa.string()),
        ("attribute_path", pa.string()),
        ("attribute_type", pa.string()),
        ("step", pa.decimal128(18, 6)),
        ("timestamp", pa.timestamp("ms", tz="UTC")),
        ("int_value", pa.int64()),
        ("float_value", pa.float64()),
        ("string_value", pa.string()),
        ("bool_value", pa.bool_()),
        ("datetime_value", pa.timestamp("ms", tz="UTC")),
        ("string_set_value", pa.list_(pa.string())),
        ("file_value", pa.struct([("path", pa.string())])),
        (
            "histogram_value",
            pa.struct([("type", pa.string()), ("edges", pa.list_(pa.float64())), ("values", pa.list_(pa.float64()))]),
        ),
    ]
)
PROJECT = "vision/tiles"
BEGIN = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)

Row = dict[str, Any]


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def sanitised(part: str) -> str:
    """A name in a path, as the exporter makes it."""
    plain = "".join(sign if sign.isalnum() or sign in "_-" else "_" for sign in part)
    return f"{plain}-{hashlib.blake2b(part.encode(), digest_size=8).hexdigest()}"


def single(path: str, kind: str, value: Any) -> Row:
    """A row of a single value."""
    return {"attribute_path": path, "attribute_type": kind, f"{kind}_value": value}


def point(path: str, kind: str, step: str, seconds: float, **value: Any) -> Row:
    """A row of a series."""
    return {"attribute_path": path, "attribute_type": kind, "step": Decimal(step), "timestamp": at(seconds), **value}


def write(root: Path, run: str, parts: list[list[Row]], project: str = PROJECT) -> list[Path]:
    """Write the parts of a run below `root/data`."""
    folder = root / "data" / sanitised(project)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, rows in enumerate(parts):
        whole = [{"project_id": project, "run_id": run, **row} for row in rows]
        path = folder / f"{sanitised(run)}_part_{number}.parquet"
        pq.write_table(pa.Table.from_pylist(whole, SCHEMA), path, compression="snappy")
        written.append(path)
    return written


def write_file(root: Path, path: str, content: bytes, project: str = PROJECT) -> Row:
    """Write a payload below `root/files`; returns the column that names it."""
    target = root / "files" / sanitised(project) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return {"file_value": {"path": path}}


def whole_run(root: Path) -> list[Path]:
    """A run with every kind of attribute, in two parts."""
    model = write_file(root, "RUN-1/model/weights", b"weights")
    image = write_file(root, "RUN-1/images/0.png", b"picture")
    first = [
        single("sys/name", "string", "baseline"),
        single("sys/custom_run_id", "string", "brave-tile"),
        single("sys/creation_time", "datetime", BEGIN),
        single("sys/running_time", "float", 90.5),
        single("sys/tags", "string_set", ["night", "line 2"]),
        single("sys/description", "string", "first try"),
        single("sys/owner", "string", "ada"),
        single("sys/failed", "bool", False),
        single("sys/hostname", "string", "gpu-7"),
        single("config/lr", "float", 0.001),
        single("config/epochs", "int", 12),
        single("config/augment", "bool", True),
        single("config/started", "datetime", at(1)),
        single("config/classes", "string_set", ["crack", "hole"]),
        single("config/optimiser", "string", "adamw"),
        *(
            point("train/loss", "float_series", f"{step / 2}", step, float_value=value)
            for step, value in enumerate([0.9, float("nan"), 0.5])
        ),
        point("log", "string_series", "0", 0, string_value="hello"),
    ]
    second = [
        point("train/loss", "float_series", "1000000000.000001", 3, float_value=float("inf")),
        point("log", "string_series", "1", 1, string_value="wörld"),
        point(
            "weights",
            "histogram_series",
            "1",
            1,
            histogram_value={"type": "COUNTING", "edges": [0.0, 0.5, 1.0], "values": [3.0, 4.0]},
        ),
        {"attribute_path": "model/weights", "attribute_type": "file", **model},
        point("images", "file_series", "0.500000", 0, **image),
    ]
    return write(root, "RUN-1", [first, second])
