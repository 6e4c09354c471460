"""Images come out upright, in 8 bits and of the asked size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from services.trainer.engine import decode


def left_half_white() -> np.ndarray:
    pixels = np.zeros((40, 80), dtype=np.uint8)
    pixels[:, :40] = 255
    return pixels


def test_orientation_of_the_camera_is_applied(tmp_path: Path) -> None:
    image = Image.fromarray(left_half_white())
    exif = image.getexif()
    exif[decode.TIFF_ORIENTATION] = 6
    image.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    seen = decode.render(tmp_path / "turned.jpg", 32, 1)
    assert (seen.height, seen.width) == (80, 40)
    assert seen.pixels.shape == (32, 32, 1)
    assert seen.pixels[:12].mean() > 240
    assert seen.pixels[20:].mean() < 15


@pytest.mark.parametrize("orientation", range(1, 9))
def test_tiff_orientation_equals_the_one_of_jpeg(tmp_path: Path, orientation: int) -> None:
    pixels = left_half_white()
    pixels[:20, :20] = 128
    tags = [(decode.TIFF_ORIENTATION, "H", 1, orientation, True)]
    tifffile.imwrite(tmp_path / "turned.tif", pixels, extratags=tags)
    image = Image.fromarray(pixels)
    exif = image.getexif()
    exif[decode.TIFF_ORIENTATION] = orientation
    image.save(tmp_path / "turned.png", exif=exif)
    tiff = decode.render(tmp_path / "turned.tif", 32, 1)
    png = decode.render(tmp_path / "turned.png", 32, 1)
    assert (tiff.height, tiff.width) == (png.height, png.width)
    assert np.array_equal(tiff.pixels, png.pixels)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_twelve_bits_go_through_the_display_window(tmp_path: Path, suffix: str) -> None:
    values = np.full((32, 32), 1000, dtype=np.uint16)
    values[:, 16:] = 3000
    path = tmp_path / f"deep.{suffix}"
    tifffile.imwrite(path, values) if suffix == "tif" else Image.fromarray(values).save(path)
    seen = decode.render(path, 32, 1, window=(0, 4000)).pixels
    assert seen[0, 0, 0] == 64
    assert seen[0, -1, 0] == 191
    stretched = decode.render(path, 32, 1).pixels
    assert stretched[0, 0, 0] == 0
    assert stretched[0, -1, 0] == 255


def test_gray_and_colour_can_be_asked_of_either(tmp_path: Path) -> None:
    colour = np.zeros((32, 32, 3), dtype=np.uint8)
    colour[..., 0] = 200
    Image.fromarray(colour).save(tmp_path / "red.png")
    assert decode.render(tmp_path / "red.png", 32, 3).pixels[0, 0].tolist() == [200, 0, 0]
    assert decode.render(tmp_path / "red.png", 32, 1).pixels[0, 0].tolist() == [60]


def test_truncated_file_is_named_in_the_error(tmp_path: Path) -> None:
    whole = tmp_path / "whole.jpg"
    Image.fromarray(left_half_white()).save(whole)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(whole.read_bytes()[:-300])
    with pytest.raises(decode.UnreadableImage, match=r"broken.jpg cannot be read"):
        decode.render(broken, 32, 1)


def test_other_formats_are_refused(tmp_path: Path) -> None:
    Image.fromarray(left_half_white()).save(tmp_path / "a.gif")
    with pytest.raises(decode.UnreadableImage):
        decode.render(tmp_path / "a.gif", 32, 1)
