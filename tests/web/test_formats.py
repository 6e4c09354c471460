"""Annotations leave a project with their losses named, and come in with their problems named."""

from __future__ import annotations

import asyncio
import hashlib
import json
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest_asyncio
from PIL import Image
from playwright.async_api import Locator, expect

from plumbline.client import Client
from plumbline.projects import add
from tests.web.pictures import HEIGHT, WIDTH
from tests.web.visitor import Visitor, drag, drop

ROTATED = {"rotated_box": {"cx": 100.5, "cy": 80.25, "width": 40, "height": 20, "angle": 30}}
BOX = {"box": {"x": 10, "y": 20, "width": 30, "height": 40}}


@dataclass(frozen=True)
class Marked:
    """A project whose first image has a turned and an upright box, frozen as its first snapshot."""

    client: Client
    project_id: str

    @property
    def address(self) -> str:
        return f"/projects/{self.project_id}"

    def task(self, path: str) -> dict[str, Any]:
        [found] = [task for task in self.client.projects.tasks(self.project_id) if task["path"] == path]
        return self.client.projects.task(found["id"])


@pytest_asyncio.fixture(scope="session")
async def marked(owner: Visitor, dataset_id: str) -> Marked:
    client = await owner.client()
    labels = {"crack": "#e03131", "stain": "#1971c2"}
    project = client.projects.create("exchange", labels=labels, tools=["BOX", "ROTATED_BOX", "BRUSH"])
    client.projects.assign_version(project["id"], dataset_id, 1)
    first = next(task for task in client.projects.tasks(project["id"]) if task["path"] == "tile_00.png")
    client.projects.save(first["id"], 0, [add("crack", ROTATED), add("stain", BOX)])
    client.projects.create_snapshot(project["id"], include_unreviewed=True)
    return Marked(client, project["id"])


async def opened_export(visitor: Visitor, marked: Marked) -> Locator:
    await visitor.go(f"{marked.address}?tab=snapshots")
    await visitor.button("Export exchange@s1").click()
    return visitor.page.get_by_role("dialog", name="Export exchange@s1")


async def choose(visitor: Visitor, dialog: Locator, field: str, option: str) -> None:
    await dialog.get_by_role("combobox", name=field).click()
    await visitor.page.get_by_role("option", name=option).click()


async def downloaded(visitor: Visitor, place: Locator) -> bytes:
    async with visitor.page.expect_download() as waiting:
        await place.get_by_role("button", name="Download").click()
    path = await (await waiting.value).path()
    return await asyncio.to_thread(path.read_bytes)


async def test_what_a_format_loses_is_said_before_it_is_exported_and_has_to_be_allowed(
    owner: Visitor, marked: Marked
) -> None:
    dialog = await opened_export(owner, marked)
    await choose(owner, dialog, "Format", "COCO JSON")
    row = dialog.get_by_role("row", name="1 rotated box becomes a polygon of 4 corners")
    await expect(row).to_be_visible()
    await expect(dialog.get_by_text("Plumbline reads it back whole.")).to_be_visible()
    await owner.shot("export-losses")
    assert await owner.barriers() == []

    await dialog.get_by_role("button", name="Export").click()
    consent = dialog.get_by_role("checkbox", name="Export although this is lost")
    await expect(consent).to_be_focused()
    await expect(dialog.get_by_text("Nothing was exported")).to_be_visible()
    assert {one["kind"] for one in marked.client.annotations.transfers(marked.project_id)} == {"PREVIEW"}

    await consent.check()
    await dialog.get_by_role("button", name="Export").click()
    await expect(dialog.get_by_text("The file is ready")).to_be_visible()
    await owner.shot("export-ready")
    content = await downloaded(owner, dialog)
    await expect(dialog.get_by_text(hashlib.sha256(content).hexdigest())).to_be_visible()
    document = json.loads(content)
    assert [image["file_name"] for image in document["images"]] == ["tile_00.png"]
    assert sorted(one["bbox"] for one in document["annotations"])[0] == [10, 20, 30, 40]


async def test_a_format_that_says_everything_asks_for_nothing(owner: Visitor, marked: Marked) -> None:
    dialog = await opened_export(owner, marked)
    await choose(owner, dialog, "Format", "Plumbline JSON Lines")
    await expect(dialog.get_by_text("Nothing is lost")).to_be_visible()
    await expect(dialog.get_by_role("checkbox", name="Export although this is lost")).to_have_count(0)
    await dialog.get_by_role("checkbox", name="Include images").check()
    await owner.shot("export-nothing-lost")
    await dialog.get_by_role("button", name="Export").click()
    await expect(dialog.get_by_text("The file is ready")).to_be_visible()
    with zipfile.ZipFile(BytesIO(await downloaded(owner, dialog))) as archive:
        assert any(name.endswith("tile_00.png") for name in archive.namelist())


async def test_options_change_what_is_lost_and_withdraw_the_consent(owner: Visitor, marked: Marked) -> None:
    dialog = await opened_export(owner, marked)
    await choose(owner, dialog, "Format", "YOLO (Ultralytics)")
    consent = dialog.get_by_role("checkbox", name="Export although this is lost")
    await consent.check()
    await choose(owner, dialog, "Task", "obb")
    await expect(consent).not_to_be_checked()
    await dialog.get_by_role("checkbox", name="Add a side-car").uncheck()
    await expect(dialog.get_by_text("cannot be read back from the file")).to_be_visible()
    await owner.shot("export-options")


def mask(width: int = WIDTH) -> bytes:
    pixels = np.zeros((HEIGHT, width), dtype=np.uint8)
    pixels[50:90, 70:120] = 255
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def packed(folder: Path, files: dict[str, bytes]) -> Path:
    target = folder / "masks.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


async def test_masks_come_in_once_their_problem_is_left_out(owner: Visitor, marked: Marked, tmp_path: Path) -> None:
    page = owner.page
    strangers = {f"labels/crack/unknown_{index:02d}.png": mask() for index in range(24)}
    good_and_wide = {"labels/crack/tile_02.png": mask(), "labels/crack/tile_04.png": mask(WIDTH + 1)}
    archive = packed(tmp_path, good_and_wide | strangers)
    await owner.go(marked.address)
    await owner.button("Import annotations").click()
    dialog = page.get_by_role("dialog", name="Import annotations")
    await owner.shot("import-file")
    assert await owner.barriers() == []
    await dialog.get_by_test_id("import-input").set_input_files(archive)
    await expect(dialog.get_by_text("Taken for Mask images (PNG)")).to_be_visible()
    await expect(dialog.get_by_text("Fits this project: 1 annotation on 1 image.")).to_be_visible()
    wrong = dialog.get_by_role("row", name=f"is {WIDTH + 1} x {HEIGHT} pixels")
    await expect(wrong).to_contain_text("tile_04.png")
    await owner.shot("import-check")
    assert await owner.barriers() == []
    await expect(dialog.get_by_text("25 problems, 1 note")).to_be_visible()
    await dialog.get_by_role("button", name="Page 2").click()
    await expect(dialog.get_by_role("row", name="unknown_23.png")).to_be_visible()

    await dialog.get_by_role("button", name="Import").click()
    skip = dialog.get_by_role("checkbox", name="Leave out what is not understood")
    await expect(skip).to_be_focused()
    await expect(dialog.get_by_text("Nothing was imported")).to_be_visible()
    assert marked.task("tile_02.png")["task"]["annotation_count"] == 0
    await skip.check()
    await dialog.get_by_role("button", name="Import").click()
    await expect(dialog.get_by_text("The annotations are in the project")).to_be_visible()
    await expect(dialog.get_by_text("1 image got a new revision. Left out: 25 problems.")).to_be_visible()
    await owner.shot("import-done")
    [brought] = marked.task("tile_02.png")["revision"]["annotations"]
    assert (brought["label"], brought["origin"]) == ("crack", "IMPORTED")
    assert marked.task("tile_04.png")["task"]["annotation_count"] == 0


async def test_a_file_can_be_read_as_another_format(owner: Visitor, marked: Marked, tmp_path: Path) -> None:
    page = owner.page
    await owner.go(marked.address)
    await owner.button("Import annotations").click()
    dialog = page.get_by_role("dialog", name="Import annotations")
    await drop(page, dialog.get_by_test_id("file-place"), packed(tmp_path, {"labels/crack/tile_02.png": mask()}))
    await expect(dialog.get_by_text("Taken for Mask images (PNG)")).to_be_visible()
    await choose(owner, dialog, "Format", "COCO JSON")
    await expect(dialog.get_by_text("The file cannot be read")).to_be_visible()
    await owner.shot("import-other-format")
    await choose(owner, dialog, "Format", "Mask images (PNG)")
    await owner.button("How it is read").click()
    await choose(owner, dialog, "Kind of mask images", "labels")
    await expect(dialog.get_by_text("Fits this project: 1 annotation on 1 image.")).to_be_visible()


async def test_the_annotator_gives_back_what_it_cannot_edit(owner: Visitor, marked: Marked) -> None:
    page = owner.page
    said = {"group": 4, "z": 7, "occluded": True, "difficult": True, "foreign": {"cvat": {"source": "manual"}}}
    task = marked.task("tile_06.png")["task"]
    marked.client.projects.save(task["id"], 0, [add("crack", BOX, **said)])
    await owner.go(f"/tasks/{task['id']}")
    await owner.button("Object 1: crack box").click()
    await page.get_by_role("application").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_text("Saved, revision 2")).to_be_visible()
    [moved] = marked.task("tile_06.png")["revision"]["annotations"]
    assert moved["geometry"]["box"]["x"] == BOX["box"]["x"] + 1
    assert {name: moved[name] for name in said} == said
    await page.keyboard.press("r")
    await drag(page, page.get_by_role("application"), (0.4, 0.4), (0.6, 0.6))
    await expect(page.get_by_text("Saved, revision 3")).to_be_visible()
    drawn = marked.task("tile_06.png")["revision"]["annotations"][1]
    assert (drawn["z"], drawn["group"]) == (said["z"], 0)


async def test_the_list_keeps_what_came_in_and_went_out(owner: Visitor, marked: Marked, tmp_path: Path) -> None:
    target = tmp_path / "annotations.jsonl"
    await owner.go(f"{marked.address}?tab=transfers")
    # from elsewhere, while the page is open
    await asyncio.to_thread(marked.client.annotations.export, marked.project_id, "native", target)
    await asyncio.to_thread(marked.client.annotations.bring, marked.project_id, target)
    table = owner.page.get_by_role("table", name="Imports and exports")
    newest, before = table.get_by_role("row").nth(1), table.get_by_role("row").nth(2)
    await expect(newest).to_contain_text("annotations.jsonl")
    await expect(newest).to_contain_text("done")
    await expect(before).to_contain_text("Export of s1")
    await owner.shot("transfers")
    await newest.get_by_role("button", name="Report").click()
    await expect(owner.page.get_by_role("dialog").get_by_text("1 image had all of it already.")).to_be_visible()
    await owner.page.keyboard.press("Escape")
    await before.get_by_role("button", name="File and losses").click()
    assert await downloaded(owner, owner.page.get_by_role("dialog")) == target.read_bytes()


async def test_roles_that_may_not_exchange_see_no_way_to(reviewer: Visitor, customer: Visitor, marked: Marked) -> None:
    await reviewer.go(f"{marked.address}?tab=snapshots")
    await expect(reviewer.page.get_by_role("row", name="exchange@s1")).to_be_visible()
    for name in ("Export exchange@s1", "Import annotations"):
        await expect(reviewer.button(name)).to_have_count(0)
    await expect(reviewer.page.get_by_role("tab", name="Import & export")).to_have_count(0)
    await customer.go(f"{marked.address}?tab=snapshots")
    await expect(customer.button("Export exchange@s1")).to_be_visible()
    await expect(customer.button("Import annotations")).to_have_count(0)
    await expect(customer.page.get_by_role("tab", name="Import & export")).to_be_visible()
