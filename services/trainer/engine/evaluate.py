"""Owns comparing a model with the annotations, per slice. Does not train, and does not choose the samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from services.trainer.engine import rasterise
from services.trainer.engine.data import ImageSet
from services.trainer.engine.recipes import Recipe
from services.trainer.engine.recipes.config import RecipeConfig
from services.trainer.engine.report import Report, SliceReport, auroc, best_threshold, class_qualities, ratio
from services.trainer.engine.samples import Sample, slices_of
from services.trainer.engine.verdict import Verdict

# Pixels float32 (N, C, S, S) in [0, 1] to logits float32 (N, K) or (N, K, S, S).
Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Compared:
    """One image: its true class, the verdict's class and score, and the confusion matrix of its pixels or itself."""

    sample: Sample
    truth: int
    predicted: int
    score: float
    confusion: np.ndarray


def torch_predict(model: nn.Module, device: torch.device | None = None) -> Predict:
    """A torch model in evaluation mode as a prediction function over numpy arrays."""
    place = device or torch.device("cpu")

    def predict(pixels: np.ndarray) -> np.ndarray:
        model.eval()
        with torch.inference_mode():
            return model(torch.from_numpy(pixels).to(place)).cpu().numpy()

    return predict


def verdicts(
    recipe: Recipe, config: RecipeConfig, images: ImageSet, predict: Predict
) -> Iterator[tuple[Sample, Verdict]]:
    """The verdict on every sample of the set, in its order, `config.batch_size` images at a time."""
    for start in range(0, len(images), config.batch_size):
        chosen = range(start, min(start + config.batch_size, len(images)))
        for index, logits in zip(chosen, predict(images.batch(chosen)), strict=True):
            rendition = images.item(index).rendition
            yield images.samples[index], recipe.decide(config, logits, rendition.height, rendition.width)


def evaluate(recipe: Recipe, config: RecipeConfig, images: ImageSet, predict: Predict) -> Report:
    """Compare predictions with annotations at full resolution, for all images and for every slice.

    Raises ValueError when a sample has no annotations: what nobody looked at can measure nothing.
    """
    unseen = sum(sample.annotations is None for sample in images.samples)
    if unseen:
        raise ValueError(f"{unseen} images are not annotated; leave them out of the evaluation.")
    compared = [
        _compare(sample, verdict, images.labels) for sample, verdict in verdicts(recipe, config, images, predict)
    ]
    by_slice: dict[str, list[Compared]] = {"all": []}
    for entry in compared:
        for name in slices_of(entry.sample):
            by_slice.setdefault(name, []).append(entry)
    classes = [rasterise.BACKGROUND, *images.labels]
    names = ["all", *sorted(name for name in by_slice if name != "all")]
    slices = [_summarise(name, by_slice[name], classes) for name in names]
    return Report(recipe=recipe.NAME, labels=list(images.labels), slices=slices)


def choose_threshold(recipe: Recipe, config: RecipeConfig, images: ImageSet, predict: Predict) -> float | None:
    """The image threshold with the best F1 on annotated samples; None when they cannot tell."""
    scored = [
        (verdict.score, rasterise.image_label(sample.annotations or (), images.labels) > 0)
        for sample, verdict in verdicts(recipe, config, images, predict)
    ]
    return best_threshold(
        np.array([score for score, _ in scored]), np.array([truth for _, truth in scored], dtype=bool)
    )


def _compare(sample: Sample, verdict: Verdict, labels: Sequence[str]) -> Compared:
    marks, count = sample.annotations or (), len(labels) + 1
    truth = rasterise.image_label(marks, labels)
    if verdict.class_map is None:
        confusion = np.zeros((count, count), dtype=np.int64)
        confusion[truth, verdict.image_class] = 1
    else:
        height, width = verdict.class_map.shape
        mask = rasterise.class_mask(marks, labels, height, width)
        pairs = mask.ravel().astype(np.int64) * count + verdict.class_map.ravel()
        confusion = np.bincount(pairs, minlength=count * count).reshape(count, count)
    return Compared(sample, truth, verdict.image_class, verdict.score, confusion)


def _summarise(name: str, entries: list[Compared], classes: Sequence[str]) -> SliceReport:
    zero = np.zeros((len(classes), len(classes)), dtype=np.int64)
    qualities = class_qualities(sum((entry.confusion for entry in entries), zero), classes)
    occurring = [quality for quality in qualities if quality.support]
    truth = np.array([entry.truth > 0 for entry in entries], dtype=bool)
    said = np.array([entry.predicted > 0 for entry in entries], dtype=bool)
    hits, wrong, missed = int((truth & said).sum()), int((~truth & said).sum()), int((truth & ~said).sum())
    return SliceReport(
        name=name,
        images=len(entries),
        true_positives=hits,
        false_positives=wrong,
        false_negatives=missed,
        true_negatives=len(entries) - hits - wrong - missed,
        defect_precision=ratio(hits, hits + wrong),
        defect_recall=ratio(hits, hits + missed),
        defect_f1=ratio(2 * hits, 2 * hits + wrong + missed),
        defect_auroc=auroc(np.array([entry.score for entry in entries]), truth),
        accuracy=ratio(sum(entry.truth == entry.predicted for entry in entries), len(entries)),
        mean_iou=ratio(sum(quality.iou or 0.0 for quality in occurring), len(occurring)),
        mean_dice=ratio(sum(quality.dice or 0.0 for quality in occurring), len(occurring)),
        classes=qualities,
        false_positive_images=_hashes(entries, ~truth & said),
        false_negative_images=_hashes(entries, truth & ~said),
    )


def _hashes(entries: list[Compared], chosen: np.ndarray) -> list[str]:
    """sha256 of the chosen images, the most confident mistakes of the model first."""
    picked = [entry for entry, take in zip(entries, chosen, strict=True) if take]
    picked.sort(key=lambda entry: (-abs(entry.score - 0.5), entry.sample.sha256))
    return [entry.sample.sha256 for entry in picked]
