"""Owns the data of the format benchmark: images with boxes, the same for both sides. Standard library only."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator

IMAGES, BOXES = 20_000, 10
WIDTH, HEIGHT = 1920, 1080
LABELS = [f"label {number}" for number in range(10)]
Mark = tuple[str, str, float, float, float, float]


def images() -> Iterator[tuple[str, list[Mark]]]:
    """A path, and id, label, x, y, width and height of each box on it."""
    chance = random.Random(7)
    for number in range(IMAGES):
        marks = []
        for _ in range(BOXES):
            x, y = round(chance.uniform(0, 1500), 2), round(chance.uniform(0, 800), 2)
            width, height = round(chance.uniform(1, 400), 2), round(chance.uniform(1, 250), 2)
            identity = str(uuid.UUID(int=chance.getrandbits(128)))
            marks.append((identity, chance.choice(LABELS), x, y, width, height))
        yield f"image_{number:06}.jpg", marks
