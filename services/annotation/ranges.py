"""Owns the proof of a snapshot: its entries as content-defined ranges in the object store, and the digest over them.

Keys of the entries are the sha256 of images; a payload says what the snapshot holds of one. The cost follows the
changes. Does not decide which entries there are (see `snapshots`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import merkle
from kit.blobs import ObjectStore, check_key
from services.annotation.tables import Project, SnapshotEntry

_PAGE = 20_000
_PREFIX = "sha256:"
_PAYLOAD = ("path", "source", "tags", "image_set", "width", "height", "annotation_count", "revision_digest")


def key_of(workspace_id: str, sha256: str) -> str:
    """The object key of a range or an index: named by its content like images, in a folder of this service."""
    return check_key(f"ws/{workspace_id}/annotation/{sha256[:2]}/{sha256}")


async def store(
    tx: AsyncSession, blobs: ObjectStore, project: Project, previous_digest: str, changed: Sequence[str]
) -> str:
    """Write the ranges of the current entries that did not exist before, and the index; returns `sha256:<hex>`.

    Args:
        previous_digest: digest of the snapshot before, empty when there is none.
        changed: sha256 of every image whose entry began or ended since then.
    """
    workspace = project.workspace_id
    old: list[merkle.Range] = []
    if previous_digest:
        old, _ = merkle.read_index(await blobs.get(key_of(workspace, previous_digest.removeprefix(_PREFIX))))
    known = {part.sha256 for part in old}
    parts: list[merkle.Range] = []
    for piece in merkle.plan(old, changed):
        if isinstance(piece, merkle.Range):
            parts.append(piece)
            continue
        async for part in _cut(tx, project.id, piece):
            if part.sha256 not in known and part.body is not None:
                await blobs.put(key_of(workspace, part.sha256), part.body, "application/jsonl", if_absent=True)
            parts.append(merkle.Range(part.first_key, part.count, part.size, part.sha256))
    index = merkle.index(parts)
    digest = merkle.digest(index)
    await blobs.put(key_of(workspace, digest), index, "application/json", if_absent=True)
    return _PREFIX + digest


async def _cut(tx: AsyncSession, project_id: str, interval: merkle.Interval) -> AsyncIterator[merkle.Range]:
    """The ranges of the entries in an interval; holds one page and one unfinished range in memory."""
    open_range: list[merkle.Entry] = []
    start, inclusive = interval.start, True
    while True:
        page = await _read(tx, project_id, start, interval.stop, inclusive)
        if page:
            start, inclusive = page[-1][0], False
            *complete, last = await asyncio.to_thread(lambda held: list(merkle.cut(held)), open_range + page)
            for part in complete:
                yield part
            open_range = (open_range + page)[-last.count :]
        if len(page) < _PAGE:
            break
    for part in merkle.cut(open_range):
        yield part


async def _read(
    tx: AsyncSession, project_id: str, start: str | None, stop: str | None, inclusive: bool
) -> list[merkle.Entry]:
    key = SnapshotEntry.image_sha256
    query = select(key, *(getattr(SnapshotEntry, name) for name in _PAYLOAD)).where(
        SnapshotEntry.project_id == project_id, SnapshotEntry.until_snapshot.is_(None)
    )
    if start is not None:
        query = query.where(key >= start if inclusive else key > start)
    if stop is not None:
        query = query.where(key < stop)
    rows = await tx.execute(query.order_by(key).limit(_PAGE))
    return [(row[0], _payload(row[1:])) for row in rows]


def _payload(values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(_PAYLOAD, values, strict=True))
