"""Owns the files of runs and logged models: announce, verify, keep, hand out. Does not carry the bytes.

Nothing is believed about what was uploaded: the bytes are copied out of the uploader's reach, hashed there, and only
then get their content-addressed name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids, journal
from kit.blobs import BlobMissing, ObjectStore, blob_key, staging_key
from kit.identity import Principal
from services.experiments import artifact_owners, rules
from services.experiments.errors import (
    ArtifactInvalid,
    ArtifactNotFound,
    UploadMismatch,
    UploadMissing,
    UploadNotFound,
)
from services.experiments.tables import Artifact, ArtifactUpload, Blob

_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w.+-]{0,100}/[\w.+-]{1,100}")
# Prefix of bytes that are being verified.
SEALED = "system/experiments/"
_UNKNOWN_MEDIA_TYPE = "application/octet-stream"
# As many as S3 takes.
MOST_PARTS = 10_000
_MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class Content:
    """Verified bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class NewArtifact:
    """A file as its sender describes it; `size` in bytes, `sha256` in hex, both empty when it does not know them."""

    path: str
    sha256: str
    size: int
    media_type: str
    part_count: int = 0


async def prepare(tx: AsyncSession, who: Principal, run_id: str, new: NewArtifact, *, epoch: int) -> ArtifactUpload:
    """Announce a file; `known` says that its bytes are in this workspace already.

    Raises:
        ArtifactInvalid: path, digest, size or media type is not acceptable.
    """
    _check(new)
    await artifact_owners.hold(tx, who, run_id, epoch=epoch)
    held = await tx.get(Blob, (who.workspace_id, new.sha256)) if new.sha256 else None
    if held is not None and held.size != new.size:
        raise ArtifactInvalid(f"The bytes with this sha256 have {held.size} bytes, not {new.size}.")
    upload = ArtifactUpload(
        id=ids.new("upl"),
        run_id=run_id,
        path=new.path,
        sha256=new.sha256,
        size=new.size if new.sha256 else 0,
        media_type=new.media_type or _UNKNOWN_MEDIA_TYPE,
        known=held is not None,
        parts_id="",
        create_time=clock.now(),
    )
    tx.add(upload)
    await tx.flush()
    return upload


async def begin_parts(tx: AsyncSession, upload: ArtifactUpload, parts_id: str) -> None:
    """Note how the store calls a file that arrives in parts."""
    await tx.execute(update(ArtifactUpload).where(ArtifactUpload.id == upload.id).values(parts_id=parts_id))


async def announced(
    tx: AsyncSession, who: Principal, run_id: str, upload_id: str, *, epoch: int
) -> tuple[ArtifactUpload, bool]:
    """An announced file of a run that may be written, and whether its bytes are here by now."""
    await artifact_owners.hold(tx, who, run_id, epoch=epoch)
    upload = await tx.get(ArtifactUpload, upload_id)
    if upload is None or upload.run_id != run_id:
        raise UploadNotFound("There is no such upload, or it has expired: prepare the artifact again.")
    return upload, bool(upload.sha256) and await tx.get(Blob, (who.workspace_id, upload.sha256)) is not None


async def join_parts(blobs: ObjectStore, upload: ArtifactUpload, etags: Sequence[str]) -> None:
    """Make the parts that arrived one file; nothing to do for a file that was sent whole."""
    if not upload.parts_id:
        return
    if not etags:
        raise ArtifactInvalid(f"{upload.path!r} is sent in parts: name their ETags in part_etags.")
    await blobs.finish_parts(staging_key(upload.id), upload.parts_id, etags)


async def verify(blobs: ObjectStore, who: Principal, upload: ArtifactUpload) -> Content:
    """Hash what arrived and give it its content-addressed name. Slow: call it outside a transaction.

    Raises:
        UploadMissing: nothing arrived yet.
        UploadMismatch: other bytes arrived than were announced.
    """
    sealed = _sealed_key(upload.id)
    try:
        # The uploader's URL still works, so what is hashed must be a copy that it does not reach.
        await blobs.copy(staging_key(upload.id), sealed)
    except BlobMissing as error:
        raise UploadMissing(
            f"No bytes have arrived for {upload.path!r}: PUT them to put_url, then complete."
        ) from error
    try:
        found = await blobs.hash_stream(sealed)
        if upload.sha256 and (found.sha256, found.size) != (upload.sha256, upload.size):
            raise UploadMismatch(
                f"{upload.path!r} arrived with {found.size} bytes and sha256 {found.sha256}, announced were "
                f"{upload.size} bytes and {upload.sha256}: send the file again.",
                sha256=found.sha256,
            )
        await blobs.copy(sealed, blob_key(who.workspace_id, found.sha256))
        return Content(found.sha256, found.size)
    finally:
        await blobs.delete(sealed)


async def discard(blobs: ObjectStore, upload_id: str, parts_id: str = "") -> None:
    """Remove what was sent: it is kept under its content-addressed name now, or will not come."""
    if parts_id:
        await blobs.abort_parts(staging_key(upload_id), parts_id)
    await blobs.delete(staging_key(upload_id))


async def forget(tx: AsyncSession, upload: ArtifactUpload) -> None:
    """Drop an announcement."""
    await tx.execute(delete(ArtifactUpload).where(ArtifactUpload.id == upload.id))


async def keep(tx: AsyncSession, who: Principal, upload: ArtifactUpload, content: Content, *, epoch: int) -> Artifact:
    """Make a verified file an artifact of its run; a file at the same path is replaced."""
    await artifact_owners.hold(tx, who, upload.run_id, epoch=epoch)
    now = clock.now()
    await tx.execute(
        insert(Blob)
        .values(workspace_id=who.workspace_id, sha256=content.sha256, size=content.size, create_time=now)
        .on_conflict_do_nothing()
    )
    # A retry finds the bytes by it.
    await tx.execute(
        update(ArtifactUpload).where(ArtifactUpload.id == upload.id).values(sha256=content.sha256, size=content.size)
    )
    held = await tx.get(Artifact, (upload.run_id, upload.path))
    if held is not None and held.sha256 == content.sha256:
        return held
    facts = {"sha256": content.sha256, "size": content.size, "media_type": upload.media_type, "create_time": now}
    artifact = (
        await tx.scalars(
            insert(Artifact)
            .values(run_id=upload.run_id, path=upload.path, workspace_id=who.workspace_id, **facts)
            .on_conflict_do_update(index_elements=["run_id", "path"], set_=facts)
            .returning(Artifact),
            execution_options={"populate_existing": True},
        )
    ).one()
    await journal.change(
        tx,
        who,
        "experiments.artifact.created",
        upload.run_id,
        path=artifact.path,
        sha256=artifact.sha256,
        size=artifact.size,
    )
    return artifact


async def get(tx: AsyncSession, who: Principal, run_id: str, path: str) -> Artifact:
    """One file of a run; raises ArtifactNotFound."""
    found = await tx.scalar(
        select(Artifact).where(
            Artifact.run_id == run_id, Artifact.path == path, Artifact.workspace_id == who.workspace_id
        )
    )
    if found is None:
        raise ArtifactNotFound(f"{run_id[:80]} has no artifact {path[:200]!r}; list its artifacts.")
    return found


async def listing(
    tx: AsyncSession, who: Principal, run_id: str, *, path: str, after: Sequence[Any] | None, limit: int
) -> Sequence[Artifact]:
    """The files of a run by path, those at or below `path` when it is not empty."""
    await artifact_owners.find(tx, who, run_id)
    query = select(Artifact).where(Artifact.run_id == run_id, *_at_or_below(path)).order_by(Artifact.path).limit(limit)
    if after:
        query = query.where(Artifact.path > after[0])
    return (await tx.scalars(query)).all()


async def remove(tx: AsyncSession, who: Principal, run_id: str, path: str, *, epoch: int) -> int:
    """Delete the file at `path` or all files below it, all of the run when it is empty; answers how many.

    Their bytes stay: model versions and other runs may refer to them.
    """
    await artifact_owners.hold(tx, who, run_id, epoch=epoch)
    gone = (
        await tx.scalars(
            delete(Artifact).where(Artifact.run_id == run_id, *_at_or_below(path)).returning(Artifact.path)
        )
    ).all()
    if gone:
        await journal.change(
            tx, who, "experiments.artifact.deleted", run_id, count=len(gone), paths=sorted(gone)[:_MOST_NAMED]
        )
    return len(gone)


async def record_access(tx: AsyncSession, who: Principal, artifact: Artifact) -> None:
    """Say in the journal who is about to read a file: it may show confidential images."""
    await journal.access(
        tx, who, "experiments.artifact.downloaded", artifact.run_id, path=artifact.path, sha256=artifact.sha256
    )


def signed_url(blobs: ObjectStore, artifact: Artifact, life: timedelta) -> str:
    """A URL that downloads a file under its own name, for as long as `life`."""
    filename = artifact.path.rsplit("/", 1)[-1]
    return blobs.presign_get(blob_key(artifact.workspace_id, artifact.sha256), life, filename, artifact.media_type)


def _sealed_key(upload_id: str) -> str:
    """Where bytes lie while they are hashed; no URL is ever signed for it. One for each try: two may run at once."""
    return f"{SEALED}{upload_id}-{ids.uuid7_hex()}"


def _at_or_below(path: str) -> tuple[ColumnElement[bool], ...]:
    return (or_(Artifact.path == path, Artifact.path.startswith(f"{path}/", autoescape=True)),) if path else ()


def _check(new: NewArtifact) -> None:
    if not rules.is_artifact_path(new.path):
        raise ArtifactInvalid(
            "A path is relative, with '/' between its parts and no '.' or '..', up to 500 characters."
        )
    if not 0 <= new.part_count <= MOST_PARTS:
        raise ArtifactInvalid(f"A file has at most {MOST_PARTS} parts.")
    if new.sha256 and (not rules.is_sha256(new.sha256) or new.size < 0):
        raise ArtifactInvalid("sha256 is 64 lower-case hex digits, size the number of bytes.")
    if new.media_type and not _MEDIA_TYPE.fullmatch(new.media_type):
        raise ArtifactInvalid("media_type is something like application/json.")
