"""Owns links to image bytes, and their places for other services: each is recorded as an access before it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, journal
from kit.blobs import ObjectStore
from kit.identity import Principal
from services.storage import checks, images, keys, rules
from services.storage.tables import Image


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that downloads one rendition of an image until `expire_time`."""

    sha256: str
    url: str
    media_type: str
    expire_time: datetime


async def sign(
    tx: AsyncSession,
    who: Principal,
    blobs: ObjectStore,
    digests: Sequence[str],
    *,
    preview: bool,
    purpose: str,
    life: timedelta,
) -> list[Link]:
    """Links in the order of the digests, without doubles.

    Args:
        preview: what a browser can show; the original where a browser shows that as it is.
        purpose: the dataset or project it is for.

    Raises:
        ImageNotFound, TooMany: nothing is signed.
    """
    rows = await _read(tx, who, digests, purpose, "PREVIEW" if preview else "ORIGINAL")
    expire_time = clock.now() + life
    return [_link(blobs, row, preview, life, expire_time) for row in rows]


async def locate(
    tx: AsyncSession, who: Principal, digests: Sequence[str], *, reader: dict[str, str], purpose: str
) -> list[Image]:
    """The images in the order of the digests, without doubles, for a service that reads their bytes itself.

    Args:
        reader: the actor (member_id, name, kind) for whom the service reads; the access is theirs.
        purpose: the dataset or project it is for.

    Raises:
        ImageNotFound, TooMany: nothing is told.
    """
    on_behalf = Principal(who.workspace_id, reader["member_id"], reader["name"], "", kind=reader["kind"])
    return await _read(tx, on_behalf, digests, purpose, "ORIGINAL")


async def _read(tx: AsyncSession, who: Principal, digests: Sequence[str], purpose: str, rendition: str) -> list[Image]:
    """The images, whose read is recorded."""
    plain_purpose = checks.checked("The purpose", rules.plain_text, purpose)
    rows = await images.get_many(tx, who, digests)
    await journal.access(
        tx,
        who,
        "storage.image.downloaded",
        rows[0].sha256 if len(rows) == 1 else plain_purpose,
        count=len(rows),
        purpose=plain_purpose,
        rendition=rendition,
        sha256s=[row.sha256 for row in rows],
    )
    return rows


def _link(blobs: ObjectStore, row: Image, preview: bool, life: timedelta, expire_time: datetime) -> Link:
    if preview and row.preview_media_type:
        key, media_type = keys.preview(row.workspace_id, row.sha256), row.preview_media_type
    else:
        key, media_type = keys.original(row.workspace_id, row.sha256), row.media_type
    url = blobs.presign_get(key, life, rules.file_name(row.sha256, media_type), media_type)
    return Link(row.sha256, url, media_type, expire_time)
