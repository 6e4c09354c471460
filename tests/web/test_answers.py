"""Runs, models and the seven answers, as the pages show them."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass

import pytest_asyncio
from playwright.async_api import expect

from plumbline import dataset_version, model_version, snapshot
from tests.web.conftest import TILES, Work
from tests.web.visitor import Visitor


@dataclass(frozen=True)
class Trained:
    """Ids of what a training outside of the platform left behind."""

    run_id: str
    evaluation_id: str
    model_id: str


@pytest_asyncio.fixture(scope="session")
async def trained(owner: Visitor, work: Work) -> Trained:
    """A logged training on version 1 and a snapshot, its model in production, and an evaluation with one failure."""
    client = await owner.client()
    task = list(client.projects.tasks(work.project_id))[10]
    box = {"box": {"x": 10.0, "y": 10.0, "width": 40.0, "height": 20.0}}
    client.projects.save(task["id"], 0, [{"add": {"id": str(uuid.uuid4()), "label": "crack", "geometry": box}}])
    number = client.projects.create_snapshot(work.project_id, "for training", include_unreviewed=True)["number"]
    inputs = [dataset_version("tiles", 1), snapshot("defects", number)]
    run = client.runs.start("tile-defects", name="first training", kind="TRAINING", inputs=inputs, params={"lr": 0.01})
    for step in range(200):
        run.log({"train/loss": math.exp(-step / 50), "val/loss": math.exp(-step / 60)}, step=step)
    run.log_artifact(b"weights", "model.onnx")
    run.set_record({"seed": 7})
    run.finish()
    model = client.models.create("tile-net", "Finds cracks")
    client.models.add_version("tile-net", run.id, "model.onnx")
    client.models.set_alias("tile-net", "production", 1, "passed the acceptance test")
    evaluation = client.runs.start(
        "tile-defects",
        name="evaluation",
        kind="EVALUATION",
        inputs=[model_version("tile-net", 1)],
        parent_run_id=run.id,
    )
    failure = {
        "kind": "FALSE_POSITIVE",
        "image_sha256": task["image_sha256"],
        "path": task["path"],
        "source": "site A",
        "predicted": "crack",
        "score": 0.8,
    }
    slices = [
        {"dimension": "source", "value": "site A", "image_count": TILES, "metrics": [{"key": "f1", "value": 0.91}]}
    ]
    evaluation.log_evaluation(slices, [failure])
    evaluation.finish()
    return Trained(run.id, evaluation.id, model["id"])


async def test_a_run_shows_charts_inputs_and_files(owner: Visitor, trained: Trained) -> None:
    page = owner.page
    await owner.go(f"/runs/{trained.run_id}")
    await expect(page.get_by_role("img", name="Chart of loss.")).to_be_visible()
    await expect(
        page.get_by_role("table", name="Metrics in numbers").get_by_role("row", name="train/loss")
    ).to_contain_text("200")
    await owner.shot("run")
    await page.get_by_role("tab", name="Overview").click()
    await expect(page.get_by_role("link", name="tiles@v1")).to_be_visible()
    await page.get_by_role("tab", name="Files").click()
    await expect(page.get_by_role("cell", name="model.onnx", exact=True)).to_be_visible()


async def test_a_running_run_gets_new_points_by_itself(owner: Visitor, trained: Trained) -> None:
    client = await owner.client()
    run = client.runs.start("tile-defects", name="still running", kind="TRAINING")
    run.log({"loss": 2.0}, step=0)
    run.flush()
    await owner.go(f"/runs/{run.id}")
    row = owner.page.get_by_role("table", name="Metrics in numbers").get_by_role("row", name="loss")
    await expect(row).to_contain_text("2")
    run.log({"loss": 0.125}, step=1)
    run.flush()
    await expect(row).to_contain_text("0.125")
    run.finish()
    await expect(owner.page.get_by_text("finished", exact=True)).to_be_visible()


async def test_an_evaluation_shows_slices_and_what_went_wrong(owner: Visitor, trained: Trained) -> None:
    await owner.go(f"/runs/{trained.evaluation_id}")
    await expect(owner.page.get_by_role("row", name="source: site A")).to_contain_text("0.91")
    await expect(owner.page.get_by_role("heading", name="1 image it got wrong")).to_be_visible()
    await owner.shot("evaluation")


async def test_a_model_leads_back_to_its_data(owner: Visitor, trained: Trained) -> None:
    page = owner.page
    await owner.go(f"/models/{trained.model_id}")
    await expect(page.get_by_role("link", name="tiles@v1")).to_be_visible()
    await expect(page.get_by_text("passed the acceptance test")).to_be_visible()
    await expect(page.get_by_role("region", name="tiles@v1: sources")).to_contain_text("site A")
    await owner.shot("model")
    await page.get_by_role("link", name="tiles@v1").click()
    await expect(page.get_by_role("heading", name="tiles")).to_be_visible()


async def test_the_seven_answers_stand_on_one_page(owner: Visitor, trained: Trained) -> None:
    page = owner.page
    await owner.go(f"/models/{trained.model_id}")
    await page.get_by_role("link", name="Seven answers").click()
    answers = page.get_by_role("region")
    await expect(answers).to_have_count(7)
    await page.get_by_role("textbox", name="Source").fill("site A")
    third = answers.filter(has_text="trained only with images of site A")
    await expect(third.get_by_text("yes", exact=True)).to_be_visible()
    await page.get_by_role("textbox", name="Source").fill("site B")
    third = answers.filter(has_text="trained only with images of site B")
    await expect(third.get_by_text("no", exact=True)).to_be_visible()
    await expect(answers.filter(has_text="Who has accessed")).to_contain_text("Olga Owner")
    await owner.shot("answers")
