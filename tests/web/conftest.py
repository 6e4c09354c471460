"""Owns what the web tests share: a platform of their own, a browser, and people who work in it one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from embedded import Platform
from tests.live import eventually
from tests.web.pictures import write_tiles
from tests.web.visitor import PASSWORD, ROOT, Visitor
from tools import browser as chromium

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
]
TILES = 12


@dataclass(frozen=True)
class Work:
    """What the owner has set up through the web UI: ids of dataset and project."""

    dataset_id: str
    project_id: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the tests of this folder out, with the reason in the summary, where no browser can show the pages."""
    here = Path(__file__).parent
    reason = ""
    if chromium.find() is None:
        reason = chromium.MISSING
    elif not (ROOT / "web/dist/index.html").is_file():
        reason = "browser tests are left out: the web UI is not built (make web)"
    for item in items:
        if reason and here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A fresh platform whose owner has not signed in yet."""
    with Platform(tmp_path_factory.mktemp("web")) as platform:
        eventually(platform.state.owner_link_file.exists)
        yield platform


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=15_000)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium.find(), args=_ARGUMENTS)
        yield running
        await running.close()


@pytest_asyncio.fixture(scope="session")
async def owner(site: Platform, browser: Browser) -> Visitor:
    """The owner, who came in through the one-time link."""
    visitor = await Visitor.arrive(browser, site.url)
    await visitor.page.goto(site.state.owner_link_file.read_text().strip())
    await visitor.page.get_by_label("Your name").fill("Olga Owner")
    await visitor.page.get_by_label("E-mail").fill("olga@example.com")
    await visitor.page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await visitor.shot("first-sign-in")
    await visitor.button("Set password and enter").click()
    await expect(visitor.page.get_by_role("heading", name="Datasets")).to_be_visible()
    return visitor


async def joined(owner: Visitor, browser: Browser, role: str, name: str, organisation: str = "") -> Visitor:
    """Somebody whom the owner invited and who has signed in."""
    email = f"{name.split()[0].lower()}@example.com"
    invitation = await owner.context.request.post(
        f"{owner.url}/api/v1/members:invite",
        data={"email": email, "role": role, "name": name, "organisation": organisation},
        headers={"X-Plumb-CSRF": "1"},
    )
    visitor = await Visitor.arrive(browser, owner.url)
    accepted = await visitor.context.request.post(
        f"{owner.url}/api/v1/sessions:accept",
        data={"invitation": (await invitation.json())["invitation"], "name": name, "password": PASSWORD},
    )
    assert accepted.ok, await accepted.text()
    await visitor.sign_in(email)
    return visitor


@pytest_asyncio.fixture(scope="session")
async def reviewer(owner: Visitor, browser: Browser) -> Visitor:
    return await joined(owner, browser, "REVIEWER", "Rosa Reviewer")


@pytest_asyncio.fixture(scope="session")
async def customer(owner: Visitor, browser: Browser) -> Visitor:
    return await joined(owner, browser, "CUSTOMER", "Carla Customer", "Tiles Ltd")


@pytest_asyncio.fixture(scope="session")
async def dataset_id(owner: Visitor, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The dataset `tiles`, made, filled from a folder and published in the browser. One file of it is no image."""
    folder = write_tiles(tmp_path_factory.mktemp("photographs") / "site-a", TILES)
    (folder / "broken.png").write_text("This is not an image.")
    page = owner.page
    await owner.go("/datasets")
    await owner.button("New dataset").click()
    await page.get_by_label("Name").fill("tiles")
    await owner.button("Create").click()
    await page.get_by_role("tab", name="Upload").click()
    await page.get_by_role("combobox", name="Source").fill("site A")
    await page.get_by_test_id("folder-input").set_input_files(folder)
    await expect(page.get_by_text(f"Finished: {TILES + 1} images")).to_be_visible(timeout=60_000)
    await owner.shot("upload")
    await owner.button("Publish v1").click()
    await page.get_by_role("dialog").get_by_label("Note").fill("first delivery")
    await page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("newest version v1")).to_be_visible()
    return page.url.split("/datasets/")[1].split("?")[0]


@pytest_asyncio.fixture(scope="session")
async def work(owner: Visitor, dataset_id: str) -> Work:
    """The project `defects` with the images of the dataset, set up in the browser."""
    page = owner.page
    await owner.go("/projects")
    await owner.button("New project").click()
    await page.get_by_role("textbox", name="Name", exact=True).fill("defects")
    await page.get_by_label("Label 1", exact=True).fill("crack")
    await owner.button("Another label").click()
    await page.get_by_label("Label 2", exact=True).fill("stain")
    await owner.button("Create").click()
    await expect(page.get_by_role("heading", name="defects")).to_be_visible()
    await owner.button("Add images").click()
    await page.get_by_role("combobox", name="Dataset").click()
    await page.get_by_role("option", name="tiles").click()
    await page.get_by_role("combobox", name="Version").click()
    await page.get_by_role("option", name=f"v1, {TILES} images").click()
    await page.get_by_role("dialog").get_by_role("button", name="Add images").click()
    await expect(page.get_by_text(f"of {TILES} accepted")).to_be_visible()
    return Work(dataset_id, page.url.split("/projects/")[1].split("?")[0])


@pytest.fixture(autouse=True)
def no_complaints(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test whose pages reported an error on the console."""
    yield
    for name in ("owner", "reviewer", "customer"):
        if name in request.fixturenames:
            visitor: Visitor = request.getfixturevalue(name)
            heard, visitor.complaints[:] = list(visitor.complaints), []
            assert heard == [], f"the console of the {name} has errors"
