"""Tasks: listing, assignment, image sets, progress."""

from __future__ import annotations

import asyncio

import pytest

from kit.errors import Invalid, NotFound
from plumbapi.annotation import v1 as pb
from tests.annotation.builders import add, add_images, box, make_bench
from tests.conftest import CallAs, principal


async def test_tasks_are_listed_by_path_in_pages_and_filtered(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=5)
    await bench.save(bench.tasks[2], add(box(label="dent")))
    viewer, key = bench.by("VIEWER"), bench.project.id
    first = await viewer.ListTasks(pb.ListTasksRequest(project_id=key, page_size=3))
    second = await viewer.ListTasks(pb.ListTasksRequest(project_id=key, page_size=3, page_token=first.next_page_token))
    assert [task.path for task in (*first.tasks, *second.tasks)] == [f"tile-{n:03}.jpg" for n in range(5)]
    for wanted in ({"label": "dent"}, {"state": "ANNOTATING"}, {"image_sha256": bench.tasks[2].image_sha256}):
        listed = await viewer.ListTasks(pb.ListTasksRequest(project_id=key, **wanted))
        assert [task.id for task in listed.tasks] == [bench.tasks[2].id]
    none = await viewer.ListTasks(pb.ListTasksRequest(project_id=key, label="scratch"))
    assert not none.tasks


async def test_a_task_knows_its_neighbours(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=3)
    read = [await bench.get(task) for task in bench.tasks]
    ids = [task.id for task in bench.tasks]
    assert [one.previous_task_id for one in read] == ["", *ids[:2]]
    assert [one.next_task_id for one in read] == [*ids[1:], ""]


async def test_annotators_who_ask_at_once_get_different_tasks(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=4)
    request = pb.TakeNextTaskRequest(project_id=bench.project.id)
    taken = await asyncio.gather(*(bench.by("ANNOTATOR", f"ann {n}").TakeNextTask(request) for n in range(4)))
    assert {task.id for task in taken} == {task.id for task in bench.tasks}
    again = await bench.by("ANNOTATOR", "ann 0").TakeNextTask(request)
    assert again.id == taken[0].id
    with pytest.raises(NotFound) as raised:
        await bench.by("ANNOTATOR", "late").TakeNextTask(request)
    assert raised.value.reason == "NO_TASK_LEFT"


async def test_tasks_are_assigned_by_count_and_by_name(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=4)
    member = principal("ANNOTATOR", bench.workspace).member_id
    assign = bench.by("REVIEWER").AssignTasks
    key = bench.project.id
    assert (await assign(pb.AssignTasksRequest(project_id=key, member_id=member, count=3))).assigned_count == 3
    named = pb.AssignTasksRequest(project_id=key, member_id="mem_x", task_ids=[bench.tasks[0].id])
    assert (await assign(named)).assigned_count == 1
    listed = await bench.by("VIEWER").ListTasks(pb.ListTasksRequest(project_id=key, assignee_id=member))
    assert [task.id for task in listed.tasks] == [task.id for task in bench.tasks[1:3]]
    with pytest.raises(NotFound):
        await assign(pb.AssignTasksRequest(project_id=key, member_id=member, task_ids=["tsk_no"]))


async def test_tasks_move_between_sets_of_the_project(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=3)
    ids = [task.id for task in bench.tasks[:2]]
    request = pb.MoveTasksRequest(project_id=bench.project.id, task_ids=ids, image_set="test")
    assert (await bench.by("MANAGER").MoveTasks(request)).moved_count == 2
    assert (await bench.by("MANAGER").MoveTasks(request)).moved_count == 0
    request.image_set = "holdout"
    with pytest.raises(Invalid, match="train, validation, test"):
        await bench.by("MANAGER").MoveTasks(request)
    progress = await bench.by("VIEWER").GetProgress(pb.GetProgressRequest(project_id=bench.project.id))
    assert [(row.image_set, row.task_count) for row in progress.sets] == [("train", 1), ("validation", 0), ("test", 2)]


async def test_progress_counts_states_verifications_remarks_and_labels(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=5)
    for task in bench.tasks[:3]:
        await bench.accept(task, add(), add(box(label="dent")))
        await bench.verify(task, 1)
    await bench.save(bench.tasks[0], add(), base=1)
    await bench.by("CUSTOMER").CreateRemark(pb.CreateRemarkRequest(task_id=bench.tasks[4].id, text="?"))
    progress = await bench.by("CUSTOMER").GetProgress(pb.GetProgressRequest(project_id=bench.project.id))
    assert (progress.task_count, progress.open_count, progress.annotating_count, progress.accepted_count) == (
        5,
        2,
        1,
        2,
    )
    verified = progress.verifications
    assert (verified.verified_count, verified.stale_count, verified.unverified_count) == (2, 1, 2)
    assert (progress.open_remark_count, progress.annotation_count) == (1, 7)
    counted = [(row.label, row.annotation_count, row.image_count) for row in progress.labels]
    assert counted == [("dent", 3, 3), ("scratch", 4, 3)]
    assert (progress.sets[0].accepted_count, progress.sets[0].verified_count) == (2, 2)


async def test_an_image_of_a_newer_version_keeps_its_task_and_annotations(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=2)
    await bench.save(bench.tasks[0], add())
    known = {task.id for task in bench.tasks}
    await add_images(bench, 3)
    assert len(bench.tasks) == 3
    assert known < {task.id for task in bench.tasks}
    assert bench.tasks[0].annotation_count == 1
