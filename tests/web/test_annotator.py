"""The annotator page: what is drawn is saved by itself, survives failures, and meets other people's edits."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest_asyncio
from playwright.async_api import Locator, Page, Route, expect

from plumbline.client import Client
from tests.web.conftest import Work
from tests.web.pictures import HEIGHT, WIDTH
from tests.web.visitor import Visitor, drag

SAVES = re.compile(r":save$")


@pytest_asyncio.fixture(scope="session")
async def client(owner: Visitor) -> Client:
    return await owner.client()


async def open_task(visitor: Visitor, work: Work, client: Client, position: int) -> dict[str, Any]:
    """Open the task at a position of the project's order on its annotator page."""
    task = list(client.projects.tasks(work.project_id))[position]
    await visitor.go(f"/tasks/{task['id']}")
    await expect(visitor.page.get_by_role("application")).to_be_visible()
    return task


def annotations(client: Client, task: dict[str, Any]) -> list[dict[str, Any]]:
    return list(client.projects.task(task["id"]).get("revision", {}).get("annotations", []))


def objects(page: Page) -> Locator:
    """The rows of the list of objects."""
    return page.get_by_role("list", name="Objects").get_by_role("listitem")


async def draw_box(page: Page, start: tuple[float, float] = (0.4, 0.4), end: tuple[float, float] = (0.6, 0.6)) -> None:
    await page.keyboard.press("r")
    await drag(page, page.get_by_role("application"), start, end)


async def saved(page: Page, revision: int) -> None:
    await expect(page.get_by_text(f"Saved, revision {revision}")).to_be_visible()


async def test_a_box_drawn_with_the_mouse_is_there_after_a_reload(owner: Visitor, work: Work, client: Client) -> None:
    page = owner.page
    task = await open_task(owner, work, client, 0)
    await draw_box(page)
    await saved(page, 1)
    [made] = annotations(client, task)
    box = made["geometry"]["box"]
    assert made["label"] == "crack"
    assert 0 < box["x"] < box["x"] + box["width"] < WIDTH
    assert 0 < box["y"] < box["y"] + box["height"] < HEIGHT
    # drawn from 40 to 60 percent around the middle of the canvas, on which the image is centred
    assert abs(box["x"] + box["width"] / 2 - WIDTH / 2) < 2
    assert abs(box["y"] + box["height"] / 2 - HEIGHT / 2) < 2
    await page.reload()
    await expect(page.get_by_role("button", name="Object 1: crack box")).to_be_visible()
    await owner.settled()
    await owner.shot("annotator")
    assert await owner.barriers() == []


async def test_keys_alone_label_move_undo_and_delete(owner: Visitor, work: Work, client: Client) -> None:
    page = owner.page
    task = await open_task(owner, work, client, 1)
    await draw_box(page)
    await saved(page, 1)
    before = annotations(client, task)[0]["geometry"]["box"]["x"]
    await page.keyboard.press("2")
    await page.keyboard.press("Shift+ArrowRight")
    await saved(page, 2)
    [moved] = annotations(client, task)
    assert moved["label"] == "stain"
    assert moved["geometry"]["box"]["x"] == before + 10
    await page.keyboard.press("Control+z")
    await saved(page, 3)
    assert annotations(client, task)[0]["geometry"]["box"]["x"] == before
    await page.keyboard.press("Delete")
    await saved(page, 4)
    assert annotations(client, task) == []


async def test_a_polygon_and_a_mask_come_back_as_drawn(owner: Visitor, work: Work, client: Client) -> None:
    page = owner.page
    task = await open_task(owner, work, client, 2)
    canvas = page.get_by_role("application")
    frame: Any = await canvas.bounding_box()
    await page.keyboard.press("p")
    for x, y in ((0.3, 0.3), (0.45, 0.32), (0.4, 0.45)):
        await page.mouse.click(frame["x"] + frame["width"] * x, frame["y"] + frame["height"] * y)
    await page.keyboard.press("Enter")
    await page.keyboard.press("b")
    await drag(page, canvas, (0.6, 0.6), (0.7, 0.65))
    await expect(objects(page)).to_have_count(2)
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text(re.compile("Saved, revision"))).to_be_visible()
    polygon, mask = annotations(client, task)
    assert len(polygon["geometry"]["polygon"]["parts"][0]["outer"]) == 6
    assert (mask["geometry"]["mask"]["width"], mask["geometry"]["mask"]["height"]) == (WIDTH, HEIGHT)
    listed = await objects(page).all_inner_texts()
    await page.reload()
    await expect(objects(page)).to_have_count(2)
    assert await objects(page).all_inner_texts() == listed


async def test_edits_outlive_a_lost_connection_and_a_closed_page(owner: Visitor, work: Work, client: Client) -> None:
    page = owner.page
    task = await open_task(owner, work, client, 3)

    async def lost(route: Route) -> None:
        await route.abort("connectionfailed")

    with owner.refusals_expected():
        await page.route(SAVES, lost)
        await draw_box(page)
        await expect(page.get_by_text("Kept in this browser")).to_be_visible()
        page.once("dialog", lambda dialog: dialog.accept())
        await page.reload()
        await expect(objects(page)).to_have_count(1)
        await expect(page.get_by_text("Kept in this browser")).to_be_visible()
        await page.unroute(SAVES, lost)
        await owner.button("Try now").click()
    await saved(page, 1)
    assert len(annotations(client, task)) == 1


async def test_two_people_on_one_image_keep_both_their_work(owner: Visitor, work: Work, client: Client) -> None:
    page = owner.page
    task = await open_task(owner, work, client, 4)
    foreign: dict[str, Any] = {"id": str(uuid.uuid4()), "label": "stain"}
    foreign["geometry"] = {"box": {"x": 5.0, "y": 6.0, "width": 20.0, "height": 10.0}}
    client.projects.save(task["id"], 0, [{"add": foreign}])
    with owner.refusals_expected():
        await draw_box(page)
        dialog = page.get_by_role("dialog", name="Somebody else saved this image")
        await expect(dialog).to_contain_text("Olga Owner saved revision 1")
        await expect(dialog).to_contain_text("1 object added")
        await owner.shot("conflict")
        await dialog.get_by_role("button", name="Keep mine").click()
    await saved(page, 2)
    assert [made["label"] for made in annotations(client, task)] == ["stain", "crack"]


async def test_f_and_d_go_to_the_next_image_and_back(owner: Visitor, work: Work, client: Client) -> None:
    page = owner.page
    await open_task(owner, work, client, 5)
    await page.keyboard.press("f")
    await expect(page.get_by_role("heading", name="tile_06.png")).to_be_attached()
    await page.keyboard.press("d")
    await expect(page.get_by_role("heading", name="tile_05.png")).to_be_attached()


async def test_proposals_of_a_model_are_taken_over_when_accepted(owner: Visitor, work: Work, client: Client) -> None:
    task = list(client.projects.tasks(work.project_id))[7]
    run = client.runs.start("pre-labels", kind="INFERENCE")
    proposed = {
        "id": str(uuid.uuid4()),
        "label": "crack",
        "geometry": {"box": {"x": 30.0, "y": 40.0, "width": 50.0, "height": 25.5}},
        "origin": "MODEL",
        "confidence": 0.75,
    }
    image = {"image_sha256": task["image_sha256"], "annotations": [proposed]}
    client.projects.add_predictions(work.project_id, run.id, "", [image])
    run.finish()
    page = owner.page
    await open_task(owner, work, client, 7)
    await page.get_by_role("switch", name="Show").check()
    await owner.shot("proposals")
    assert annotations(client, task) == []
    await owner.button("Accept all").click()
    await saved(page, 1)
    [taken] = annotations(client, task)
    assert (taken["origin"], taken["confidence"]) == ("MODEL", 0.75)
    assert taken["geometry"] == proposed["geometry"]
