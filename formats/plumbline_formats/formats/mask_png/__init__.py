"""Owns masks as PNG images in folders; `layout` says where what lies."""

from __future__ import annotations

from plumbline_formats.archive import Source
from plumbline_formats.format import SIDECAR, Format, Guess, Option
from plumbline_formats.formats.mask_png import layout
from plumbline_formats.formats.mask_png.reader import MaskPngReader
from plumbline_formats.formats.mask_png.writer import CARRIES, MaskPngWriter

_READ_VARIANT = Option(
    "variant", "auto", "what files and pixels mean; auto looks at the folders", ("auto", *layout.VARIANTS, "beside")
)
_WRITE_VARIANT = Option(
    "variant",
    "instances",
    "instances: values count the objects, beside classes; classes: values are labels; labels: one image per label; "
    "binary: one image for all objects",
    layout.VARIANTS,
)
_EMPTY = Option("empty", "free,good", "folders whose images hold nothing when they have no mask, with commas between")
_LABEL = Option("label", "object", "label of masks that nothing names")
_THRESHOLD = Option("threshold", 128, "in black and white masks, the least value that belongs to the object")


def _guess(source: Source) -> Guess | None:
    if layout.SIDECAR_FILE in source.names:
        return Guess(1.0, f"{layout.SIDECAR_FILE} is there")
    variant, reason = layout.recognised(source)
    if not variant:
        return None
    # other formats keep such images beside their own files, which say more
    return Guess(0.6 if variant == "beside" else 0.5, f"{reason}: {variant}")


FORMAT = Format(
    name=layout.NAME,
    title="Mask images (PNG)",
    summary="PNG images whose pixels say which class or object they belong to.",
    ending=".zip",
    carries=CARRIES,
    open=MaskPngReader,
    create=MaskPngWriter,
    guess=_guess,
    read_options=(_READ_VARIANT, _EMPTY, _LABEL, _THRESHOLD),
    write_options=(_WRITE_VARIANT, SIDECAR),
)
