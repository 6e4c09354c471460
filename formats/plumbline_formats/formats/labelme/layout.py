"""Owns the names of files and keys, and what the format says without a side-car."""

from __future__ import annotations

from functools import cache

from plumbline_formats import lists, sidecar
from plumbline_formats.formats.labelme.figures import KINDS
from plumbline_formats.losses import Carries

NAME = "labelme"
VERSION = "6.3.1"  # of the tool whose files these look like; it compares its own with it
SIDECAR_FILE = "x_plumb.jsonl"
ENDING = ".json"

# Keys that the model has a place for. The others are kept; `version`, `flags` that are not set, `shape_type` line and
# `group_id` 0 are kept too, under their own keys.
FILE_KEYS = frozenset(
    ("flags", "imageData", "imageHeight", "imagePath", "imageWidth", "shapes", "version", sidecar.KEY)
)
SHAPE_KEYS = frozenset(("flags", "group_id", "label", "mask", "points", "shape_type", sidecar.KEY))


@cache
def carries(annotation: frozenset[str] = frozenset(), image: frozenset[str] = frozenset()) -> Carries:
    """What is said; `annotation` and `image` are fields that are said of some only."""
    return Carries(annotation=annotation | {"group"}, image=image | {"width", "height"}, kinds=KINDS)


NOTHING = Carries()


def document_name(path: str) -> str:
    """Beside the image, with the same stem."""
    return lists.stem(path) + ENDING
