"""Owns writing COCO instances and keypoints."""

from __future__ import annotations

from plumbline_formats import foreigners, sidecar
from plumbline_formats.archive import Target
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.coco import figures
from plumbline_formats.formats.coco.categories import NAME, Numbers, WrittenCategories
from plumbline_formats.formats.coco.members import (
    ANNOTATION_KEYS,
    ASIDE,
    CARRIES,
    WrittenFile,
    image_document,
    report_annotation,
    report_header,
    report_image,
    rest,
    visible_of,
)
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Annotation, Header, Image
from plumbline_formats.problems import FormatError
from plumbline_formats.shapes import Box, Skeleton
from plumbline_formats.sidecar import KEY, Hidden

_FILE = "annotations.json"


class InstancesWriter:
    """Writes instances and keypoints; see `format.Writer`."""

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        self.losses = LossReport()
        self._header = header
        self._has_sidecar = bool(options["sidecar"])
        self._target = target
        self._file = WrittenFile()
        self._categories = WrittenCategories(header.labels, self.losses)
        # of labels without keypoints, whose boxes are boxes and nothing else
        self._of_boxes = {label.name: self._categories.ids[label.name] for label in header.labels if not label.nodes}
        self._image_ids, self._ids = Numbers(), Numbers()
        self._paths: set[str] = set()
        report_header(self.losses, header, CARRIES)

    def add(self, image: Image) -> None:
        if image.path in self._paths:
            raise FormatError(f"Two images are called {image.path!r}: rename one.")
        self._paths.add(image.path)
        report_image(self.losses, image, CARRIES)
        image_id = self._image_ids.take(image.foreign.get(NAME, {}).get("id") if image.foreign else None)
        hidden = []
        for at, annotation in enumerate(image.annotations):
            document = self._document(annotation, image, image_id)
            if document is None:
                self.losses.add("object", annotation.shape.kind, "dropped", annotation.id)
                hidden.append(Hidden(at, annotation))
            else:
                self._file.annotations.add(document)
        self._file.images.add(image_document(image, image_id, hidden if self._has_sidecar else None))

    def close(self) -> None:
        last = rest(self._header, self._categories, {"task": "instances"} if self._has_sidecar else None)
        self._file.close(self._target, _FILE, last)

    def image_name(self, image: Image) -> str:
        return f"images/{image.path}"

    def _document(self, annotation: Annotation, image: Image, image_id: int) -> Document | None:
        shape, label = annotation.shape, annotation.label
        becomes = ""
        category = self._of_boxes.get(label)
        if category is not None and type(shape) is Box:
            members = figures.of_box(shape)
        else:
            category = self._categories.id_of(label)
            nodes = self._categories.nodes_of(label, shape if isinstance(shape, Skeleton) else None)
            if nodes:
                self._of_boxes.pop(label, None)
            figure = figures.of_shape(annotation, image, nodes)
            if figure is None:
                return None
            members, becomes = figure.members, figure.becomes
        members["image_id"], members["category_id"] = image_id, category
        if annotation.foreign:
            self._give_back(annotation, members)
        else:
            members["id"] = self._ids.take()
        if annotation.attributes:
            members["attributes"] = annotation.attributes
        if annotation.confidence is not None:
            members["score"] = annotation.confidence
        report_annotation(self.losses, annotation, CARRIES)
        if becomes:
            self.losses.add("shape", shape.kind, becomes, annotation.id)
        if self._has_sidecar:
            exact = not becomes
            visible = None if exact else visible_of(members)
            members[KEY] = sidecar.of_annotation(annotation, ASIDE, exact=exact, visible=visible)
        return members

    def _give_back(self, annotation: Annotation, members: Document) -> None:
        own = annotation.foreign.get(NAME, {})
        members["id"] = self._ids.take(own.get("id"))
        if figures.MEASURED in own:
            figures.restore_measured(members, own[figures.MEASURED], annotation.shape)
        if own.get("iscrowd") == 1 and isinstance(members["segmentation"], dict):
            members["iscrowd"] = 1
        for name in ("attributes", "score"):
            # what the reader could not understand of them
            if name in own:
                members[name] = own[name]
        members |= foreigners.given_back(annotation.foreign, ANNOTATION_KEYS, NAME)
