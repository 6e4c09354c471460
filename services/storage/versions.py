"""Owns versions: published once, found, exported, never changed. Does not compute digests: `ranges` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, journal
from kit.blobs import ObjectStore
from kit.identity import Principal
from kit.paging import Page
from services.storage import checks, composition, datasets, events, frames, keys, ranges, rules
from services.storage.errors import DraftEmpty, DraftUnchanged, VersionNotFound
from services.storage.tables import Dataset, Version

_DIGEST = "sha256:"
# Frames hold a row for every image, however few changed: above this they are made after the version, not with it.
_FRAMED_AT_ONCE = 20_000
_FRAME_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of an export: its path in the export folder, a URL that downloads it, its size in bytes."""

    path: str
    url: str
    size: int


async def publish(tx: AsyncSession, who: Principal, blobs: ObjectStore, dataset_id: str, *, note: str) -> Version:
    """Make the draft the next version.

    Raises:
        DraftEmpty, DraftUnchanged: there is nothing to publish.
    """
    plain_note = checks.checked("The note", rules.plain_text, note)
    dataset = await datasets.get(tx, who, dataset_id, lock=True)
    before = await tx.get(Version, (dataset.id, dataset.latest_version))
    number = dataset.latest_version + 1
    count, size = (before.image_count, before.size) if before else (0, 0)
    totals = await composition.totals(tx, dataset.id, number, count=count, size=size)
    if not totals.image_count:
        raise DraftEmpty
    if not totals.change_count:
        raise DraftUnchanged(dataset.latest_version)
    old = before.digest.removeprefix(_DIGEST) if before else ""
    place = (tx, blobs, who.workspace_id, dataset.id)
    digest = await ranges.make(*place, number, old=old, changes=totals.change_count)
    framed = await frames.make(*place, number) if totals.image_count <= _FRAMED_AT_ONCE else frames.Frames({}, "")
    row = Version(
        dataset_id=dataset.id,
        number=number,
        workspace_id=who.workspace_id,
        dataset_name=dataset.name,
        digest=_DIGEST + digest,
        image_count=totals.image_count,
        size=totals.size,
        note=plain_note,
        composition=await composition.compose(tx, dataset.id, number, before.composition if before else {}),
        frame_md5=framed.md5,
        frames=framed.facts,
        publisher=who.actor(),
        create_time=clock.now(),
    )
    tx.add(row)
    dataset.latest_version, dataset.update_time = number, row.create_time
    await tx.flush()
    await events.dataset_published(tx, who, row)
    return row


async def get(tx: AsyncSession, who: Principal, dataset_id: str, number: int) -> Version:
    """A version; 0 is the newest. Raises DatasetNotFound, VersionNotFound."""
    dataset = await datasets.get(tx, who, dataset_id)
    return await of(tx, dataset, number or dataset.latest_version)


async def of(tx: AsyncSession, dataset: Dataset, number: int) -> Version:
    """A version of a dataset that was found for the caller. Raises VersionNotFound."""
    row = await tx.get(Version, (dataset.id, number)) if 0 < number <= dataset.latest_version else None
    if row is None:
        raise VersionNotFound
    return row


async def list_page(tx: AsyncSession, who: Principal, dataset_id: str, page: Page) -> tuple[Sequence[Version], str]:
    """The versions of a dataset, newest first."""
    dataset = await datasets.get(tx, who, dataset_id)
    query = select(Version).where(Version.dataset_id == dataset.id)
    if page.after:
        query = query.where(Version.number < page.after[0])
    rows = (await tx.scalars(query.order_by(Version.number.desc()).limit(page.limit))).all()
    return page.cut(rows, key=lambda row: (row.number,))


async def export(
    tx: AsyncSession, who: Principal, blobs: ObjectStore, dataset_id: str, number: int, *, life: timedelta
) -> tuple[Version, list[ExportedFile]]:
    """Links to all files that prove a version: index, ranges and frames. Recorded as an access."""
    row = await get(tx, who, dataset_id, number)
    digest = row.digest.removeprefix(_DIGEST)
    index_key = keys.version_index(who.workspace_id, digest)
    index_size = (await blobs.stat(index_key)).size
    parts = await ranges.read_index(blobs, who.workspace_id, digest)
    files = [
        ("index.json", index_key, index_size, "application/json"),
        *(
            (
                f"ranges/{part.sha256}",
                keys.version_range(who.workspace_id, part.sha256),
                part.size,
                "application/x-ndjson",
            )
            for part in parts
        ),
        *(_frame_file(row, kind) for kind in row.frames),
    ]
    await journal.access(tx, who, "storage.version.exported", row.dataset_id, count=row.image_count, number=row.number)
    return row, [
        ExportedFile(path, blobs.presign_get(key, life, path.rsplit("/")[-1], media_type), size)
        for path, key, size, media_type in files
    ]


def _frame_file(row: Version, kind: str) -> tuple[str, str, int, str]:
    facts = row.frames[kind]
    return f"frame.{kind}", keys.frame(row.workspace_id, facts["sha256"]), facts["size"], _FRAME_TYPES[kind]
