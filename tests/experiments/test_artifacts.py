"""Files of runs on a real object store: nothing is kept under a name that its bytes do not have."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from kit.blobs import BlobMissing, blob_key, staging_key
from kit.journal_tables import audit
from services.experiments import artifacts, expiry, runs
from services.experiments.artifacts import NewArtifact
from services.experiments.errors import (
    ArtifactInvalid,
    ArtifactNotFound,
    UploadMismatch,
    UploadMissing,
    UploadNotFound,
)


def described(content: bytes, path: str = "model.onnx") -> NewArtifact:
    return NewArtifact(path, hashlib.sha256(content).hexdigest(), len(content), "application/octet-stream")


async def prepare(db, who, run_id: str, new: NewArtifact):
    async with db.transaction() as tx:
        return await artifacts.prepare(tx, who, run_id, new, epoch=0)


async def test_an_upload_by_url_is_verified_kept_and_downloaded_under_its_name(db, blobs, who, make_run) -> None:
    run, content = await make_run(), b"weights" * 1000
    upload = await prepare(db, who, run.id, described(content, "checkpoints/step 1.bin"))
    assert not upload.known
    async with httpx.AsyncClient(trust_env=False) as http:
        url = blobs.presign_put(staging_key(upload.id), timedelta(minutes=5))
        assert (await http.put(url, content=content)).status_code == 200
        verified = await artifacts.verify(blobs, who, upload)
        async with db.transaction() as tx:
            artifact = await artifacts.keep(tx, who, upload, verified, epoch=0)
            await artifacts.record_access(tx, who, artifact)
        await artifacts.discard(blobs, upload.id)
        answer = await http.get(artifacts.signed_url(blobs, artifact, timedelta(minutes=5)))
    assert answer.content == content
    assert "step%201.bin" in answer.headers["content-disposition"]
    assert await blobs.get(blob_key(who.workspace_id, upload.sha256)) == content
    with pytest.raises(BlobMissing):
        await blobs.stat(staging_key(upload.id))
    async with db.transaction() as tx:
        query = select(audit).where(audit.c.workspace_id == who.workspace_id, audit.c.kind == "ACCESS")
        [entry] = (await tx.execute(query)).all()
    assert (entry.action, entry.resource) == ("experiments.artifact.downloaded", run.id)


@pytest.mark.parametrize("sent", [b"other bytes", b"weight", b""])
async def test_other_bytes_than_announced_never_get_the_name(db, blobs, who, make_run, sent: bytes) -> None:
    run = await make_run()
    upload = await prepare(db, who, run.id, described(b"weights"))
    await blobs.put(staging_key(upload.id), sent)
    with pytest.raises(UploadMismatch):
        await artifacts.verify(blobs, who, upload)
    with pytest.raises(BlobMissing):
        await blobs.stat(blob_key(who.workspace_id, upload.sha256))
    assert [left.key async for left in blobs.list(artifacts.SEALED) if upload.id in left.key] == []


async def test_completing_before_the_bytes_arrive_is_refused(db, blobs, who, make_run) -> None:
    run = await make_run()
    upload = await prepare(db, who, run.id, described(b"weights"))
    with pytest.raises(UploadMissing):
        await artifacts.verify(blobs, who, upload)


async def test_known_bytes_are_not_sent_again_but_only_within_the_workspace(
    db, blobs, who, make_run, add_artifact
) -> None:
    run = await make_run()
    await add_artifact(run.id, "a.bin", b"same")
    assert (await prepare(db, who, run.id, described(b"same", "b.bin"))).known
    stranger = type(who)(workspace_id=who.workspace_id + "y", member_id="mem_y", name="Y", role="OWNER")
    async with db.transaction() as tx:
        foreign = await runs.create(tx, stranger, runs.NewRun(experiment="e", kind="TRAINING"))
    assert not (await prepare(db, stranger, foreign.id, described(b"same"))).known


async def test_a_path_can_be_replaced_while_the_run_runs(db, who, make_run, add_artifact) -> None:
    run = await make_run()
    await add_artifact(run.id, "last.bin", b"one")
    again = await add_artifact(run.id, "last.bin", b"one")
    newer = await add_artifact(run.id, "last.bin", b"three")
    async with db.transaction() as tx:
        [held] = await artifacts.listing(tx, who, run.id, path="", after=None, limit=10)
    assert again.size == 3
    assert (held.sha256, held.size) == (newer.sha256, 5)


async def test_an_empty_file_is_a_file(make_run, add_artifact) -> None:
    run = await make_run()
    assert (await add_artifact(run.id, "empty.txt", b"")).size == 0


async def test_files_are_listed_by_path(db, who, make_run, add_artifact) -> None:
    run = await make_run()
    for path in ("b", "a/2", "a/1"):
        await add_artifact(run.id, path, path.encode())
    async with db.transaction() as tx:
        rows = await artifacts.listing(tx, who, run.id, path="", after=["a/1"], limit=10)
        assert [row.path for row in rows] == ["a/2", "b"]
        with pytest.raises(ArtifactNotFound):
            await artifacts.get(tx, who, run.id, "c")


@pytest.mark.parametrize(
    "bad",
    [
        NewArtifact("../x", "0" * 64, 1, ""),
        NewArtifact("x", "0" * 63, 1, ""),
        NewArtifact("x", "0" * 64, -1, ""),
        NewArtifact("x", "0" * 64, 1, "text/html; x"),
    ],
)
async def test_a_file_that_cannot_be_kept_is_refused(db, who, make_run, bad: NewArtifact) -> None:
    run = await make_run()
    with pytest.raises(ArtifactInvalid):
        await prepare(db, who, run.id, bad)


async def test_an_upload_belongs_to_its_run(db, who, make_run) -> None:
    run, other = await make_run(), await make_run()
    upload = await prepare(db, who, run.id, described(b"weights"))
    with pytest.raises(UploadNotFound):
        async with db.transaction() as tx:
            await artifacts.announced(tx, who, other.id, upload.id, epoch=0)


async def test_uploads_that_never_arrived_are_swept(db, blobs, who, make_run) -> None:
    run = await make_run()
    upload = await prepare(db, who, run.id, described(b"weights"))
    await blobs.put(staging_key(upload.id), b"half")
    assert await expiry.sweep(db, blobs, timedelta(hours=1)) == 0
    assert await expiry.sweep(db, blobs, timedelta(hours=-2)) >= 1
    with pytest.raises(BlobMissing):
        await blobs.stat(staging_key(upload.id))
    with pytest.raises(UploadNotFound):
        async with db.transaction() as tx:
            await artifacts.announced(tx, who, run.id, upload.id, epoch=0)


async def test_a_file_may_be_sent_by_somebody_who_does_not_know_its_digest(db, blobs, who, make_run) -> None:
    run, content = await make_run(), b"weights" * 1000
    upload = await prepare(db, who, run.id, NewArtifact("model.bin", "", 0, ""))
    await blobs.put(staging_key(upload.id), content)
    async with db.transaction() as tx:
        _, is_here = await artifacts.announced(tx, who, run.id, upload.id, epoch=0)
    assert not is_here
    verified = await artifacts.verify(blobs, who, upload)
    async with db.transaction() as tx:
        kept = await artifacts.keep(tx, who, upload, verified, epoch=0)
    assert (kept.sha256, kept.size) == (hashlib.sha256(content).hexdigest(), len(content))
    async with db.transaction() as tx:
        _, is_here = await artifacts.announced(tx, who, run.id, upload.id, epoch=0)
    assert is_here, "a repeated request finds the bytes, although they were moved away"


async def test_a_file_in_parts_is_one_file_or_given_up(db, blobs, who, make_run) -> None:
    run = await make_run()
    first, second = bytes(5 * 2**20), b"the end"
    kept = await begin_parts(db, blobs, who, run.id)
    async with httpx.AsyncClient(trust_env=False) as http:
        etags = []
        for number, content in enumerate((first, second), start=1):
            url = blobs.presign_part(staging_key(kept.id), kept.parts_id, number, timedelta(minutes=5))
            etags.append((await http.put(url, content=content)).headers["etag"])
    with pytest.raises(ArtifactInvalid):
        await artifacts.join_parts(blobs, kept, [])
    await artifacts.join_parts(blobs, kept, etags)
    await artifacts.join_parts(blobs, kept, etags)
    verified = await artifacts.verify(blobs, who, kept)
    assert verified == artifacts.Content(hashlib.sha256(first + second).hexdigest(), len(first + second))

    gone = await begin_parts(db, blobs, who, run.id)
    await artifacts.discard(blobs, gone.id, gone.parts_id)
    with pytest.raises(BlobMissing):
        await artifacts.join_parts(blobs, gone, etags)


async def begin_parts(db, blobs, who, run_id: str):
    upload = await prepare(db, who, run_id, NewArtifact("model.bin", "", 0, "", part_count=2))
    parts_id = await blobs.begin_parts(staging_key(upload.id))
    async with db.transaction() as tx:
        await artifacts.begin_parts(tx, upload, parts_id)
        found, _ = await artifacts.announced(tx, who, run_id, upload.id, epoch=0)
        await tx.refresh(found)
    return found


async def test_a_folder_is_listed_and_deleted_without_its_neighbours(db, who, make_run, add_artifact) -> None:
    run = await make_run()
    for path in ("plots/a.png", "plots/b/c.png", "plots.txt", "plots"):
        await add_artifact(run.id, path, path.encode())
    async with db.transaction() as tx:
        rows = await artifacts.listing(tx, who, run.id, path="plots", after=None, limit=10)
        assert [row.path for row in rows] == ["plots", "plots/a.png", "plots/b/c.png"]
        assert await artifacts.remove(tx, who, run.id, "plots/b", epoch=0) == 1
        assert await artifacts.remove(tx, who, run.id, "absent", epoch=0) == 0
        assert await artifacts.remove(tx, who, run.id, "", epoch=0) == 3
