"""The dataset page: a folder arrives, is measured, published and compared."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import expect

from tests.web.conftest import TILES
from tests.web.pictures import HEIGHT, WIDTH, write_tiles
from tests.web.visitor import Visitor, drop


async def test_an_uploaded_folder_is_there_under_its_source(owner: Visitor, dataset_id: str) -> None:
    client = await owner.client()
    images = list(client.datasets.images(dataset_id))
    assert [image["path"] for image in images] == [f"tile_{index:02d}.png" for index in range(TILES)]
    assert {image["source"] for image in images} == {"site A"}


async def test_the_grid_opens_an_image_with_what_was_measured(owner: Visitor, dataset_id: str) -> None:
    await owner.go(f"/datasets/{dataset_id}")
    await expect(owner.page.get_by_role("list", name="Images").get_by_role("listitem")).to_have_count(TILES)
    await owner.shot("dataset")
    await owner.page.get_by_role("button", name="tile_03.png").click()
    dialog = owner.page.get_by_role("dialog")
    await expect(dialog.get_by_text(f"{WIDTH} × {HEIGHT} pixels, grey")).to_be_visible()
    await expect(dialog.get_by_role("img", name="tile_03.png")).to_be_visible()
    await expect(dialog.get_by_text("tile_03.png (draft, v1)")).to_be_visible()
    await owner.shot("image")
    await owner.page.keyboard.press("ArrowRight")
    await expect(dialog.get_by_role("img", name="tile_04.png")).to_be_visible()


async def test_a_dropped_folder_is_refused_file_by_file_and_shows_in_gap_and_diff(
    owner: Visitor, dataset_id: str, tmp_path: Path
) -> None:
    folder = write_tiles(tmp_path / "site-b", 3, prefix="lab", seed=2)
    (folder / "broken.png").write_text("This is not an image.")
    page = owner.page
    await owner.go(f"/datasets/{dataset_id}?tab=upload")
    await page.get_by_role("combobox", name="Source").fill("site B")
    await page.get_by_role("combobox", name="Tags for every image").fill("lab")
    await page.keyboard.press("Enter")
    await drop(page, page.get_by_test_id("drop-zone"), folder)
    await expect(page.get_by_text("Finished: 4 images · 3 sent · 0 here already · 1 rejected")).to_be_visible()
    await expect(page.get_by_role("alert")).to_contain_text("broken.png:")

    await owner.go(f"/datasets/{dataset_id}?tab=gap")
    await expect(page.get_by_text("3 images wait outside it")).to_be_visible()
    await owner.shot("gap")
    await owner.button("Publish v2").click()
    await page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("newest version v2")).to_be_visible()

    await page.get_by_role("tab", name="Versions").click()
    await expect(page.get_by_text(re.compile("3 images added, 0 removed, 0 changed.*site B \\+3"))).to_be_visible()
    await owner.shot("versions")


async def test_sending_a_known_folder_again_sends_nothing(owner: Visitor, dataset_id: str, tmp_path: Path) -> None:
    await owner.go(f"/datasets/{dataset_id}?tab=upload")
    await owner.page.get_by_role("combobox", name="Source").fill("site A")
    await owner.page.get_by_test_id("folder-input").set_input_files(write_tiles(tmp_path / "again", TILES))
    finished = owner.page.get_by_text(f"Finished: {TILES} images · 0 sent · {TILES} here already · 0 rejected")
    await expect(finished).to_be_visible()
