"""Tests of finding images, of what is said about them, and of the record of who fetched them."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
import tifffile
from PIL import Image
from sqlalchemy import select

from kit.db import Database
from kit.errors import Invalid, NotFound
from plumbapi.storage import v1 as pb
from services.storage.tables import Table
from tests.storage.conftest import Member, fetch, picture

_AUDIT = Table.metadata.tables["audit"]


@pytest.fixture
async def filled(dana: Member) -> Member:
    """v1 has a/1 a/2 (site A, lab); the draft has b/1 (site B) too, and a/1 is tagged dark."""
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"a/1.png": picture(1), "a/2.png": picture(2)}, source="site A", tags=["lab"])
    await dana.publish(dataset.id)
    await dana.add(dataset.id, {"b/1.png": picture(1)}, source="site B")
    await dana.tag(dataset.id, ["a/1.png"], add_tags=["dark"], metadata={"gain": 2})
    return dana


@pytest.mark.parametrize(
    ("version", "wanted", "paths"),
    [
        (0, {}, ["a/1.png", "a/2.png", "b/1.png"]),
        (1, {}, ["a/1.png", "a/2.png"]),
        (0, {"source": "site B"}, ["b/1.png"]),
        (1, {"source": "site B"}, []),
        (0, {"tag": "dark"}, ["a/1.png"]),
        (1, {"tag": "dark"}, []),
        (0, {"path_prefix": "a/"}, ["a/1.png", "a/2.png"]),
        (0, {"path_prefix": "a/", "source": "site B"}, []),
        (0, {"path_prefix": "%"}, []),
    ],
)
async def test_images_are_filtered(filled: Member, version: int, wanted: dict[str, str], paths: list[str]) -> None:
    assert [image.path for image in await filled.images("tiles", version, **wanted)] == paths


async def test_images_are_filtered_by_batch(filled: Member) -> None:
    (last,) = [image for image in await filled.images("tiles") if image.path == "b/1.png"]
    assert await filled.images("tiles", batch_id=last.batch_id) == [last]


async def test_images_come_in_pages_in_the_order_of_bytes(dana: Member) -> None:
    dataset = await dana.dataset()
    paths = ["B.png", "a.png", "a/b.png", "z.png", "ä.png"]
    await dana.add(dataset.id, {path: picture(seed) for seed, path in enumerate(reversed(paths))})
    found, token = [], ""
    while True:
        request = pb.ListImagesRequest(dataset_id="tiles", page_size=2, page_token=token)
        answer = await dana.storage.ListImages(request)
        found += [image.path for image in answer.images]
        token = answer.next_page_token
        if not token:
            break
    assert found == paths


async def test_a_page_token_of_another_filter_is_refused(filled: Member) -> None:
    first = await filled.storage.ListImages(pb.ListImagesRequest(dataset_id="tiles", page_size=1))
    other = pb.ListImagesRequest(dataset_id="tiles", page_size=1, tag="lab", page_token=first.next_page_token)
    with pytest.raises(Invalid):
        await filled.storage.ListImages(other)


async def test_an_absent_version_has_no_images(filled: Member) -> None:
    with pytest.raises(NotFound) as caught:
        await filled.images("tiles", 2)
    assert caught.value.reason == "VERSION_NOT_FOUND"


async def test_tags_and_metadata_change_in_the_draft_alone(filled: Member) -> None:
    changed = await filled.tag("tiles", ["a/1.png", "absent.png"], remove_tags=["lab"], metadata={"gain": None, "x": 1})
    assert changed == 1
    (draft,) = await filled.images("tiles", path_prefix="a/1")
    (published,) = await filled.images("tiles", 1, path_prefix="a/1")
    assert (list(draft.tags), dict(draft.metadata)) == (["dark"], {"x": 1})
    assert (list(published.tags), dict(published.metadata)) == (["lab"], {})
    assert draft.create_time == published.create_time


async def test_a_change_that_changes_nothing_counts_nothing(filled: Member) -> None:
    assert await filled.tag("tiles", ["a/1.png"], add_tags=["lab"], remove_tags=["absent"]) == 0
    assert await filled.remove("tiles", ["absent.png"]) == 0


async def test_an_image_knows_every_place_it_is_used(filled: Member) -> None:
    sha256 = hashlib.sha256(picture(1)).hexdigest()
    answer = await filled.storage.GetImage(pb.GetImageRequest(sha256=sha256))
    places = [(row.dataset_name, row.path, row.source, row.in_draft, list(row.versions)) for row in answer.places]
    assert places == [("tiles", "a/1.png", "site A", True, [1]), ("tiles", "b/1.png", "site B", True, [])]
    assert (answer.image.sha256, answer.image.quality.width) == (sha256, 32)


async def test_a_place_that_left_the_draft_keeps_its_versions(filled: Member) -> None:
    await filled.remove("tiles", ["a/1.png", "b/1.png"])
    await filled.publish("tiles")
    sha256 = hashlib.sha256(picture(1)).hexdigest()
    answer = await filled.storage.GetImage(pb.GetImageRequest(sha256=sha256))
    assert [(row.path, row.in_draft, list(row.versions)) for row in answer.places] == [("a/1.png", False, [1])]


async def test_fetched_bytes_are_recorded_with_purpose_and_count(filled: Member, db: Database) -> None:
    digests = [hashlib.sha256(picture(seed)).hexdigest() for seed in (2, 1)]
    request = pb.SignDownloadsRequest(sha256s=digests, purpose="prj_1")
    answer = await filled.storage.SignDownloads(request)
    assert [await fetch(row.url) for row in answer.downloads] == [picture(2), picture(1)]
    assert [row.media_type for row in answer.downloads] == ["image/png", "image/png"]
    async with db.transaction() as tx:
        columns = (_AUDIT.c.action, _AUDIT.c.resource, _AUDIT.c.count, _AUDIT.c.detail, _AUDIT.c.actor)
        mine = (_AUDIT.c.kind == "ACCESS", _AUDIT.c.workspace_id == filled.who.workspace_id)
        action, resource, count, detail, actor = (await tx.execute(select(*columns).where(*mine))).one()
    assert (action, resource, count, actor["name"]) == ("storage.image.downloaded", "prj_1", 2, "Dana")
    assert (detail["purpose"], detail["rendition"], detail["sha256s"]) == ("prj_1", "ORIGINAL", digests)


async def test_nothing_is_signed_when_one_image_is_absent(filled: Member) -> None:
    digests = [hashlib.sha256(picture(1)).hexdigest(), "0" * 64]
    with pytest.raises(NotFound) as caught:
        await filled.storage.SignDownloads(pb.SignDownloadsRequest(sha256s=digests))
    assert caught.value.reason == "IMAGE_NOT_FOUND"


async def test_a_preview_is_what_a_browser_can_show(dana: Member) -> None:
    file = io.BytesIO()
    tifffile.imwrite(file, np.arange(64 * 64, dtype=np.uint16).reshape(64, 64))
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"12bit.tif": file.getvalue(), "8bit.png": picture(1)})
    digests = [image.sha256 for image in await dana.images("tiles")]
    request = pb.SignDownloadsRequest(sha256s=digests, rendition=pb.SignDownloadsRequest.PREVIEW)
    deep, plain = (await dana.storage.SignDownloads(request)).downloads
    assert deep.media_type == "image/jpeg"
    assert Image.open(io.BytesIO(await fetch(deep.url))).mode in {"L", "RGB"}
    assert await fetch(plain.url) == picture(1)


async def test_a_thumbnail_is_small_and_leaves_no_access_entry(filled: Member, db: Database) -> None:
    sha256 = hashlib.sha256(picture(1)).hexdigest()
    answer = await filled.storage.GetThumbnail(pb.GetThumbnailRequest(sha256=sha256))
    image = Image.open(io.BytesIO(answer.content))
    assert (image.format, image.size) == ("WEBP", (32, 32))
    async with db.transaction() as tx:
        entries = select(_AUDIT.c.id).filter_by(kind="ACCESS", workspace_id=filled.who.workspace_id)
        assert (await tx.scalars(entries)).all() == []
