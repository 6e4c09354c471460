"""Owns the photographs of the web tests: small grey tiles, some with a dark crack."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 320, 240


def write_tiles(folder: Path, count: int, *, prefix: str = "tile", seed: int = 1) -> Path:
    """Write `count` PNG files of 8-bit grey, WIDTH x HEIGHT pixels, every second one with a crack."""
    noise = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(count):
        grey = noise.normal(128, 12, (HEIGHT, WIDTH)).clip(0, 255).astype(np.uint8)
        tile = Image.fromarray(grey)
        if index % 2 == 0:
            x, y = (int(value) for value in noise.integers(40, 180, 2))
            ImageDraw.Draw(tile).line([(x, y), (x + 45, y + 25)], fill=15, width=3)
        tile.save(folder / f"{prefix}_{index:02d}.png")
    return folder
