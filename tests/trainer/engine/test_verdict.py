"""Mask and image decision agree, whatever the logits are."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.trainer.engine import verdict


def square_logits(side: int, strength: float) -> np.ndarray:
    logits = np.zeros((3, 64, 64), dtype=np.float32)
    logits[0] = strength
    logits[2, 10 : 10 + side, 10 : 10 + side] = 2 * strength
    return logits


def test_a_region_comes_back_at_full_size_with_its_class() -> None:
    seen = verdict.of_pixels(square_logits(20, 8), 128, 256, 0.5, 0.001)
    assert seen.image_class == 2
    assert seen.score > 0.99
    assert seen.class_map is not None
    assert seen.class_map.shape == (128, 256)
    assert set(np.unique(seen.class_map)) == {0, 2}
    # Enlarging rounds the four corners by a pixel; the rest is exact.
    assert 40 * 80 - 4 <= (seen.class_map == 2).sum() <= 40 * 80
    assert seen.confidence is not None
    assert seen.confidence[40, 80] > 0.99


def test_fewer_pixels_than_the_least_share_are_no_defect() -> None:
    needed = 16 / 64**2
    assert verdict.of_pixels(square_logits(4, 8), 64, 64, 0.5, needed).image_class == 2
    below = verdict.of_pixels(square_logits(3, 8), 64, 64, 0.5, needed)
    assert below.image_class == 0
    assert below.class_map is not None
    assert not below.class_map.any()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), threshold=st.floats(0.05, 0.95), scale=st.floats(0.1, 8))
def test_an_image_without_defect_has_no_marked_pixel(seed: int, threshold: float, scale: float) -> None:
    draw = np.random.Generator(np.random.PCG64(seed))
    logits = (draw.standard_normal((3, 16, 16)) * scale).astype(np.float32)
    seen = verdict.of_pixels(logits, 40, 24, threshold, 0.01)
    assert 0 <= seen.score <= 1
    assert (seen.image_class > 0) == (seen.score >= threshold)
    assert seen.class_map is not None
    assert seen.image_class > 0 or not seen.class_map.any()


def test_classifier_below_the_threshold_says_background() -> None:
    logits = np.log(np.array([0.6, 0.3, 0.1], dtype=np.float32))
    assert verdict.of_image(logits, 0.5).image_class == 0
    assert verdict.of_image(logits, 0.35).image_class == 1
