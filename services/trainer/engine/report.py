"""Owns the numbers of an evaluation and their shape as JSON. Does not run models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, Field


class ClassQuality(BaseModel):
    """How well one class is found, in pixels (segmentation) or images (classification); None where undefined."""

    label: str
    iou: float | None
    dice: float | None
    precision: float | None
    recall: float | None
    support: int = Field(description="Pixels or images that truly are of this class.")


class SliceReport(BaseModel):
    """The quality on one slice; a defect is anything that is not background."""

    name: str
    images: int
    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int
    defect_precision: float | None
    defect_recall: float | None
    defect_f1: float | None
    defect_auroc: float | None = Field(description="The chance that a defective image scores above a good one.")
    accuracy: float | None = Field(description="The share of images whose class is right.")
    mean_iou: float | None = Field(description="Mean over the defect classes that occur.")
    mean_dice: float | None
    classes: list[ClassQuality]
    false_positive_images: list[str] = Field(description="sha256 of good images that the model calls defective.")
    false_negative_images: list[str] = Field(description="sha256 of defective images that the model calls good.")

    def choice_score(self) -> float:
        """The number by which the best epoch is chosen: telling images apart and outlining defects count alike.

        Free of the threshold, which is chosen afterwards.
        """
        return (self.defect_auroc or 0.0) + (self.mean_dice or 0.0)

    def metrics(self, prefix: str) -> dict[str, float]:
        """The defined numbers as flat metric names, such as `validation/defect_f1` or `validation/dice/crack`."""
        names = (
            "defect_precision",
            "defect_recall",
            "defect_f1",
            "defect_auroc",
            "accuracy",
            "mean_iou",
            "mean_dice",
        )
        values = {f"{prefix}/{name}": getattr(self, name) for name in names}
        values |= {f"{prefix}/dice/{quality.label}": quality.dice for quality in self.classes}
        return {name: value for name, value in values.items() if value is not None}


class Report(BaseModel):
    """An evaluation: one entry per slice, the slice `all` first."""

    recipe: str
    labels: list[str]
    slices: list[SliceReport]

    def slice(self, name: str) -> SliceReport:
        """The slice of that name. Raises KeyError that lists the names there are."""
        for entry in self.slices:
            if entry.name == name:
                return entry
        raise KeyError(f"no slice {name!r}; there are {', '.join(entry.name for entry in self.slices)}")

    def metrics(self, prefix: str) -> dict[str, float]:
        """Flat metrics of every slice: the slice `all` under `prefix`, `source=A` under `prefix/source:A`."""
        values: dict[str, float] = {}
        for entry in self.slices:
            place = prefix if entry.name == "all" else f"{prefix}/{entry.name.replace('=', ':')}"
            values |= entry.metrics(place)
        return values


def ratio(part: float, whole: float) -> float | None:
    """part / whole; None where it is undefined, which is not the same as 0."""
    return float(part / whole) if whole > 0 else None


def class_qualities(confusion: np.ndarray, classes: Sequence[str]) -> list[ClassQuality]:
    """The quality of each class but background from a confusion matrix int64 (truth, predicted)."""
    qualities = []
    for index, label in enumerate(classes):
        if index:
            hit = int(confusion[index, index])
            truth, said = int(confusion[index].sum()), int(confusion[:, index].sum())
            qualities.append(
                ClassQuality(
                    label=label,
                    iou=ratio(hit, truth + said - hit),
                    dice=ratio(2 * hit, truth + said),
                    precision=ratio(hit, said),
                    recall=ratio(hit, truth),
                    support=truth,
                )
            )
    return qualities


def auroc(scores: np.ndarray, truth: np.ndarray) -> float | None:
    """The area under the ROC curve from float scores (N) and bool truth (N), ties counted half; None for one class."""
    positive, negative = np.sort(scores[truth]), np.sort(scores[~truth])
    if not len(positive) or not len(negative):
        return None
    below = np.searchsorted(negative, positive, side="left").sum()
    not_above = np.searchsorted(negative, positive, side="right").sum()
    return float((below + not_above) / 2 / (len(positive) * len(negative)))


def best_threshold(scores: np.ndarray, truth: np.ndarray) -> float | None:
    """The threshold with the best F1 for float scores (N) and bool truth (N), midway between two scores.

    Of equal ones the strictest. None when only one kind of image is there to learn it from.
    """
    if truth.all() or not truth.any():
        return None
    found = np.unique(scores)
    edges = np.clip(np.concatenate([[found[0] / 2], (found[1:] + found[:-1]) / 2]), 1e-6, 1 - 1e-6)
    said = scores[None, :] >= edges[:, None]
    hits = (said & truth).sum(axis=1)
    f1 = 2 * hits / (said.sum(axis=1) + truth.sum())
    return float(edges[len(edges) - 1 - int(f1[::-1].argmax())])
