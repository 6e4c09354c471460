"""Exports: made once, the same bytes, nothing lost silently, images beside, reads recorded."""

from __future__ import annotations

import asyncio
import hashlib
import json
from io import BytesIO
from typing import Any
from urllib.request import Request, urlopen
from zipfile import ZipFile

import pytest
from PIL import Image
from sqlalchemy import text

from kit.errors import FailedPrecondition, Forbidden, Invalid, NotFound
from plumbapi.annotation import v1 as pb
from plumbapi.storage import v1 as storage
from plumbline_formats import registry
from services.annotation import transfers
from tests.annotation.builders import Bench, add, box, make_bench
from tests.annotation.transferring import download, ended, export, exported
from tests.conftest import CallAs

_WRITABLE = [name for name, found in registry.FORMATS.items() if found.create]


async def frozen(call_as: CallAs, database: Any, *, images: int = 2, **members: Any) -> Bench:
    """A project whose snapshot 1 has one box on each image."""
    bench = await make_bench(call_as, database, images=images)
    for number, task in enumerate(bench.tasks):
        await bench.accept(task, add(box(f"0192f0c1-d2e3-7abc-8def-0123456789{number:02}", **members)))
    await bench.snapshot()
    return bench


async def rows(bench: Bench, query: str, **values: Any) -> list[Any]:
    async with bench.database.transaction() as tx:
        return list((await tx.execute(text(query), values)).all())


async def test_the_same_export_is_answered_at_once_with_the_same_bytes(call_as: CallAs, database) -> None:
    bench = await frozen(call_as, database)
    first = await export(bench, "coco", allow_loss=True)
    assert (first.state, first.done, first.total) == (pb.Transfer.SUCCEEDED, 2, 2), first.error
    assert first.file_name == "tiles-1.coco.json"
    request = pb.ExportSnapshotRequest(project_id="tiles", number=1, format="coco", allow_loss=True)
    again = await bench.by("CUSTOMER").ExportSnapshot(request)
    assert (again.state, again.sha256, again.losses) == (pb.Transfer.SUCCEEDED, first.sha256, first.losses)
    assert again.HasField("end_time")
    content = await download(bench, again, role="CUSTOMER")
    # made anew, it is the same
    await rows(bench, "DELETE FROM export_files RETURNING digest")
    assert await exported(bench, "coco") == content
    document = json.loads(content)
    assert len(document["images"]) == len(document["annotations"]) == 2
    assert [category["name"] for category in document["categories"]] == ["scratch", "dent"]


async def test_each_download_is_recorded_for_who_takes_it(call_as: CallAs, database) -> None:
    bench = await frozen(call_as, database)
    made = await export(bench, "native")
    for role in ("DEVELOPER", "CUSTOMER"):
        await download(bench, made, role=role)
    query = "SELECT actor->>'name', count, detail FROM audit WHERE resource = :id AND kind = 'ACCESS' ORDER BY id"
    detail = {"number": 1, "format": "native", "include_images": False}
    expected = [(f"{role} {bench.workspace}", 2, detail) for role in ("Developer", "Customer")]
    assert [tuple(row) for row in await rows(bench, query, id=bench.project.id)] == expected


async def test_an_export_that_would_lose_something_is_refused_and_says_what(call_as: CallAs, database) -> None:
    bench = await frozen(call_as, database, z=3, occluded=True)
    refused = await export(bench, "coco")
    assert (refused.state, refused.size, refused.sha256) == (pb.Transfer.REFUSED, 0, "")
    losses = {loss.code: (loss.count, loss.sentence) for loss in refused.losses}
    assert losses["z"] == (2, "2 z dropped")
    assert losses["occluded"] == (2, "2 occluded dropped")
    assert "Allow the loss, or choose another format" in refused.error
    with pytest.raises(FailedPrecondition) as raised:
        await download(bench, refused)
    assert raised.value.reason == "EXPORT_MISSING"
    # what is known is refused at once, and allowed it is made
    request = pb.ExportSnapshotRequest(project_id="tiles", format="coco")
    assert (await bench.by("DEVELOPER").ExportSnapshot(request)).state == pb.Transfer.REFUSED
    assert (await export(bench, "coco", allow_loss=True)).losses == refused.losses


async def test_what_the_side_car_keeps_is_told_apart_from_what_needs_leave(call_as: CallAs, database) -> None:
    bench = await frozen(call_as, database, z=3)
    with_it = {loss.code: loss.kept for loss in (await export(bench, "coco")).losses}
    assert (with_it["id"], with_it["image.sha256"], with_it["z"]) == (True, True, False)
    without = await export(bench, "coco", options={"sidecar": "false"})
    assert not any(loss.kept for loss in without.losses)
    assert "2 id dropped" in without.error


async def test_a_preview_says_what_an_export_loses_and_makes_no_file(call_as: CallAs, database) -> None:
    bench = await frozen(call_as, database, z=3)
    request = pb.PreviewExportRequest(project_id="tiles", format="coco")
    found = await ended(bench, await bench.by("CUSTOMER").PreviewExport(request))
    assert (found.kind, found.state, found.sha256) == (pb.Transfer.PREVIEW, pb.Transfer.SUCCEEDED, "")
    assert "2 z dropped" in [loss.sentence for loss in found.losses]
    again = await bench.by("CUSTOMER").PreviewExport(request)
    assert (again.state, again.losses) == (pb.Transfer.SUCCEEDED, found.losses)
    native = await bench.by("DEVELOPER").PreviewExport(pb.PreviewExportRequest(project_id="tiles", format="native"))
    assert list((await ended(bench, native)).losses) == []


@pytest.mark.parametrize("wanted", _WRITABLE)
async def test_every_format_is_written_twice_alike(call_as: CallAs, database, wanted: str) -> None:
    bench = await frozen(call_as, database)
    first = await exported(bench, wanted)
    assert first
    await rows(bench, "DELETE FROM export_files RETURNING digest")
    assert await exported(bench, wanted) == first


async def test_options_make_another_file_and_wrong_ones_are_refused(call_as: CallAs, database) -> None:
    bench = await frozen(call_as, database)
    with_sidecar, without = [await exported(bench, "coco", options={"sidecar": value}) for value in ("true", "false")]
    assert b"x_plumb" in with_sidecar
    assert b"x_plumb" not in without
    with pytest.raises(Invalid) as raised:
        await export(bench, "coco", options={"colour": "red"})
    assert raised.value.reason == "OPTION_INVALID"


async def test_images_go_along_and_their_read_is_recorded_for_the_member(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=0)
    photographs = {f"site/{shade}.png": _photograph(shade) for shade in (10, 200)}
    await _assign(call_as, bench, photographs)
    for task in bench.tasks:
        await bench.accept(task)
    await bench.snapshot()
    made = await export(bench, "coco", role="CUSTOMER", include_images=True, allow_loss=True)
    assert (made.state, made.file_name) == (pb.Transfer.SUCCEEDED, "tiles-1.coco.zip"), made.error
    assert (made.stage, made.done, made.total) == ("store", 2, 2)
    with ZipFile(BytesIO(await download(bench, made))) as archive:
        packed = [archive.read(name) for name in archive.namelist() if name.endswith(".png")]
    assert sorted(packed) == sorted(photographs.values())
    query = "SELECT actor->>'name', count, detail->>'purpose' FROM audit WHERE workspace_id = :ws AND kind = 'ACCESS'"
    async with database("storage").transaction() as tx:
        found = (await tx.execute(text(query), {"ws": f"ws_{bench.workspace}"})).all()
    assert [tuple(row) for row in found] == [(f"Customer {bench.workspace}", 2, f"export of {bench.project.id}")]


async def test_members_do_not_learn_where_images_lie(call_as: CallAs, database) -> None:
    request = storage.LocateImagesRequest(sha256s=["0" * 64], reader={"member_id": "mem_x", "name": "x"})
    for role in ("OWNER", "JOB", "CUSTOMER"):
        with pytest.raises(Forbidden):
            await call_as(role).storage.LocateImages(request)


async def test_an_export_of_a_process_that_died_is_taken_up_again_or_given_up(call_as: CallAs, database) -> None:
    bench = await frozen(call_as, database)
    made = await export(bench, "native")
    for epoch, state in ((1, pb.Transfer.SUCCEEDED), (transfers.ATTEMPTS, pb.Transfer.FAILED)):
        await rows(
            bench,
            "UPDATE transfers SET state = 'RUNNING', epoch = :epoch, "
            "lease_expire_time = now() - interval '1 second' WHERE id = :id RETURNING id",
            id=made.id,
            epoch=epoch,
        )
        wanted = pb.GetTransferRequest(transfer_id=made.id)
        again = await ended(bench, await bench.by("DEVELOPER").GetTransfer(wanted))
        assert (again.state, bool(again.error)) == (state, state == pb.Transfer.FAILED)


async def test_every_start_and_end_is_an_event(call_as: CallAs, database) -> None:
    bench = await frozen(call_as, database)
    made = await export(bench, "native")
    query = "SELECT type, actor->>'name', data->>'state' FROM outbox WHERE subject = :id ORDER BY id"
    name = f"Developer {bench.workspace}"
    assert [tuple(row) for row in await rows(bench, query, id=made.id)] == [
        ("plumb.annotation.transfer.started.v1", name, None),
        ("plumb.annotation.transfer.ended.v1", name, "SUCCEEDED"),
    ]


async def test_transfers_are_listed_newest_first_and_those_of_others_are_not_there(call_as: CallAs, database) -> None:
    bench, other = [await frozen(call_as, database, images=1) for _ in range(2)]
    made = [await export(bench, "native") for _ in range(3)]
    request = pb.ListTransfersRequest(project_id="tiles", page_size=2)
    page = await bench.by("CUSTOMER").ListTransfers(request)
    request.page_token = page.next_page_token
    rest = await bench.by("CUSTOMER").ListTransfers(request)
    listed = [transfer.id for transfer in (*page.transfers, *rest.transfers)]
    assert listed == [transfer.id for transfer in reversed(made)]
    for method, message in (
        ("GetTransfer", pb.GetTransferRequest(transfer_id=made[0].id)),
        ("DownloadExport", pb.DownloadExportRequest(transfer_id=made[0].id)),
    ):
        with pytest.raises(NotFound):
            await getattr(other.by("OWNER"), method)(message)
        with pytest.raises(Forbidden):
            await getattr(bench.by("ANNOTATOR"), method)(message)


async def test_the_formats_are_listed_with_what_they_carry(call_as: CallAs) -> None:
    answer = await call_as("VIEWER").annotation.ListFormats(pb.ListFormatsRequest())
    formats = {found.name: found for found in answer.formats}
    assert list(formats) == list(registry.FORMATS)
    coco = formats["coco"]
    assert {kind.kind: kind.becomes for kind in coco.kinds}["box"] == ""
    [sidecar] = [option for option in coco.write_options if option.name == "sidecar"]
    assert (sidecar.type, sidecar.default_value) == (pb.FormatOption.BOOLEAN, "true")


def _photograph(shade: int) -> bytes:
    buffer = BytesIO()
    Image.new("L", (40, 30), shade).save(buffer, "PNG")
    return buffer.getvalue()


async def _assign(call_as: CallAs, bench: Bench, files: dict[str, bytes]) -> None:
    """Give the project the published images of a dataset."""
    peers = call_as("MANAGER", bench.workspace)
    dataset = await peers.storage.CreateDataset(storage.CreateDatasetRequest(name="tiles"))
    batch = await peers.storage.CreateBatch(storage.CreateBatchRequest(dataset_id=dataset.id, source="site A"))
    items = [
        storage.UploadItem(
            path=path,
            sha256=hashlib.sha256(content).hexdigest(),
            md5=hashlib.md5(content).hexdigest(),
            size=len(content),
        )
        for path, content in files.items()
    ]
    prepared = await peers.storage.PrepareUploads(storage.PrepareUploadsRequest(batch_id=batch.id, items=items))
    for item in prepared.uploads:
        request = Request(item.put_url, data=files[item.path], method="PUT")
        await asyncio.to_thread(lambda request=request: urlopen(request).read())
    upload_ids = [item.id for item in prepared.uploads]
    await peers.storage.CompleteUploads(storage.CompleteUploadsRequest(batch_id=batch.id, upload_ids=upload_ids))
    await peers.storage.PublishDataset(storage.PublishDatasetRequest(dataset_id=dataset.id))
    await peers.annotation.AssignVersion(pb.AssignVersionRequest(project_id=bench.project.id, dataset_id=dataset.id))
    listed = await bench.by("VIEWER").ListTasks(pb.ListTasksRequest(project_id=bench.project.id))
    bench.tasks = list(listed.tasks)
