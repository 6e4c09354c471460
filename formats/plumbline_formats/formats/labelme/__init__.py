"""Owns LabelMe's JSON: a file beside each image, as the Python tool of that name writes and reads it.

An image whose file is missing has not been annotated; a file without shapes is an image with nothing on it. Flags of
an image are its tags that are set, flags of a shape its attributes that are yes or no. `labels.txt` is the list that
the tool takes with `--labels`. The second corner of a mask is its last pixel; the size of its PNG settles where a tool
meant the one after it.
"""

from __future__ import annotations

from plumbline_formats.archive import Source
from plumbline_formats.format import SIDECAR, Format, Guess
from plumbline_formats.formats.labelme import layout
from plumbline_formats.formats.labelme.reader import LabelmeReader
from plumbline_formats.formats.labelme.writer import LabelmeWriter

_FIRST_BYTES = 2**16
_TRIES = 5


def _guess(source: Source) -> Guess | None:
    """JSON files with shapes and the name of an image."""
    names = [name for name in source.names if name.lower().endswith(layout.ENDING)]
    for name in names[:_TRIES]:
        with source.open(name) as file:
            head = file.read(_FIRST_BYTES)
        if b'"shapes"' in head and (b'"imagePath"' in head or b'"shape_type"' in head):
            return Guess(0.9, f"shapes of one image in {name}")
    return None


FORMAT = Format(
    name=layout.NAME,
    title="LabelMe JSON",
    summary="A JSON file beside each image, as the Python tool LabelMe writes it.",
    ending=".zip",
    carries=layout.carries(image=frozenset({"tags"})),
    open=LabelmeReader,
    create=LabelmeWriter,
    guess=_guess,
    write_options=(SIDECAR,),
)
