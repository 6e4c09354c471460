"""Owns the metadata table of a version: one row per image, as CSV with its md5 and as Parquet."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from kit.blobs import CHUNK_BYTES, ObjectStore
from services.storage import content, keys, rules

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
TAG_SEPARATOR = ";"


async def make(tx: AsyncSession, blobs: ObjectStore, workspace_id: str, dataset_id: str) -> tuple[dict[str, Any], str]:
    """Store both frames of the draft; returns `{"csv": {"sha256", "size"}, "parquet": ...}` and the md5 of the CSV."""
    with tempfile.TemporaryDirectory(prefix="frame-") as folder:
        frame = Frame(Path(folder))
        async for rows in content.pages(tx, dataset_id):
            await asyncio.to_thread(frame.add, rows)
        frame.close()
        facts = {}
        for kind, file in (("csv", frame.csv_file), ("parquet", frame.parquet_file)):
            sha256 = await asyncio.to_thread(_digest, file, "sha256")
            await blobs.put(keys.frame(workspace_id, sha256), file, if_absent=True)
            facts[kind] = {"sha256": sha256, "size": file.stat().st_size}
        return facts, await asyncio.to_thread(_digest, frame.csv_file, "md5")


class Frame:
    """Two files of the same table that grow by pages; blocks, so it is filled in a thread."""

    def __init__(self, folder: Path) -> None:
        self.csv_file = folder / "frame.csv"
        self.parquet_file = folder / "frame.parquet"
        self._text = self.csv_file.open("w", encoding="utf-8", newline="")
        self._csv = csv.writer(self._text, lineterminator="\n")
        self._csv.writerow(SCHEMA.names)
        self._parquet = pq.ParquetWriter(self.parquet_file, SCHEMA, compression="zstd")

    def add(self, rows: Sequence[Row[Any]]) -> None:
        records = [_record(row) for row in rows]
        self._csv.writerows([_cell(record[name]) for name in SCHEMA.names] for record in records)
        self._parquet.write_table(pa.Table.from_pylist(records, schema=SCHEMA))

    def close(self) -> None:
        self._text.close()
        self._parquet.close()


def _record(row: Row[Any]) -> dict[str, Any]:
    quality = row.quality
    return {
        "path": row.path,
        "sha256": row.sha256,
        "md5": row.md5,
        "size": row.size,
        "media_type": row.media_type,
        "width": quality["width"],
        "height": quality["height"],
        "source": row.source,
        "batch": row.batch_id,
        "contributor": row.contributor["name"],
        "tags": row.tags,
        "metadata": row.metadata_json,
        **{name: quality[name] for name, _ in _QUALITY},
    }


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = TAG_SEPARATOR.join(value)
    return rules.csv_safe(value) if isinstance(value, str) else value


def _digest(file: Path, algorithm: str) -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
