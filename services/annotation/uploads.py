"""Owns the files that are to be imported: a place for the bytes, the bytes on this machine, and their end."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids
from kit.blobs import BlobMissing, ObjectStore, staging_key
from kit.db import Database
from kit.identity import Principal
from services.annotation.errors import FileNameInvalid, UploadMissing
from services.annotation.tables import ImportUpload, Project

_NAME = re.compile(r"[^\x00-\x1f\x7f/\\]{1,200}")
_AT_ONCE = 200


async def prepare(tx: AsyncSession, who: Principal, project: Project, file_name: str, life: timedelta) -> ImportUpload:
    """A place for a file.

    Raises:
        FileNameInvalid: it is no plain file name.
    """
    if not _NAME.fullmatch(file_name) or file_name in (".", ".."):
        raise FileNameInvalid(f"{file_name[:200]!r} is no file name: send the name alone, without its folder.")
    row = ImportUpload(
        id=ids.new("upl"),
        workspace_id=who.workspace_id,
        project_id=project.id,
        file_name=file_name,
        expire_time=clock.now() + life,
    )
    tx.add(row)
    await tx.flush()
    return row


async def get(tx: AsyncSession, project: Project, upload_id: str) -> ImportUpload:
    """Raises UploadMissing when the project has no such upload, or has it no longer."""
    row = await tx.get(ImportUpload, upload_id)
    if row is None or row.project_id != project.id or row.expire_time < clock.now():
        raise UploadMissing(f"There is no upload {upload_id} (any more): prepare one, and PUT the file to its URL.")
    return row


def put_url(blobs: ObjectStore, row: ImportUpload, life: timedelta) -> str:
    """Where the client sends the bytes."""
    return blobs.presign_put(staging_key(row.id), life)


async def check_arrived(blobs: ObjectStore, upload_id: str, most_bytes: int) -> int:
    """Bytes that have arrived.

    Raises:
        UploadMissing: none have, or more than are taken.
    """
    try:
        size = (await blobs.stat(staging_key(upload_id))).size
    except BlobMissing as error:
        raise UploadMissing("The file is not here: PUT it to put_url, then import it again.") from error
    if size > most_bytes:
        raise UploadMissing(f"The file has {size} bytes, at most {most_bytes} are taken: send it in parts.")
    return size


async def fetch(blobs: ObjectStore, upload_id: str, target: Path, most_bytes: int) -> None:
    """The bytes as a file on this machine. Raises UploadMissing as `check_arrived`."""
    await check_arrived(blobs, upload_id, most_bytes)
    size = 0
    with target.open("wb") as file:
        async for chunk in blobs.stream(staging_key(upload_id)):
            # whoever still holds the URL may have sent more since
            size += len(chunk)
            if size > most_bytes:
                raise UploadMissing(f"The file has more than {most_bytes} bytes: send it in parts.")
            await asyncio.to_thread(file.write, chunk)


async def sweep_for_ever(db: Database, blobs: ObjectStore, pause_s: float) -> None:
    while True:
        count = await sweep(db, blobs)
        await asyncio.sleep(0 if count == _AT_ONCE else pause_s)


async def sweep(db: Database, blobs: ObjectStore) -> int:
    """Remove uploads that have expired; returns how many. Several processes may sweep at once."""
    query = select(ImportUpload).where(ImportUpload.expire_time < clock.now()).limit(_AT_ONCE)
    async with db.transaction() as tx:
        expired = (await tx.scalars(query.with_for_update(skip_locked=True))).all()
        await asyncio.gather(*(blobs.delete(staging_key(row.id)) for row in expired))
        for row in expired:
            await tx.delete(row)
    return len(expired)
