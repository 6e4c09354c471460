"""Owns small YOLO sets for tests: laid out by hand, written, and read."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import PIL.Image

from plumbline_formats import format
from plumbline_formats.archive import FolderTarget, open_source
from plumbline_formats.formats.yolo import FORMAT
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import Problems
from plumbline_formats.shapes import Shape

HEADER = Header(labels=[Label("crack"), Label("blow hole")])
CONFIG = "train: images/train\nval: images/val\nnames: [crack, blow hole]\n"


def picture(width: int, height: int, orientation: int = 0, kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    exif = PIL.Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    PIL.Image.new("L", (width, height)).save(buffer, kind, exif=exif)
    return buffer.getvalue()


def lay(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read(folder: Path, **options: object) -> tuple[Header, dict[str, Image], Problems]:
    with open_source(folder) as source:
        reader = FORMAT.open(source, format.values(FORMAT.read_options, options))
        images = {image.path: image for image in reader}
    return reader.header, images, reader.problems


def write(folder: Path, header: Header, images: list[Image], **options: object) -> LossReport:
    assert FORMAT.create is not None
    writer = FORMAT.create(FolderTarget(folder), header, format.values(FORMAT.write_options, options))
    for image in images:
        writer.add(image)
    writer.close()
    return writer.losses


def one(shape: Shape, label: str = "crack", width: int = 100, height: int = 50) -> list[Image]:
    return [Image("a.jpg", width, height, [Annotation("0" * 8 + "-0000-4000-8000-" + "0" * 12, label, shape)])]


def lines(folder: Path) -> list[str]:
    return (folder / "labels/unassigned/a.txt").read_text().splitlines()
