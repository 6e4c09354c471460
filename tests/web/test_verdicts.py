"""From submission to the customer's word: every verdict is about what was really seen."""

from __future__ import annotations

import re
from typing import Any

import pytest_asyncio
from playwright.async_api import expect

from plumbline.client import Client
from tests.web.conftest import Work
from tests.web.visitor import Visitor, drag

FIRST = 8


@pytest_asyncio.fixture(scope="session")
async def client(owner: Visitor) -> Client:
    return await owner.client()


@pytest_asyncio.fixture(scope="session")
async def submitted(owner: Visitor, work: Work, client: Client) -> list[dict[str, Any]]:
    """Two tasks that were drawn on and handed in on the annotator page."""
    tasks = list(client.projects.tasks(work.project_id))[FIRST : FIRST + 2]
    page = owner.page
    for task in tasks:
        await owner.go(f"/tasks/{task['id']}")
        await page.keyboard.press("r")
        await drag(page, page.get_by_role("application"), (0.3, 0.3), (0.5, 0.5))
        await owner.button("Submit").click()
        await expect(page.get_by_text(f"{task['path']} is handed over to review.")).to_be_visible()
    return tasks


@pytest_asyncio.fixture(scope="session")
async def accepted(reviewer: Visitor, work: Work, submitted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same tasks, accepted on the review page: one with the mouse, one with a key."""
    page = reviewer.page
    await reviewer.go(f"/projects/{work.project_id}")
    await page.get_by_role("link", name="Review").click()
    await expect(page.get_by_text("Review · revision 1")).to_be_visible()
    await reviewer.settled()
    await reviewer.shot("review")
    await page.get_by_label("Comment").fill("Well drawn")
    await reviewer.button("Accept").click()
    await expect(page.get_by_role("heading", name=submitted[1]["path"])).to_be_attached()
    await expect(page.get_by_role("list", name="Objects").get_by_role("listitem")).to_have_count(1)
    await page.get_by_role("application").focus()
    await page.keyboard.press("a")
    await expect(page.get_by_text("Nothing waits for review")).to_be_visible()
    return submitted


async def test_a_reviewer_empties_the_queue(client: Client, accepted: list[dict[str, Any]]) -> None:
    answers = [client.projects.task(task["id"]) for task in accepted]
    assert [answer["task"]["state"] for answer in answers] == ["ACCEPTED", "ACCEPTED"]
    assert answers[0]["reviews"][0]["comment"] == "Well drawn"
    assert answers[0]["reviews"][0]["reviewer"]["name"] == "Rosa Reviewer"


async def test_the_customer_pins_a_remark_and_gives_a_verdict(
    customer: Visitor, work: Work, client: Client, accepted: list[dict[str, Any]]
) -> None:
    page = customer.page
    await customer.go(f"/projects/{work.project_id}")
    await page.get_by_role("link", name="Verify").click()
    await expect(page.get_by_role("heading", name=accepted[0]["path"])).to_be_attached()
    await page.get_by_label("New remark").fill("This is a scratch, not a crack.")
    await customer.button("Pin to a region").click()
    await drag(page, page.get_by_test_id("region-picker"), (0.3, 0.3), (0.5, 0.5))
    await customer.button("Add remark").click()
    await expect(page.get_by_text(re.compile("Carla Customer.*pinned"))).to_be_visible()
    await customer.shot("verification")
    await customer.button("Reject").click()
    await expect(page.get_by_role("heading", name=accepted[1]["path"])).to_be_attached()
    await customer.button("Accept").click()
    await expect(page.get_by_text("Nothing waits for verification")).to_be_visible()

    first, second = (client.projects.task(task["id"]) for task in accepted)
    assert (first["task"]["verification"], second["task"]["verification"]) == ("REFUSED", "VERIFIED")
    [remark] = first["remarks"]
    assert remark["author"]["name"] == "Carla Customer"
    # drawn over the same part of the canvas as the annotation was
    drawn = first["revision"]["annotations"][0]["geometry"]["box"]
    assert all(abs(remark["region"][side] - drawn[side]) < 40 for side in ("x", "y", "width", "height"))


async def test_a_remark_is_resolved_from_the_project(
    owner: Visitor, work: Work, client: Client, customer: Visitor
) -> None:
    task = list(client.projects.tasks(work.project_id))[FIRST]
    remark = client.projects.remark(task["id"], "Please look at the corner.")
    page = owner.page
    await owner.go(f"/projects/{work.project_id}?tab=remarks")
    card = page.get_by_text("Please look at the corner.").locator("xpath=ancestor::*[.//button][1]")
    await card.get_by_role("button", name="Resolve").click()
    await expect(page.get_by_text("Please look at the corner.")).to_be_hidden()
    found = {item["id"]: item["state"] for item in client.projects.remarks(work.project_id)}
    assert found[remark["id"]] == "RESOLVED"
