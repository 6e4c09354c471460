"""Saves on real PostgreSQL: revisions, digests, two savers at once, invariant 6 of the design."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, text

from kit.errors import Forbidden, Invalid, NotFound, Stale
from plumbapi.annotation import v1 as pb
from services.annotation import rules
from services.annotation.tables import Revision
from tests.annotation.builders import add, box, make_bench
from tests.conftest import CallAs


async def test_a_save_appends_a_revision_that_reads_back_as_drawn(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    [task] = bench.tasks
    drawn = box(x=0.1 + 0.2)
    drawn.attributes.update({"depth": 3, "kind": "long"})
    saved = await bench.save(task, add(drawn), pb.Operation(answer=pb.Answer(question="clean", value="no")))
    read = await bench.get(task)
    assert read.revision == saved
    assert saved.number == 1
    assert saved.annotations[0].geometry.box.x == 0.1 + 0.2
    assert dict(saved.annotations[0].attributes) == {"depth": 3.0, "kind": "long"}
    assert [(answer.question, answer.value) for answer in saved.answers] == [("clean", "no")]
    assert (read.task.state, read.task.annotation_count) == (pb.Task.ANNOTATING, 1)


async def test_the_digest_can_be_recomputed_from_the_content(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    saved = await bench.save(bench.tasks[0], add(), add(box(label="dent")))
    async with bench.database.transaction() as tx:
        row = (await tx.scalars(select(Revision).where(Revision.id == saved.id))).one()
    assert saved.digest == rules.revision_digest(bench.tasks[0].image_sha256, row.annotations, row.answers)
    assert saved.digest != rules.revision_digest("0" * 64, row.annotations, row.answers)


async def test_of_two_savers_one_gets_412_and_nothing_is_lost(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    [task] = bench.tasks
    boxes = [box() for _ in range(2)]
    results = await asyncio.gather(*(bench.save(task, add(one)) for one in boxes), return_exceptions=True)
    [refused] = [result for result in results if isinstance(result, Exception)]
    [saved] = [result for result in results if not isinstance(result, Exception)]
    assert isinstance(refused, Stale)
    assert refused.reason == "REVISION_STALE"
    assert refused.metadata["revision"] == "1"
    assert refused.metadata["author_name"] == f"Annotator {bench.workspace}"
    assert refused.metadata["added"] == saved.annotations[0].id
    late = next(one for one in boxes if one.id != saved.annotations[0].id)
    both = await bench.save(task, add(late), base=1)
    assert {annotation.id for annotation in both.annotations} == {one.id for one in boxes}


async def test_a_stale_save_learns_what_was_changed_and_removed(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    [task] = bench.tasks
    first, second = box(), box()
    await bench.save(task, add(first), add(second))
    await bench.save(task, pb.Operation(update=box(first.id, x=9)), pb.Operation(remove=second.id), base=1)
    with pytest.raises(Stale) as raised:
        await bench.save(task, add(), base=1)
    assert raised.value.metadata["changed"] == first.id
    assert raised.value.metadata["removed"] == second.id
    assert raised.value.metadata["added"] == ""


async def test_an_edit_makes_acceptance_and_verification_stale_in_the_same_transaction(
    call_as: CallAs, database
) -> None:
    """Invariant 6: an older verification is never silently kept."""
    bench = await make_bench(call_as, database)
    task = await bench.accept(bench.tasks[0])
    task = await bench.verify(task, 1)
    assert (task.state, task.verification) == (pb.Task.ACCEPTED, pb.Task.VERIFIED)
    saved = await bench.save(task, add(), base=1)
    query = text(
        "SELECT tasks.xmin::text = revisions.xmin::text AS together, tasks.verification, tasks.state FROM tasks "
        "JOIN revisions ON revisions.task_id = tasks.id AND revisions.number = tasks.revision WHERE tasks.id = :id"
    )
    async with bench.database.transaction() as tx:
        row = (await tx.execute(query, {"id": task.id})).one()
    assert (row.together, row.verification, row.state) == (True, "STALE", "ANNOTATING")
    assert (await bench.get(task)).verifications[0].revision == saved.number - 1


async def test_edits_that_change_nothing_keep_revision_and_verification(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    mark = box()
    task = await bench.accept(bench.tasks[0], add(mark))
    await bench.verify(task, 1)
    same = await bench.save(task, pb.Operation(update=mark), base=1)
    assert same.number == 1
    assert (await bench.get(task)).task.verification == pb.Task.VERIFIED


@pytest.mark.parametrize(
    ("annotation", "reason"),
    [
        (box(label="crack"), "no label 'crack'"),
        (box(key="7"), "not a UUID"),
        (box(x=float("nan")), "finite"),
        (
            pb.Annotation(
                id="0" * 32,
                label="dent",
                geometry=pb.Geometry(mask=pb.Mask(height=4, width=5, counts="522O112")),
            ),
            "the image is 40 x 30",
        ),
        (
            pb.Annotation(
                id="0" * 32,
                label="dent",
                geometry=pb.Geometry(polygon=pb.Polygon(parts=[pb.PolygonPart(outer=[1, 1, 4, 4])])),
            ),
            "needs 3 to",
        ),
    ],
)
async def test_an_operation_that_does_not_fit_is_named_and_nothing_is_saved(
    call_as: CallAs, database, annotation: pb.Annotation, reason: str
) -> None:
    bench = await make_bench(call_as, database)
    with pytest.raises(Invalid) as raised:
        await bench.save(bench.tasks[0], add(), add(annotation))
    assert raised.value.reason == "OPERATION_INVALID"
    assert "operations[1]" in raised.value.message
    assert reason in raised.value.message
    assert (await bench.get(bench.tasks[0])).task.revision == 0


async def test_a_tool_the_project_does_not_use_is_refused(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, tools=["BRUSH"])
    with pytest.raises(Invalid, match="does not use the tool BOX"):
        await bench.save(bench.tasks[0], add())


async def test_every_save_writes_one_event_and_one_audit_entry(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    await bench.save(bench.tasks[0], add(), add())
    async with bench.database.transaction() as tx:
        subject = {"id": bench.tasks[0].id}
        events = (await tx.execute(text("SELECT type, data FROM outbox WHERE subject = :id"), subject)).all()
        entries = (await tx.execute(text("SELECT action FROM audit WHERE resource = :id"), subject)).all()
    assert [event.type for event in events] == ["plumb.annotation.revision.saved.v1"]
    assert events[0].data["annotation_count"] == 2
    assert [entry.action for entry in entries] == ["annotation.revision.saved"]


async def test_a_repeated_request_has_one_effect(call_as: CallAs, database) -> None:
    """Invariant 8 of the design."""
    bench = await make_bench(call_as, database)
    request = pb.SaveAnnotationsRequest(task_id=bench.tasks[0].id, operations=[add()], request_id="batch-1")
    answers = [await bench.by("ANNOTATOR").SaveAnnotations(request) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    listed = await bench.by("VIEWER").ListRevisions(pb.ListRevisionsRequest(task_id=bench.tasks[0].id))
    assert [revision.number for revision in listed.revisions] == [1]


async def test_another_workspace_and_another_role_cannot_save(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    request = pb.SaveAnnotationsRequest(task_id=bench.tasks[0].id, operations=[add()])
    with pytest.raises(NotFound):
        await call_as("ANNOTATOR", "foreign").annotation.SaveAnnotations(request)
    with pytest.raises(Forbidden):
        await bench.by("VIEWER").SaveAnnotations(request)


async def test_revisions_are_listed_newest_first_in_pages(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    for base in range(3):
        await bench.save(bench.tasks[0], add(), base=base)
    request = pb.ListRevisionsRequest(task_id=bench.tasks[0].id, page_size=2)
    first = await bench.by("VIEWER").ListRevisions(request)
    request.page_token = first.next_page_token
    second = await bench.by("VIEWER").ListRevisions(request)
    assert [revision.number for revision in (*first.revisions, *second.revisions)] == [3, 2, 1]
    assert not second.next_page_token
