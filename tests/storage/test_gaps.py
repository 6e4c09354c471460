"""Tests of the gap: announced, drafted and published images per source."""

from __future__ import annotations

from plumbapi.storage import v1 as pb
from tests.storage.conftest import Member, item, picture, send

Row = tuple[int, int, int, int]


async def _gap(member: Member) -> tuple[int, dict[str, Row]]:
    answer = await member.storage.GetGap(pb.GetGapRequest(dataset_id="tiles"))
    rows = {
        row.source: (row.pending_count, row.draft_count, row.published_count, row.unpublished_count)
        for row in answer.sources
    }
    return answer.newest.number, rows


async def test_an_image_moves_from_pending_to_draft_to_published(dana: Member) -> None:
    dataset = await dana.dataset()
    assert await _gap(dana) == (0, {})
    batch = await dana.batch(dataset.id, "site A")
    uploads = await dana.prepare(batch.id, [item("1.png", picture(1)), item("2.png", picture(2))])
    assert await _gap(dana) == (0, {"site A": (2, 0, 0, 0)})
    await send(uploads[0].put_url, picture(1))
    await dana.complete(batch.id, uploads[:1])
    assert await _gap(dana) == (0, {"site A": (1, 1, 0, 1)})
    await dana.publish(dataset.id)
    assert await _gap(dana) == (1, {"site A": (1, 1, 1, 0)})


async def test_a_refused_upload_is_no_longer_pending(dana: Member) -> None:
    batch = await dana.batch((await dana.dataset()).id, "site A")
    uploads = await dana.prepare(batch.id, [item("1.png", b"no image")])
    await send(uploads[0].put_url, b"no image")
    await dana.complete(batch.id, uploads)
    assert await _gap(dana) == (0, {})


async def test_an_image_that_changes_its_source_counts_for_both(dana: Member) -> None:
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"1.png": picture(1), "2.png": picture(2)}, source="site A")
    await dana.publish(dataset.id)
    await dana.add(dataset.id, {"1.png": picture(3)}, source="site B")
    assert await _gap(dana) == (1, {"site A": (0, 1, 2, 0), "site B": (0, 1, 0, 1)})
