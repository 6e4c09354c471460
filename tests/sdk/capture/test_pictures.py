"""Pictures arrive as they were when they were logged."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from plumbline.capture import as_picture, figure_png


def pixels_of(image: object) -> np.ndarray:
    content, ending = as_picture(image)()
    assert ending == ".png"
    return np.asarray(Image.open(io.BytesIO(content)))


@pytest.mark.parametrize(
    "image",
    [
        np.full((4, 6, 3), 51, np.uint8),
        np.full((3, 4, 6), 0.2),
        torch.full((3, 4, 6), 0.2, requires_grad=True),
        Image.new("RGB", (6, 4), (51, 51, 51)),
    ],
)
def test_arrays_tensors_and_images_are_taken(image: object) -> None:
    assert np.array_equal(pixels_of(image), np.full((4, 6, 3), 51))


def test_masks_are_black_and_white() -> None:
    assert pixels_of(np.eye(3, dtype=bool)).tolist() == (np.eye(3) * 255).tolist()


def test_what_is_drawn_over_later_does_not_change_the_picture() -> None:
    image = np.zeros((2, 2), np.uint8)
    picture = as_picture(image)
    image[:] = 255
    assert np.asarray(Image.open(io.BytesIO(picture()[0]))).max() == 0


def test_a_file_is_kept_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "overlay.JPG").write_bytes(b"jpeg")
    assert as_picture(str(tmp_path / "overlay.JPG"))() == (b"jpeg", ".jpg")


@pytest.mark.parametrize("image", [np.zeros(3), np.zeros((5, 4, 7)), np.zeros((0, 3))])
def test_what_is_no_picture_is_said_at_once(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="is no picture"):
        as_picture(image)


def test_pixels_whose_range_nobody_knows_are_refused() -> None:
    with pytest.raises(TypeError, match="ambiguous"):
        as_picture(np.zeros((3, 3), np.int64))


def test_a_figure_is_drawn_when_it_is_logged() -> None:
    figure = SimpleNamespace(savefig=lambda stream, format: stream.write(format.encode()))
    assert figure_png(figure) == b"png"
    with pytest.raises(TypeError, match="no figure"):
        figure_png("figure")
