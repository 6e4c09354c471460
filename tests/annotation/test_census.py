"""The questions about image sets of snapshots: verified as they are, and images that are on two sides."""

from __future__ import annotations

import pytest

from kit.errors import Invalid, NotFound
from plumbapi.annotation import v1 as pb
from tests.annotation.builders import Bench, add, make_bench
from tests.conftest import CallAs


async def accepted_bench(call_as: CallAs, database, images: int = 4) -> Bench:
    bench = await make_bench(call_as, database, images=images)
    for task in bench.tasks:
        await bench.accept(task)
    return bench


async def move(bench: Bench, task: pb.Task, image_set: str) -> None:
    request = pb.MoveTasksRequest(project_id=bench.project.id, task_ids=[task.id], image_set=image_set)
    await bench.by("MANAGER").MoveTasks(request)


async def census(bench: Bench, number: int, *image_sets: str, examples: int = 10) -> pb.CountVerificationsResponse:
    request = pb.CountVerificationsRequest(
        project_id=bench.project.id, number=number, image_sets=image_sets, example_count=examples
    )
    return await bench.by("VIEWER").CountVerifications(request)


async def test_only_the_images_of_the_asked_sets_are_counted(call_as: CallAs, database) -> None:
    bench = await accepted_bench(call_as, database)
    await move(bench, bench.tasks[3], "test")
    await bench.snapshot()
    for task in bench.tasks[:2]:
        await bench.verify(task, 1)
    training, everything = await census(bench, 1, "train"), await census(bench, 1)
    assert (training.image_count, training.verifications.verified_count) == (3, 2)
    assert (everything.image_count, everything.verifications.unverified_count) == (4, 2)
    assert [entry.task_id for entry in training.examples] == [bench.tasks[2].id]


async def test_an_edit_after_the_verification_does_not_count_for_the_newer_revision(call_as: CallAs, database) -> None:
    bench = await accepted_bench(call_as, database, images=2)
    for task in bench.tasks:
        await bench.verify(task, 1)
    await bench.snapshot()
    await bench.save(bench.tasks[0], add(), base=1)
    await bench.snapshot(include_unreviewed=True)
    before, after = await census(bench, 1), await census(bench, 2)
    assert before.verifications.verified_count == 2
    assert not before.examples
    assert (after.verifications.verified_count, after.verifications.stale_count) == (1, 1)
    assert [(entry.task_id, entry.verification) for entry in after.examples] == [
        (bench.tasks[0].id, pb.Task.Verification.STALE)
    ]


async def test_an_image_that_moved_from_training_to_test_is_on_both_sides(call_as: CallAs, database) -> None:
    bench = await accepted_bench(call_as, database)
    await move(bench, bench.tasks[3], "test")
    await bench.snapshot()
    await move(bench, bench.tasks[0], "test")
    await bench.snapshot()
    found = await bench.by("VIEWER").FindSharedImages(
        pb.FindSharedImagesRequest(
            left=[sets(bench, 1, "train")],
            right=[sets(bench, 1, "test"), sets(bench, 0, "test")],
            example_count=10,
        )
    )
    assert (found.left_count, found.right_count, found.shared_count) == (3, 2, 1)
    assert [entry.task_id for entry in found.examples] == [bench.tasks[0].id]


async def test_a_snapshot_of_another_workspace_is_as_good_as_absent(call_as: CallAs, database) -> None:
    bench = await accepted_bench(call_as, database, images=1)
    await bench.snapshot()
    stranger = call_as("OWNER", workspace="b").annotation
    with pytest.raises(NotFound):
        await stranger.CountVerifications(pb.CountVerificationsRequest(project_id=bench.project.id, number=1))
    with pytest.raises(NotFound):
        sides = [sets(bench, 1)]
        await stranger.FindSharedImages(pb.FindSharedImagesRequest(left=sides, right=sides))


async def test_too_many_examples_are_refused(call_as: CallAs, database) -> None:
    bench = await accepted_bench(call_as, database, images=1)
    await bench.snapshot()
    with pytest.raises(Invalid, match="between 0 and 100"):
        await census(bench, 1, examples=101)


def sets(bench: Bench, number: int, *image_sets: str) -> pb.SnapshotSets:
    return pb.SnapshotSets(project_id=bench.project.id, number=number, image_sets=image_sets)
