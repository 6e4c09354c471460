"""Snapshots: immutable, provable, costing what changed, with the customer's verdicts as of now. Invariant 1."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from kit import merkle
from kit.errors import FailedPrecondition, Invalid, NotFound
from plumbapi.annotation import v1 as pb
from plumbline_formats import documents
from services.annotation import ranges, rules
from services.annotation.exchange import inward
from tests.annotation.builders import Bench, add, box, make_bench, sha256_of
from tests.annotation.transferring import exported
from tests.conftest import CallAs


async def entries(bench: Bench, number: int, **options: object) -> list[pb.SnapshotEntry]:
    request = pb.ListSnapshotEntriesRequest(project_id=bench.project.id, number=number, **options)
    found: list[pb.SnapshotEntry] = []
    while True:
        page = await bench.by("VIEWER").ListSnapshotEntries(request)
        found += page.entries
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


async def test_a_snapshot_of_nothing_is_refused(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    await bench.save(bench.tasks[0], add())
    with pytest.raises(FailedPrecondition) as raised:
        await bench.snapshot()
    assert raised.value.reason == "SNAPSHOT_EMPTY"
    assert (await bench.snapshot(include_unreviewed=True)).image_count == 1


async def test_a_snapshot_never_changes(call_as: CallAs, database) -> None:
    """Invariant 1: whatever happens to the tasks afterwards."""
    bench = await make_bench(call_as, database, images=3)
    for task in bench.tasks:
        await bench.accept(task)
    first = await bench.snapshot(note="before")
    content = await entries(bench, 1)
    await bench.save(bench.tasks[0], add(), base=1)
    await bench.by("MANAGER").MoveTasks(
        pb.MoveTasksRequest(project_id=bench.project.id, task_ids=[bench.tasks[1].id], image_set="test")
    )
    second = await bench.snapshot()
    assert await entries(bench, 1) == content
    again = await bench.by("VIEWER").GetSnapshot(pb.GetSnapshotRequest(project_id="tiles", number=1))
    assert again == first
    assert (first.number, first.image_count, first.note, second.image_count) == (1, 3, "before", 2)
    assert second.digest != first.digest
    assert [(row.image_set, row.task_count) for row in second.sets] == [("test", 1), ("train", 1)]


async def test_anyone_can_recompute_the_digest_from_the_files(call_as: CallAs, database, platform) -> None:
    """Invariant 1, second half: from ranges to entries to the annotations themselves."""
    bench = await make_bench(call_as, database, images=4)
    for task in bench.tasks:
        await bench.accept(task)
    snapshot = await bench.snapshot()
    blobs, workspace = platform.apps["annotation"].blobs, f"ws_{bench.workspace}"
    index = await blobs.get(ranges.key_of(workspace, snapshot.digest.removeprefix("sha256:")))
    parts, _ = merkle.read_index(index)
    bodies = {part.sha256: await blobs.get(ranges.key_of(workspace, part.sha256)) for part in parts}
    report = merkle.verify(index, bodies.__getitem__)
    assert report.ok
    assert "sha256:" + report.digest == snapshot.digest
    proven = {key: payload for part in parts for key, payload in merkle.entries_of(part, bodies[part.sha256])}
    _header, *lines = (await exported(bench, "native")).splitlines()
    assert len(lines) == 4
    for image in map(documents.to_image, map(json.loads, lines)):
        annotations = [inward.annotation(one, image.width, image.height) for one in image.annotations]
        digest = rules.revision_digest(image.sha256, rules.encode(annotations), rules.encode(image.answers))
        assert proven[image.sha256]["revision_digest"] == digest == image.foreign["plumbline"]["revision_digest"]


async def test_the_digest_of_changed_ranges_equals_that_of_a_fresh_cut(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=6)
    for task in bench.tasks[:5]:
        await bench.accept(task)
    await bench.snapshot()
    await bench.accept(bench.tasks[5])
    await bench.save(bench.tasks[0], add(), base=1)
    second = await bench.snapshot()
    cut = merkle.cut(
        (
            entry.image_sha256,
            {
                "path": entry.path,
                "source": entry.source,
                "tags": list(entry.tags),
                "image_set": entry.image_set,
                "width": entry.width,
                "height": entry.height,
                "annotation_count": len(entry.annotations),
                "revision_digest": entry.revision_digest,
            },
        )
        for entry in await entries(bench, 2)
    )
    assert second.digest == "sha256:" + merkle.digest(merkle.index(cut))


async def test_a_snapshot_costs_rows_for_what_changed(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=6)
    for task in bench.tasks:
        await bench.accept(task)
    await bench.snapshot()
    await bench.save(bench.tasks[0], add(), base=1)
    await bench.snapshot(include_unreviewed=True)
    third = await bench.snapshot(include_unreviewed=True)
    async with bench.database.transaction() as tx:
        query = text("SELECT count(*) FROM snapshot_entries WHERE project_id = :id")
        count = await tx.scalar(query, {"id": bench.project.id})
    assert count == 7
    listed = await bench.by("VIEWER").ListSnapshots(pb.ListSnapshotsRequest(project_id="tiles"))
    assert [snapshot.number for snapshot in listed.snapshots] == [3, 2, 1]
    assert listed.snapshots[1].digest == third.digest


async def test_entries_come_in_pages_with_exact_revisions(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=5)
    marks = {}
    for task in bench.tasks:
        marks[task.image_sha256] = box()
        await bench.accept(task, add(marks[task.image_sha256]))
    await bench.snapshot()
    found = await entries(bench, 1, page_size=2)
    assert [entry.image_sha256 for entry in found] == sorted(sha256_of(f"tile-{n:03}.jpg") for n in range(5))
    for entry in found:
        assert entry.annotations[0].id == marks[entry.image_sha256].id
        assert (entry.revision, entry.width, entry.height, entry.source) == (1, 40, 30, "site A")


async def test_verifications_of_a_snapshot_are_live_and_exact(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=4)
    for task in bench.tasks:
        await bench.accept(task)
    await bench.verify(bench.tasks[3], 1)
    await bench.save(bench.tasks[3], add(), base=1)
    await bench.snapshot(include_unreviewed=True)
    await bench.verify(bench.tasks[0], 1)
    await bench.verify(bench.tasks[1], 1, "REJECT")
    # A later edit changes nothing about the revision that the snapshot holds and the customer verified.
    await bench.save(bench.tasks[0], add(), base=1)
    snapshot = await bench.by("VIEWER").GetSnapshot(pb.GetSnapshotRequest(project_id="tiles"))
    counts = snapshot.verifications
    assert (counts.verified_count, counts.rejected_count, counts.stale_count, counts.unverified_count) == (1, 1, 1, 1)
    by_path = {entry.path: entry.verification for entry in await entries(bench, 1)}
    assert [by_path[task.path] for task in bench.tasks] == [
        pb.Task.VERIFIED,
        pb.Task.REFUSED,
        pb.Task.UNVERIFIED,
        pb.Task.STALE,
    ]


async def test_unknown_snapshots_and_formats_are_refused(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    with pytest.raises(NotFound, match="no snapshot yet"):
        await bench.by("VIEWER").GetSnapshot(pb.GetSnapshotRequest(project_id="tiles"))
    await bench.accept(bench.tasks[0])
    await bench.snapshot()
    with pytest.raises(NotFound):
        await bench.by("VIEWER").GetSnapshot(pb.GetSnapshotRequest(project_id="tiles", number=2))
    with pytest.raises(Invalid, match="no format 'tiff'"):
        await bench.by("DEVELOPER").ExportSnapshot(pb.ExportSnapshotRequest(project_id="tiles", format="tiff"))
