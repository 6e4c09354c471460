"""Owns uploads: announced, sent by the client straight to the store, completed into the draft.

Acknowledged means durable: an upload is answered COMPLETED only with its image, draft entry and event committed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids
from kit.blobs import ObjectStore, staging_key
from kit.identity import Principal
from services.storage import batches, checks, datasets, entries, events, rules
from services.storage.errors import PathInvalid, UploadNotFound, ValueInvalid
from services.storage.ingest import Ingest, Refusal
from services.storage.tables import Batch, Entry, Image, Upload

# Written again when an item is asked for again: it may have been refused, or completed and removed since.
_RENEWED = ("md5", "size", "tags", "metadata_json", "state", "reason", "message", "expire_time")


@dataclass(frozen=True, slots=True)
class Item:
    """A file that a client wants to add; digests in hex, size in bytes."""

    path: str
    sha256: str
    md5: str
    size: int
    tags: Sequence[str] = ()
    metadata: dict[str, Any] | None = None


Outcome = Image | Refusal


async def prepare(
    tx: AsyncSession, who: Principal, batch_id: str, items: Sequence[Item], *, life: timedelta
) -> list[Upload]:
    """Say for each item whether its bytes are needed, in the order of the items.

    The same item asked for again in the same batch is the same upload with a new expiry.

    Raises:
        BatchNotFound, PathInvalid, ValueInvalid, TooMany: nothing is prepared.
    """
    checks.at_most(items, rules.MAX_PREPARED, "items")
    batch = await batches.get(tx, who, batch_id)
    rows = [_announced(batch, item) for item in items]
    _require_distinct([row["path"] for row in rows])
    known = await _known(tx, who, [row["sha256"] for row in rows])
    held = await entries.held(tx, batch.dataset_id, [row["path"] for row in rows])
    expire_time = clock.now() + life
    for row in rows:
        row["state"] = _state(row, held.get(row["path"]), known)
        row["expire_time"] = expire_time
    wanted = [row for row in rows if row["state"] != "PRESENT"]
    stored = await _store(tx, wanted)
    return [stored.get(row["path"]) or Upload(**{**row, "id": ""}) for row in rows]


async def find(tx: AsyncSession, who: Principal, batch_id: str, upload_ids: Sequence[str]) -> list[Upload]:
    """Uploads of a batch in the order of their ids. Raises BatchNotFound, UploadNotFound, TooMany."""
    checks.at_most(upload_ids, rules.MAX_COMPLETED, "uploads")
    batch = await batches.get(tx, who, batch_id)
    rows = await tx.scalars(select(Upload).where(Upload.batch_id == batch.id, Upload.id.in_(upload_ids)))
    found = {row.id: row for row in rows}
    if not found.keys() >= set(upload_ids):
        raise UploadNotFound
    return [found[upload_id] for upload_id in dict.fromkeys(upload_ids)]


async def verify(ingest: Ingest, uploads: Sequence[Upload]) -> dict[str, Outcome]:
    """Image or refusal of every upload that is not decided yet; slow, so outside any transaction."""
    undecided = [row for row in uploads if _is_undecided(row)]
    outcomes = await asyncio.gather(*(ingest.take(row) for row in undecided))
    return {row.id: outcome for row, outcome in zip(undecided, outcomes, strict=True)}


async def complete(
    tx: AsyncSession, who: Principal, batch_id: str, upload_ids: Sequence[str], outcomes: dict[str, Outcome]
) -> list[Upload]:
    """Write what `verify` found into uploads and draft; the answer is the uploads in the order of their ids."""
    dataset_id = (await batches.get(tx, who, batch_id)).dataset_id
    dataset = await datasets.get(tx, who, dataset_id, lock=True)
    rows = await find(tx, who, batch_id, upload_ids)
    batch = await batches.get(tx, who, batch_id)
    images = _decide(rows, outcomes)
    # the last of several uploads for one path counts, as it does when they come in several calls
    added = {row.path: _entry(who, batch, row, images[row.id]) for row in rows if row.id in images}
    await tx.flush()
    if added:
        await entries.put(tx, dataset, [added[path] for path in sorted(added)])
        counted = update(Batch).where(Batch.id == batch.id)
        await tx.execute(counted.values(image_count=Batch.image_count + len(images)))
        refused = sum(isinstance(outcome, Refusal) for outcome in outcomes.values())
        await events.images_added(tx, who, dataset, batch, count=len(added), refused=refused)
    return rows


async def clear(ingest: Ingest, uploads: Sequence[Upload], outcomes: dict[str, Outcome]) -> None:
    """Remove the staged bytes of uploads that were decided. A retry needs them no more: images are recorded already."""
    await asyncio.gather(*(ingest.clear(row) for row in uploads if row.id in outcomes and not _is_undecided(row)))


def put_url(blobs: ObjectStore, row: Upload, life: timedelta) -> str:
    """Where the client sends the bytes of a needed upload."""
    return blobs.presign_put(staging_key(row.id), life)


def _decide(rows: Sequence[Upload], outcomes: dict[str, Outcome]) -> dict[str, Image]:
    """Set the states; returns the images of the uploads that become completed now, by upload id."""
    images = {}
    for row in rows:
        outcome = outcomes.get(row.id)
        # another call may have decided it meanwhile: what it answered stays true
        if outcome is None or not _is_undecided(row):
            continue
        if isinstance(outcome, Refusal):
            row.state, row.reason, row.message = "REJECTED", outcome.reason, outcome.message
        else:
            row.state, row.reason, row.message = "COMPLETED", "", ""
            images[row.id] = outcome
    return images


def _is_undecided(row: Upload) -> bool:
    """Open, or refused only because the bytes had not arrived."""
    return row.state in rules.OPEN_STATES or (row.state == "REJECTED" and row.reason == "NOT_UPLOADED")


def _announced(batch: Batch, item: Item) -> dict[str, Any]:
    path = checks.path(item.path)
    if not rules.is_sha256(item.sha256) or not rules.is_md5(item.md5):
        raise ValueInvalid(f"The sha256 and md5 of {path} must be lower-case hex of 64 and 32 digits.")
    if not 0 < item.size <= rules.MAX_SIZE:
        raise ValueInvalid(f"{path} must have between 1 byte and {rules.MAX_SIZE} bytes (2 GiB).")
    metadata = {name: value for name, value in (item.metadata or {}).items() if value is not None}
    return {
        "id": ids.new("upl"),
        "workspace_id": batch.workspace_id,
        "batch_id": batch.id,
        "path": path,
        "sha256": item.sha256,
        "md5": item.md5,
        "size": item.size,
        "tags": checks.checked(f"The tags of {path}", rules.plain_tags, item.tags),
        "metadata_json": checks.checked(f"The metadata of {path}", rules.canonical_json, metadata),
        "reason": "",
        "message": "",
        "create_time": clock.now(),
    }


def _require_distinct(paths: Sequence[str]) -> None:
    seen: set[str] = set()
    for path in paths:
        if path in seen:
            raise PathInvalid(path, "is there twice in this request: send it once")
        seen.add(path)


async def _known(tx: AsyncSession, who: Principal, digests: Sequence[str]) -> set[str]:
    query = select(Image.sha256).where(Image.workspace_id == who.workspace_id, Image.sha256.in_(digests))
    return set(await tx.scalars(query))


def _state(row: dict[str, Any], held: Entry | None, known: set[str]) -> str:
    if held is not None and held.sha256 == row["sha256"] and _says_nothing_new(row, held):
        return "PRESENT"
    return "KNOWN" if row["sha256"] in known else "NEEDED"


def _says_nothing_new(row: dict[str, Any], held: Entry) -> bool:
    metadata = json.loads(held.metadata_json)
    return set(row["tags"]) <= set(held.tags) and {**metadata, **json.loads(row["metadata_json"])} == metadata


async def _store(tx: AsyncSession, rows: Sequence[dict[str, Any]]) -> dict[str, Upload]:
    if not rows:
        return {}
    # in the order of the unique key, so that two calls for the same items wait for each other and not in a circle
    statement = insert(Upload).values(sorted(rows, key=lambda row: (row["path"], row["sha256"])))
    statement = statement.on_conflict_do_update(
        index_elements=["batch_id", "path", "sha256"], set_={name: statement.excluded[name] for name in _RENEWED}
    )
    stored = await tx.scalars(statement.returning(Upload))
    return {row.path: row for row in stored}


def _entry(who: Principal, batch: Batch, row: Upload, image: Image) -> dict[str, Any]:
    return entries.new_entry(
        who,
        path=row.path,
        image=image,
        source=batch.source,
        batch_id=batch.id,
        tags=row.tags,
        metadata=row.metadata_json,
    )
