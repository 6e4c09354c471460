"""Tests of measuring: what real inspection cameras and hostile people send, decoded in this process."""

from __future__ import annotations

from dataclasses import astuple
from io import BytesIO
from typing import Any

import imagehash
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from services.storage.imaging import pixels, quality, renditions, scale
from services.storage.imaging.measured import Measured
from services.storage.imaging.measuring import measure
from services.storage.imaging.raster_files import _webp_size
from services.storage.imaging.refusal import ImageRefused, Reason

LIMIT = 100_000_000


def shown(data: bytes | None) -> NDArray[np.uint8]:
    assert data
    return np.asarray(Image.open(BytesIO(data)).convert("L"))


def refusal(data: bytes, max_pixels: int = LIMIT) -> Reason:
    with pytest.raises(ImageRefused) as caught:
        measure(data, max_pixels)
    return caught.value.reason


def assert_readable(measured: Measured) -> None:
    """Neither black nor white: the trap of 12-bit images in 16-bit files."""
    for rendition in (shown(measured.thumbnail), shown(measured.preview)):
        assert 60 < rendition.mean() < 200
        assert rendition.min() < 40
        assert rendition.max() > 230


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_twelve_bits_in_sixteen(files: Any, kind: str) -> None:
    scene = files.scene(bits=12)
    measured = measure(getattr(files, kind)(scene), LIMIT)
    assert (measured.bit_depth, measured.effective_bits, measured.sample_format) == (16, 12, "uint")
    assert (measured.width, measured.height, measured.channels) == (128, 96, 1)
    assert measured.exposure == pytest.approx(scene.mean() / 4095, abs=1e-4)
    window = (measured.window_low, measured.window_high)
    assert window == pytest.approx(np.percentile(scene, [0.5, 99.5]), abs=8)
    assert measured.preview_media_type == "image/jpeg"
    assert_readable(measured)


@pytest.mark.parametrize("bits", [8, 10, 12, 14])
def test_left_aligned_and_repeated_bits_are_recognised(files: Any, bits: int) -> None:
    scene = files.scene(bits=bits).astype(np.uint16)
    shifted = scene << (16 - bits)
    repeated = shifted | (shifted >> bits)
    for samples in (shifted, repeated):
        measured = measure(files.tiff(samples), LIMIT)
        assert measured.effective_bits == bits
        assert measured.exposure == pytest.approx(scene.mean() / (2**bits - 1), abs=0.01)


def test_full_sixteen_bits_stay_sixteen(files: Any) -> None:
    assert measure(files.png(files.scene(bits=16)), LIMIT).effective_bits == 16


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_sixteen_bit_colour_is_not_cut_to_eight(files: Any, kind: str) -> None:
    grey = files.scene(bits=16)
    colour = np.stack([grey, grey // 2, grey // 4], axis=-1)
    finer = colour.copy()
    finer[0, 0, 0] ^= 1
    first, second = (measure(getattr(files, kind)(samples), LIMIT) for samples in (colour, finer))
    assert (first.channels, first.bit_depth) == (3, 16)
    assert first.pixel_hash != second.pixel_hash
    assert shown(first.preview).max() > 60


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-3.5, 800.0)])
def test_float_tiff(files: Any, low: float, high: float) -> None:
    scene = (files.scene(bits=16) / 65535).astype(np.float32) * (high - low) + np.float32(low)
    scene[0, 0] = np.nan
    measured = measure(files.tiff(scene), LIMIT)
    assert (measured.sample_format, measured.bit_depth, measured.channels) == ("float", 32, 1)
    assert 0.3 < measured.exposure < 0.7
    assert_readable(measured)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_like_pillow_does(files: Any, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    scene = files.scene(40, 60)
    upright = np.asarray(ImageOps.exif_transpose(Image.open(BytesIO(files.pillow(scene, "PNG", exif=exif)))))
    measured = measure(files.pillow(scene, "PNG", exif=exif), LIMIT)
    assert measured.orientation == orientation
    assert (measured.height, measured.width) == upright.shape
    assert measured.pixel_hash == measure(files.png(upright), LIMIT).pixel_hash
    tagged = files.tiff(scene, extratags=[(274, 3, 1, orientation, True)])
    assert measure(tagged, LIMIT).pixel_hash == measured.pixel_hash


def test_orientation_six_turns_the_thumbnail_of_a_jpeg(files: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    measured = measure(files.pillow(files.scene(300, 400), "JPEG", exif=exif), LIMIT)
    assert (measured.width, measured.height) == (300, 400)
    assert Image.open(BytesIO(measured.thumbnail)).size == (192, 256)


def test_same_pixels_have_the_same_hash_in_every_lossless_format(files: Any) -> None:
    scene = files.scene()
    inverted = files.tiff(255 - scene, photometric="miniswhite")
    planes = np.stack([scene, scene // 2, scene // 3])
    assert len({measure(data, LIMIT).pixel_hash for data in (
        files.png(scene), files.tiff(scene),
        files.tiff(scene, compression="zstd", predictor=2, tile=(32, 32)),
        files.pillow(scene, "BMP"), inverted,
    )}) == 1  # fmt: skip
    interleaved = np.ascontiguousarray(np.moveaxis(planes, 0, -1))
    assert len({measure(data, LIMIT).pixel_hash for data in (
        files.png(interleaved), files.tiff(planes, photometric="rgb", planarconfig="separate"),
        files.pillow(interleaved, "WEBP", lossless=True),
    )}) == 1  # fmt: skip


def test_one_bit_images_are_black_and_white(files: Any) -> None:
    mask = files.scene() > 128
    png = files.pillow(mask, "PNG")
    for data in (png, files.tiff(mask, photometric="minisblack")):
        measured = measure(data, LIMIT)
        assert (measured.bit_depth, measured.effective_bits) == (1, 1)
        assert measured.exposure == pytest.approx(mask.mean(), abs=1e-3)
    assert measure(png, LIMIT).preview is None


@pytest.mark.parametrize("mode", ["P", "PA", "LA", "RGBA", "CMYK", "L"])
def test_every_common_mode_has_a_thumbnail(files: Any, mode: str) -> None:
    image = Image.fromarray(files.scene()).convert("RGB").convert(mode)
    out = BytesIO()
    image.save(out, "JPEG" if mode == "CMYK" else "PNG" if mode != "PA" else "TIFF")
    measured = measure(out.getvalue(), LIMIT)
    assert shown(measured.thumbnail).max() > 200


@pytest.mark.parametrize(("kind", "needs_preview"), [("JPEG", False), ("PNG", False), ("WEBP", False), ("BMP", True)])
def test_preview_only_where_a_browser_needs_it(files: Any, kind: str, needs_preview: bool) -> None:
    measured = measure(files.pillow(files.scene(), kind), LIMIT)
    assert (measured.preview is not None) == needs_preview == bool(measured.preview_media_type)


def test_preview_of_a_large_image_is_bounded(files: Any) -> None:
    measured = measure(files.tiff(files.scene(300, 5000)), LIMIT)
    assert measured.preview
    assert Image.open(BytesIO(measured.preview)).size == (2048, 123)
    assert (measured.width, measured.height) == (5000, 300)


def test_sharpness_falls_when_blurred_and_compares_across_bit_depths(files: Any) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (200, 300)).astype(np.uint8)
    sharp = measure(files.png(noise), LIMIT)
    blurred = np.asarray(Image.fromarray(noise).filter(ImageFilter.GaussianBlur(2)))
    assert measure(files.png(blurred), LIMIT).sharpness < sharp.sharpness / 20
    twelve = measure(files.png((noise.astype(np.uint32) * 4095 // 255).astype(np.uint16)), LIMIT)
    assert twelve.sharpness == pytest.approx(sharp.sharpness, rel=0.02)
    values = noise.astype(float)
    neighbours = values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:]
    assert sharp.sharpness == pytest.approx((neighbours - 4 * values[1:-1, 1:-1]).var(), rel=1e-4)
    assert sharp.contrast == pytest.approx((values / 255).std(), rel=1e-4)


def test_measures_do_not_depend_on_strips(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.png(files.scene(150, 220, bits=12))
    whole = measure(data, LIMIT)
    for module in (pixels, quality, renditions, scale):
        monkeypatch.setattr(
            module, "strips",
            lambda samples, overlap=0: [samples[max(0, top - overlap) : top + 7] for top in range(0,
            len(samples), 7)],
        )  # fmt: skip
    small = measure(data, LIMIT)
    assert small.pixel_hash == whole.pixel_hash
    assert small.thumbnail == whole.thumbnail
    assert astuple(small)[9:12] == pytest.approx(astuple(whole)[9:12], rel=1e-5)


def test_noise_of_an_empty_scene_is_not_stretched_to_contrast(files: Any) -> None:
    flat = np.random.default_rng(0).integers(32_000, 32_010, (64, 64)).astype(np.uint16)
    flat[0, 0] = 65_001
    assert 100 < shown(measure(files.png(flat), LIMIT).thumbnail).mean() < 160


def test_resized_copy_has_nearly_the_same_perceptual_hash(files: Any) -> None:
    image = Image.fromarray(files.scene(480, 640))
    small = np.asarray(image.resize((320, 240), Image.Resampling.LANCZOS))
    first, second = measure(files.png(np.asarray(image)), LIMIT), measure(files.pillow(small, "JPEG"), LIMIT)
    assert (first.phash_bits ^ second.phash_bits).bit_count() <= 4
    assert first.phash == str(imagehash.phash(image))
    assert first.dhash == str(imagehash.dhash(image))


def test_pages_are_counted_and_the_first_is_measured(files: Any) -> None:
    scene = files.scene()
    stack = np.stack([scene, 255 - scene, scene])
    measured = measure(files.tiff(stack, photometric="minisblack", metadata=None), LIMIT)
    assert measured.pages == 3
    assert measured.pixel_hash == measure(files.png(scene), LIMIT).pixel_hash


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "PNG16"])
@pytest.mark.parametrize("part", range(1, 17))
def test_cut_off_files_are_refused(files: Any, kind: str, part: int) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (64, 96, 3)).astype(np.uint8)
    if kind == "PNG16":
        whole = files.png(noise.astype(np.uint16) * 257)
    else:
        whole = files.tiff(noise, compression="zlib") if kind == "TIFF" else files.pillow(noise, kind)
    assert refusal(whole[: len(whole) * part // 17]) in (Reason.CORRUPT_IMAGE, Reason.UNSUPPORTED_FORMAT)


def test_missing_tiff_strip_is_damage_and_not_black_pixels(files: Any) -> None:
    out = BytesIO(files.tiff(files.scene(), rowsperstrip=16, compression="zlib"))
    with tifffile.TiffFile(out, mode="r+b") as file:
        tag = file.pages[0].tags["StripByteCounts"]
        tag.overwrite((0, *tag.value[1:]))
    assert refusal(out.getvalue()) == Reason.CORRUPT_IMAGE


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a" + bytes(40), b"<svg xmlns='x'/>", b"hello", b"\0\0\0\x18ftypheic" + bytes(40), b"PK\3\4"],
)
def test_other_formats_are_refused_by_content(data: bytes) -> None:
    assert refusal(data) == Reason.UNSUPPORTED_FORMAT


def test_bomb_is_refused_by_its_header(files: Any) -> None:
    bomb = files.png_bomb()
    assert len(bomb) < 60_000
    assert refusal(bomb) == Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
def test_every_format_keeps_the_pixel_cap(files: Any, kind: str) -> None:
    scene = files.scene(50, 60)
    data = files.tiff(scene) if kind == "TIFF" else files.pillow(scene, kind)
    assert refusal(data, 2999) == Reason.TOO_MANY_PIXELS
    assert measure(data, 3000).width == 60


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}, {"quality": 50, "exif": b"Exif\0\0"}])
def test_webp_size_is_read_from_every_kind_of_header(files: Any, options: dict[str, object]) -> None:
    assert _webp_size(files.pillow(files.scene(50, 70), "WEBP", **options)) == (70, 50)


def test_damaged_exif_does_not_cost_the_picture(files: Any) -> None:
    data = files.pillow(files.scene(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + bytes(30))
    assert measure(data, LIMIT).orientation == 1


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "PNG16"])
def test_damaged_bytes_never_raise_anything_else(files: Any, kind: str) -> None:
    random = np.random.default_rng(3)
    noise = random.integers(0, 256, (24, 32, 3)).astype(np.uint8)
    makers = {"TIFF": files.tiff, "PNG16": lambda samples: files.png(samples.astype(np.uint16) * 257)}
    whole = makers[kind](noise) if kind in makers else files.pillow(noise, kind)
    refused = 0
    for _ in range(150):
        damaged = np.frombuffer(whole, np.uint8).copy()
        # Most damage goes to the header, where decoders believe what they read.
        places = random.integers(0, min(len(damaged), random.choice([64, 400, len(damaged)])), 3)
        damaged[places] = random.integers(0, 256, 3)
        try:
            assert measure(damaged.tobytes(), 1_000_000).thumbnail
        except ImageRefused:
            refused += 1
    assert refused > 10
