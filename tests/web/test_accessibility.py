"""Every page can be used by people who do not see it or do not use a mouse."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.async_api import expect

from tests.web.conftest import Work
from tests.web.visitor import Visitor

PAGES = {
    "datasets": "/datasets",
    "dataset": "/datasets/{dataset}",
    "upload": "/datasets/{dataset}?tab=upload",
    "versions": "/datasets/{dataset}?tab=versions",
    "gap": "/datasets/{dataset}?tab=gap",
    "projects": "/projects",
    "project": "/projects/{project}",
    "tasks": "/projects/{project}?tab=tasks",
    "remarks": "/projects/{project}?tab=remarks",
    "snapshots": "/projects/{project}?tab=snapshots",
    "transfers": "/projects/{project}?tab=transfers",
    "annotator": "/tasks/{task}",
    "review": "/projects/{project}/review?task={task}",
    "runs": "/runs",
    "jobs": "/jobs",
    "models": "/models",
    "answers": "/answers?dataset=tiles",
    "members": "/members",
    "activity": "/activity",
    "access": "/access",
}


async def address(owner: Visitor, work: Work, name: str) -> str:
    client = await owner.client()
    task = next(client.projects.tasks(work.project_id))
    return PAGES[name].format(dataset=work.dataset_id, project=work.project_id, task=task["id"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
async def test_a_page_has_no_serious_barriers(
    owner: Visitor, work: Work, name: str, scheme: Literal["light", "dark"]
) -> None:
    await owner.page.emulate_media(color_scheme=scheme)
    await owner.go(await address(owner, work, name))
    await expect(owner.page.get_by_role("heading", level=1)).to_be_attached()
    await owner.shot(f"page-{name}-{scheme}")
    barriers = await owner.barriers()
    await owner.page.emulate_media(color_scheme="light")
    assert barriers == []


async def test_the_keyboard_reaches_the_content_at_once(owner: Visitor) -> None:
    await owner.go("/projects")
    await owner.page.keyboard.press("Tab")
    await expect(owner.page.get_by_role("link", name="Skip to content")).to_be_focused()
    await owner.page.keyboard.press("Enter")
    await expect(owner.page.locator("#content")).to_be_focused()


async def test_arrows_walk_through_the_images(owner: Visitor, dataset_id: str) -> None:
    await owner.go(f"/datasets/{dataset_id}")
    first = owner.button(re.compile("tile_00.png"))
    await first.focus()
    await owner.page.keyboard.press("ArrowRight")
    await expect(owner.button(re.compile("tile_01.png"))).to_be_focused()
    await owner.page.keyboard.press("Enter")
    await expect(owner.page.get_by_role("dialog", name="tile_01.png")).to_be_visible()
