"""Owns the case that other libraries are asked about: plain boxes, a box with fractions, a mask with a hole, a turned
box, a polygon, and an image that holds nothing.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from plumbline_formats import format
from plumbline_formats.archive import FolderTarget
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.registry import FORMATS
from plumbline_formats.shapes import Box, Mask, Part, Polygon, RotatedBox, Shape
from tests.formats.oracles.peers import BOXES, LABELS, SIZE
from tests.formats.roundtrip import picture

HEADER = Header(labels=[Label(name) for name in LABELS])
HOLE = Mask(1, 1, 3, 2, [0, 4, 1, 1])
RING = [4.0, 8.0, 9.0, 8.0, 9.0, 12.5, 4.0, 12.5]
TURNED = RotatedBox(10.0, 8.0, 6.0, 4.0, 30.0)

# What each library reads of ours: (library, format): options of the writer, and the shapes besides the plain boxes.
QUESTIONS: dict[tuple[str, str], tuple[dict[str, Any], list[Shape]]] = {
    ("datumaro", "coco"): ({}, [Box(3.25, 1.5, 4.75, 2.0), HOLE, Polygon([Part(RING)])]),
    ("datumaro", "voc"): ({"coord_base": "zero"}, []),
    ("datumaro", "cvat"): ({}, [Box(3.25, 1.5, 4.75, 2.0), HOLE, Polygon([Part(RING)]), TURNED]),
    ("datumaro", "datumaro"): ({}, [Box(3.25, 1.5, 4.75, 2.0), HOLE, Polygon([Part(RING)])]),
    ("supervision", "coco"): ({}, []),
    ("supervision", "voc"): ({}, []),
    ("supervision", "yolo"): ({}, []),
    ("label_studio", "label_studio"): ({}, [HOLE]),
}


def images(shapes: list[Shape]) -> list[Image]:
    """The image with the objects, in the order of the case, and one that holds nothing."""
    objects = [(LABELS[label], Box(x, y, w, h)) for label, x, y, w, h in BOXES]
    objects += [(LABELS[0], shape) for shape in shapes]  # type: ignore[misc]
    annotations = [
        Annotation(f"00000000-0000-4000-8000-{number:012d}", label, shape)
        for number, (label, shape) in enumerate(objects, start=1)
    ]
    width, height = SIZE
    return [
        Image("tile.png", width, height, annotations, subset="train"),
        Image("empty.png", width, height, subset="train"),
    ]


def write(name: str, options: dict[str, Any], shapes: list[Shape], folder: Path) -> str:
    """Write the case without side-cars, as a stranger gets it; returns a digest of all files."""
    kind = FORMATS[name]
    assert kind.create is not None
    target = FolderTarget(folder)
    writer = kind.create(target, HEADER, format.values(kind.write_options, options | {"sidecar": False}))
    for image in images(shapes):
        writer.add(image)
    writer.close()
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for image in images(shapes):
        target.write(writer.image_name(image), picture(image))
    return digest.hexdigest()
