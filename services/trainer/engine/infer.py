"""Owns predicting with an exported model: images in, annotations out. Does not store them.

The annotations have the same JSON form as those people draw, so that they can be written back as a pre-label layer.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import ndimage  # type: ignore[import-untyped]

from services.trainer.engine import rasterise
from services.trainer.engine.data import ImageSet
from services.trainer.engine.evaluate import evaluate, verdicts
from services.trainer.engine.onnx_model import OnnxModel
from services.trainer.engine.recipes import recipe
from services.trainer.engine.report import Report
from services.trainer.engine.samples import Sample
from services.trainer.engine.verdict import Verdict

MAX_OBJECTS = 100
# Touching by a corner is touching: a thin diagonal crack stays one object.
NEIGHBOURS = np.ones((3, 3), dtype=bool)


@dataclass(frozen=True)
class Prediction:
    """What a model says about one image. `score` in [0, 1]: confidence that there is a defect at all."""

    sha256: str
    score: float
    annotations: list[dict[str, Any]] = field(default_factory=list)


class Predictor:
    """An ONNX model made ready to predict on samples and to be evaluated, from its bytes alone."""

    def __init__(self, payload: bytes, threads: int = 1) -> None:
        """Raises onnx_model.UnsafeModel, or pydantic.ValidationError for settings of another version."""
        self.model = OnnxModel(payload, threads)
        self.digest = hashlib.sha256(payload).hexdigest()
        self.recipe = recipe(self.model.description.recipe)
        self.config = self.recipe.Config.model_validate(self.model.description.config)
        self.labels = self.model.description.labels

    def predict(self, samples: Sequence[Sample]) -> Iterator[Prediction]:
        """Predictions in the order of the samples; the same model and image always give the same annotation ids."""
        for sample, verdict in verdicts(self.recipe, self.config, self._images(samples), self.model.predict):
            found = annotations_of(verdict, self.labels, f"{self.digest}:{sample.sha256}")
            yield Prediction(sample.sha256, verdict.score, found)

    def evaluate(self, samples: Sequence[Sample]) -> Report:
        """Compare the model with the annotations of the samples, per slice."""
        return evaluate(self.recipe, self.config, self._images(samples), self.model.predict)

    def _images(self, samples: Sequence[Sample]) -> ImageSet:
        return ImageSet(samples, self.labels, self.config.image_size, self.config.channels)


def annotations_of(verdict: Verdict, labels: Sequence[str], identity: str) -> list[dict[str, Any]]:
    """A verdict as annotations: one mask per connected region, largest first, or one tag for a whole image.

    `identity` names model and image; ids are derived from it. At most MAX_OBJECTS regions are returned.
    """
    if verdict.image_class == 0:
        return []
    if verdict.class_map is None:
        return [_annotation(identity, 0, labels[verdict.image_class - 1], {"tag": {}}, verdict.score)]
    regions = sorted(_regions(verdict), key=lambda region: -int(region[1].sum()))[:MAX_OBJECTS]
    return [
        _annotation(identity, number, labels[index - 1], {"mask": rasterise.encode_mask(mask)}, confidence)
        for number, (index, mask, confidence) in enumerate(regions)
    ]


def _regions(verdict: Verdict) -> Iterator[tuple[int, np.ndarray, float]]:
    """Class, bool mask (height, width) and mean confidence of every connected region."""
    assert verdict.class_map is not None
    assert verdict.confidence is not None
    for index in np.unique(verdict.class_map[verdict.class_map > 0]):
        numbered, count = ndimage.label(verdict.class_map == index, structure=NEIGHBOURS)
        for number in _largest(numbered, count):
            mask = numbered == number
            yield int(index), mask, float(verdict.confidence[mask].mean())


def _largest(numbered: np.ndarray, count: int) -> list[int]:
    """The numbers of the MAX_OBJECTS largest of `count` regions: a speckled image must not cost minutes."""
    sizes = np.bincount(numbered.ravel(), minlength=count + 1)[1:]
    return [int(position) + 1 for position in np.argsort(-sizes, kind="stable")[:MAX_OBJECTS]]


def _annotation(identity: str, number: int, label: str, geometry: dict[str, Any], confidence: float) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"plumbline:{identity}:{number}")),
        "label": label,
        "geometry": geometry,
        "origin": "MODEL",
        "confidence": round(min(1.0, max(0.0, confidence)), 6),
    }
