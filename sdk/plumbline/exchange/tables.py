"""Owns the Parquet tables beside the runs: experiments, models, versions, moves of aliases, gates, approvals.

Every row has some columns for reading and `document`, the whole thing as the API gives it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from plumbline.exchange.content import Damaged
from plumbline.exchange.parts import batches
from plumbline.exchange.run_rows import canonical

COLUMNS: dict[str, Sequence[str]] = {
    "experiments": ("id", "name", "description", "create_time"),
    "models": ("id", "name", "description", "create_time"),
    "model_versions": ("model_name", "number", "run_id", "logged_model_id", "source", "digest", "note", "create_time"),
    "alias_changes": ("model_name", "alias", "old_version", "new_version", "reason", "create_time"),
    "gates": ("model_name", "alias", "approval_count"),
    "approvals": ("model_name", "version", "alias", "verdict", "comment", "role", "create_time"),
}
_ROWS = 10_000


def table_path(folder: Path, name: str) -> Path:
    return folder / "tables" / f"{name}.parquet"


def write(folder: Path, name: str, documents: Iterable[dict[str, Any]]) -> int:
    """Write a table; returns how many rows it has."""
    columns = COLUMNS[name]
    schema = pa.schema([*((column, pa.string()) for column in columns), ("document", pa.string())])
    path = table_path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.partial")
    count = 0
    with pq.ParquetWriter(scratch, schema, compression="snappy") as writer:
        for rows in _groups(documents):
            shown = [{column: _text(row.get(column)) for column in columns} for row in rows]
            whole = [{**texts, "document": canonical(row)} for texts, row in zip(shown, rows, strict=True)]
            writer.write_batch(pa.RecordBatch.from_pylist(whole, schema))
            count += len(rows)
    os.replace(scratch, path)
    return count


def read(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The documents of a table, in their order.

    Raises:
        Damaged: it cannot be read.
    """
    path = table_path(folder, name)
    if not path.is_file():
        raise Damaged("the file is missing", str(path))
    for batch in batches(path, _ROWS):
        for text in batch["document"].to_pylist():
            try:
                yield dict(json.loads(text))
            except (TypeError, ValueError) as error:
                raise Damaged(f"a document is no JSON ({error})", str(path)) from error


def _groups(documents: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    for document in documents:
        group.append(document)
        if len(group) == _ROWS:
            yield group
            group = []
    if group:
        yield group


def _text(value: Any) -> str:
    return "" if value is None else str(value)
