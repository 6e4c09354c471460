"""Owns the reading of entries in bulk: pages in path order, and the payload that a version's digest is made of."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, Text, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.merkle import Payload
from services.storage import composition, entries
from services.storage.tables import Entry, Image

_PAGE = 20_000

_COLUMNS = (
    *(Entry.path, Entry.until_version, Entry.sha256, Image.md5, Image.size, Entry.source, Entry.batch_id),
    # as text: the few contributors of a million images are parsed once each
    *(cast(Entry.contributor, Text).label("contributor_json"), Entry.tags, Entry.metadata_json),
)


def _query() -> Select[*tuple[Any, ...]]:
    joined = (Image.workspace_id == Entry.workspace_id) & (Image.sha256 == Entry.sha256)
    return select(*_COLUMNS).join(Image, joined).order_by(Entry.path)


async def pages(tx: AsyncSession, dataset_id: str) -> AsyncIterator[Sequence[Row[Any]]]:
    """All entries of the draft in path order, a page at a time."""
    after = ""
    while True:
        query = _query().where(Entry.dataset_id == dataset_id, entries.at(0), Entry.path > after)
        rows = (await tx.execute(query.limit(_PAGE))).all()
        if rows:
            yield rows
        if len(rows) < _PAGE:
            return
        after = rows[-1].path


async def changes(tx: AsyncSession, dataset_id: str, number: int) -> dict[str, Payload | None]:
    """What is new in version `number` by path; None for a path that left."""
    rows = (await tx.execute(_query().where(composition.changed(dataset_id, number)))).all()
    found: dict[str, Payload | None] = {row.path: None for row in rows}
    found.update((row.path, payload(row)) for row in rows if row.until_version is None)
    return found


def payload(row: Row[Any]) -> Payload:
    """What a version says about one path. Part of the format: see the README of this service."""
    return {
        "sha256": row.sha256,
        "md5": row.md5,
        "size": row.size,
        "source": row.source,
        "batch_id": row.batch_id,
        "contributor": _parsed(row.contributor_json),
        "tags": row.tags,
        "metadata": _parsed(row.metadata_json),
    }


@lru_cache(maxsize=1024)
def _parsed(text: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(text)
    return parsed
