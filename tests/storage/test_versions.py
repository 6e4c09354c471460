"""Tests of versions: they never change, anyone can recompute them offline, and both ways to make one agree."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random

import pyarrow.parquet as pq
import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, merkle
from kit.blobs import ObjectStore
from kit.db import Database
from kit.errors import FailedPrecondition, NotFound
from plumbapi.storage import v1 as pb
from services.storage import datasets, entries, framing, ranges, versions
from services.storage.tables import Entry, Image, Table, Version
from tests.storage.conftest import Member, Workspace, fetch, picture

_AUDIT = Table.metadata.tables["audit"]


async def _export(member: Member, number: int) -> dict[str, bytes]:
    answer = await member.storage.ExportVersion(pb.ExportVersionRequest(dataset_id="tiles", number=number))
    files = {file.path: await fetch(file.url) for file in answer.files}
    assert {file.path: file.size for file in answer.files} == {path: len(data) for path, data in files.items()}
    return files


async def test_a_digest_can_be_recomputed_from_the_exported_files_alone(dana: Member) -> None:
    """Invariant 1."""
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"a.png": picture(1), "ä/b.png": picture(2)}, tags=["lab"])
    await dana.tag(dataset.id, ["a.png"], metadata={"gain": 1.0, "camera": {"name": "c1", "ratio": 0.1}})
    version = await dana.publish(dataset.id, note="first")
    files = await _export(dana, 1)
    report = merkle.verify(files["index.json"], lambda name: files[f"ranges/{name}"])
    assert report.ok
    assert version.digest == f"sha256:{report.digest}"
    lines = [json.loads(line) for name in files if name.startswith("ranges/") for line in files[name].splitlines()]
    assert [path for path, _ in lines] == ["a.png", "ä/b.png"]
    assert lines[0][1]["metadata"] == {"gain": 1, "camera": {"name": "c1", "ratio": 0.1}}
    assert lines[0][1]["sha256"] == hashlib.sha256(picture(1)).hexdigest()


async def test_a_version_stays_as_it_is_whatever_happens_to_the_draft(dana: Member) -> None:
    """Invariant 1."""
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"1.png": picture(1), "2.png": picture(2), "3.png": picture(3)})
    version = await dana.publish(dataset.id)
    images, files = await dana.images("tiles", 1), await _export(dana, 1)
    await dana.add(dataset.id, {"1.png": picture(4), "4.png": picture(5)}, source="site B")
    await dana.tag(dataset.id, ["2.png"], add_tags=["new"])
    await dana.remove(dataset.id, ["3.png"])
    await dana.publish(dataset.id)
    assert await dana.images("tiles", 1) == images
    assert await _export(dana, 1) == files
    assert await dana.storage.GetVersion(pb.GetVersionRequest(dataset_id="tiles", number=1)) == version
    assert [image.path for image in await dana.images("tiles", 2)] == ["1.png", "2.png", "4.png"]


async def test_a_write_that_names_a_version_is_refused(dana: Member) -> None:
    """Invariant 1."""
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"1.png": picture(1)})
    await dana.publish(dataset.id)
    with pytest.raises(FailedPrecondition) as caught:
        await dana.tag("tiles", ["1.png"], add_tags=["x"], version=1)
    assert caught.value.reason == "DATASET_VERSION_IMMUTABLE"
    request = pb.RemoveImagesRequest(dataset_id="tiles", paths=["1.png"], version=1)
    with pytest.raises(FailedPrecondition) as caught:
        await dana.storage.RemoveImages(request)
    assert caught.value.reason == "DATASET_VERSION_IMMUTABLE"


@pytest.mark.parametrize(
    "statement",
    [
        update(Version).values(note="other"),
        delete(Version),
        update(Entry).values(source="other"),
        update(Entry).values(until_version=1),
        delete(Entry),
    ],
)
async def test_the_database_itself_refuses_to_change_a_version(dana: Member, db: Database, statement: object) -> None:
    """Invariant 1."""
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"1.png": picture(1)})
    await dana.publish(dataset.id)
    target = Version if "versions" in str(statement) else Entry
    with pytest.raises(DBAPIError, match=r"never changes|published version"):
        async with db.transaction() as tx:
            await tx.execute(statement.where(target.dataset_id == dataset.id))  # type: ignore[attr-defined]


async def test_nothing_to_publish(dana: Member) -> None:
    dataset = await dana.dataset()
    with pytest.raises(FailedPrecondition) as caught:
        await dana.publish(dataset.id)
    assert caught.value.reason == "DRAFT_EMPTY"
    await dana.add(dataset.id, {"1.png": picture(1)}, tags=["lab"])
    await dana.publish(dataset.id)
    with pytest.raises(FailedPrecondition) as caught:
        await dana.publish(dataset.id)
    assert caught.value.reason == "DRAFT_UNCHANGED"
    await dana.tag(dataset.id, ["1.png"], add_tags=["x"])
    await dana.tag(dataset.id, ["1.png"], remove_tags=["x"])
    with pytest.raises(FailedPrecondition) as caught:
        await dana.publish(dataset.id)
    assert caught.value.reason == "DRAFT_UNCHANGED"
    await dana.remove(dataset.id, ["1.png"])
    with pytest.raises(FailedPrecondition) as caught:
        await dana.publish(dataset.id)
    assert caught.value.reason == "DRAFT_EMPTY"


async def test_a_retried_publish_has_one_effect(dana: Member) -> None:
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"1.png": picture(1)})
    request = pb.PublishDatasetRequest(dataset_id=dataset.id, request_id="r1")
    assert await dana.storage.PublishDataset(request) == await dana.storage.PublishDataset(request)
    listed = await dana.storage.ListVersions(pb.ListVersionsRequest(dataset_id="tiles"))
    assert [row.number for row in listed.versions] == [1]


async def test_versions_are_listed_newest_first_and_found_by_number(dana: Member) -> None:
    dataset = await dana.dataset()
    for number in range(3):
        await dana.add(dataset.id, {f"{number}.png": picture(number)})
        await dana.publish(dataset.id, note=f"note {number}")
    first = await dana.storage.ListVersions(pb.ListVersionsRequest(dataset_id="tiles", page_size=2))
    request = pb.ListVersionsRequest(dataset_id="tiles", page_size=2, page_token=first.next_page_token)
    second = await dana.storage.ListVersions(request)
    assert [row.number for row in [*first.versions, *second.versions]] == [3, 2, 1]
    newest = await dana.storage.GetVersion(pb.GetVersionRequest(dataset_id="tiles"))
    assert (newest.number, newest.note, newest.dataset_name) == (3, "note 2", "tiles")
    for number in (4, -1):
        with pytest.raises(NotFound) as caught:
            await dana.storage.GetVersion(pb.GetVersionRequest(dataset_id="tiles", number=number))
        assert caught.value.reason == "VERSION_NOT_FOUND"


async def test_an_unpublished_dataset_has_no_newest_version(dana: Member) -> None:
    await dana.dataset()
    with pytest.raises(NotFound) as caught:
        await dana.storage.GetVersion(pb.GetVersionRequest(dataset_id="tiles"))
    assert caught.value.reason == "VERSION_NOT_FOUND"


async def test_a_version_says_what_it_is_made_of(workspace: Workspace) -> None:
    dana, ben = workspace.member("Dana"), workspace.member("Ben")
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"1.png": picture(1), "2.png": picture(2)}, source="site A", tags=["lab"])
    first = await dana.publish(dataset.id)
    await ben.add(dataset.id, {"2.png": picture(3), "3.png": picture(4), "4.png": picture(5)}, source="site B")
    await dana.tag(dataset.id, ["1.png", "4.png"], add_tags=["dark"])
    second = await dana.publish(dataset.id)
    await dana.remove(dataset.id, ["1.png"])
    third = await dana.publish(dataset.id)
    assert _shares(first.composition.sources) == {"site A": 2}
    assert _shares(first.composition.tags) == {"lab": 2}
    assert _shares(second.composition.sources) == {"site B": 3, "site A": 1}
    assert _shares(second.composition.contributors) == {"Ben": 3, "Dana": 1}
    assert _shares(second.composition.tags) == {"dark": 2, "lab": 1}
    assert _shares(third.composition.sources) == {"site B": 3}
    assert sorted(_shares(third.composition.batches).values()) == [3]
    assert (third.image_count, third.size) == (3, sum(len(picture(seed)) for seed in (3, 4, 5)))


def _shares(rows: list[pb.Share]) -> dict[str, int]:
    return {row.value: row.image_count for row in rows}


async def test_the_frame_is_the_table_of_the_version(dana: Member) -> None:
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"=1+1.png": picture(1), "b.png": picture(2)}, source="-site", tags=["lab", "x"])
    version = await dana.publish(dataset.id)
    files = await _export(dana, 1)
    assert hashlib.md5(files["frame.csv"]).hexdigest() == version.frame_md5
    rows = list(csv.DictReader(io.StringIO(files["frame.csv"].decode())))
    assert [row["path"] for row in rows] == ["'=1+1.png", "b.png"]
    assert (rows[0]["source"], rows[0]["tags"], rows[0]["width"]) == ("'-site", "lab;x", "32")
    table = pq.read_table(io.BytesIO(files["frame.parquet"])).to_pylist()
    assert [row["path"] for row in table] == ["=1+1.png", "b.png"]
    assert (table[0]["source"], table[0]["tags"], table[0]["contributor"]) == ("-site", ["lab", "x"], "Dana")
    assert table[0]["sharpness"] > 0


async def test_a_large_version_gets_the_same_frames_later(
    dana: Member, db: Database, blobs: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"1.png": picture(1), "2.png": picture(2)})
    monkeypatch.setattr(versions, "_FRAMED_AT_ONCE", 1)
    version = await dana.publish(dataset.id)
    assert version.frame_md5 == ""
    assert not any(path.startswith("frame.") for path in await _export(dana, 1))
    await dana.remove(dataset.id, ["1.png"])
    assert await framing.fill_one(db, blobs)
    files = await _export(dana, 1)
    framed = await dana.storage.GetVersion(pb.GetVersionRequest(dataset_id="tiles", number=1))
    assert hashlib.md5(files["frame.csv"]).hexdigest() == framed.frame_md5
    assert pq.read_table(io.BytesIO(files["frame.parquet"])).column("path").to_pylist() == ["1.png", "2.png"]
    assert framed.digest == version.digest
    assert not await framing.fill_one(db, blobs)


async def test_an_export_is_an_access(dana: Member, db: Database) -> None:
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"1.png": picture(1), "2.png": picture(2)})
    await dana.publish(dataset.id)
    await _export(dana, 1)
    async with db.transaction() as tx:
        query = select(_AUDIT.c.action, _AUDIT.c.count).filter_by(kind="ACCESS", resource=dataset.id)
        assert [tuple(row) for row in await tx.execute(query)] == [("storage.version.exported", 2)]


@pytest.mark.parametrize("seed", range(3))
async def test_a_patched_version_equals_one_that_is_cut_anew(
    dana: Member, db: Database, blobs: ObjectStore, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Random edits published step by step have the digest of their result cut from nothing, and its composition."""
    chance = random.Random(seed)
    monkeypatch.setattr(ranges.content, "_PAGE", 700)
    dataset = await dana.dataset()
    batch = await dana.batch(dataset.id)
    async with db.transaction() as tx:
        images = [_image(dana, f"{number:064x}") for number in range(20)]
        tx.add_all(images)
    for number in range(1, 4):
        async with db.transaction() as tx:
            locked = await datasets.get(tx, dana.who, dataset.id, lock=True)
            paths = sorted({f"{chance.randrange(20_000):05}.png" for _ in range(9_000 if number == 1 else 40)})
            await entries.put(tx, locked, [_row(dana, path, chance.choice(images), batch.id, chance) for path in paths])
            gone = [
                entry.path for entry in await tx.scalars(select(Entry).where(Entry.dataset_id == dataset.id).limit(5))
            ]
            await entries.remove(tx, dana.who, dataset.id, gone)
        async with db.transaction() as tx:
            version = await versions.publish(tx, dana.who, blobs, dataset.id, note="")
            place = (tx, blobs, dana.who.workspace_id, dataset.id)
            anew = await ranges.make(*place, number, old="", changes=0)
            assert version.digest == f"sha256:{anew}"
            await _check_composition(tx, dataset.id, version)
        parts = await ranges.read_index(blobs, dana.who.workspace_id, anew)
        assert len(parts) > 1


def _image(member: Member, sha256: str) -> Image:
    names = ("width", "height", "channels", "bit_depth", "effective_bits", "sharpness", "exposure", "contrast")
    facts = {**dict.fromkeys(names, 1), **dict.fromkeys(("phash", "dhash", "pixel_hash"), "0"), "orientation": 1}
    return Image(
        workspace_id=member.who.workspace_id,
        sha256=sha256,
        md5="0" * 32,
        size=int(sha256, 16) + 1,
        media_type="image/png",
        preview_media_type="",
        quality={**facts, "window_low": 0, "window_high": 255},
        create_time=clock.now(),
    )


def _row(member: Member, path: str, image: Image, batch_id: str, chance: random.Random) -> dict[str, object]:
    tags = sorted(chance.sample(["a", "b", "c"], chance.randrange(3)))
    facts = {"path": path, "image": image, "batch_id": batch_id, "tags": tags}
    return entries.new_entry(member.who, source=chance.choice(["site A", "lab"]), metadata='{"gain":0.1}', **facts)


async def _check_composition(tx: AsyncSession, dataset_id: str, version: Version) -> None:
    draft = "dataset_id = :id AND until_version IS NULL"
    count = text(f"SELECT source, count(*) FROM entries WHERE {draft} GROUP BY source")
    found = dict(tuple(row) for row in await tx.execute(count, {"id": dataset_id}))
    assert {share["value"]: share["image_count"] for share in version.composition["sources"]} == found
    assert version.image_count == sum(found.values())
    tags = text(f"SELECT tag, count(*) FROM entries, unnest(tags) tag WHERE {draft} GROUP BY tag")
    found = dict(tuple(row) for row in await tx.execute(tags, {"id": dataset_id}))
    assert {share["value"]: share["image_count"] for share in version.composition["tags"]} == found
