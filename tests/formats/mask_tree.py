"""Owns a tree of classes with masks beside their images, for tests."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import PIL.Image

from plumbline_formats import pngs


def tree(folder: Path) -> Path:
    """The folder of PLUMB_TEST_IMAGES where it has masks beside its images, else rings with holes made in `folder`."""
    given = Path(os.environ.get("PLUMB_TEST_IMAGES") or folder)
    if any(path.with_suffix(".jpg").exists() for path in given.rglob("*.png")):
        return given
    random = np.random.default_rng(7)
    rows, columns = np.mgrid[:80, :120]
    for label in ("blowhole", "crack", "free"):
        (folder / label).mkdir()
        for number in range(6):
            PIL.Image.fromarray(random.integers(0, 255, (80, 120), np.uint8)).save(folder / label / f"{number}.jpg")
            if label != "free":
                distance = np.hypot(rows - random.integers(20, 60), columns - random.integers(20, 100))
                ring = (distance < random.integers(9, 18)) & (distance > random.integers(2, 8))
                (folder / label / f"{number}.png").write_bytes(pngs.encode(ring))
    return folder
