"""Imports into a project, and back from its own exports."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from kit.errors import Invalid
from plumbapi.annotation import v1 as pb
from tests.annotation.builders import HEIGHT, WIDTH, Bench, add, add_images, box, make_bench
from tests.annotation.test_snapshots import exported
from tests.conftest import CallAs


def mask(value: int = 255, width: int = WIDTH) -> bytes:
    pixels = np.zeros((HEIGHT, width), dtype=np.uint8)
    pixels[5:9, 7:20] = value
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


async def import_files(bench: Bench, wanted: str, *files: pb.ImportFile) -> pb.ImportAnnotationsResponse:
    request = pb.ImportAnnotationsRequest(project_id="tiles", format=wanted, files=files)
    return await bench.by("DEVELOPER").ImportAnnotations(request)


async def test_masks_find_their_images_by_stem_and_come_in_once(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=2)
    files = [
        pb.ImportFile(name="tile-000.png", content=mask(), label="dent"),
        pb.ImportFile(name="tile-001.png", content=mask(0), label="dent"),
    ]
    for _ in range(2):
        done = await import_files(bench, "MASK_PNG", *files)
        assert (done.image_count, done.annotation_count, list(done.problems)) == (2, 1, [])
    marked, empty = [await bench.get(task) for task in bench.tasks]
    [annotation] = marked.revision.annotations
    assert (annotation.label, annotation.origin) == ("dent", pb.Annotation.IMPORTED)
    assert (annotation.geometry.mask.width, annotation.geometry.mask.height) == (WIDTH, HEIGHT)
    assert (marked.task.revision, empty.task.revision, empty.task.annotation_count) == (1, 1, 0)


async def test_what_does_not_fit_is_reported_with_file_and_place_and_the_rest_is_taken(
    call_as: CallAs, database
) -> None:
    bench = await make_bench(call_as, database, images=2)
    done = await import_files(
        bench,
        "MASK_PNG",
        pb.ImportFile(name="tile-000.png", content=mask(), label="dent"),
        pb.ImportFile(name="tile-001.png", content=mask(width=WIDTH + 1), label="dent"),
        pb.ImportFile(name="other.png", content=mask(), label="dent"),
        pb.ImportFile(name="text.png", content=b"text", label="dent"),
        pb.ImportFile(name="tile-001.png", content=mask(), label="crack"),
    )
    assert done.annotation_count == 1
    assert list(done.problems) == [
        "text.png: is no readable PNG image",
        "tile-001.png: is 41 x 30 pixels, the image is 40 x 30",
        "other.png: the project has no image other.png with any one ending",
        "tile-001.png: the project has no label 'crack'",
    ]
    assert (await bench.get(bench.tasks[1])).task.revision == 0


async def test_an_import_makes_a_verification_stale(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    task = await bench.accept(bench.tasks[0])
    await bench.verify(task, 1)
    await import_files(bench, "MASK_PNG", pb.ImportFile(name="tile-000.png", content=mask(), label="dent"))
    read = await bench.get(task)
    assert (read.task.verification, read.task.annotation_count) == (pb.Task.STALE, 2)


@pytest.mark.parametrize("wanted", ["NATIVE", "COCO"])
async def test_an_export_imported_elsewhere_gives_the_same_digest(call_as: CallAs, database, wanted: str) -> None:
    bench, other = [await make_bench(call_as, database, images=3) for _ in range(2)]
    for task in bench.tasks:
        drawn = box(x=0.1 + 0.2, label="dent")
        drawn.attributes["depth"] = 2.5
        tag = pb.Annotation(id=box().id, label="scratch", geometry=pb.Geometry(tag=pb.ImageTag()))
        await bench.accept(task, add(drawn), add(tag), pb.Operation(answer=pb.Answer(question="clean", value="no")))
    first = await bench.snapshot()
    content = await exported(bench, wanted)
    done = await import_files(other, wanted, pb.ImportFile(name="export", content=content))
    assert (done.image_count, done.annotation_count, list(done.problems)) == (3, 6, [])
    second = await other.snapshot(include_unreviewed=True)
    assert second.digest == first.digest


async def test_twins_that_differ_in_their_ending_are_not_guessed(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database, images=1)
    await add_images(bench, 1, ending="bmp")
    done = await import_files(bench, "MASK_PNG", pb.ImportFile(name="tile-000.png", content=mask(), label="dent"))
    assert done.image_count == 0
    assert list(done.problems) == ["tile-000.png: the project has no image tile-000.png with any one ending"]


async def test_too_many_files_are_refused(call_as: CallAs, database) -> None:
    bench = await make_bench(call_as, database)
    files = [pb.ImportFile(name=f"{n}.png", content=b"x", label="dent") for n in range(101)]
    with pytest.raises(Invalid) as raised:
        await import_files(bench, "MASK_PNG", *files)
    assert raised.value.reason == "IMPORT_TOO_LARGE"
