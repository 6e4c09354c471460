"""Owns the small story that the questions are asked about: the demo's people and chapters, and more work on its model.

Does not judge any answer: it only keeps what a test must know to do so.
"""

from __future__ import annotations

import io
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import plumbline
from demo import photographs
from demo.narrator import Narrator
from demo.photographs import Photograph
from demo.story import (
    DATASET,
    EXPERIMENT,
    LAB_TAG,
    MODEL,
    PROJECT,
    Story,
    annotate,
    collect_site_a,
    collect_site_b_and_lab,
    freeze,
    late_images,
    review,
    verify,
)
from plumbline import Client
from tests.live import Live

MODEL_OF_SITE_A = "tile-defects-site-a"
_PER_CLASS = 8
# nothing is ever this sure after an epoch, so the model overlooks every defect: its failures are known beforehand
_CONFIG = {"epochs": 1, "image_size": 64, "seed": 7, "threshold": 0.999}


@dataclass
class Told:
    """The platform after the story, with everything that is known about it from outside."""

    live: Live
    photographs: list[Photograph]
    lab: list[Photograph]
    late: list[Photograph]
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def published(self) -> list[Photograph]:
        """The photographs of version 2."""
        return [one for one in self.photographs if one not in self.late]

    def sources(self) -> Counter[str]:
        """Images of version 2 per source."""
        return Counter("lab" if one in self.lab else one.source for one in self.published)

    def ask(self, role: str = "CUSTOMER", **about: str) -> dict[str, dict[str, Any]]:
        """The seven answers by their id."""
        about = {"model": MODEL, "tag": LAB_TAG, "source": "site A", **about}
        with self.live.as_(role) as client:
            return {answer["id"]: answer for answer in client.models.answers(**about)}


def tell(live: Live, folder: Path) -> Told:
    """Tell it from the first upload to the seven answers, which are asked before any test looks closer.

    PLUMB_TEST_IMAGES names a folder of photographs to use instead of generated ones.
    """
    given = os.environ.get("PLUMB_TEST_IMAGES")
    found = photographs.read(Path(given).resolve() if given else photographs.generate(folder), _PER_CLASS)
    story = Story(live.url, live.people, found, Narrator(Console(file=io.StringIO())), dict(_CONFIG))
    with pytest.MonkeyPatch.context() as patch:
        # a cache from an earlier run would hide who downloads what
        patch.setenv("PLUMB_CACHE", str(folder / "cache"))
        for chapter in (collect_site_a, collect_site_b_and_lab, annotate, review, freeze, verify):
            chapter(story)
        told = Told(live, found, story.lab, story.late)
        _compute(told, story.snapshot)
        late_images(story)
    told.answers = told.ask()
    return told


def path_of(photograph: Photograph) -> str:
    """The path of a photograph in the dataset."""
    return f"{photograph.file.parent.name}/{photograph.file.name}"


def _compute(told: Told, snapshot: int) -> None:
    """Train, put to work, and repeat; what does not depend on each other runs at once."""
    on_all = {"dataset_id": DATASET, "version": 2, "project_id": PROJECT, "experiment": EXPERIMENT}
    training = {**on_all, "kind": "TRAIN", "snapshot": snapshot, "recipe": "segmentation", "config": _CONFIG}
    model = {**on_all, "model_id": MODEL, "model_version": "1"}
    with told.live.as_("DEVELOPER") as client, told.live.as_("OWNER") as owner:
        told.jobs |= _finished(client, training=client.runs.submit(**training, run_name="first", register_as=MODEL))
        told.jobs |= _finished(
            client,
            evaluation=client.runs.submit(**model, kind="EVALUATE", snapshot=snapshot, image_sets=["test"]),
            inference=client.runs.submit(**model, kind="PREDICT"),
        )
        _train_outside(client, snapshot)
        for name in (MODEL, MODEL_OF_SITE_A):
            owner.models.set_alias(name, "production", 1, "first model that the customer sees")
        told.jobs |= _finished(
            client,
            training_again=client.runs.repeat(told.jobs["training"]["run_id"]),
            inference_again=client.runs.repeat(told.jobs["inference"]["run_id"]),
        )


def _train_outside(client: Client, snapshot: int) -> None:
    """Somebody trains on version 1 with a program of their own and registers what came out."""
    sets = ["train", "validation"]
    inputs = [plumbline.dataset_version(DATASET, 1, sets), plumbline.snapshot(PROJECT, snapshot, sets)]
    with client.runs.start(EXPERIMENT, name="site A", inputs=inputs) as run:
        run.log_artifact(b"weights of another program", "model.onnx")
    client.models.create(MODEL_OF_SITE_A)
    client.models.add_version(MODEL_OF_SITE_A, run.id, "model.onnx")


def _finished(client: Client, **jobs: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The same jobs when all of them have ended well."""
    ended = {name: list(client.runs.watch(job["id"]))[-1] for name, job in jobs.items()}
    for name, job in ended.items():
        assert job["state"] == "FINISHED", f"{name}: {job['error']}"
    return ended
