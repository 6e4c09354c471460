"""Owns YOLO: a text file of normalised numbers for each image, in the folders that Ultralytics' tools use.

Images lie in `images/<subset>/`, those in no subset in `images/unassigned/`, and lists name them in their order, also
those that have no file of labels because nobody has annotated them. An empty file of labels is an image with nothing on
it. `data.yaml` says the classes in their order, and under `task` what a line says; where nothing does, nine numbers may
be a rotated box or a polygon, and are asked about. Sizes come from the image files, and belong with the set.

A line has one outline. An area of several parts becomes a line for each, without holes, and the report says so: a
bridge between parts would be an outline that nobody drew. With the side-car, `labels.x_plumb.jsonl`, all is read back.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from plumbline_formats import decimals
from plumbline_formats.archive import Source
from plumbline_formats.format import SIDECAR, Format, Guess, Option
from plumbline_formats.formats.yolo import config, layout, lines, shown
from plumbline_formats.formats.yolo.reader import YoloReader
from plumbline_formats.formats.yolo.writer import YoloWriter

_TASK_HELP = "what a line says: boxes, outlines, rotated boxes or nodes"


def _guess(source: Source) -> Guess | None:
    """A list of classes, and files of labels."""
    names = [PurePosixPath(name) for name in source.names]
    texts = sum(name.suffix == ".txt" and "labels" in name.parts[:-1] for name in names)
    configs = [name for name in names if name.suffix in (".yaml", ".yml") and len(name.parts) < 3]
    if any(config.says_classes(source, name.as_posix()) for name in configs):
        return Guess(0.95 if texts else 0.6, f"class names in {configs[0]} and {texts} files of labels")
    if any(name.name == "obj.names" for name in names):
        return Guess(0.9, "class names in obj.names")
    return Guess(0.3, f"{texts} text files in folders called labels, but no class names") if texts else None


FORMAT = Format(
    name=layout.NAME,
    title="YOLO (Ultralytics)",
    summary="A text file of normalised numbers for each image, and data.yaml with the classes in their order.",
    ending=".zip",
    carries=shown.carries("detect"),
    open=YoloReader,
    create=YoloWriter,
    guess=_guess,
    read_options=(
        Option(
            "task",
            "auto",
            f"{_TASK_HELP}; auto tells it from data.yaml, or by the count of numbers",
            ("auto", *lines.TASKS),
        ),
        Option("width", 0, "in pixels, of images whose files are not there"),
        Option("height", 0, "in pixels, of images whose files are not there"),
    ),
    write_options=(
        Option("task", "detect", _TASK_HELP, lines.TASKS),
        # as Ultralytics writes them
        decimals.option(6),
        SIDECAR,
    ),
)
