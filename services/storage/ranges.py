"""Owns a version's ranges in the object store: cut, kept, read again. The format itself is `kit.merkle`'s."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from kit import merkle
from kit.blobs import ObjectStore
from kit.merkle import Payload, Range
from services.storage import content, keys

_AT_ONCE = 8
# Above this many changes, reading all entries page by page needs less memory than holding the changes.
_MANY_CHANGES = 50_000


async def make(
    tx: AsyncSession, blobs: ObjectStore, workspace_id: str, dataset_id: str, number: int, *, old: str, changes: int
) -> str:
    """Store the ranges and the index of version `number`; returns its digest in hex.

    Args:
        old: digest of the version before in hex; empty for the first version.
        changes: how many paths differ from it.
    """
    if old and changes <= _MANY_CHANGES:
        changed = await content.changes(tx, dataset_id, number)
        parts = await _patched(blobs, workspace_id, await read_index(blobs, workspace_id, old), changed)
        await _keep(blobs, workspace_id, parts)
    else:
        parts = await _cut(tx, blobs, workspace_id, dataset_id)
    index = merkle.index(parts)
    digest = merkle.digest(index)
    await blobs.put(keys.version_index(workspace_id, digest), index, "application/json", if_absent=True)
    return digest


async def read_index(blobs: ObjectStore, workspace_id: str, digest: str) -> list[Range]:
    """The ranges of a version, without their bytes."""
    parts, _ = merkle.read_index(await blobs.get(keys.version_index(workspace_id, digest)))
    return parts


async def _patched(
    blobs: ObjectStore, workspace_id: str, old: Sequence[Range], changes: Mapping[str, Payload | None]
) -> list[Range]:
    kept = {piece.sha256 for piece in merkle.plan(old, changes) if isinstance(piece, Range)}
    touched = [part.sha256 for part in old if part.sha256 not in kept]
    bodies: dict[str, bytes] = {}
    for start in range(0, len(touched), _AT_ONCE):
        some = touched[start : start + _AT_ONCE]
        read = await asyncio.gather(*(blobs.get(keys.version_range(workspace_id, name)) for name in some))
        bodies.update(zip(some, read, strict=True))
    return await asyncio.to_thread(lambda: list(merkle.patch(old, changes, bodies.__getitem__)))


async def _cut(tx: AsyncSession, blobs: ObjectStore, workspace_id: str, dataset_id: str) -> list[Range]:
    """All entries cut anew. The last range of a page may go on in the next one, so its entries are cut again."""
    parts: list[Range] = []
    rest: list[merkle.Entry] = []
    async for rows in content.pages(tx, dataset_id):
        found, rest = await asyncio.to_thread(_cut_page, rest, rows)
        await _keep(blobs, workspace_id, found)
        parts.extend(_without_bodies(found))
    last = list(merkle.cut(rest))
    await _keep(blobs, workspace_id, last)
    return [*parts, *_without_bodies(last)]


def _cut_page(rest: list[merkle.Entry], rows: Sequence[Row[Any]]) -> tuple[list[Range], list[merkle.Entry]]:
    entries = [*rest, *((row.path, content.payload(row)) for row in rows)]
    *found, last = merkle.cut(entries)
    return found, entries[-last.count :]


async def _keep(blobs: ObjectStore, workspace_id: str, parts: Sequence[Range]) -> None:
    new = [(part.sha256, part.body) for part in parts if part.body is not None]
    for start in range(0, len(new), _AT_ONCE):
        puts = [
            blobs.put(keys.version_range(workspace_id, name), body, "application/x-ndjson", if_absent=True)
            for name, body in new[start : start + _AT_ONCE]
        ]
        await asyncio.gather(*puts)


def _without_bodies(parts: Iterable[Range]) -> list[Range]:
    return [Range(part.first_key, part.count, part.size, part.sha256) for part in parts]
