"""Tests of uploads: only verified images reach a draft, what is acknowledged stays, and a retry has one effect."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from kit import clock
from kit.blobs import BlobMissing, ObjectStore, blob_key, staging_key
from kit.db import Database
from kit.errors import Invalid, NotFound
from plumbapi.storage import v1 as pb
from services.storage import expiry
from services.storage.tables import Batch, Table, Upload
from tests.storage.conftest import Member, Workspace, item, picture, send

_OUTBOX = Table.metadata.tables["outbox"]


async def test_an_upload_becomes_an_image_of_the_draft(dana: Member, blobs: ObjectStore) -> None:
    dataset = await dana.dataset()
    data = picture(1)
    batch = await dana.add(dataset.id, {"a/1.png": data}, source="site A", tags=["lab", "dark"])
    (image,) = await dana.images("tiles")
    announced = item("a/1.png", data)
    assert (image.path, image.sha256, image.md5, image.size) == ("a/1.png", announced.sha256, announced.md5, len(data))
    assert (image.source, image.batch_id, image.contributor.name) == ("site A", batch.id, "Dana")
    assert list(image.tags) == ["dark", "lab"]
    assert (image.media_type, image.quality.width, image.quality.bit_depth) == ("image/png", 32, 8)
    assert await blobs.get(blob_key(dana.who.workspace_id, image.sha256)) == data


async def test_an_item_asked_for_again_is_the_same_upload(dana: Member) -> None:
    batch = await dana.batch((await dana.dataset()).id)
    data = picture(2)
    (first,) = await dana.prepare(batch.id, [item("1.png", data)])
    (again,) = await dana.prepare(batch.id, [item("1.png", data)])
    assert again.state == pb.Upload.NEEDED
    assert again.id == first.id
    await send(first.put_url, data)
    (done,) = await dana.complete(batch.id, [again])
    assert done.state == pb.Upload.COMPLETED


async def test_known_bytes_are_not_sent_again(dana: Member) -> None:
    dataset = await dana.dataset()
    data = picture(3)
    await dana.add(dataset.id, {"1.png": data})
    batch = await dana.batch(dataset.id, "site B")
    same, other = await dana.prepare(batch.id, [item("1.png", data), item("2.png", data)])
    assert (same.state, same.id) == (pb.Upload.PRESENT, "")
    assert (other.state, other.put_url) == (pb.Upload.KNOWN, "")
    (done,) = await dana.complete(batch.id, [other])
    assert done.state == pb.Upload.COMPLETED
    assert [(image.path, image.source) for image in await dana.images("tiles")] == [
        ("1.png", "site A"),
        ("2.png", "site B"),
    ]


async def test_new_tags_are_something_new_at_a_path(dana: Member) -> None:
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"1.png": picture(3)}, tags=["lab"])
    batch = await dana.batch(dataset.id)
    (same,) = await dana.prepare(batch.id, [item("1.png", picture(3), tags=["lab"])])
    (more,) = await dana.prepare(batch.id, [item("1.png", picture(3), tags=["lab", "dark"])])
    assert (same.state, more.state) == (pb.Upload.PRESENT, pb.Upload.KNOWN)


@pytest.mark.parametrize(
    ("announced", "sent", "reason"),
    [
        (item("1.png", picture(4)), picture(5), "HASH_MISMATCH"),
        (item("1.png", picture(4), md5="0" * 32), picture(4), "HASH_MISMATCH"),
        (item("1.png", picture(4)), picture(4) + b"x", "SIZE_MISMATCH"),
        (item("1.png", picture(4)[:500]), picture(4)[:500], "CORRUPT_IMAGE"),
        (item("1.png", b"#!/bin/sh\n"), b"#!/bin/sh\n", "UNSUPPORTED_FORMAT"),
    ],
)
async def test_what_is_not_the_announced_image_is_refused(
    dana: Member, blobs: ObjectStore, announced: pb.UploadItem, sent: bytes, reason: str
) -> None:
    batch = await dana.batch((await dana.dataset()).id)
    uploads = await dana.prepare(batch.id, [announced])
    await send(uploads[0].put_url, sent)
    for _ in range(2):  # asking again gives the same answer
        (done,) = await dana.complete(batch.id, uploads)
        assert (done.state, done.reason) == (pb.Upload.REJECTED, reason)
        assert done.message
    assert await dana.images("tiles") == []
    with pytest.raises(BlobMissing):
        await blobs.stat(staging_key(uploads[0].id))
    with pytest.raises(BlobMissing):
        await blobs.stat(blob_key(dana.who.workspace_id, announced.sha256))


async def test_one_refused_image_does_not_hold_up_the_others(dana: Member) -> None:
    batch = await dana.batch((await dana.dataset()).id)
    files = {"good.png": picture(6), "bad.png": b"no image"}
    uploads = await dana.prepare(batch.id, [item(path, data) for path, data in files.items()])
    for upload, data in zip(uploads, files.values(), strict=True):
        await send(upload.put_url, data)
    done = await dana.complete(batch.id, uploads)
    assert [upload.state for upload in done] == [pb.Upload.COMPLETED, pb.Upload.REJECTED]
    assert [image.path for image in await dana.images("tiles")] == ["good.png"]


async def test_bytes_may_arrive_after_a_refusal(dana: Member) -> None:
    batch = await dana.batch((await dana.dataset()).id)
    uploads = await dana.prepare(batch.id, [item("1.png", picture(7))])
    (early,) = await dana.complete(batch.id, uploads)
    assert (early.state, early.reason) == (pb.Upload.REJECTED, "NOT_UPLOADED")
    await send(uploads[0].put_url, picture(7))
    (done,) = await dana.complete(batch.id, uploads)
    assert (done.state, done.reason) == (pb.Upload.COMPLETED, "")


async def test_bytes_sent_after_completion_change_nothing(dana: Member, blobs: ObjectStore) -> None:
    batch = await dana.batch((await dana.dataset()).id)
    data = picture(8)
    uploads = await dana.prepare(batch.id, [item("1.png", data)])
    await send(uploads[0].put_url, data)
    await dana.complete(batch.id, uploads)
    await send(uploads[0].put_url, picture(9))
    (again,) = await dana.complete(batch.id, uploads)
    assert again.state == pb.Upload.COMPLETED
    (image,) = await dana.images("tiles")
    assert await blobs.get(blob_key(dana.who.workspace_id, image.sha256)) == data


async def test_completing_again_and_at_once_has_one_effect(dana: Member, db: Database) -> None:
    dataset = await dana.dataset()
    batch = await dana.batch(dataset.id)
    uploads = await dana.prepare(batch.id, [item("1.png", picture(10))])
    await send(uploads[0].put_url, picture(10))
    answers = await asyncio.gather(*(dana.complete(batch.id, uploads) for _ in range(4)))
    assert {answer[0].state for answer in answers} == {pb.Upload.COMPLETED}
    async with db.transaction() as tx:
        stored = await tx.get(Batch, batch.id)
        added = select(_OUTBOX.c.data).filter_by(subject=dataset.id, type="plumb.storage.images.added.v1")
        events = (await tx.scalars(added)).all()
    assert stored is not None
    assert stored.image_count == 1
    assert [(event["count"], event["batch_id"], event["refused"]) for event in events] == [(1, batch.id, 0)]


async def test_contributors_at_the_same_time_lose_nothing(workspace: Workspace) -> None:
    dana = workspace.member("Dana")
    dataset = await dana.dataset()
    people = [workspace.member(name) for name in ("Ann", "Ben", "Cem", "Dee")]
    work = []
    for seed, person in enumerate(people):
        own = {f"{person.who.name}/{number}.png": picture(100 * seed + number) for number in range(3)}
        work.append(person.add(dataset.id, {**own, "shared.png": picture(11)}))
    await asyncio.gather(*work)
    images = await dana.images(dataset.id)
    assert len(images) == 13
    for image in images:
        if image.path != "shared.png":
            assert image.contributor.name == image.path.split("/")[0]


async def test_an_expired_upload_is_refused_and_its_bytes_removed(
    dana: Member, db: Database, blobs: ObjectStore
) -> None:
    batch = await dana.batch((await dana.dataset()).id)
    data = picture(12)
    uploads = await dana.prepare(batch.id, [item("1.png", data)])
    await send(uploads[0].put_url, data)
    async with db.transaction() as tx:
        past = update(Upload).where(Upload.id == uploads[0].id).values(expire_time=clock.now() - timedelta(seconds=1))
        await tx.execute(past)
    assert await expiry.sweep(db, blobs) == 1
    with pytest.raises(BlobMissing):
        await blobs.stat(staging_key(uploads[0].id))
    (done,) = await dana.complete(batch.id, uploads)
    assert (done.state, done.reason) == (pb.Upload.REJECTED, "EXPIRED")
    (again,) = await dana.prepare(batch.id, [item("1.png", data)])
    assert again.state == pb.Upload.NEEDED


async def test_a_removed_image_can_be_uploaded_again(dana: Member) -> None:
    dataset = await dana.dataset()
    batch = await dana.add(dataset.id, {"1.png": picture(13)})
    await dana.remove(dataset.id, ["1.png"])
    uploads = await dana.prepare(batch.id, [item("1.png", picture(13))])
    assert uploads[0].state == pb.Upload.KNOWN
    (done,) = await dana.complete(batch.id, uploads)
    assert done.state == pb.Upload.COMPLETED
    assert [image.path for image in await dana.images("tiles")] == ["1.png"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "../1.png"},
        {"path": "/1.png"},
        {"sha256": "A" * 64},
        {"md5": "short"},
        {"size": 2**31 + 1},
        {"size": -1},
        {"tags": ["a\nb"]},
    ],
)
async def test_a_wrong_item_is_refused_before_anything_is_sent(dana: Member, wrong: dict[str, object]) -> None:
    batch = await dana.batch((await dana.dataset()).id)
    good, bad = item("good.png", picture(1)), item(**{"path": "1.png", "data": picture(1), **wrong})
    with pytest.raises(Invalid):
        await dana.prepare(batch.id, [good, bad])
    gap = await dana.storage.GetGap(pb.GetGapRequest(dataset_id="tiles"))
    assert list(gap.sources) == []


async def test_limits_of_one_request(dana: Member) -> None:
    batch = await dana.batch((await dana.dataset()).id)
    with pytest.raises(Invalid, match="At most 200"):
        await dana.prepare(batch.id, [item(f"{number}.png", b"x") for number in range(201)])
    with pytest.raises(Invalid, match="At most 50"):
        await dana.complete(batch.id, [pb.Upload(id=str(number)) for number in range(51)])
    with pytest.raises(Invalid, match="twice"):
        await dana.prepare(batch.id, [item("1.png", picture(1)), item("1.png", picture(2))])


async def test_an_upload_belongs_to_its_batch(dana: Member) -> None:
    dataset = await dana.dataset()
    first, second = await dana.batch(dataset.id), await dana.batch(dataset.id)
    uploads = await dana.prepare(first.id, [item("1.png", picture(1))])
    with pytest.raises(NotFound) as caught:
        await dana.complete(second.id, uploads)
    assert caught.value.reason == "UPLOAD_NOT_FOUND"
