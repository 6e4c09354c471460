"""Tiny generated images: gray grain, half of them with one bright square as the defect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from services.trainer.engine.samples import Sample

SIDE = 48


def draw_sample(folder: Path, number: int, defective: bool) -> Sample:
    """One PNG of SIDE pixels; a defective one has a 12-pixel bright square, annotated as a box."""
    draw = np.random.Generator(np.random.PCG64(number))
    pixels = draw.integers(90, 130, (SIDE, SIDE), dtype=np.uint8)
    marks: list[dict] = []
    if defective:
        x, y = (int(value) for value in draw.integers(4, SIDE - 16, 2))
        pixels[y : y + 12, x : x + 12] = 240
        box = {"x": x, "y": y, "width": 12, "height": 12}
        marks.append({"id": f"a{number}", "label": "spot", "geometry": {"box": box}})
    path = folder / f"{number}.png"
    Image.fromarray(pixels).save(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Sample(
        path,
        digest,
        tuple(marks),
        split="validation" if number % 4 == 0 else "train",
        source="site A" if number < 8 else "site B",
        tags=("lab",) if number % 5 == 0 else (),
    )


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Models this small are slower on several threads, by far so on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def tiny() -> dict[str, Any]:
    """Settings of a model that trains in about a second."""
    return {
        "epochs": 2,
        "batch_size": 4,
        "image_size": 64,
        "hidden_sizes": (8, 8, 16, 16),
        "threads": 1,
        "seed": 7,
    }


@pytest.fixture
def spots(tmp_path: Path) -> Callable[[int], list[Sample]]:
    """Makes the first `count` images; every second one is defective."""
    folder = tmp_path / "images"
    folder.mkdir()
    return lambda count: [draw_sample(folder, number, number % 2 == 1 or number % 8 == 0) for number in range(count)]
