"""Owns COCO: instances with keypoints in one JSON file, or panoptic segments in PNG images."""

from __future__ import annotations

from plumbline_formats.archive import Source, Target
from plumbline_formats.format import SIDECAR, Format, Guess, Option, Options, Reader, Writer
from plumbline_formats.formats.coco.categories import NAME
from plumbline_formats.formats.coco.members import CARRIES
from plumbline_formats.formats.coco.panoptic import PanopticWriter
from plumbline_formats.formats.coco.reader import CocoReader
from plumbline_formats.formats.coco.writer import InstancesWriter
from plumbline_formats.model import Header

_FIRST_BYTES = 65536
# a scan of every file of a large folder would cost more than the guess is worth
_MOST_FILES = 20

_TASK = Option(
    "task",
    "instances",
    "what to write: instances with keypoints in one JSON file, or segments that do not overlap in PNG images",
    ("instances", "panoptic"),
)
_CROWD = Option(
    "crowd",
    "mask",
    "what iscrowd=1 says: mask, since many tools write it for any mask, or ignore, an area to leave out of evaluation",
    ("mask", "ignore"),
)
_ROTATION = Option(
    "rotation", False, "boxes with an attribute rotation are turned by it in degrees, as CVAT writes them"
)


def _open(source: Source, options: Options) -> Reader:
    return CocoReader(source, options)


def _create(target: Target, header: Header, options: Options) -> Writer:
    writer = PanopticWriter if options["task"] == "panoptic" else InstancesWriter
    return writer(target, header, options)


def _guess(source: Source) -> Guess | None:
    names = [name for name in source.names if name.lower().endswith(".json")]
    for name in names[:_MOST_FILES]:
        with source.open(name) as file:
            first = file.read(_FIRST_BYTES)
        if b'"images"' in first and b'"file_name"' in first:
            return Guess(0.9, f"images with a file_name in {name}")
        if b'"image_id"' in first and b'"category_id"' in first:
            return Guess(0.8, f"annotations with image_id and category_id in {name}")
    return None


FORMAT = Format(
    name=NAME,
    title="COCO JSON",
    summary="One JSON file of images, categories and annotations; the format of most detection and segmentation code.",
    ending=".json",
    carries=CARRIES,
    open=_open,
    create=_create,
    guess=_guess,
    read_options=(_CROWD, _ROTATION),
    write_options=(_TASK, SIDECAR),
)
