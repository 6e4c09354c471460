"""Owns the demo's input: a folder of inspection photographs with masks, or generated ones of the same layout.

Layout: one folder per class; `NAME.png` is the mask of `NAME.jpg`; images of `free` have no defect. The prefix `exp1`
to `exp4` is the exposure: 1 and 2 were taken at site A, 3 and 4 at site B.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

DEFECTS = {"blowhole": "#e03131", "break": "#f08c00", "crack": "#1971c2", "fray": "#9c36b5", "uneven": "#2f9e44"}
FREE = "free"
_SITES = {"exp1": "site A", "exp2": "site A", "exp3": "site B", "exp4": "site B"}
_GENERATED = {"blowhole": 40, "break": 24, "crack": 24, "fray": 16, "uneven": 24, FREE: 48}
_SIZE = (240, 320)


@dataclass(frozen=True, slots=True)
class Photograph:
    """One image file; `mask` is None for an image without defect."""

    file: Path
    label: str
    source: str
    mask: Path | None


def read(folder: Path, per_class: int) -> list[Photograph]:
    """At most `per_class` photographs of each class, the same ones every time.

    Raises:
        SystemExit: the folder does not have the layout.
    """
    found: list[Photograph] = []
    for label in (*DEFECTS, FREE):
        files = sorted((folder / label).glob("*.jpg"))
        # spread over exposures and parts instead of taking the first names
        random.Random(label).shuffle(files)
        found += [_photograph(file, label) for file in files[:per_class]]
    if not found:
        raise SystemExit(f"{folder} has no photographs: expected folders {', '.join((*DEFECTS, FREE))} with *.jpg.")
    return sorted(found, key=lambda photograph: photograph.file)


def _photograph(file: Path, label: str) -> Photograph:
    mask = file.with_suffix(".png")
    return Photograph(file, label, _SITES.get(file.name[:4], "site A"), mask if mask.is_file() else None)


def generate(folder: Path, seed: int = 7) -> Path:
    """Draw gray surface images with defects and their masks; returns the folder."""
    for label, count in _GENERATED.items():
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            draw = random.Random(f"{seed} {label} {number}")
            exposure = number % 4 + 1
            _draw(folder / label / f"exp{exposure}_num_{number:04d}.jpg", label, exposure, draw)
    return folder


def _draw(file: Path, label: str, exposure: int, draw: random.Random) -> None:
    width, height = _SIZE
    noise = np.random.default_rng(draw.getrandbits(32))
    rows = np.linspace(-1, 1, height)[:, None]
    # rolled metal: fine horizontal grain, light that falls off to the edges, a level per exposure
    grain = noise.normal(0, 1, (height, 1)) * 3 + noise.normal(0, 4, (height, width))
    surface = 70 + 22 * exposure - 18 * rows**2 + grain
    image = Image.fromarray(np.clip(surface, 0, 255).astype(np.uint8))
    if label != FREE:
        mask = _defect(label, draw)
        shade = mask.filter(ImageFilter.GaussianBlur(1.2)).point(lambda value: int(value * 0.85))
        image = Image.composite(Image.new("L", _SIZE, 25 if label != "uneven" else 235), image, shade)
        mask.save(file.with_suffix(".png"))
    image.save(file, quality=92)


def _defect(label: str, draw: random.Random) -> Image.Image:
    mask = Image.new("L", _SIZE, 0)
    pencil = ImageDraw.Draw(mask)
    x, y = draw.randint(50, 190), draw.randint(50, 270)
    if label == "blowhole":
        pencil.ellipse(_around(x, y, draw.randint(5, 11), draw.randint(5, 11)), fill=255)
    elif label == "break":
        pencil.polygon(_ragged(x, y, 26, draw), fill=255)
    elif label == "uneven":
        pencil.ellipse(_around(x, y, draw.randint(28, 48), draw.randint(18, 30)), fill=255)
    else:
        for shift in (0, 7, 14) if label == "fray" else (0,):
            pencil.line(_walk(x + shift, y, draw), fill=255, width=3)
    return mask


def _around(x: int, y: int, rx: int, ry: int) -> tuple[int, int, int, int]:
    return (x - rx, y - ry, x + rx, y + ry)


def _ragged(x: int, y: int, radius: int, draw: random.Random) -> list[tuple[float, float]]:
    turns = [index / 9 * 2 * np.pi for index in range(9)]
    lengths = [radius * draw.uniform(0.5, 1.0) for _ in turns]
    return [(x + r * np.cos(turn), y + r * np.sin(turn)) for r, turn in zip(lengths, turns, strict=True)]


def _walk(x: int, y: int, draw: random.Random) -> list[tuple[int, int]]:
    points = [(x, y)]
    for _ in range(8):
        x, y = x + draw.randint(-9, 9), y + draw.randint(4, 12)
        points.append((x, y))
    return points


def sites(photographs: Iterable[Photograph], source: str) -> list[Photograph]:
    return [photograph for photograph in photographs if photograph.source == source]
