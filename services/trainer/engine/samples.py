"""Owns what one image of a job is: its file, its annotations, its split and its slices. Does not read pixels."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

TRAIN = "train"
VALIDATION = "validation"
TEST = "test"


@dataclass(frozen=True)
class Sample:
    """One image of a dataset version with the annotations of one snapshot.

    `path` is a local file whose bytes hash to `sha256`. `annotations` are dicts in the annotation JSON form;
    an empty tuple says "looked at, nothing there", None says "nobody has annotated it".
    `window` is the display window (lo, hi) in stored pixel values, needed for more than 8 bits.
    """

    path: Path
    sha256: str
    annotations: tuple[dict[str, Any], ...] | None = None
    split: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    window: tuple[float, float] | None = None


def annotated(samples: Sequence[Sample]) -> list[Sample]:
    """The samples that somebody has annotated; the others can be predicted on, but teach and measure nothing."""
    return [sample for sample in samples if sample.annotations is not None]


def of_split(samples: Sequence[Sample], split: str) -> list[Sample]:
    """The samples of one split, in the order given."""
    return [sample for sample in samples if sample.split == split]


def assign_splits(samples: Sequence[Sample], validation_share: float, seed: int) -> list[Sample]:
    """Give every sample without a split one of train or validation, decided by its own hash.

    The decision depends on the image and the seed alone, so that adding images never moves an old one.
    Returned sorted by sha256: the order in which files arrived has no influence on a run.
    """
    placed = [
        sample if sample.split else replace(sample, split=_drawn_split(sample.sha256, validation_share, seed))
        for sample in samples
    ]
    return sorted(placed, key=lambda sample: sample.sha256)


def _drawn_split(sha256: str, validation_share: float, seed: int) -> str:
    drawn = hashlib.sha256(f"{seed}:{sha256}".encode()).digest()
    return VALIDATION if int.from_bytes(drawn[:8], "big") < validation_share * 2**64 else TRAIN


def slices_of(sample: Sample) -> list[str]:
    """The names of the slices a sample counts in: all, split=..., source=... and one tag=... per tag."""
    names = ["all"]
    if sample.split:
        names.append(f"split={sample.split}")
    if sample.source:
        names.append(f"source={sample.source}")
    return names + [f"tag={tag}" for tag in sorted(set(sample.tags))]
