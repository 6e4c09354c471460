"""A gate in front of production: said on the model page, kept there, and opened by those whose word counts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import expect

from plumbline.client import Client
from plumbline.inputs import dataset_version, snapshot
from tests.web.conftest import Work
from tests.web.visitor import Visitor


@dataclass(frozen=True)
class Guarded:
    """A model whose gate was set in the browser, and its only version."""

    model_id: str


@pytest_asyncio.fixture(scope="session")
async def client(owner: Visitor) -> Client:
    return await owner.client()


@pytest_asyncio.fixture(scope="session")
async def guarded(owner: Visitor, client: Client, work: Work) -> Guarded:
    """A model trained on images that no customer has verified, behind a gate that asks for that and for a word."""
    task = list(client.projects.tasks(work.project_id))[11]
    box = {"box": {"x": 12.0, "y": 12.0, "width": 30.0, "height": 20.0}}
    client.projects.save(task["id"], 0, [{"add": {"id": str(uuid.uuid4()), "label": "crack", "geometry": box}}])
    number = client.projects.create_snapshot(work.project_id, "for a gate", include_unreviewed=True)["number"]
    inputs = [dataset_version("tiles", 1), snapshot("defects", number)]
    run = client.runs.start("gates", name="unverified training", inputs=inputs, capture=())
    run.log_artifact(b"weights", "model.onnx")
    run.finish()
    model = client.models.create("gate-net")
    client.models.add_version("gate-net", run.id, "model.onnx")

    page = owner.page
    await owner.go(f"/models/{model['id']}")
    await owner.button("New gate").click()
    dialog = page.get_by_role("dialog", name="New gate")
    await dialog.get_by_role("checkbox", name="No test image was trained on").uncheck()
    await owner.shot("gate-form")
    await dialog.get_by_role("button", name="Set gate").click()
    await expect(page.get_by_text("The gate of production is set.")).to_be_visible()
    return Guarded(model["id"])


async def test_a_closed_gate_says_why_and_lets_nothing_through(owner: Visitor, guarded: Guarded) -> None:
    page = owner.page
    await owner.go(f"/models/{guarded.model_id}")
    gate = page.get_by_role("region", name="Gate of production")
    await expect(gate).to_contain_text("closed for version 1")
    await expect(gate).to_contain_text("Version 1 may not become production yet")
    await expect(gate.get_by_role("listitem").first).to_contain_text("not met (0 of ")
    await owner.shot("gate-closed")
    await owner.button("Make it production").click()
    with owner.refusals_expected():
        await page.get_by_role("dialog").get_by_role("button", name="Move").click()
        await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("may not become production")
    await page.keyboard.press("Escape")


async def test_a_version_is_rejected_approved_and_promoted(
    owner: Visitor, customer: Visitor, client: Client, guarded: Guarded
) -> None:
    await customer.go(f"/models/{guarded.model_id}")
    gate = customer.page.get_by_role("region", name="Gate of production")
    await expect(gate.get_by_role("button", name="Reject")).to_be_disabled()
    await gate.get_by_label("Your word on version 1").fill("Too many scratches are missed.")
    await gate.get_by_role("button", name="Reject").click()
    await expect(gate).to_contain_text("Carla Customer (customer): Too many scratches are missed.")
    await gate.get_by_label("Your word on version 1").fill("Good enough now.")
    await gate.get_by_role("button", name="Approve").click()
    await expect(gate).to_contain_text("Carla Customer (customer): Good enough now.")
    await expect(gate.get_by_role("button", name="Make it production")).to_have_count(0)

    page = owner.page
    await owner.go(f"/models/{guarded.model_id}")
    await owner.button("Change the gate of production").click()
    dialog = page.get_by_role("dialog", name="Gate of production")
    await dialog.get_by_role("checkbox", name="Every training image is verified by the customer").uncheck()
    await dialog.get_by_role("button", name="Set gate").click()
    await expect(page.get_by_role("region", name="Gate of production")).to_contain_text("open for version 1")
    await owner.button("Make it production").click()
    await page.get_by_role("dialog").get_by_label("Reason").fill("the customer approved")
    await page.get_by_role("dialog").get_by_role("button", name="Move").click()
    await expect(page.get_by_text("points at this version")).to_be_visible()
    await expect(page.get_by_role("region", name="History of production")).to_contain_text("the customer approved")
    aliases = client.get(f"/v1/models/{guarded.model_id}")["aliases"]
    assert [(one["name"], one["version"]) for one in aliases] == [("production", 1)]


async def test_the_version_answers_for_itself(owner: Visitor, guarded: Guarded) -> None:
    await owner.go(f"/models/{guarded.model_id}")
    answers = owner.page.get_by_role("region").filter(has=owner.page.get_by_role("heading", level=2))
    for question in ("Q3", "Q4", "Q5", "Q6"):
        await expect(answers.filter(has_text=question)).to_have_count(1)
    await expect(answers.filter(has_text="Q3")).to_contain_text("gate-net@1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_model_page_has_no_serious_barriers(
    owner: Visitor, guarded: Guarded, scheme: Literal["light", "dark"]
) -> None:
    await owner.page.emulate_media(color_scheme=scheme)
    await owner.go(f"/models/{guarded.model_id}")
    await owner.shot(f"page-model-{scheme}")
    barriers = await owner.barriers()
    await owner.page.emulate_media(color_scheme="light")
    assert barriers == []
