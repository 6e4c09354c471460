"""The page of a run: thousands of series, pictures, console, notes; and the page that compares runs."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Request, expect

from plumbline.client import Client
from tests.web.conftest import Work
from tests.web.visitor import Visitor

LAYERS = 2_000
STEPS = 40


@dataclass(frozen=True)
class Shown:
    """Ids of runs with something to look at."""

    layers_id: str
    rich_id: str
    fold_ids: tuple[str, ...]


@pytest_asyncio.fixture(scope="session")
async def client(owner: Visitor) -> Client:
    return await owner.client()


@pytest_asyncio.fixture(scope="session")
async def shown(client: Client, work: Work) -> Shown:
    """A run with two thousand series, one with pictures, output and a record, and four that differ."""
    layers = client.runs.start("looks", name="many layers", capture=())
    columns = {"steps": list(range(STEPS)), "times": [1.7e12 + 1000 * step for step in range(STEPS)]}
    for start in range(0, LAYERS, 500):
        series = [
            {"key": f"layer.{number:04d}/gradient", "values": [math.exp(-step / 9) for step in range(STEPS)], **columns}
            for number in range(start, start + 500)
        ]
        client.post(f"/v1/runs/{layers.id}:log", {"series": series})
    spikes: list[float | str] = [math.sin(step / 3) for step in range(STEPS)]
    spikes[7:9] = ["NaN", "Infinity"]
    client.post(f"/v1/runs/{layers.id}:log", {"series": [{"key": "loss", "values": spikes, **columns}]})
    layers.finish()

    record = {"code": {"commit": "abc123", "diff": "- old\n+ new"}, "seeds": {"python": 7}}
    rich = client.runs.start(
        "looks", name="rich", params={f"p{n}": n for n in range(20)}, record=record, parent_run_id=layers.id, capture=()
    )
    for step in range(0, 30, 10):
        rich.log_image("val/mask", np.full((24, 32), 5 * step, dtype=np.uint8), step)
        rich.log({"system/cpu_percent": 40.0 + step, "loss": 1 / (1 + step)}, step=step)
    rich.log_artifact(b"\x1b[32mepoch 1\x1b[0m\n 10%\r100%\ndone\n", "console.log")
    rich.finish()
    return Shown(layers.id, rich.id, tuple(_folds(client)))


def _folds(client: Client) -> list[str]:
    ids = []
    for number in range(4):
        params = {"lr": 10.0 ** -(1 + number), "model": "dfine" if number % 2 else "resnet", "seed": 7}
        run = client.runs.start("looks", name=f"fold {number}", params=params, capture=())
        for step in range(STEPS):
            run.log({"val/f1": 0.5 + number / 10 + step / 1000}, step=step)
        run.finish()
        ids.append(run.id)
    return ids


async def test_of_thousands_of_charts_only_those_in_view_exist_and_are_asked_for(owner: Visitor, shown: Shown) -> None:
    page = owner.page
    asked: list[str] = []

    def note(request: Request) -> None:
        if f"/runs/{shown.layers_id}/metrics" in request.url:
            asked.append(request.url)

    page.on("request", note)
    await owner.go(f"/runs/{shown.layers_id}")
    charts = page.get_by_role("img", name=re.compile("^Chart of "))
    await expect(page.get_by_role("img", name="Chart of loss.")).to_be_visible()
    await expect(page.get_by_text("2 values not finite")).to_be_visible()
    await owner.shot("run-charts")
    assert await charts.count() < 30
    await page.get_by_label("Find metrics").fill("1999 grad")
    await expect(page.get_by_role("img", name="Chart of layer.1999/gradient.")).to_be_visible()
    await expect(page.get_by_text("1 chart", exact=True)).to_be_visible()
    page.remove_listener("request", note)
    assert len(asked) < 60


async def test_a_part_of_a_chart_is_asked_for_with_more_points(owner: Visitor, shown: Shown) -> None:
    page = owner.page
    await owner.go(f"/runs/{shown.layers_id}")
    chart = page.get_by_role("img", name=re.compile("^Chart of loss. Newest: loss "))
    await expect(chart).to_be_visible()
    box = await chart.locator(".u-over").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 50)
    await page.mouse.down()
    async with page.expect_request(re.compile("from_step=")) as asked:
        await page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60, steps=4)
        await page.mouse.up()
    limits = dict(re.findall(r"(from_step|to_step)=([\d.]+)", (await asked.value).url))
    assert 9 < float(limits["from_step"]) < 10.5
    assert 19 < float(limits["to_step"]) < 20.5
    await owner.button("See everything of loss").click()
    await expect(owner.button("See everything of loss")).to_have_count(0)


async def test_charts_are_smoothed_logarithmic_and_over_time_as_wished(owner: Visitor, shown: Shown) -> None:
    page = owner.page
    await owner.go(f"/runs/{shown.rich_id}")
    await page.get_by_role("slider", name="Smoothing").focus()
    for _ in range(5):
        await page.keyboard.press("ArrowRight")
    await page.get_by_text("Elapsed", exact=True).click()
    await page.get_by_role("switch", name="Logarithmic").check()
    await expect(page.get_by_role("img", name="Chart of loss.")).to_contain_text("loss as logged")
    await owner.shot("run-smoothed")
    # kept for the next run that somebody opens
    await owner.go(f"/runs/{shown.layers_id}")
    await expect(page.get_by_role("switch", name="Logarithmic")).to_be_checked()
    await page.evaluate("localStorage.removeItem('plumbline.drawing')")


async def test_pictures_change_with_the_step(owner: Visitor, shown: Shown) -> None:
    page = owner.page
    await owner.go(f"/runs/{shown.rich_id}?tab=images")
    await expect(page.get_by_role("img", name="val/mask at step 20")).to_be_visible()
    await page.get_by_role("slider", name=re.compile("Step")).focus()
    await page.keyboard.press("ArrowLeft")
    picture = page.get_by_role("img", name="val/mask at step 10")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 32)
    await owner.shot("run-images")


async def test_what_was_printed_can_be_read(owner: Visitor, shown: Shown) -> None:
    await owner.go(f"/runs/{shown.rich_id}?tab=console")
    await expect(owner.page.get_by_role("region", name="Console output")).to_have_text("epoch 1\n100%\ndone\n")
    await owner.page.get_by_role("tab", name="System").click()
    await expect(owner.page.get_by_role("img", name="Chart of system/cpu_percent.")).to_be_visible()


async def test_a_run_is_noted_tagged_and_told_apart(owner: Visitor, client: Client, shown: Shown) -> None:
    page = owner.page
    await owner.go(f"/runs/{shown.rich_id}?tab=overview")
    await owner.button("Write the note").click()
    await page.get_by_role("textbox", name="Note").fill("Diverges after step 20.")
    await owner.button("Save note").click()
    await expect(page.get_by_text("Diverges after step 20.")).to_be_visible()
    await page.get_by_role("textbox", name="Tag", exact=True).fill("verdict")
    await page.get_by_role("textbox", name="Value of the tag").fill("poor")
    await owner.button("Set tag").click()
    await expect(page.get_by_text("verdict: poor")).to_be_visible()
    await owner.button("Remove tag verdict").click()
    await expect(page.get_by_text("verdict: poor")).to_have_count(0)
    await expect(page.get_by_role("region", name="code")).to_contain_text("abc123")
    await owner.shot("run-overview")
    assert client.get(f"/v1/runs/{shown.rich_id}")["note"] == "Diverges after step 20."
    await page.get_by_role("link", name="The run it repeats").click()
    await page.get_by_role("tab", name="Overview").click()
    await expect(page.get_by_role("table", name="Runs below it").get_by_role("link", name="rich")).to_be_visible()


async def test_runs_are_compared_by_what_differs(owner: Visitor, shown: Shown) -> None:
    page = owner.page
    await owner.go(compared(shown))
    params = page.get_by_role("table", name="Parameters and tags")
    await expect(params.get_by_role("row", name=re.compile("^lr"))).to_contain_text("0.0001")
    await expect(params.get_by_role("row", name=re.compile("^seed"))).to_have_count(0)
    await page.get_by_role("switch", name="Only what differs").uncheck()
    await expect(params.get_by_role("row", name=re.compile("^seed"))).to_be_visible()
    await page.get_by_role("tab", name="Metrics").click()
    metrics = page.get_by_role("table", name="Metrics")
    await expect(metrics.get_by_role("row", name="val/f1")).to_contain_text("0.839")
    await page.get_by_text("Minimum", exact=True).click()
    await expect(metrics.get_by_role("row", name="val/f1")).to_contain_text("0.8")
    await page.get_by_role("tab", name="Charts").click()
    await expect(page.get_by_role("img", name="Chart of val/f1. Newest: fold 0 0.539, fold 1")).to_be_visible()
    await page.get_by_role("combobox", name="Color by").click()
    await page.get_by_role("option", name="model").click()
    await expect(page.get_by_text("dfine: 2")).to_be_visible()
    await owner.shot("compare-charts")
    assert "color=params.model" in page.url


async def test_marks_on_parallel_axes_leave_the_runs_that_pass(owner: Visitor, shown: Shown) -> None:
    page = owner.page
    await owner.go(f"{compared(shown)}&tab=parallel")
    await expect(page.get_by_text("4 of 4 runs pass")).to_be_visible()
    await page.get_by_role("slider", name="val/f1, lower end").focus()
    for _ in range(8):
        await page.keyboard.press("ArrowUp")
    await expect(page.get_by_text("2 of 4 runs pass")).to_be_visible()
    passing = page.get_by_role("table", name="Runs that pass")
    await expect(passing.get_by_role("row")).to_have_count(3)
    await expect(passing).to_contain_text("fold 3")
    await owner.shot("compare-parallel")
    await owner.button("Take all marks away").click()
    axis = page.get_by_role("group", name="Plot with parallel axes").locator("rect[aria-hidden]").first
    box = await axis.bounding_box()
    assert box is not None
    # the upper quarter of the learning rates holds the largest one alone
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 12)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4, steps=4)
    await page.mouse.up()
    await expect(page.get_by_text("1 of 4 runs passes")).to_be_visible()
    await expect(passing).to_contain_text("fold 0")


async def test_two_runs_are_needed_to_compare(owner: Visitor) -> None:
    await owner.go("/runs/compare")
    await expect(owner.page.get_by_text("Choose at least two runs")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("part", ["overview", "metrics", "images", "console", "files", "params", "charts", "parallel"])
async def test_every_part_of_the_pages_has_no_serious_barriers(
    owner: Visitor, shown: Shown, part: str, scheme: Literal["light", "dark"]
) -> None:
    await owner.page.emulate_media(color_scheme=scheme)
    of_a_run = part in ("overview", "metrics", "images", "console", "files")
    await owner.go(f"/runs/{shown.rich_id}?tab={part}" if of_a_run else f"{compared(shown)}&tab={part}")
    await owner.shot(f"page-run-{part}-{scheme}")
    barriers = await owner.barriers()
    await owner.page.emulate_media(color_scheme="light")
    assert barriers == []


def compared(shown: Shown) -> str:
    return f"/runs/compare?ids={json.dumps(shown.fold_ids)}"
