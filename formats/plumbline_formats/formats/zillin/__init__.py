"""Owns files in the style of Zillin's export.

Public are the encoding (UTF-8 with a byte order mark), the names and order of the members before the images, and the
types of tools. How images and annotations are written is not public, so theirs is a form of ours in the same style:

- `Images[]`: `FileName`, `Width`, `Height`, `Sha256`, `Set`, `Status` (`Finished` when accepted), `Answers[]` of
  `Question` and `Answer`, and `Annotations[]`, which is absent when nobody has looked at the image yet.
- `Annotations[]`: `Id`, `Tool`, `Type`, and `X`, `Y`, `Width`, `Height` of a Rectangle; `CenterX`, `CenterY`, `Width`,
  `Height`, `Angle` (degrees, clockwise) of a RotatedRectangle; `Points[]` of `X` and `Y` of a Point, Polyline or
  Polygon; `Left`, `Top`, `Width`, `Height` and `Runs` (row by row, the first of background) of a Brush.

`TotalAnnotationPoints` counts corners, and nothing of a brush. A reader of a file of Zillin itself takes what it knows,
keeps the rest and names it.
"""

from __future__ import annotations

from plumbline_formats.archive import Source
from plumbline_formats.format import Format, Guess
from plumbline_formats.formats.zillin.heading import NAME
from plumbline_formats.formats.zillin.reader import ZillinReader
from plumbline_formats.formats.zillin.writer import CARRIES, ZillinWriter

_FIRST_BYTES = 65536


def _guess(source: Source) -> Guess | None:
    for name in [name for name in source.names if name.endswith(".json")][:1]:
        with source.open(name) as file:
            start = file.read(_FIRST_BYTES)
        if b'"ExportFileSchemeVersion"' in start and b'"ProjectName"' in start:
            return Guess(0.99, f"{name} says the version of an export of Zillin")
    return None


FORMAT = Format(
    name=NAME,
    title="Zillin JSON",
    summary=(
        "Versions, tools and questions as Zillin exports them; images and annotations in a documented form of ours,"
        " since Zillin's is not public."
    ),
    ending=".json",
    carries=CARRIES,
    open=ZillinReader,
    create=ZillinWriter,
    guess=_guess,
)
