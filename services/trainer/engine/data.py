"""Owns the order of samples, their renditions in memory, augmentation and batches. Does not know models or losses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from services.trainer.engine import decode, rasterise
from services.trainer.engine.samples import Sample

KEPT_BYTES = 2 * 1024**3
DECODE_THREADS = 2
# A defect thinner than one model pixel must not vanish from the target: a quarter of a pixel is enough to count.
COVERAGE_TO_COUNT = 64


@dataclass(frozen=True)
class Item:
    """One prepared sample: the rendition, the class mask uint8 (size, size) and the class of the image."""

    rendition: decode.Rendition
    mask: np.ndarray
    image_class: int


class ImageSet:
    """Samples as arrays, decoded once and kept while they fit in memory.

    Everything drawn at random depends on (seed, epoch, position) alone and not on what was drawn before: that is
    what lets a run continue in the middle of an epoch with exactly the batches it would have seen.
    """

    def __init__(self, samples: Sequence[Sample], labels: Sequence[str], size: int, channels: int) -> None:
        self.samples = list(samples)
        self.labels = list(labels)
        self.size = size
        self.channels = channels
        self._keep = len(self.samples) * size * size * (channels + 1) <= KEPT_BYTES
        self._items: dict[int, Item] = {}

    def __len__(self) -> int:
        return len(self.samples)

    def prepare(self) -> None:
        """Decode everything now, on a few threads; does nothing for sets that are too large to keep."""
        if self._keep:
            with ThreadPoolExecutor(DECODE_THREADS) as pool:
                list(pool.map(self.item, range(len(self.samples))))

    def item(self, index: int) -> Item:
        """The prepared sample at `index`. Raises decode.UnreadableImage and rasterise.BadAnnotation."""
        kept = self._items.get(index)
        if kept is not None:
            return kept
        sample = self.samples[index]
        rendition = decode.render(sample.path, self.size, self.channels, sample.window)
        marks = sample.annotations or ()
        full = rasterise.class_mask(marks, self.labels, rendition.height, rendition.width)
        item = Item(rendition, shrink_mask(full, self.size), rasterise.image_label(marks, self.labels))
        if self._keep:
            self._items[index] = item
        return item

    def order(self, seed: int, epoch: int) -> np.ndarray:
        """The int64 permutation of sample positions for one epoch."""
        return _generator(seed, epoch, 0).permutation(len(self.samples))

    def batch(self, indices: Iterable[int]) -> np.ndarray:
        """Pixels float32 (N, channels, size, size) in [0, 1], not augmented."""
        stacked = np.stack([self.item(int(index)).rendition.pixels for index in indices])
        return to_float(stacked)

    def training_batch(
        self, indices: Iterable[int], seed: int, epoch: int, augment: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Pixels float32 (N, channels, size, size), masks int64 (N, size, size), image classes int64 (N)."""
        pixels, masks, classes = [], [], []
        for index in indices:
            item = self.item(int(index))
            image, mask = item.rendition.pixels, item.mask
            if augment:
                image, mask = augmented(image, mask, _generator(seed, epoch, int(index) + 1))
            pixels.append(image)
            masks.append(mask)
            classes.append(item.image_class)
        return (
            to_float(np.stack(pixels)),
            np.stack(masks).astype(np.int64),
            np.asarray(classes, dtype=np.int64),
        )

    def class_counts(self, per_pixel: bool) -> np.ndarray:
        """How often each class occurs, int64 (classes): in pixels of the masks, or in images."""
        counts = np.zeros(len(self.labels) + 1, dtype=np.int64)
        for index in range(len(self.samples)):
            item = self.item(index)
            found = item.mask.ravel() if per_pixel else np.asarray([item.image_class])
            counts += np.bincount(found, minlength=len(counts))
        return counts


def unused_labels(samples: Sequence[Sample], labels: Sequence[str]) -> dict[str, int]:
    """How many annotations carry a label that the job does not train, per label."""
    known = set(labels)
    found = Counter(mark.get("label", "") for sample in samples for mark in sample.annotations or ())
    return {label: count for label, count in sorted(found.items()) if label not in known}


def to_float(pixels: np.ndarray) -> np.ndarray:
    """uint8 (N, H, W, C) to float32 (N, C, H, W) in [0, 1]."""
    return np.ascontiguousarray(pixels.transpose(0, 3, 1, 2), dtype=np.float32) / np.float32(255)


def shrink_mask(mask: np.ndarray, size: int) -> np.ndarray:
    """A class mask (H, W) at (size, size): the most covering class of each new pixel, small ones kept."""
    shrunk = np.zeros((size, size), dtype=np.uint8)
    covered = np.full((size, size), COVERAGE_TO_COUNT - 1, dtype=np.int16)
    for index in np.unique(mask):
        if index:
            layer = Image.fromarray((mask == index).astype(np.uint8) * 255)
            coverage = np.asarray(layer.resize((size, size), Image.Resampling.BOX), dtype=np.int16)
            better = coverage > covered
            shrunk[better] = index
            covered[better] = coverage[better]
    return shrunk


def augmented(image: np.ndarray, mask: np.ndarray, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Flip, turn by quarter turns, and change brightness and contrast a little; the mask follows the geometry."""
    turns, flip = int(draw.integers(4)), bool(draw.integers(2))
    image, mask = np.rot90(image, turns), np.rot90(mask, turns)
    if flip:
        image, mask = image[:, ::-1], mask[:, ::-1]
    gain, offset = draw.uniform(0.8, 1.2), draw.uniform(-20, 20)
    changed = np.clip((image.astype(np.float32) - 128) * gain + 128 + offset, 0, 255)
    return changed.astype(np.uint8), np.ascontiguousarray(mask)


def _generator(seed: int, epoch: int, position: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, epoch, position])))
