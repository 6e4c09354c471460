"""Owns a person in front of the web UI: a browser window, what went wrong in it, and what it looks like.

Does not know what the pages are for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from plumbline.client import Client

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "four words make passwords"
_AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
_SHOTS = ROOT / "build/screenshots"
# Access lasts a minute; the page renews it when the first request is refused, which the browser reports.
_RENEWAL = "the server responded with a status of 401"
_REFUSAL = "Failed to load resource"
_CHECK = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(({ html }) => html).join(" | ")}`);
}"""


@dataclass
class Visitor:
    """One signed-in person with one window. `complaints` are the errors of its console."""

    url: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    _refusals_expected: bool = False

    @classmethod
    async def arrive(cls, browser: Browser, url: str) -> Visitor:
        context = await browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        context.set_default_timeout(15_000)
        visitor = cls(url, context, await context.new_page())
        visitor.page.on("console", visitor._heard)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        return visitor

    async def sign_in(self, email: str) -> None:
        """Fill in the form of the sign-in page."""
        await self.page.goto(f"{self.url}/sign-in")
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_role("textbox", name="Password").fill(PASSWORD)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.get_by_role("heading", name="Datasets").wait_for()

    async def go(self, path: str) -> None:
        """Open an address of the site and wait until nothing loads any more."""
        await self.page.goto(f"{self.url}{path}")
        await self.page.get_by_role("heading", level=1).wait_for(state="attached")
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing on the page says that it is loading."""
        await expect(self.page.get_by_role("status", name=re.compile("Loading"))).to_have_count(0)
        await expect(self.page.locator("[aria-busy=true]")).to_have_count(0)

    async def client(self) -> Client:
        """The SDK with a fresh personal token of this person."""
        # Access lasts a minute; a page renews it when it is refused, a bare request of the test does not.
        await self.context.request.post(f"{self.url}/api/v1/sessions:refresh", headers={"X-Plumb-CSRF": "1"})
        answer = await self.context.request.post(
            f"{self.url}/api/v1/tokens",
            data={"name": "web test", "kind": "PERSONAL"},
            headers={"X-Plumb-CSRF": "1"},
        )
        assert answer.ok, await answer.text()
        return Client(self.url, (await answer.json())["secret"])

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name)

    async def shot(self, name: str) -> None:
        """Keep a picture of the window as build/screenshots/<name>.png."""
        _SHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=_SHOTS / f"{name}.png", animations="disabled")

    async def barriers(self) -> list[str]:
        """What keeps people with disabilities from using this page: serious and critical findings of axe."""
        # Evaluated, not added as an element: the page's content policy forbids foreign scripts, and stays in force.
        await self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        return list(await self.page.evaluate(_CHECK))

    @contextmanager
    def refusals_expected(self) -> Iterator[None]:
        """Requests that are refused or cut off inside are part of the test."""
        self._refusals_expected = True
        try:
            yield
        finally:
            self._refusals_expected = False

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error" or _RENEWAL in message.text:
            return
        if self._refusals_expected and message.text.startswith(_REFUSAL):
            return
        self.complaints.append(message.text)


async def drag(page: Page, area: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag the mouse between two places of an element, given as shares of its width and height."""
    box: Any = await area.bounding_box()
    (x0, y0), (x1, y1) = ((box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in (start, end))
    await page.mouse.move(x0, y0)
    await page.mouse.down()
    await page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2, steps=4)
    await page.mouse.move(x1, y1, steps=4)
    await page.mouse.up()


async def drop(page: Page, area: Locator, path: Path) -> None:
    """Drop a file or folder as the operating system does; events made by scripts carry no folders."""
    box: Any = await area.bounding_box()
    devtools = await page.context.new_cdp_session(page)
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 20}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        await devtools.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
