"""Order and batches depend on the seed alone; masks survive shrinking."""

from __future__ import annotations

import numpy as np

from services.trainer.engine import data
from services.trainer.engine.samples import Sample

LABELS = ["spot"]


def test_order_is_a_permutation_decided_by_seed_and_epoch(spots) -> None:
    images = data.ImageSet(spots(16), LABELS, 32, 1)
    assert sorted(images.order(3, 0)) == list(range(16))
    assert images.order(3, 1).tolist() == images.order(3, 1).tolist()
    assert images.order(3, 0).tolist() != images.order(3, 1).tolist()
    assert images.order(3, 0).tolist() != images.order(4, 0).tolist()


def test_a_batch_does_not_depend_on_the_batches_before(spots) -> None:
    samples = spots(8)
    first, second = (data.ImageSet(samples, LABELS, 32, 1) for _ in range(2))
    first.training_batch([0, 1, 2], 5, 0, augment=True)
    one = first.training_batch([3, 1], 5, 1, augment=True)
    other = second.training_batch([3, 1], 5, 1, augment=True)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert not np.array_equal(one[0], second.training_batch([3, 1], 5, 2, augment=True)[0])


def test_batches_have_the_promised_types_and_shapes(spots) -> None:
    images = data.ImageSet(spots(4), LABELS, 32, 3)
    pixels, masks, classes = images.training_batch([0, 1, 2], 0, 0, augment=False)
    assert pixels.shape == (3, 3, 32, 32)
    assert pixels.dtype == np.float32
    assert pixels.min() >= 0
    assert pixels.max() <= 1
    assert masks.shape == (3, 32, 32)
    assert masks.dtype == np.int64
    assert classes.tolist() == [1, 1, 0]
    assert np.array_equal(pixels, images.batch([0, 1, 2]))


def test_mask_follows_its_image_through_augmentation() -> None:
    image = np.zeros((16, 16, 1), dtype=np.uint8)
    image[2:5, 9:12] = 255
    mask = (image[..., 0] > 0).astype(np.uint8)
    for number in range(12):
        turned, marked = data.augmented(image, mask, np.random.Generator(np.random.PCG64(number)))
        assert np.array_equal(turned[..., 0] > 128, marked > 0)


def test_a_defect_thinner_than_a_pixel_stays_in_the_target() -> None:
    mask = np.zeros((320, 320), dtype=np.uint8)
    mask[:, 100:104] = 1
    mask[5, 5] = 2
    shrunk = data.shrink_mask(mask, 32)
    assert (shrunk[:, 10] == 1).all()
    assert (shrunk == 1).sum() == 32
    assert not (shrunk == 2).any()


def test_class_counts_of_pixels_and_of_images(spots) -> None:
    images = data.ImageSet(spots(4), LABELS, 48, 1)
    assert images.class_counts(per_pixel=True).tolist() == [4 * 48 * 48 - 3 * 144, 3 * 144]
    assert images.class_counts(per_pixel=False).tolist() == [1, 3]


def test_unused_labels_are_counted(tmp_path) -> None:
    marks = ({"label": "dust", "geometry": {}}, {"label": "spot", "geometry": {}})
    assert data.unused_labels([Sample(tmp_path, "0", marks)], LABELS) == {"dust": 1}
