"""Owns the metadata table of a version: one row per image, as CSV with its md5 and as Parquet.

PostgreSQL writes the rows and Arrow forms them: no row passes through Python, so a million take seconds.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from sqlalchemy.ext.asyncio import AsyncSession

from kit.blobs import CHUNK_BYTES, ObjectStore
from kit.db import Database
from services.storage import keys

TAG_SEPARATOR = ";"

_ROWS = "rows.csv"

# Between tags on the way from the database; no tag can have it.
_UNIT = "\x1f"
_QUALITY = (
    *(("channels", pa.int32()), ("bit_depth", pa.int32()), ("effective_bits", pa.int32())),
    *(("sharpness", pa.float64()), ("exposure", pa.float64()), ("contrast", pa.float64())),
    *(("phash", pa.string()), ("dhash", pa.string()), ("pixel_hash", pa.string())),
    *(("window_low", pa.float64()), ("window_high", pa.float64()), ("orientation", pa.int32())),
)
SCHEMA = pa.schema(
    [
        *(("path", pa.string()), ("sha256", pa.string()), ("md5", pa.string()), ("size", pa.int64())),
        *(("media_type", pa.string()), ("width", pa.int32()), ("height", pa.int32())),
        *(("source", pa.string()), ("batch", pa.string()), ("contributor", pa.string())),
        *(("tags", pa.list_(pa.string())), ("metadata", pa.string())),
        *_QUALITY,
    ]
)
# What spreadsheets take for a formula when a cell begins with it.
_FORMULA = r"^[=+\-@\t\r]"

_QUERY = """
SELECT e.path, i.sha256, i.md5, i.size, i.media_type, q.width, q.height, e.source, e.batch_id, e.contributor->>'name',
    array_to_string(e.tags, E'\\x1f'), e.metadata_json, q.channels, q.bit_depth, q.effective_bits, q.sharpness,
    q.exposure, q.contrast, q.phash, q.dhash, q.pixel_hash, q.window_low, q.window_high, q.orientation
FROM entries e JOIN images i USING (workspace_id, sha256), jsonb_to_record(i.quality) AS q(
    width int, height int, channels int, bit_depth int, effective_bits int, sharpness float8, exposure float8,
    contrast float8, phash text, dhash text, pixel_hash text, window_low float8, window_high float8, orientation int
)
WHERE e.dataset_id = $1 AND e.since_version <= $2 AND (e.until_version IS NULL OR e.until_version > $2)
ORDER BY e.path
"""


@dataclass(frozen=True, slots=True)
class Frames:
    """Where both frames lie, `{"csv": {"sha256", "size"}, "parquet": {...}}`, and the md5 of the CSV in hex."""

    facts: dict[str, Any]
    md5: str


async def make(tx: AsyncSession, blobs: ObjectStore, workspace_id: str, dataset_id: str, number: int) -> Frames:
    """Store both frames of a version, or of the draft that becomes this version in the same transaction."""
    with tempfile.TemporaryDirectory(prefix="frame-") as folder:
        await _copy(tx, dataset_id, number, Path(folder))
        return await _store(blobs, workspace_id, Path(folder))


async def make_later(db: Database, blobs: ObjectStore, workspace_id: str, dataset_id: str, number: int) -> Frames:
    """Store both frames of a published version; the database is held only while it writes the rows."""
    with tempfile.TemporaryDirectory(prefix="frame-") as folder:
        async with db.transaction() as tx:
            await _copy(tx, dataset_id, number, Path(folder))
        return await _store(blobs, workspace_id, Path(folder))


async def _copy(tx: AsyncSession, dataset_id: str, number: int, folder: Path) -> None:
    connection = await (await tx.connection()).get_raw_connection()
    assert connection.driver_connection is not None
    raw = str(folder / _ROWS)
    await connection.driver_connection.copy_from_query(_QUERY, dataset_id, number, output=raw, format="csv")


async def _store(blobs: ObjectStore, workspace_id: str, folder: Path) -> Frames:
    files = {"csv": folder / "frame.csv", "parquet": folder / "frame.parquet"}
    await asyncio.to_thread(form, folder / _ROWS, files["csv"], files["parquet"])
    facts = {}
    for kind, file in files.items():
        sha256 = await asyncio.to_thread(_digest, file, "sha256")
        await blobs.put(keys.frame(workspace_id, sha256), file, if_absent=True)
        facts[kind] = {"sha256": sha256, "size": file.stat().st_size}
    return Frames(facts, await asyncio.to_thread(_digest, files["csv"], "md5"))


def form(raw: Path, csv_file: Path, parquet_file: Path) -> None:
    """Form both frames from the rows as PostgreSQL writes them; memory stays at one block. Blocks."""
    plain = pa.schema([pa.field(field.name, _plain_type(field.type)) for field in SCHEMA])
    options = pa_csv.ConvertOptions(column_types=plain, strings_can_be_null=False)
    reading = pa_csv.ReadOptions(column_names=plain.names)
    parsing = pa_csv.ParseOptions(newlines_in_values=True)
    with (
        pa_csv.open_csv(raw, read_options=reading, parse_options=parsing, convert_options=options) as batches,
        pa_csv.CSVWriter(csv_file, plain, write_options=pa_csv.WriteOptions(quoting_style="needed")) as table,
        pq.ParquetWriter(parquet_file, SCHEMA, compression="zstd") as columns,
    ):
        for batch in batches:
            table.write_batch(_for_spreadsheets(batch, plain))
            columns.write_batch(_with_tag_lists(batch))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_list(kind) else kind


def _for_spreadsheets(batch: pa.RecordBatch, plain: pa.Schema) -> pa.RecordBatch:
    """Tags in one cell, and no cell that a spreadsheet would run."""
    cells = []
    for field, column in zip(plain, batch.columns, strict=True):
        if pa.types.is_string(field.type):
            text = pc.replace_substring(column, _UNIT, TAG_SEPARATOR)
            quoted = pc.binary_join_element_wise("'", text, "")
            cells.append(pc.if_else(pc.match_substring_regex(text, _FORMULA), quoted, text))
        else:
            cells.append(column)
    return pa.RecordBatch.from_arrays(cells, schema=plain)


def _with_tag_lists(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = dict(zip(SCHEMA.names, batch.columns, strict=True))
    lists = pc.split_pattern(columns["tags"], _UNIT)
    none = pa.scalar([], pa.list_(pa.string()))
    columns["tags"] = pc.if_else(pc.equal(columns["tags"], ""), none, lists)
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=SCHEMA)


def _digest(file: Path, algorithm: str) -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
