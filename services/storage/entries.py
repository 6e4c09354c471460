"""Owns what is in a draft: images at paths, as intervals of versions. Does not decide when a version is made.

Every writer here holds the lock of the dataset's row. A change of the draft is written as version `latest + 1`: an
entry that a version holds is closed, never altered; one that only the draft holds is replaced in place.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, any_, cast, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kit import clock
from kit.identity import Principal
from services.storage import checks, datasets, events, rules
from services.storage.tables import Dataset, Entry, Image

# What an entry says besides its place in time; equal content is no change.
CONTENT = ("sha256", "source", "batch_id", "contributor", "tags", "metadata_json")

_TABLE = Entry.metadata.tables["entries"]


def at(version: int) -> ColumnElement[bool]:
    """The condition for an entry to be in a version; 0 is the draft."""
    if version == 0:
        return Entry.until_version.is_(None)
    return and_(Entry.since_version <= version, or_(Entry.until_version.is_(None), Entry.until_version > version))


def among(paths: Sequence[str]) -> ColumnElement[bool]:
    """The condition for an entry to be at one of the paths; one array, so that the statement is prepared once."""
    return Entry.path == any_(cast(list(paths), ARRAY(Text)))


async def put(tx: AsyncSession, dataset: Dataset, rows: Sequence[dict[str, Any]]) -> None:
    """Set entries of the draft; `rows` have distinct paths, CONTENT and a create_time."""
    paths = [row["path"] for row in rows]
    number = dataset.latest_version + 1
    await _close(tx, dataset, paths)
    fixed = {"dataset_id": dataset.id, "workspace_id": dataset.workspace_id, "since_version": number}
    statement = insert(_TABLE)
    written = {name: statement.excluded[name] for name in (*CONTENT, "create_time")}
    statement = statement.on_conflict_do_update(index_elements=["dataset_id", "path", "since_version"], set_=written)
    await tx.execute(statement, [{**row, **fixed} for row in rows])
    await _reopen_equal(tx, dataset, paths)


async def remove(tx: AsyncSession, who: Principal, dataset_id: str, paths: Sequence[str]) -> int:
    """Take paths out of the draft; returns how many were in it."""
    plain = checks.paths(paths)
    dataset = await datasets.get(tx, who, dataset_id, lock=True)
    closed = await _close(tx, dataset, plain)
    dropped = await tx.scalars(
        delete(Entry)
        .where(Entry.dataset_id == dataset.id, among(plain), Entry.since_version > dataset.latest_version)
        .returning(Entry.path)
    )
    count = closed + len(dropped.all())
    if count:
        await events.images_removed(tx, who, dataset, count=count)
    return count


async def tag(
    tx: AsyncSession,
    who: Principal,
    dataset_id: str,
    paths: Sequence[str],
    *,
    add: Sequence[str],
    remove: Sequence[str],
    metadata: dict[str, Any],
) -> int:
    """Change tags and metadata of paths in the draft; returns how many images changed."""
    plain = checks.paths(paths)
    added = checks.checked("The tags to add", rules.plain_tags, add)
    gone = set(checks.checked("The tags to remove", rules.plain_tags, remove))
    dataset = await datasets.get(tx, who, dataset_id, lock=True)
    query = select(Entry).where(Entry.dataset_id == dataset.id, among(plain), at(0))
    changed = []
    for entry in await tx.scalars(query):
        tags = checks.checked("The tags", rules.plain_tags, (set(entry.tags) - gone) | set(added))
        after = rules.merged(json.loads(entry.metadata_json), metadata)
        text = checks.checked("The metadata", rules.canonical_json, after)
        if tags != entry.tags or text != entry.metadata_json:
            content = {name: getattr(entry, name) for name in CONTENT}
            times = {"path": entry.path, "create_time": entry.create_time}
            changed.append({**content, **times, "tags": tags, "metadata_json": text})
    if changed:
        await put(tx, dataset, changed)
        await events.images_tagged(tx, who, dataset, count=len(changed))
    return len(changed)


async def held(tx: AsyncSession, dataset_id: str, paths: Sequence[str]) -> dict[str, Entry]:
    """The entries of the draft at some paths."""
    rows = await tx.scalars(select(Entry).where(Entry.dataset_id == dataset_id, among(paths), at(0)))
    return {row.path: row for row in rows}


def new_entry(
    who: Principal, *, path: str, image: Image, source: str, batch_id: str, tags: list[str], metadata: str
) -> dict[str, Any]:
    """A row for `put`: an image that `who` contributes."""
    return {
        "path": path,
        "sha256": image.sha256,
        "source": source,
        "batch_id": batch_id,
        "contributor": who.actor(),
        "tags": tags,
        "metadata_json": metadata,
        "create_time": clock.now(),
    }


async def _close(tx: AsyncSession, dataset: Dataset, paths: Sequence[str]) -> int:
    """End entries of the newest version with the next one; returns how many."""
    ended = await tx.scalars(
        update(Entry)
        .where(
            Entry.dataset_id == dataset.id,
            among(paths),
            Entry.since_version <= dataset.latest_version,
            at(0),
        )
        .values(until_version=dataset.latest_version + 1)
        .returning(Entry.path)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


async def _reopen_equal(tx: AsyncSession, dataset: Dataset, paths: Sequence[str]) -> None:
    """Undo a change that led back to what the newest version holds, so that it counts as none."""
    old, new = aliased(Entry), aliased(Entry)
    number = dataset.latest_version + 1
    equal = [getattr(old, name) == getattr(new, name) for name in CONTENT]
    query = (
        select(old.path)
        .join(new, and_(new.dataset_id == old.dataset_id, new.path == old.path, new.since_version == number, *equal))
        .where(old.dataset_id == dataset.id, old.path == any_(cast(paths, ARRAY(Text))), old.until_version == number)
    )
    same = (await tx.scalars(query)).all()
    if not same:
        return
    here = and_(Entry.dataset_id == dataset.id, among(same))
    quiet = {"synchronize_session": False}
    await tx.execute(delete(Entry).where(here, Entry.since_version == number).execution_options(**quiet))
    await tx.execute(
        update(Entry).where(here, Entry.until_version == number).values(until_version=None).execution_options(**quiet)
    )
