"""Snapshots: immutable, provable, costing what changed, with the customer's verdicts as of now. Invariant 1."""

from __future__ import annotations

import asyncio
import hashlib
import json
from urllib.request import urlopen

import pytest
from sqlalchemy import text

from kit import merkle
from kit.errors import FailedPrecondition, Invalid, NotFound
from plumbapi.annotation import v1 as pb
from services.annotation import ranges, rules
from tests.annotation.builders import Bench, add, box, make_bench, sha256_of
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
    lines = await exported(bench, "NATIVE")
    assert len(lines.splitlines()) == 4
    for document in map(json.loads, lines.splitlines()):
        digest = rules.revision_digest(
            document["image_sha256"], rules.encode(document["annotations"]), rules.encode(document["answers"])
        )
        assert proven[document["image_sha256"]]["revision_digest"] == digest


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


async def exported(bench: Bench, wanted: str) -> bytes:
    request = pb.ExportSnapshotRequest(project_id="tiles", number=1, format=wanted)
    answer = await bench.by("DEVELOPER").ExportSnapshot(request)
    content: bytes = await asyncio.to_thread(lambda: urlopen(answer.url).read())
    assert len(content) == answer.size
    assert answer.sha256 == hashlib.sha256(content).hexdigest()
    return content


async def test_exports_are_made_once_and_reported(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=2)
    for task in bench.tasks:
        await bench.accept(task, add(), pb.Operation(answer=pb.Answer(question="clean", value="no")))
    await bench.snapshot()
    request = pb.ExportSnapshotRequest(project_id="tiles", number=1, format="COCO")
    answers = [await bench.by("CUSTOMER").ExportSnapshot(request) for _ in range(2)]
    assert answers[0].losses == ["2 answers have no place, kept in x_plumb"]
    assert answers[0].sha256 == answers[1].sha256
    document = json.loads(await exported(bench, "COCO"))
    assert len(document["images"]) == len(document["annotations"]) == 2
    assert [category["name"] for category in document["categories"]] == ["scratch", "dent"]
    async with bench.database.transaction() as tx:
        query = text("SELECT count(*) FROM audit WHERE resource = :id AND kind = 'ACCESS'")
        assert await tx.scalar(query, {"id": bench.project.id}) == 3


async def test_unknown_snapshots_and_formats_are_refused(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    with pytest.raises(NotFound, match="no snapshot yet"):
        await bench.by("VIEWER").GetSnapshot(pb.GetSnapshotRequest(project_id="tiles"))
    await bench.accept(bench.tasks[0])
    await bench.snapshot()
    with pytest.raises(NotFound):
        await bench.by("VIEWER").GetSnapshot(pb.GetSnapshotRequest(project_id="tiles", number=2))
    with pytest.raises(Invalid, match="NATIVE or COCO"):
        await bench.by("DEVELOPER").ExportSnapshot(
            pb.ExportSnapshotRequest(project_id="tiles", number=1, format="MASK_PNG")
        )
