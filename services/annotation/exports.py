"""Owns the files made from snapshots: written once in bounded memory, kept in the object store, handed out by link.

Does not know a format's members (see `formats`).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import journal
from kit.blobs import ObjectStore, check_key
from kit.identity import Principal
from services.annotation import snapshots
from services.annotation.errors import FormatUnsupported
from services.annotation.formats import coco, native
from services.annotation.formats.marks import ImageMarks
from services.annotation.snapshots import EntryContent
from services.annotation.tables import Export, Snapshot

Transactions = Callable[[], AbstractAsyncContextManager[AsyncSession]]

_PAGE = 500
# By format: the ending of the file and its media type.
_FILES = {"NATIVE": ("jsonl", "application/jsonl"), "COCO": ("json", "application/json")}
_COLUMNS = ("project_id", "number", "format", "key", "size", "sha256", "losses")


async def export(transaction: Transactions, blobs: ObjectStore, snapshot: Snapshot, wanted: str) -> Export:
    """The file of a snapshot in a format, NATIVE or COCO; the bytes are the same whenever it is made.

    Raises:
        FormatUnsupported: snapshots are not written in this format.
    """
    if wanted not in _FILES:
        raise FormatUnsupported(f"A snapshot cannot be exported as {wanted}; choose {' or '.join(_FILES)}.")
    async with transaction() as tx:
        made = await tx.get(Export, (snapshot.project_id, snapshot.number, wanted))
    if made is not None:
        return made
    ending, media_type = _FILES[wanted]
    folder = f"ws/{snapshot.workspace_id}/annotation/exports/{snapshot.project_id}/{snapshot.number}"
    key = check_key(f"{folder}/{wanted.lower()}.{ending}")
    with tempfile.TemporaryDirectory(prefix="plumb-export-") as name:
        path = Path(name) / "export"
        losses = await _WRITERS[wanted](transaction, snapshot, path)
        size, sha256 = await asyncio.to_thread(_measure, path)
        await blobs.put(key, path, media_type)
    return Export(
        project_id=snapshot.project_id,
        number=snapshot.number,
        format=wanted,
        key=key,
        size=size,
        sha256=sha256,
        losses=losses,
    )


async def record(tx: AsyncSession, who: Principal, snapshot: Snapshot, made: Export) -> None:
    """Keep the file for the next request, and note who takes it out of the platform."""
    values = {name: getattr(made, name) for name in _COLUMNS}
    await tx.execute(insert(Export).values(values).on_conflict_do_nothing())
    await journal.access(
        tx,
        who,
        "annotation.snapshot.exported",
        snapshot.project_id,
        count=snapshot.image_count,
        number=snapshot.number,
        format=made.format,
    )


def link(blobs: ObjectStore, snapshot: Snapshot, made: Export, seconds: int) -> str:
    """A URL that downloads the file for some seconds."""
    ending, media_type = _FILES[made.format]
    name = f"{snapshot.project_name}-{snapshot.number}.{made.format.lower()}.{ending}"
    return blobs.presign_get(made.key, timedelta(seconds=seconds), name, media_type)


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


async def _write_native(transaction: Transactions, snapshot: Snapshot, path: Path) -> list[str]:
    with path.open("wb") as file:
        async for page in _pages(transaction, snapshot):
            await asyncio.to_thread(lambda rows: file.write(native.write(map(_marks, rows))), page)
    return []


async def _write_coco(transaction: Transactions, snapshot: Snapshot, path: Path) -> list[str]:
    labels = [label["name"] for label in snapshot.labels]
    description = f"{snapshot.project_name}, snapshot {snapshot.number}, {snapshot.digest}"
    with tempfile.TemporaryFile() as images, tempfile.TemporaryFile() as annotations:
        writer = coco.Writer(labels, images, annotations)
        async for page in _pages(transaction, snapshot):
            await asyncio.to_thread(lambda rows: writer.add(map(_marks, rows)), page)
        with path.open("wb") as file:
            await asyncio.to_thread(writer.close, file, description)
    return writer.losses.sentences()


_WRITERS = {"NATIVE": _write_native, "COCO": _write_coco}


async def _pages(transaction: Transactions, snapshot: Snapshot) -> AsyncIterator[list[EntryContent]]:
    """The entries of a snapshot; each page in its own transaction, since nothing about them can change."""
    after: list[str] | None = None
    while True:
        async with transaction() as tx:
            page = await snapshots.entries(tx, snapshot, after=after, limit=_PAGE)
        if page:
            yield page
        if len(page) < _PAGE:
            return
        after = [page[-1].entry.image_sha256]


def _marks(row: EntryContent) -> ImageMarks:
    entry = row.entry
    return ImageMarks(
        image_sha256=entry.image_sha256,
        path=entry.path,
        source=entry.source,
        tags=entry.tags,
        image_set=entry.image_set,
        width=entry.width,
        height=entry.height,
        revision_digest=entry.revision_digest,
        annotations=json.loads(row.annotations),
        answers=json.loads(row.answers),
    )
