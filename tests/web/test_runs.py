"""The list of runs: ten thousand of them, searched, sorted, chosen and changed, by mouse and by keyboard."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest_asyncio
from playwright.async_api import Locator, expect

from embedded import Platform
from plumbline.client import Client
from tests.web.many_runs import copy_run
from tests.web.visitor import Visitor

COPIES = 10_000


@dataclass(frozen=True)
class Sweep:
    """A run with ten thousand copies, and a run with three others below it."""

    original_id: str
    parent_id: str


@pytest_asyncio.fixture(scope="session")
async def client(owner: Visitor) -> Client:
    return await owner.client()


@pytest_asyncio.fixture(scope="session")
async def sweep(site: Platform, client: Client) -> Sweep:
    original = client.runs.start("sweep", name="original", kind="TRAINING", params={"lr": 0.1}, capture=())
    original.log({"f1": 0.5, "val/loss": 0.4}, step=1)
    original.finish()
    await copy_run(site.environment["PLUMB_DATABASE_URL_EXPERIMENTS"], original.id, COPIES)
    parent = client.runs.start("folds", name="cross validation", kind="TRAINING", capture=())
    for fold in range(3):
        child = client.runs.start(
            "folds", name=f"fold {fold}", params={"fold": fold}, parent_run_id=parent.id, capture=()
        )
        child.log({"f1": 0.7 + fold / 10}, step=1)
        child.finish()
    parent.finish()
    return Sweep(original.id, parent.id)


def table(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("table", name="Runs", exact=True)


def row(visitor: Visitor, place: int) -> Locator:
    return table(visitor).locator(f"tr[data-index='{place}']")


async def test_only_the_rows_in_view_exist(owner: Visitor, client: Client, sweep: Sweep) -> None:
    await owner.go(f"/runs?experiment={experiment_id(client, 'sweep')}")
    await expect(row(owner, 0)).to_contain_text("original")
    await owner.shot("runs")
    scroller = table(owner).locator("xpath=..")
    for loaded in (200, 400, 600):
        await expect(owner.page.get_by_text(f"{loaded}+ runs")).to_be_visible()
        await scroller.evaluate("element => { element.scrollTop = element.scrollHeight; }")
        await expect(row(owner, loaded - 1)).to_contain_text(f"sweep {loaded - 1}")
    assert await table(owner).locator("tbody tr").count() < 80


async def test_a_click_on_a_column_sorts_all_runs_not_only_the_loaded_ones(owner: Visitor, sweep: Sweep) -> None:
    await owner.go("/runs")
    await owner.page.get_by_role("columnheader", name="f1").get_by_role("button", name="f1", exact=True).click()
    await expect(row(owner, 0)).to_contain_text("sweep 27")
    await expect(row(owner, 9)).to_contain_text("sweep 9027")
    await expect(owner.page.get_by_role("columnheader", name="f1")).to_have_attribute("aria-sort", "descending")
    assert "sort=-metrics.f1" in owner.page.url


async def test_a_filter_that_is_not_understood_is_explained_where_it_went_wrong(owner: Visitor, sweep: Sweep) -> None:
    page = owner.page
    await owner.go("/runs")
    box = page.get_by_role("combobox", name="Filter")
    with owner.refusals_expected():
        await box.fill("metrics.f1 > AND params.lr = '0.001'")
        await box.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("at character 14")
    await owner.shot("runs-mistake")
    await box.fill("metrics.f1 >= 0.9 AND (params.model = 'dfine' OR tags.team = 'lab')")
    await box.press("Enter")
    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(row(owner, 0)).to_contain_text("sweep 25")
    await owner.shot("runs-filtered")


async def test_the_address_is_the_view(owner: Visitor, reviewer: Visitor, sweep: Sweep) -> None:
    await owner.go("/runs")
    await owner.button("Columns").click()
    await owner.page.get_by_role("checkbox", name="model", exact=True).check()
    await owner.page.keyboard.press("Escape")
    await owner.page.get_by_role("combobox", name="Status").click()
    await owner.page.get_by_role("option", name="failed").click()
    await expect(row(owner, 0)).to_contain_text("sweep 10")
    await reviewer.page.goto(owner.page.url)
    await expect(row(reviewer, 0)).to_contain_text("segformer")
    await expect(row(reviewer, 1)).to_contain_text("sweep 20")


async def test_the_keyboard_alone_walks_chooses_unfolds_and_opens(owner: Visitor, client: Client, sweep: Sweep) -> None:
    page = owner.page
    await owner.go(f"/runs?experiment={experiment_id(client, 'folds')}")
    await row(owner, 0).focus()
    await page.keyboard.press("ArrowRight")
    await expect(row(owner, 3)).to_contain_text("fold 0")
    await owner.shot("runs-nested")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Space")
    await page.keyboard.press("End")
    await expect(row(owner, 3)).to_be_focused()
    await page.keyboard.press("Shift+Space")
    await expect(page.get_by_role("group", name="Chosen runs")).to_contain_text("3 runs selected")
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowLeft")
    await expect(row(owner, 1)).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="cross validation")).to_be_visible()


async def test_the_focus_follows_to_rows_that_did_not_exist(owner: Visitor, sweep: Sweep) -> None:
    await owner.go("/runs?status=FAILED")
    await row(owner, 0).focus()
    await owner.page.keyboard.press("End")
    await expect(row(owner, 199)).to_be_focused()


async def test_runs_are_tagged_deleted_and_restored(owner: Visitor, client: Client, sweep: Sweep) -> None:
    page = owner.page
    for number in range(2):
        client.runs.start("scrap", name=f"scrap {number}", capture=()).finish()
    await owner.go("/runs?filter=experiment_name = 'scrap'")
    await page.get_by_role("checkbox", name="Select all loaded runs").check()
    await owner.button("Tag").click()
    await page.get_by_role("dialog").get_by_label("Tag").fill("verdict")
    await page.get_by_role("dialog").get_by_label("Value").fill("poor")
    await owner.button("Set tag").click()
    await expect(page.get_by_text("2 runs tagged verdict.")).to_be_visible()
    await owner.button("Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("No run matches")).to_be_visible()
    await page.get_by_role("switch", name="Deleted").check()
    await expect(row(owner, 1)).to_contain_text("scrap 0")
    await page.get_by_role("checkbox", name="Select scrap 0").check()
    await owner.button("Restore").click()
    await expect(row(owner, 1)).to_have_count(0)
    found = client.get("/v1/runs", filter="tags.verdict = 'poor'")["runs"]
    assert [run["name"] for run in found] == ["scrap 0"]


async def test_a_new_run_appears_by_itself(owner: Visitor, client: Client, sweep: Sweep) -> None:
    await owner.go("/runs?filter=run_name ILIKE 'just%25'")
    await expect(owner.page.get_by_text("No run matches")).to_be_visible()
    run = client.runs.start("late", name="just begun", capture=())
    await expect(row(owner, 0)).to_contain_text("running")
    run.finish()
    await expect(row(owner, 0)).to_contain_text("finished")


async def test_groups_say_how_many_and_how_good(owner: Visitor, sweep: Sweep) -> None:
    page = owner.page
    await owner.go("/runs?filter=experiment_name = 'sweep'&group=params.model")
    group = page.get_by_role("region", name="model: dfine")
    await expect(group).to_contain_text(re.compile(r"3,33\d runs"))
    await expect(group).to_contain_text("f1: 0.")
    await group.get_by_role("button").first.click()
    await expect(
        page.get_by_role("table", name="Runs with model: dfine").locator("tr[data-index='0']")
    ).to_contain_text("sweep 2")
    await owner.shot("runs-groups")


def experiment_id(client: Client, name: str) -> str:
    return str(client.get(f"/v1/experiments/{name}")["id"])
