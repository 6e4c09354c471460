"""Owns finding and reading the Parquet parts of Neptune's exporter, in batches. Does not know what attributes mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from plumbline.exchange.content import Damaged
from plumbline.exchange.schema import NEPTUNE

_PART = re.compile(r"(?P<prefix>.+)_part_(?P<number>\d{1,9})\.parquet")
_BATCH_ROWS = 16_384
_NEEDED = ("run_id", "attribute_path", "attribute_type")


@dataclass(slots=True)
class RunParts:
    """The files of one run in their order, and the folder that paths of its files begin in."""

    run_id: str
    project_id: str
    files_root: Path
    parts: list[Path] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a part; `numbers` are their places in the file, from 0."""

    file: Path
    numbers: Sequence[int]
    batch: pa.RecordBatch

    def place(self, index: int) -> str:
        """Where a row is, for people: rows count from 1."""
        return f"{self.file} row {self.numbers[index] + 1}"

    def take(self, indices: Sequence[int]) -> Rows:
        """Only these rows."""
        chosen = self.batch.take(pa.array(indices, pa.int64()))
        return Rows(self.file, [self.numbers[index] for index in indices], chosen)


def find_parts(folder: Path, files: Path | None) -> Iterator[tuple[Path, list[Path], Path]]:
    """Folder, parts in order and root of files, of every run below a folder.

    Raises:
        Damaged: a run lacks a part.
    """
    home = folder.resolve()
    found: dict[tuple[Path, str], dict[int, Path]] = {}
    for path in sorted(home.rglob("*.parquet")):
        named = _PART.fullmatch(path.name)
        if named and path.is_file() and path.resolve().is_relative_to(home):
            found.setdefault((path.parent, named["prefix"]), {})[int(named["number"])] = path
    if not found:
        raise Damaged("there are no files of Neptune's exporter (<run>_part_<n>.parquet)", str(folder))
    for (parent, prefix), parts in sorted(found.items()):
        numbers = sorted(parts)
        if numbers != list(range(len(numbers))):
            missing = next(number for number in range(len(numbers) + 1) if number not in parts)
            raise Damaged(f"part {missing} of {prefix} is missing: export it again", str(parent))
        yield parent, [parts[number] for number in numbers], _files_root(home, parent, files)


def read(parts: RunParts, columns: list[str] | None = None) -> Iterator[Rows]:
    """The rows of a run in batches, with Neptune's column types; columns that a file lacks are null.

    Raises:
        Damaged: a file is no Parquet, is cut off, or has columns of other types.
    """
    for part in parts.parts:
        yield from _read_part(part, columns or NEPTUNE.names)


def identity(part: Path) -> tuple[str, str]:
    """Run and project of a part, from its first row."""
    for rows in _read_part(part, ["run_id", "project_id"]):
        if rows.batch.num_rows:
            return str(rows.batch["run_id"][0].as_py() or ""), str(rows.batch["project_id"][0].as_py() or "")
    return "", ""


def _read_part(part: Path, columns: list[str]) -> Iterator[Rows]:
    first = 0
    try:
        with pq.ParquetFile(part) as file:
            there = set(file.schema_arrow.names)
            lacking = [name for name in _NEEDED if name not in there]
            if lacking:
                raise Damaged(f"there is no column {lacking[0]}", str(part))
            for batch in file.iter_batches(_BATCH_ROWS, columns=[name for name in columns if name in there]):
                yield Rows(part, range(first, first + batch.num_rows), _typed(batch, columns))
                first += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise Damaged(f"no readable Parquet after row {first} ({error})", str(part)) from error


def _typed(batch: pa.RecordBatch, columns: list[str]) -> pa.RecordBatch:
    schema = pa.schema([NEPTUNE.field(name) for name in columns])
    arrays = [
        batch.column(field.name).cast(field.type)
        if field.name in batch.schema.names
        else pa.nulls(batch.num_rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _files_root(home: Path, parent: Path, files: Path | None) -> Path:
    """Where files lie: named by the caller, or `files` beside `data`, below it a folder named like the project's."""
    for root in [files] if files else [home / "files", home.parent / "files", home.parent.parent / "files", home]:
        resolved = root.resolve()
        if not resolved.is_dir():
            continue
        for name in (parent.name, parent.parent.name):
            if (resolved / name).is_dir():
                return resolved / name
        return resolved
    return home
