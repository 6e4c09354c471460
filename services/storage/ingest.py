"""Owns the way from uploaded bytes to a verified, measured image. Does not touch drafts.

The bytes are read once: what is hashed is what is decoded and what is stored, so whoever still holds the upload URL
cannot slip in others. Each image is recorded in a short transaction of its own before the call that completes it ends:
a call that runs out of time has not worked in vain.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from kit import clock
from kit.blobs import BlobMissing, ObjectStore, staging_key
from kit.db import Database
from services.storage import keys, rules
from services.storage.imaging import Decoder, ImageRefused, Measured
from services.storage.tables import Image, Upload

# Images above this are taken one at a time: several at once would not fit into memory.
_LARGE_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an upload is not taken: a stable reason and a sentence that says what to do."""

    reason: str
    message: str


_NOT_UPLOADED = Refusal("NOT_UPLOADED", "The bytes are not here: PUT them to put_url, then complete again.")


class Ingest:
    """What verifying an upload needs: the store, the decoder, and places for work that runs at once."""

    def __init__(self, db: Database, blobs: ObjectStore, decoder: Decoder, parallel: int) -> None:
        self._db = db
        self._blobs = blobs
        self._decoder = decoder
        self._places = asyncio.Semaphore(parallel)
        self._large = asyncio.Semaphore(1)

    async def take(self, upload: Upload) -> Image | Refusal:
        """The image of an open upload. Durable when it returns; taking it again gives the same image."""
        async with self._places:
            found = await self._known(upload) or await self._verify(upload)
        if isinstance(found, Refusal):
            return found
        wrong = rules.mismatch((upload.sha256, upload.md5, upload.size), (found.sha256, found.md5, found.size))
        return Refusal(*wrong) if wrong else found

    async def clear(self, upload: Upload) -> None:
        """Remove the staged bytes of an upload that is decided."""
        await self._blobs.delete(staging_key(upload.id))

    async def _known(self, upload: Upload) -> Image | None:
        async with self._db.transaction() as tx:
            return await tx.get(Image, (upload.workspace_id, upload.sha256))

    async def _verify(self, upload: Upload) -> Image | Refusal:
        staged = staging_key(upload.id)
        try:
            size = (await self._blobs.stat(staged)).size
            # before reading: an uploader who lies about the size must not fill the memory
            wrong = rules.mismatch((upload.sha256, upload.md5, upload.size), (upload.sha256, upload.md5, size))
            if wrong:
                return Refusal(*wrong)
            if size < _LARGE_BYTES:
                return await self._read(upload, staged)
            async with self._large:
                return await self._read(upload, staged)
        except BlobMissing:
            return _NOT_UPLOADED

    async def _read(self, upload: Upload, staged: str) -> Image | Refusal:
        # one byte more than announced: an object that grew since it was measured is not read whole
        data = await self._blobs.get(staged, 0, upload.size + 1)
        sha256, md5 = await asyncio.to_thread(_digests, data)
        wrong = rules.mismatch((upload.sha256, upload.md5, upload.size), (sha256, md5, len(data)))
        if wrong:
            return Refusal(*wrong)
        try:
            measured = await self._decoder.measure(data)
        except ImageRefused as refused:
            return Refusal(refused.reason.value, refused.message)
        return await self._keep(upload, data, measured)

    async def _keep(self, upload: Upload, data: bytes, measured: Measured) -> Image:
        """Store the bytes and renditions, then record the image: a row never names bytes that are not there."""
        workspace_id, sha256 = upload.workspace_id, upload.sha256
        puts = [
            self._blobs.put(keys.original(workspace_id, sha256), data, measured.media_type, if_absent=True),
            self._blobs.put(keys.thumbnail(workspace_id, sha256), measured.thumbnail, "image/webp"),
        ]
        if measured.preview is not None:
            preview = keys.preview(workspace_id, sha256)
            puts.append(self._blobs.put(preview, measured.preview, measured.preview_media_type))
        await asyncio.gather(*puts)
        facts = measured.facts()
        values = {
            "workspace_id": workspace_id,
            "sha256": sha256,
            "md5": upload.md5,
            "size": upload.size,
            "media_type": facts.pop("media_type"),
            "preview_media_type": facts.pop("preview_media_type"),
            "quality": facts,
            "create_time": clock.now(),
        }
        async with self._db.transaction() as tx:
            await tx.execute(insert(Image).values(values).on_conflict_do_nothing())
            found = select(Image).filter_by(workspace_id=workspace_id, sha256=sha256)
            return (await tx.scalars(found)).one()


def _digests(data: bytes) -> tuple[str, str]:
    return hashlib.sha256(data).hexdigest(), hashlib.md5(data, usedforsecurity=False).hexdigest()
