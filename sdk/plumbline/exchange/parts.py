"""Owns the Parquet parts of one run on disk: written in row groups, finished one by one, continued where they end.

A part's footer says which state of the run it belongs to and where the next one begins, so an export that was
interrupted fetches no finished part again.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from plumbline.exchange.content import Damaged
from plumbline.exchange.schema import SCHEMA

_PART_ROWS = 2_000_000
_FINGERPRINT = b"plumbline.fingerprint"
_NEXT = b"plumbline.next"

# key of a series and page token in it; None when a run is complete
Cursor = tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Written:
    """The parts that are there: how many, and where to go on."""

    count: int
    next: Cursor


def part_path(folder: Path, run_id: str, number: int) -> Path:
    return folder / f"{run_id}_part_{number}.parquet"


def written(folder: Path, run_id: str, fingerprint: str) -> Written | None:
    """What an earlier export has finished of the run in this state; None when that is nothing.

    Parts of another state of the run are removed.
    """
    count, cursor = 0, None
    for number in range(1 << 30):
        path = part_path(folder, run_id, number)
        told = _footer(path) if path.is_file() else None
        if told is None or told[0] != fingerprint:
            break
        count, cursor = number + 1, told[1]
        if cursor is None:
            break
    _remove_from(folder, run_id, count)
    return Written(count, cursor) if count else None


class PartWriter:
    """Writes parts from number `count` on; a part appears under its name when it is complete."""

    def __init__(self, folder: Path, run_id: str, fingerprint: str, count: int = 0) -> None:
        self._folder = folder
        self._run_id = run_id
        self._fingerprint = fingerprint
        self._number = count
        self._rows = 0
        self._writer: pq.ParquetWriter | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows as a row group of their own."""
        if self._writer is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self._scratch, SCHEMA, compression="snappy")
        if batch.num_rows:
            self._writer.write_batch(batch)
        self._rows += batch.num_rows

    @property
    def is_full(self) -> bool:
        return self._rows >= _PART_ROWS

    def finish(self, following: Cursor) -> None:
        """Complete the part; `following` is where the next one begins."""
        assert self._writer is not None
        told = {_FINGERPRINT: self._fingerprint, _NEXT: json.dumps(following)}
        self._writer.add_key_value_metadata(told)
        self._writer.close()
        os.replace(self._scratch, part_path(self._folder, self._run_id, self._number))
        self._writer, self._rows = None, 0
        self._number += 1

    def give_up(self) -> None:
        """Close an unfinished part and remove it."""
        if self._writer is not None:
            self._writer.close()
            self._scratch.unlink(missing_ok=True)
            self._writer = None

    @property
    def _scratch(self) -> Path:
        path = part_path(self._folder, self._run_id, self._number)
        return path.with_name(f"{path.name}.partial")


def _footer(path: Path) -> tuple[str, Cursor] | None:
    try:
        told: dict[bytes, bytes] = pq.read_metadata(path).metadata or {}
        following: Any = json.loads(told[_NEXT])
        return told[_FINGERPRINT].decode(), (following[0], following[1]) if following else None
    except (pa.ArrowException, OSError, KeyError, ValueError):
        # whatever lies there was not finished by an export
        return None


def _remove_from(folder: Path, run_id: str, number: int) -> None:
    while (path := part_path(folder, run_id, number)).is_file():
        path.unlink()
        number += 1


def batches(path: Path, rows: int) -> Any:
    """Row groups of a part in pieces of at most `rows` rows.

    Raises:
        Damaged: it is no Parquet, or cut off.
    """
    try:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(rows)
    except (pa.ArrowException, OSError) as error:
        raise Damaged(f"no readable Parquet ({error})", str(path)) from error
