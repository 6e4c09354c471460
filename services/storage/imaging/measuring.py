"""Owns the way from file bytes to `Measured`. Runs inside the worker process; does not isolate itself."""

from __future__ import annotations

from services.storage.imaging.measured import Measured
from services.storage.imaging.pixels import Pixels, pixel_hash
from services.storage.imaging.quality import quality_of
from services.storage.imaging.raster_files import read_raster
from services.storage.imaging.refusal import ImageRefused, Reason
from services.storage.imaging.renditions import display_image, perceptual_hashes, preview, thumbnail
from services.storage.imaging.scale import scale_of
from services.storage.imaging.sniffing import media_type_of
from services.storage.imaging.tiff_files import read_tiff

_SAMPLE_FORMATS = {"u": "uint", "i": "int", "f": "float"}


def measure(data: bytes, max_pixels: int) -> Measured:
    """Decode and measure one file. Raises ImageRefused only: every other failure means a damaged image."""
    try:
        pixels = _decode(data, max_pixels)
        return _measured(pixels)
    except ImageRefused:
        raise
    except MemoryError as error:
        raise ImageRefused(
            Reason.TOO_MANY_PIXELS, "decoding the image needs more memory than allowed; split it into tiles"
        ) from error
    except Exception as error:  # codecs raise every type there is when fuzzed, so no list of types can be complete
        raise ImageRefused(
            Reason.CORRUPT_IMAGE,
            f"the image is damaged or cut off ({_short(error)}); export or upload it again",
        ) from error


def _decode(data: bytes, max_pixels: int) -> Pixels:
    media_type = media_type_of(data)
    if media_type == "image/tiff":
        return read_tiff(data, max_pixels)
    return read_raster(data, media_type, max_pixels)


def _measured(pixels: Pixels) -> Measured:
    scale = scale_of(pixels)
    quality = quality_of(pixels, scale)
    display = display_image(pixels, scale)
    phash, dhash = perceptual_hashes(display)
    preview_media_type, preview_bytes = preview(display, pixels, scale.effective_bits)
    return Measured(
        media_type=pixels.media_type,
        width=pixels.width,
        height=pixels.height,
        channels=pixels.channels,
        bit_depth=pixels.stored_bits,
        effective_bits=scale.effective_bits,
        sample_format=_SAMPLE_FORMATS[pixels.samples.dtype.kind],
        pages=pixels.pages,
        orientation=pixels.orientation,
        sharpness=quality.sharpness,
        exposure=quality.exposure,
        contrast=quality.contrast,
        phash=phash,
        dhash=dhash,
        pixel_hash=pixel_hash(pixels),
        window_low=scale.low,
        window_high=scale.high,
        preview_media_type=preview_media_type,
        thumbnail=thumbnail(display),
        preview=preview_bytes,
    )


def _short(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
