"""Owns the columns of the long Parquet format: one row per value, as Neptune's exporter writes them, and ours beside.

The first fourteen columns are Neptune's, so that its readers find what they know. Ours keep what those cannot: steps
beyond 18 digits, times between two milliseconds, digests of files.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

STEP = pa.decimal128(18, 6)
MOMENT = pa.timestamp("ms", tz="UTC")
NEPTUNE = pa.schema(
    [
        ("project_id", pa.string()),
        ("run_id", pa.string()),
        ("attribute_path", pa.string()),
        ("attribute_type", pa.string()),
        ("step", STEP),
        ("timestamp", MOMENT),
        ("int_value", pa.int64()),
        ("float_value", pa.float64()),
        ("string_value", pa.string()),
        ("bool_value", pa.bool_()),
        ("datetime_value", MOMENT),
        ("string_set_value", pa.list_(pa.string())),
        ("file_value", pa.struct([("path", pa.string())])),
        (
            "histogram_value",
            pa.struct([("type", pa.string()), ("edges", pa.list_(pa.float64())), ("values", pa.list_(pa.float64()))]),
        ),
    ]
)
# exact columns: `step` and `timestamp` are for other tools, these for coming back
SCHEMA = pa.schema(
    [
        *NEPTUNE,
        ("step_float64", pa.float64()),
        ("timestamp_float64", pa.float64()),
        ("file_sha256", pa.string()),
        ("file_size", pa.int64()),
        ("file_media_type", pa.string()),
    ]
)


def float_steps(steps: pa.Array) -> pa.Array:
    """The float64 nearest to each decimal step. By way of text: Arrow's own conversion is off by the last digit."""
    return pc.cast(pc.cast(steps, pa.string()), pa.float64())
