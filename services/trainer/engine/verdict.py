"""Owns the step from a model's logits to a decision about one image. Does not run models or compare with the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Verdict:
    """What a model says about one image.

    `score` in [0, 1] is the confidence that anything is there; `image_class` is 0 when nothing is.
    `class_map` uint8 (height, width) and `confidence` float32 (height, width) exist for segmentation only.
    """

    score: float
    image_class: int
    class_map: np.ndarray | None = None
    confidence: np.ndarray | None = None


def of_image(logits: np.ndarray, threshold: float) -> Verdict:
    """The decision of a classifier; logits float32 (K), class 0 is background."""
    probabilities = softmax(logits)
    score = float(1 - probabilities[0])
    return Verdict(score, int(1 + probabilities[1:].argmax()) if score >= threshold else 0)


def of_pixels(logits: np.ndarray, height: int, width: int, threshold: float, defect_share: float) -> Verdict:
    """The decision of a segmenter; logits float32 (K, S, S), the masks come back at full size.

    The score is the confidence that at least `defect_share` of the pixels reach, so one hot pixel is no defect.
    An image below the threshold gets an empty mask: mask and image decision never contradict each other.
    """
    probabilities = softmax(logits)
    defect = 1 - probabilities[0]
    needed = max(1, round(defect_share * defect.size))
    score = float(np.partition(defect.ravel(), -needed)[-needed])
    class_map = np.zeros((height, width), dtype=np.uint8)
    if score < threshold:
        return Verdict(score, 0, class_map, np.zeros((height, width), dtype=np.float32))
    best = np.zeros((height, width), dtype=np.float32)
    # One class at a time: the memory needed does not grow with the number of labels.
    for index in range(1, len(probabilities)):
        layer = enlarged(probabilities[index], height, width)
        better = layer > best
        class_map[better] = index
        best[better] = layer[better]
    confidence = enlarged(defect, height, width)
    # A strict image threshold must not shave the outlines, a lenient one must not leave an image without any.
    class_map[confidence < min(threshold, 0.5)] = 0
    counts = np.bincount(class_map.ravel(), minlength=2)
    image_class = (
        int(1 + counts[1:].argmax()) if counts[1:].any() else int(1 + _mass(probabilities, min(threshold, 0.5)))
    )
    return Verdict(score, image_class, class_map, confidence)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities over the first axis, float32, safe for large values."""
    shifted = np.exp(logits.astype(np.float32) - logits.max(axis=0, keepdims=True))
    return shifted / shifted.sum(axis=0, keepdims=True)


def enlarged(layer: np.ndarray, height: int, width: int) -> np.ndarray:
    """A float32 (S, S) layer at (height, width), bilinear."""
    image = Image.fromarray(np.ascontiguousarray(layer, dtype=np.float32))
    return np.array(image.resize((width, height), Image.Resampling.BILINEAR))


def _mass(probabilities: np.ndarray, threshold: float) -> int:
    """The strongest class among the pixels that passed, for regions that vanish when an image is shrunk."""
    passed = (1 - probabilities[0]) >= threshold
    return int(probabilities[1:, passed].sum(axis=1).argmax())
