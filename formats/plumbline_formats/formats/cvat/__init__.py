"""Owns the CVAT XML 1.1 format, read as "for images" and "for video", written as "for images".

Decisions where CVAT leaves a choice:
- Tracks: each visible shape of a track becomes an object on its frame, which is called as CVAT calls frames. The number
  of the track is kept for CVAT (`foreign.cvat.xml.track`); it is no group, since a group is of one image.
- `<points>` of several points is a skeleton with nodes 1, 2, 3, and goes back to `<points>`.
- Cuboids and unknown elements are kept for CVAT, with a note.
- Polygons with holes or of several parts become masks.
- An image is listed whether or not somebody has looked at it, as CVAT lists it.
- The side-car is an attribute `x_plumb` of each shape, which CVAT leaves out since no label declares it, and elements
  `<x_plumb>` in `<image>` and `<meta>`, which CVAT passes over.
"""

from __future__ import annotations

from plumbline_formats import decimals
from plumbline_formats.archive import Source
from plumbline_formats.format import SIDECAR, Format, Guess
from plumbline_formats.formats.cvat.objects import CARRIES
from plumbline_formats.formats.cvat.reader import CvatReader, annotation_files
from plumbline_formats.formats.cvat.schema import NAME
from plumbline_formats.formats.cvat.writer import CvatWriter

# as CVAT writes them
_DECIMALS = decimals.option(2)


def _guess(source: Source) -> Guess | None:
    names = annotation_files(source)
    return Guess(0.95, f"{names[0]} starts with <annotations>") if names else None


FORMAT = Format(
    name=NAME,
    title="CVAT XML 1.1",
    summary="One XML file with the labels and, image by image, every kind of shape; reads tracks of videos too.",
    ending=".xml",
    carries=CARRIES,
    open=CvatReader,
    create=CvatWriter,
    guess=_guess,
    write_options=(_DECIMALS, SIDECAR),
)
