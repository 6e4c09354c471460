"""Imports into a project, and back from its own exports."""

from __future__ import annotations

import json
from functools import partial
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from kit.errors import FailedPrecondition, Forbidden, Invalid
from plumbapi.annotation import v1 as pb
from plumbline_formats import registry
from services.annotation import transfers
from services.annotation.tables import Transfer
from tests.annotation.builders import HEIGHT, WIDTH, add, add_images, box, make_bench
from tests.annotation.transferring import bring, ended, exported, upload, zipped
from tests.conftest import CallAs


def mask(value: int = 255, width: int = WIDTH) -> bytes:
    pixels = np.zeros((HEIGHT, width), dtype=np.uint8)
    pixels[5:9, 7:20] = value
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def masks(**files: bytes) -> bytes:
    """A zip file of masks of dents by the stems of their images."""
    return zipped({f"labels/dent/{name.replace('_', '-')}.png": content for name, content in files.items()})


def problems(transfer: pb.Transfer, severity: str = "ERROR") -> list[str]:
    wanted = pb.ImportProblem.Severity.Value(severity)
    parts = [(one.file, one.place, one.message) for one in transfer.report.problems if one.severity == wanted]
    return [": ".join(filter(None, part)) for part in parts]


async def test_masks_find_their_images_by_stem_and_come_in_once(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=2)
    content = masks(tile_000=mask(), tile_001=mask(0))
    for changed in (2, 0):
        done = await bring(bench, "masks.zip", content)
        report = done.report
        assert (done.state, done.format) == (pb.Transfer.SUCCEEDED, "mask_png"), done.error
        assert (report.image_count, report.annotation_count, report.error_count) == (2, 1, 0)
        assert report.changed_count == changed
        assert report.guess == "Mask images (PNG) (PNG images in labels/: labels)"
        assert "2 images were found by their path with another ending" in problems(done, "NOTE")
    marked, empty = [await bench.get(task) for task in bench.tasks]
    [annotation] = marked.revision.annotations
    assert (annotation.label, annotation.origin) == ("dent", pb.Annotation.IMPORTED)
    assert (annotation.geometry.mask.width, annotation.geometry.mask.height) == (WIDTH, HEIGHT)
    assert (marked.task.revision, empty.task.revision, empty.task.annotation_count) == (1, 1, 0)


_PARTLY_WRONG = {
    "labels/dent/tile-000.png": mask(),
    "labels/dent/tile-001.png": mask(width=WIDTH + 1),
    "labels/dent/other.png": mask(),
    "labels/dent/tile-002.png": b"text",
    "labels/crack/tile-003.png": mask(),
}
_WRONG = [
    "labels/dent/tile-002.png: is no PNG image: masks are read from PNG only, since other formats change pixels",
    "other.png: the project has no image of this path",
    "tile-001.png: is 41 x 30 pixels, the image is 40 x 30",
    "tile-003.png: object 1 (crack): the project has no label 'crack'",
]


async def test_what_does_not_fit_is_named_with_its_place_and_nothing_is_imported(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=4)
    done = await bring(bench, "masks.zip", zipped(_PARTLY_WRONG))
    assert done.state == pb.Transfer.REFUSED
    assert sorted(problems(done)) == _WRONG
    assert (done.report.error_count, done.report.annotation_count) == (4, 1)
    assert "4 parts do not fit, so nothing was imported" in done.error
    assert [(await bench.get(task)).task.revision for task in bench.tasks] == [0, 0, 0, 0]


async def test_what_fits_is_imported_when_the_rest_may_be_skipped(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=4)
    done = await bring(bench, "masks.zip", zipped(_PARTLY_WRONG), skip_invalid=True)
    assert (done.state, sorted(problems(done))) == (pb.Transfer.SUCCEEDED, _WRONG)
    assert [(await bench.get(task)).task.revision for task in bench.tasks] == [1, 0, 0, 0]


async def test_a_dry_run_says_the_same_and_writes_nothing_and_its_upload_can_be_imported(
    call_as: CallAs, database
) -> None:
    bench = await make_bench(call_as, database, images=4)
    place = await upload(bench, "masks.zip", zipped(_PARTLY_WRONG))
    request = pb.ImportAnnotationsRequest(project_id="tiles", upload_id=place, dry_run=True)
    dry = await ended(bench, await bench.by("DEVELOPER").ImportAnnotations(request))
    assert (dry.state, sorted(problems(dry))) == (pb.Transfer.SUCCEEDED, _WRONG)
    assert (await bench.get(bench.tasks[0])).task.revision == 0
    request = pb.ImportAnnotationsRequest(project_id="tiles", upload_id=place, skip_invalid=True)
    done = await ended(bench, await bench.by("DEVELOPER").ImportAnnotations(request))
    assert (done.state, done.report.changed_count) == (pb.Transfer.SUCCEEDED, 1)


async def test_an_import_makes_a_verification_stale(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    task = await bench.accept(bench.tasks[0])
    await bench.verify(task, 1)
    await bring(bench, "masks.zip", masks(tile_000=mask()))
    read = await bench.get(task)
    assert (read.task.verification, read.task.annotation_count) == (pb.Task.STALE, 2)


@pytest.mark.parametrize("wanted", [name for name, found in registry.FORMATS.items() if found.create])
async def test_an_export_imported_elsewhere_gives_the_same_digest(call_as: CallAs, database, wanted: str) -> None:
    bench, other = [await make_bench(call_as, database, images=3) for _ in range(2)]
    for task in bench.tasks:
        drawn = box(x=0.1 + 0.2, label="dent", group=4, z=-2, occluded=True, difficult=True)
        drawn.attributes.update({"depth": 2.5, "seen": None, "odd": {"deep": [1.0]}})
        drawn.foreign["other_tool"] = {"id": 17.0}
        tag = pb.Annotation(id=box().id, label="scratch", geometry=pb.Geometry(tag=pb.ImageTag()))
        await bench.accept(task, add(drawn), add(tag), pb.Operation(answer=pb.Answer(question="clean", value="no")))
    first = await bench.snapshot()
    done = await bring(other, f"export{registry.FORMATS[wanted].ending}", await exported(bench, wanted))
    assert (done.report.image_count, done.report.annotation_count, problems(done)) == (3, 6, []), done.error
    second = await other.snapshot(include_unreviewed=True)
    assert second.digest == first.digest


async def test_twins_that_differ_in_their_ending_are_not_guessed(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=1)
    await add_images(bench, 1, ending="png")
    done = await bring(bench, "masks.zip", masks(tile_000=mask()))
    assert done.state == pb.Transfer.REFUSED
    assert problems(done) == [
        "tile-000.png: could be tile-000.jpg and tile-000.png: give its whole path in the project"
    ]


async def test_an_image_is_found_by_the_end_of_its_path(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    coco = {
        "images": [{"id": 5, "file_name": "some/where/tile-000.jpg", "width": WIDTH, "height": HEIGHT}],
        "categories": [{"id": 3, "name": "dent"}],
        "annotations": [{"id": 9, "image_id": 5, "category_id": 3, "bbox": [1, 2, 3, 4], "area": 12, "iscrowd": 0}],
    }
    done = await bring(bench, "instances.json", json.dumps(coco).encode())
    assert (done.state, done.report.annotation_count) == (pb.Transfer.SUCCEEDED, 1), done.error
    assert "1 images were found by the end of their path" in problems(done, "NOTE")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", b"[" * 100_000, "a.json"),
        ("a.zip", b"PK\3\4" + bytes(100), "a.zip"),
        ("a.bin", bytes(100), "looks like none of the formats"),
        ("a.zip", zipped({"../a.json": b"{}"}), "is not a name inside a folder"),
    ],
)
async def test_hostile_files_fail_with_a_sentence(
    call_as: CallAs, database, name: str, content: bytes, said: str
) -> None:
    bench = await make_bench(call_as, database)
    done = await bring(bench, name, content)
    assert done.state == pb.Transfer.FAILED
    assert said in done.error
    assert "log" not in done.error


async def test_a_file_is_not_read_before_it_is_there_nor_after_it_expired(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    place = await bench.by("DEVELOPER").PrepareImport(pb.PrepareImportRequest(project_id="tiles", file_name="a.json"))
    request = pb.ImportAnnotationsRequest(project_id="tiles", upload_id=place.id)
    with pytest.raises(FailedPrecondition, match="PUT it to put_url"):
        await bench.by("DEVELOPER").ImportAnnotations(request)
    request.upload_id = await upload(bench, "a.json", b"{}")
    async with bench.database.transaction() as tx:
        await tx.execute(
            text("UPDATE import_uploads SET expire_time = now() WHERE id = :id"), {"id": request.upload_id}
        )
    with pytest.raises(FailedPrecondition, match="prepare one"):
        await bench.by("DEVELOPER").ImportAnnotations(request)


async def test_names_formats_and_options_are_checked_at_once(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    with pytest.raises(Invalid, match="no file name"):
        await bench.by("DEVELOPER").PrepareImport(pb.PrepareImportRequest(project_id="tiles", file_name="../a.json"))
    place = await upload(bench, "a.json", b"{}")
    for asked, said in (
        ({"format": "tiff"}, "no format 'tiff'"),
        ({"format": "coco", "options": {"colour": "red"}}, "no option 'colour'"),
    ):
        request = pb.ImportAnnotationsRequest(project_id="tiles", upload_id=place, **asked)
        with pytest.raises(Invalid, match=said):
            await bench.by("DEVELOPER").ImportAnnotations(request)


async def test_customers_and_annotators_import_nothing(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    for role in ("CUSTOMER", "ANNOTATOR", "REVIEWER", "VIEWER"):
        with pytest.raises(Forbidden):
            await bench.by(role).PrepareImport(pb.PrepareImportRequest(project_id="tiles", file_name="a.json"))


async def test_an_import_that_was_interrupted_goes_on_behind_what_is_written(call_as: CallAs, database) -> None:
    """A process that died after the first of two images: another one takes the import up when its lease has expired."""
    bench = await make_bench(call_as, database, images=2)
    first = await bring(bench, "masks.zip", masks(tile_000=mask(), tile_001=mask()))
    for task in bench.tasks:
        [annotation] = (await bench.get(task)).revision.annotations
        await bench.save(task, pb.Operation(remove=annotation.id), base=1)
    async with bench.database.transaction() as tx:
        await tx.execute(
            text(
                "UPDATE transfers SET state = 'RUNNING', written = 1, changed = 1, report = NULL, "
                "lease_expire_time = now() - interval '1 second' WHERE id = :id"
            ),
            {"id": first.id},
        )
    done = await ended(bench, await bench.by("DEVELOPER").GetTransfer(pb.GetTransferRequest(transfer_id=first.id)))
    assert (done.state, done.done, done.report.changed_count) == (pb.Transfer.SUCCEEDED, 2, 2)
    assert [(await bench.get(task)).task.annotation_count for task in bench.tasks] == [0, 1]


async def test_a_process_that_lost_its_lease_writes_nothing(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    done = await bring(bench, "masks.zip", masks(tile_000=mask(0)))
    async with bench.database.transaction() as tx:
        row = await tx.get_one(Transfer, done.id)
        row.epoch -= 1
        tx.expunge(row)
    for step in (
        transfers.renew,
        partial(transfers.note_written, written=1, changed=1),
        partial(transfers.end, state="FAILED"),
    ):
        with pytest.raises(transfers.LeaseLost):
            async with bench.database.transaction() as tx:
                await step(tx, row)
