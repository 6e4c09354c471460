"""A dataset version, uploaded and published for real, assigned to a project: tasks, sets, repeats."""

from __future__ import annotations

import asyncio
import hashlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import urllib3
from PIL import Image

from kit.errors import FailedPrecondition, Invalid, NotFound
from plumbapi.annotation import v1 as pb
from plumbapi.storage import v1 as storage
from tests.annotation.builders import Bench, add, make_bench
from tests.conftest import CallAs


def picture(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (24, 32), dtype=np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


async def publish(
    bench: Bench, files: dict[str, bytes], *, tags: dict[str, list[str]] | None = None
) -> storage.Version:
    """Add files to the dataset `tiles` of the workspace and publish it."""
    store: Any = bench.call_as("MANAGER", bench.workspace).storage
    try:
        dataset = await store.GetDataset(storage.GetDatasetRequest(dataset_id="tiles"))
    except NotFound:
        dataset = await store.CreateDataset(storage.CreateDatasetRequest(name="tiles"))
    batch = await store.CreateBatch(storage.CreateBatchRequest(dataset_id=dataset.id, source="site A"))
    items = [
        storage.UploadItem(
            path=path,
            sha256=hashlib.sha256(data).hexdigest(),
            md5=hashlib.md5(data).hexdigest(),
            size=len(data),
            tags=(tags or {}).get(path, []),
        )
        for path, data in files.items()
    ]
    prepared = await store.PrepareUploads(storage.PrepareUploadsRequest(batch_id=batch.id, items=items))
    for upload, data in zip(prepared.uploads, files.values(), strict=True):
        if upload.put_url:
            await asyncio.to_thread(urllib3.request, "PUT", upload.put_url, body=data)
    await store.CompleteUploads(
        storage.CompleteUploadsRequest(batch_id=batch.id, upload_ids=[upload.id for upload in prepared.uploads])
    )
    return await store.PublishDataset(storage.PublishDatasetRequest(dataset_id=dataset.id))


async def assign(bench: Bench, **options: Any) -> pb.AssignVersionResponse:
    request = pb.AssignVersionRequest(project_id="tiles", dataset_id="tiles", **options)
    return await bench.by("DEVELOPER").AssignVersion(request)


async def tasks_of(bench: Bench) -> dict[str, pb.Task]:
    listed = await bench.by("VIEWER").ListTasks(pb.ListTasksRequest(project_id="tiles"))
    return {task.path: task for task in listed.tasks}


async def test_each_image_of_a_version_becomes_a_task_with_what_storage_knows(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=0)
    files = {"a.png": picture(1), "b.png": picture(2), "copy of b.png": picture(2)}
    version = await publish(bench, files, tags={"b.png": ["lab"]})
    answer = await assign(bench, tag_rules=[pb.TagRule(tag="lab", image_set="test")])
    assert (answer.created_count, answer.kept_count, answer.project.task_count) == (2, 0, 2)
    [assigned] = answer.project.assigned_versions
    assert (assigned.dataset_name, assigned.version, assigned.digest) == ("tiles", 1, version.digest)
    found = await tasks_of(bench)
    assert {path: task.image_set for path, task in found.items()} == {"a.png": "train", "b.png": "test"}
    assert found["a.png"].image_sha256 == hashlib.sha256(files["a.png"]).hexdigest()
    assert (found["b.png"].width, found["b.png"].height, found["b.png"].source) == (32, 24, "site A")
    assert found["b.png"].tags == ["lab"]


async def test_a_newer_version_keeps_tasks_and_takes_the_place_of_the_older(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=0)
    await publish(bench, {"a.png": picture(1)})
    split = [pb.SplitRule(image_set="train", share=0.5), pb.SplitRule(image_set="test", share=0.5)]
    await assign(bench, split=split, seed=4)
    before = (await tasks_of(bench))["a.png"]
    await bench.save(before, add())
    await publish(bench, {f"{n}.png": picture(n) for n in range(2, 6)})
    answer = await assign(bench, split=split, seed=4)
    assert (answer.created_count, answer.kept_count) == (4, 1)
    assert [row.version for row in answer.project.assigned_versions] == [2]
    after = (await tasks_of(bench))["a.png"]
    assert (after.id, after.image_set, after.annotation_count) == (before.id, before.image_set, 1)
    again = await assign(bench, version=1, split=split, seed=4)
    assert (again.created_count, again.kept_count) == (0, 1)


async def test_what_cannot_be_assigned_is_explained(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=0)
    with pytest.raises(NotFound):
        await assign(bench)
    store: Any = call_as("MANAGER", bench.workspace).storage
    await store.CreateDataset(storage.CreateDatasetRequest(name="tiles"))
    with pytest.raises(FailedPrecondition, match="publish one"):
        await assign(bench)
    with pytest.raises(Invalid, match="add up to 1"):
        await assign(bench, split=[pb.SplitRule(image_set="train", share=0.5)])
