"""A training is started with a few choices; what it needs and what it may be set to comes from the recipe."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.web.visitor import Visitor


@pytest_asyncio.fixture
async def form(owner: Visitor, dataset_id: str) -> Page:
    """The dialog, where a project has a snapshot."""
    client = await owner.client()
    if all(project["name"] != "parts" for project in client.projects.all()):
        client.projects.create("parts", labels={"part": "#206b92"}, tools=["TAG"])
        client.projects.assign_version("parts", dataset_id, 1, split={"train": 1.0})
        task = next(client.projects.tasks("parts"))
        mark = {"id": str(uuid4()), "label": "part", "geometry": {"tag": {}}}
        client.projects.save(task["id"], 0, [{"add": mark}])
        client.projects.submit(task["id"], 1)
        client.projects.create_snapshot("parts", include_unreviewed=True)
    await owner.go("/jobs")
    await owner.button("New job").first.click()
    return owner.page


async def _choose(page: Page, label: str, option: str | re.Pattern[str]) -> None:
    await page.get_by_role("combobox", name=label).click()
    await page.get_by_role("option", name=option).first.click()


async def test_a_training_is_asked_for_with_the_settings_of_its_recipe(owner: Visitor, form: Page) -> None:
    await _choose(form, "Dataset", "tiles")
    await _choose(form, "Project", "parts")
    await _choose(form, "Recipe", "classification")
    await owner.button("Settings").click()
    await form.get_by_label("Epochs", exact=True).fill("1")
    await form.get_by_role("textbox", name="Experiment").fill("From the form")
    await form.get_by_role("textbox", name="Name of the run").fill("one epoch")
    await owner.shot("new-job")
    assert await owner.barriers() == []
    await owner.button("Start").click()
    await expect(form.get_by_text("The job waits for a worker.")).to_be_visible()
    client = await owner.client()
    job = next(client.runs.jobs())
    client.runs.cancel(job["id"])
    assert job["spec"]["config"] == {"epochs": 1.0}
    assert (job["spec"]["recipe"], job["spec"]["run_name"]) == ("classification", "one epoch")


async def test_what_a_job_lacks_is_said_in_the_form(owner: Visitor, form: Page) -> None:
    await form.get_by_text("Evaluate", exact=True).click()
    await _choose(form, "Dataset", "tiles")
    await _choose(form, "Project", "parts")
    # other tests may have made models: none of them has this name
    await form.get_by_role("combobox", name="Model").fill("nobody made this one")
    await expect(form.get_by_text("Train a model first")).to_be_visible()
