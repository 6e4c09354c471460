"""The numbers of an evaluation are those one gets by counting."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.trainer.engine.data import ImageSet
from services.trainer.engine.evaluate import evaluate
from services.trainer.engine.recipes import classification, segmentation
from services.trainer.engine.report import auroc, best_threshold
from services.trainer.engine.samples import Sample

SEGMENT = segmentation.Config(image_size=64, batch_size=3)
CLASSIFY = classification.Config(image_size=64, batch_size=3)


def bright_means_defect(pixels: np.ndarray) -> np.ndarray:
    """Logits of a perfect segmenter for the generated images."""
    bright = (pixels[:, 0] > 0.7).astype(np.float32) * 20 - 10
    return np.stack([-bright, bright], axis=1)


def bright_classifier(pixels: np.ndarray) -> np.ndarray:
    found = (pixels > 0.7).any(axis=(1, 2, 3)).astype(np.float32) * 8 - 4
    return np.stack([-found, found], axis=1)


def test_a_perfect_segmenter_scores_one(spots) -> None:
    images = ImageSet(spots(10), ["spot"], 64, 1)
    report = evaluate(segmentation, SEGMENT, images, bright_means_defect)
    overall = report.slice("all")
    assert (overall.true_positives, overall.true_negatives) == (7, 3)
    assert overall.defect_f1 == 1.0
    assert overall.defect_auroc == 1.0
    assert overall.accuracy == 1.0
    assert overall.mean_dice is not None
    assert overall.mean_dice > 0.9
    assert overall.classes[0].support == 7 * 144
    assert overall.false_positive_images == overall.false_negative_images == []


def test_mistakes_are_named_by_image_and_counted_per_slice(spots) -> None:
    samples = spots(12)
    images = ImageSet(samples, ["spot"], 64, 1)
    wrong = {1, 2}
    position = iter(range(12))

    def mistaken(pixels: np.ndarray) -> np.ndarray:
        logits = bright_classifier(pixels)
        for row in logits:
            if next(position) in wrong:
                row[:] = row[::-1].copy()
        return logits

    report = evaluate(classification, CLASSIFY, images, mistaken)
    overall = report.slice("all")
    assert overall.false_negative_images == [samples[1].sha256]
    assert overall.false_positive_images == [samples[2].sha256]
    assert overall.accuracy == pytest.approx(10 / 12)
    assert report.slice("source=site B").accuracy == 1.0
    assert report.slice("source=site A").false_positives == 1
    assert report.slice("tag=lab").images == 3
    assert report.slice("split=validation").images == 3
    assert [entry.name for entry in report.slices] == [
        "all", "source=site A", "source=site B", "split=train", "split=validation", "tag=lab",
    ]  # fmt: skip


def test_iou_and_dice_by_hand(tmp_path: Path, spots) -> None:
    sample = spots(2)[1]
    box = {"x": 0, "y": 0, "width": 48, "height": 24}
    marked = Sample(sample.path, sample.sha256, ({"label": "spot", "geometry": {"box": box}},))

    def left_half(pixels: np.ndarray) -> np.ndarray:
        logits = np.full((len(pixels), 2, 64, 64), -10.0, dtype=np.float32)
        logits[:, 1, :, :32] = 10
        logits[:, 0, :, 32:] = 10
        return logits

    quality = evaluate(segmentation, SEGMENT, ImageSet([marked], ["spot"], 64, 1), left_half).slice("all").classes[0]
    assert quality.iou == pytest.approx(1 / 3, abs=0.01)
    assert quality.dice == pytest.approx(1 / 2, abs=0.01)
    assert quality.precision == pytest.approx(1 / 2, abs=0.01)


def test_undefined_is_none_and_not_zero(spots) -> None:
    good = [sample for sample in spots(8) if not sample.annotations]
    overall = evaluate(segmentation, SEGMENT, ImageSet(good, ["spot"], 64, 1), bright_means_defect).slice("all")
    assert overall.defect_recall is None
    assert overall.defect_auroc is None
    assert overall.mean_dice is None
    assert "validation/defect_recall" not in overall.metrics("validation")
    assert overall.metrics("validation")["validation/accuracy"] == 1.0


def test_metrics_carry_the_slice_in_their_name(spots) -> None:
    images = ImageSet(spots(10), ["spot"], 64, 1)
    values = evaluate(classification, CLASSIFY, images, bright_classifier).metrics("test")
    assert values["test/defect_f1"] == 1.0
    assert values["test/source:site A/defect_f1"] == 1.0


def test_images_nobody_annotated_measure_nothing(spots) -> None:
    sample = spots(1)[0]
    unseen = Sample(sample.path, sample.sha256, None)
    with pytest.raises(ValueError, match="1 images are not annotated"):
        evaluate(segmentation, SEGMENT, ImageSet([unseen], ["spot"], 64, 1), bright_means_defect)


def test_auroc_counts_ties_half() -> None:
    truth = np.array([True, True, False, False])
    assert auroc(np.array([0.9, 0.5, 0.5, 0.1]), truth) == pytest.approx(3.5 / 4)
    assert auroc(np.array([0.1, 0.2, 0.8, 0.9]), truth) == 0.0


def test_best_threshold_separates_with_the_fewest_mistakes() -> None:
    truth = np.array([False, False, True, True, True])
    assert best_threshold(np.array([0.1, 0.3, 0.7, 0.8, 0.9]), truth) == pytest.approx(0.5)
    mixed = best_threshold(np.array([0.1, 0.75, 0.7, 0.8, 0.9]), truth)
    assert mixed == pytest.approx(0.4)
    assert best_threshold(np.array([0.2, 0.2]), np.array([True, True])) is None
