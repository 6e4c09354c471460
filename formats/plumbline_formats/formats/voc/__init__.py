"""Owns the Pascal VOC format: an XML file of boxes for each image, lists of images, and optional mask images.

By the specification, corners are whole pixels counted from 1 and the last one belongs to the box; `coord_base` says
so or otherwise, and with the side-car the files say it themselves. An image that is listed but has no XML file has not
been annotated; an XML file without objects is an image with nothing on it. Subset `validation` is the list `val`, and
images in no subset are in `default`. What Plumbline alone needs of the set is in `x_plumb.jsonl`.

`supervision` adds 1 to the far corners too: its boxes come out one pixel wider than it meant, in either base.
"""

from __future__ import annotations

from plumbline_formats import decimals
from plumbline_formats.archive import Source
from plumbline_formats.format import SIDECAR, Format, Guess, Option
from plumbline_formats.formats.voc import layout
from plumbline_formats.formats.voc.objects import CARRIES
from plumbline_formats.formats.voc.reader import VocReader
from plumbline_formats.formats.voc.writer import VocWriter

_FIRST_BYTES = 4096
_WRITTEN_BASE = Option("coord_base", "one", "number of the first pixel", ("one", "zero"))
_READ_BASE = Option(
    "coord_base",
    "auto",
    "number of the first pixel; auto: what the files say, else one, with a note when they cannot mean it",
    ("auto", "one", "zero"),
)
# whole pixels, as specified
_DECIMALS = decimals.option(0)
_MASKS = Option("masks", False, "write masks and polygons as images in SegmentationClass and SegmentationObject")


def _guess(source: Source) -> Guess | None:
    names = [name for name in source.names if name[-4:].lower() == ".xml"]
    folder = f"/{layout.ANNOTATIONS}/"
    inside = [name for name in names if folder in f"/{name}"]
    for name in (inside or names)[:1]:
        with source.open(name) as file:
            start = file.read(_FIRST_BYTES)
        if b"<annotation>" in start and (b"<filename>" in start or b"<bndbox>" in start or b"<size>" in start):
            return Guess(0.95 if inside else 0.85, f"{name} is an <annotation> of one image")
    return None


FORMAT = Format(
    name=layout.NAME,
    title="Pascal VOC XML",
    summary="An XML file of boxes for each image, lists of images by subset, and masks as images of indices.",
    ending=".zip",
    carries=CARRIES,
    open=VocReader,
    create=VocWriter,
    guess=_guess,
    read_options=(_READ_BASE,),
    write_options=(_WRITTEN_BASE, _DECIMALS, _MASKS, SIDECAR),
)
