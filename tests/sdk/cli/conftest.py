"""Owns what the tests of single nouns share: photographs, a dataset with a version, a project with marks."""

from __future__ import annotations

import uuid
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.sdk.conftest import Plumb

COUNT = 6


def photograph(file: Path, seed: int) -> None:
    """A small picture that no other seed gives."""
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 255, (24, 32), np.uint8)
    Image.fromarray(pixels).save(file)


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Six pictures in two folders, with contents of their own."""
    folder = tmp_path / "photographs"
    first = uuid.uuid4().int % 2**32
    for number in range(COUNT):
        photograph(folder / f"line{number % 2}" / f"{number}.png", first + number)
    return folder


@pytest.fixture
def name() -> str:
    """A name that nothing else has."""
    return f"t-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def dataset(plumb_as: Plumb, photographs: Path, name: str) -> str:
    """A dataset whose version 1 holds the photographs, from site A and tagged `lab`."""
    assert plumb_as("DEVELOPER", "datasets", "create", name).status == 0
    options = ("--dataset", name, "--source", "site A", "--tag", "lab")
    assert plumb_as("DEVELOPER", "datasets", "push", photographs, *options).status == 0
    assert plumb_as("DEVELOPER", "datasets", "publish", name).status == 0
    return name


@pytest.fixture
def project(plumb_as: Plumb, dataset: str, photographs: Path, tmp_path: Path) -> str:
    """A project of the same name: a mask on every image, and snapshot 1 of them."""
    masks = tmp_path / "masks"
    for image in photographs.rglob("*.png"):
        mask = np.zeros((24, 32), np.uint8)
        mask[4:12, 6:20] = 255
        target = masks / image.relative_to(photographs)
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(mask).save(target)
    for command in (
        ("create", dataset, "--label", "crack", "--tool", "brush", "--tool", "box"),
        ("assign", dataset, f"{dataset}@v1", "--split", "train=0.5", "--split", "test=0.5"),
        ("import", dataset, masks, "--format", "mask_png", "--option", "variant=binary", "--option", "label=crack"),
        ("snapshot", dataset, "--include-unreviewed"),
    ):
        outcome = plumb_as("DEVELOPER", "annotate" if command[0] == "import" else "projects", *command)
        assert outcome.status == 0, outcome.said
    return dataset
