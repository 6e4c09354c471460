"""Owns the members of a COCO file: which of them are known, how they are put together, and what they cannot say."""

from __future__ import annotations

import shutil
import tempfile
from typing import IO

from plumbline_formats import documents, foreigners, sidecar
from plumbline_formats.archive import Target
from plumbline_formats.documents import Document
from plumbline_formats.formats.coco import figures
from plumbline_formats.formats.coco.categories import NAME, WrittenCategories
from plumbline_formats.losses import Carries, LossReport
from plumbline_formats.model import Annotation, Header, Image
from plumbline_formats.sidecar import KEY, Hidden

CARRIES = Carries(
    annotation=frozenset({"attributes", "confidence", "foreign", "origin"}),
    image=frozenset({"width", "height", "foreign"}),
    label=frozenset({"parent", "nodes", "edges", "foreign"}),
    header=frozenset({"description", "foreign"}),
    kinds=figures.KINDS,
)
# a side-car keeps what is foreign whole: the file's own ids are not those of the model
ASIDE = Carries(frozenset({"attributes", "confidence"}), frozenset({"width", "height"}))
ANNOTATION_KEYS = frozenset(
    {"id", "image_id", "category_id", "bbox", "area", "segmentation", "iscrowd", "keypoints", "num_keypoints"}
    | {"attributes", "score", figures.MEASURED, KEY}
)
IMAGE_KEYS = frozenset({"id", "file_name", "width", "height", KEY})
TOP_KEYS = frozenset({"info", "licenses", "images", "annotations", "categories", KEY})
_BATCH = 2000
_IN_MEMORY = 64 * 2**20


class Pieces:
    """A list of a JSON document that is written in batches."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._waiting: list[Document] = []
        self._is_first = True

    def add(self, document: Document) -> None:
        self._waiting.append(document)
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            self._file.write(b"\n" if self._is_first else b",\n")
            self._file.write(documents.encode(self._waiting)[1:-1])
            self._is_first = False
            self._waiting.clear()


class WrittenFile:
    """The one file. Images and annotations come together, so both wait in temporary files until all are there."""

    def __init__(self) -> None:
        self._lists = [tempfile.SpooledTemporaryFile(_IN_MEMORY) for _ in range(2)]  # noqa: SIM115
        self.images, self.annotations = (Pieces(waiting) for waiting in self._lists)

    def close(self, target: Target, name: str, rest: Document) -> None:
        """Write it; `rest` are all other members."""
        self.images.flush()
        self.annotations.flush()
        with target.open(name) as file:
            for member, waiting in zip((b'{"images":[', b'],\n"annotations":['), self._lists, strict=True):
                file.write(member)
                with waiting:
                    waiting.seek(0)
                    shutil.copyfileobj(waiting, file, 2**20)
            file.write(b"],\n" + documents.encode(rest)[1:] + b"\n")


def visible_of(members: Document) -> Document:
    """What any reader sees of the shape of an annotation."""
    return {name: members.get(name) for name in ("segmentation", "bbox", "keypoints")}


def report_header(losses: LossReport, header: Header, carries: Carries) -> None:
    """Count what a COCO file cannot say of the set."""
    losses.header(header, carries)
    if header.foreign.keys() - {NAME}:
        losses.add("header.foreign")
    for label in header.labels:
        if label.foreign.keys() - {NAME}:
            losses.add("label.foreign", example=label.name)


def report_image(losses: LossReport, image: Image, carries: Carries) -> None:
    """Count what a COCO file cannot say of an image: that it is listed means that it was looked at."""
    losses.image(image, carries)
    if not image.annotated:
        losses.add("image.annotated", "", "annotated and empty", image.path)
    if image.foreign.keys() - {NAME}:
        losses.add("image.foreign", example=image.path)


def report_annotation(losses: LossReport, annotation: Annotation, carries: Carries) -> None:
    """Count what a COCO file cannot say of an object but its shape; what is in a file reads back as imported."""
    losses.annotation(annotation, carries)
    if annotation.origin == "model":
        losses.add("origin", example=annotation.id)
    if annotation.foreign and annotation.foreign.keys() - {NAME}:
        losses.add("foreign", example=annotation.id)


def image_document(image: Image, image_id: int, hidden: list[Hidden] | None) -> Document:
    """An element of `images`; with a side-car unless `hidden` is None."""
    document: Document = {"id": image_id, "file_name": image.path}
    if image.width or image.height:
        document |= {"width": image.width, "height": image.height}
    if image.foreign:
        document |= foreigners.given_back(image.foreign, IMAGE_KEYS, NAME)
    if hidden is not None:
        document[KEY] = sidecar.of_image(image, ASIDE, hidden)
        if not image.annotated:
            document[KEY]["annotated"] = False
    return document


def rest(
    header: Header, categories: WrittenCategories, options: Document | None, *, panoptic: bool = False
) -> Document:
    """All members but images and annotations; with a side-car unless `options` is None."""
    has_sidecar = options is not None
    own = header.foreign.get(NAME, {})
    info = own.get("info", {})
    if header.description:
        info = (info if isinstance(info, dict) else {}) | {"description": header.description}
    document: Document = {"info": info, "licenses": own.get("licenses", [])}
    document["categories"] = categories.documents(panoptic=panoptic, sidecar=has_sidecar)
    document |= foreigners.given_back(header.foreign, TOP_KEYS, NAME)
    if has_sidecar:
        document[KEY] = {"header": sidecar.of_header(header), "options": options}
    return document
