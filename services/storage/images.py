"""Owns the finding of images: in a draft or version, by digest, with the places they are used. Does not change any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from kit.blobs import ObjectStore
from kit.identity import Principal
from kit.paging import Page
from services.storage import checks, datasets, entries, keys, rules, versions
from services.storage.errors import ImageNotFound
from services.storage.tables import Dataset, Entry, Image

# Sorts after every path that begins with a prefix.
_LAST = "\U0010ffff"
_MOST_PLACES = 1000

_OF_ENTRY = (Image.workspace_id == Entry.workspace_id) & (Image.sha256 == Entry.sha256)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which images of a draft (version 0) or version are wanted; an empty text matches all."""

    version: int = 0
    source: str = ""
    tag: str = ""
    batch_id: str = ""
    path_prefix: str = ""


@dataclass(slots=True)
class Place:
    """Where an image is used: one path of a dataset, and the versions that hold it there."""

    dataset_id: str
    dataset_name: str
    path: str
    source: str
    in_draft: bool
    versions: list[int]


async def list_page(
    tx: AsyncSession, who: Principal, dataset_id: str, wanted: Filter, page: Page
) -> tuple[Sequence[Row[Entry, Image]], str]:
    """Images in path order. Raises DatasetNotFound, VersionNotFound."""
    dataset = await datasets.get(tx, who, dataset_id)
    if wanted.version:
        await versions.of(tx, dataset, wanted.version)
    query = select(Entry, Image).join(Image, _OF_ENTRY).where(Entry.dataset_id == dataset.id)
    query = query.where(entries.at(wanted.version))
    if wanted.source:
        query = query.where(Entry.source == wanted.source)
    if wanted.tag:
        query = query.where(Entry.tags.contains([wanted.tag]))
    if wanted.batch_id:
        query = query.where(Entry.batch_id == wanted.batch_id)
    if wanted.path_prefix:
        query = query.where(Entry.path >= wanted.path_prefix, Entry.path < wanted.path_prefix + _LAST)
    if page.after:
        query = query.where(Entry.path > page.after[0])
    rows = (await tx.execute(query.order_by(Entry.path).limit(page.limit))).all()
    return page.cut(rows, key=lambda row: (row.Entry.path,))


async def get(tx: AsyncSession, who: Principal, sha256: str) -> Image:
    """An image of the workspace. Raises ImageNotFound."""
    row = await tx.get(Image, (who.workspace_id, sha256))
    if row is None:
        raise ImageNotFound
    return row


async def get_many(tx: AsyncSession, who: Principal, digests: Sequence[str]) -> list[Image]:
    """Images in the order of their digests. Raises ImageNotFound when one is missing, TooMany."""
    checks.at_most(digests, rules.MAX_SIGNED, "images")
    query = select(Image).where(Image.workspace_id == who.workspace_id, Image.sha256.in_(digests))
    found = {row.sha256: row for row in await tx.scalars(query)}
    if not found.keys() >= set(digests):
        raise ImageNotFound
    return [found[sha256] for sha256 in dict.fromkeys(digests)]


async def places(tx: AsyncSession, who: Principal, sha256: str) -> list[Place]:
    """Where an image is used in the workspace, at most 1000 entries, by dataset and path."""
    query = (
        select(Entry, Dataset)
        .join(Dataset, Dataset.id == Entry.dataset_id)
        .where(Entry.workspace_id == who.workspace_id, Entry.sha256 == sha256)
        .order_by(Dataset.name, Entry.path, Entry.since_version)
        .limit(_MOST_PLACES)
    )
    found: dict[tuple[str, str, str], Place] = {}
    for entry, dataset in await tx.execute(query):
        key = (dataset.id, entry.path, entry.source)
        empty = Place(dataset.id, dataset.name, entry.path, entry.source, in_draft=False, versions=[])
        place = found.setdefault(key, empty)
        until = entry.until_version
        place.in_draft = place.in_draft or until is None
        place.versions.extend(range(entry.since_version, until or dataset.latest_version + 1))
    return list(found.values())


async def thumbnail(tx: AsyncSession, who: Principal, blobs: ObjectStore, sha256: str) -> bytes:
    """The thumbnail of an image: WebP, long side at most 256. Raises ImageNotFound."""
    row = await get(tx, who, sha256)
    return await blobs.get(keys.thumbnail(who.workspace_id, row.sha256))
