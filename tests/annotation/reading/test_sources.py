"""The process that reads files: what it says, and how it ends when a file takes more than it may."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from plumbline_formats.model import Image
from plumbline_formats.problems import FormatError, Refused
from services.annotation.reading.sources import Caps, Source, opened

_CAPS = Caps(memory_mb=512, cpu_s=60, spool_mb=64)
_BOX = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "area": 12, "iscrowd": 0}


def coco(folder: Path, *annotations: dict[str, object]) -> Path:
    document = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 10, "height": 10}],
        "categories": [{"id": 1, "name": "dent"}],
        "annotations": list(annotations),
    }
    path = folder / "upload"
    path.write_text(json.dumps(document))
    return path


async def read(path: Path, *, name: str = "a.json", form: str = "", caps: Caps = _CAPS) -> tuple[Source, list[Image]]:
    async with opened(path, name, form, {}, caps) as source:
        return source, [image async for image in source.images()]


async def test_images_come_with_the_guess_and_located_problems(tmp_path: Path) -> None:
    source, [image] = await read(coco(tmp_path, _BOX, _BOX | {"id": 2, "bbox": [1, 2, 3]}))
    assert (source.format, [label.name for label in source.header.labels]) == ("coco", ["dent"])
    assert source.guess.startswith("COCO JSON (")
    assert (image.path, len(image.annotations)) == ("a.jpg", 1)
    [problem] = [problem for problem in source.problems if problem.severity == "error"]
    assert (problem.file, problem.place) == ("a.json", "annotations[1].bbox")
    assert source.error_count == 1


async def test_a_named_format_is_not_guessed(tmp_path: Path) -> None:
    source, _images = await read(coco(tmp_path, _BOX), form="coco")
    assert (source.format, source.guess) == ("coco", "")
    with pytest.raises(FormatError):
        await read(coco(tmp_path, _BOX), form="yolo")


async def test_a_file_that_needs_more_memory_than_it_may_is_refused(tmp_path: Path) -> None:
    heavy = [_BOX | {"id": number, "segmentation": [[0.5] * 60_000]} for number in range(40)]
    path = coco(tmp_path, *heavy)
    with pytest.raises(FormatError, match=r"a\.json (takes|took) more memory"):
        await read(path, caps=Caps(memory_mb=8, cpu_s=60, spool_mb=64))


async def test_a_file_that_needs_more_time_than_it_may_is_refused(tmp_path: Path) -> None:
    path = coco(tmp_path, *(_BOX | {"id": number} for number in range(400_000)))
    with pytest.raises(Refused, match="more memory or time"):
        await read(path, caps=Caps(memory_mb=1024, cpu_s=1, spool_mb=64))


async def test_the_process_holds_no_credential_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMB_IDENTITY_KEY", "secret")
    async with opened(coco(tmp_path, _BOX), "a.json", "", {}, _CAPS) as source:
        found = _environments_of_children()
        async for _image in source.images():
            pass
    assert found
    assert not any(b"PLUMB_" in environment for environment in found)


def _environments_of_children() -> list[bytes]:
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    return [Path(f"/proc/{child}/environ").read_bytes() for child in children]
