"""Owns what an annotation of a COCO file is in the model. Does not read files."""

from __future__ import annotations

from typing import Any

from plumbline_formats import documents, foreigners, geometry, masks, scalars, sidecar
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.coco import figures
from plumbline_formats.formats.coco.categories import NAME
from plumbline_formats.formats.coco.members import ANNOTATION_KEYS, visible_of
from plumbline_formats.inspection import inspect
from plumbline_formats.model import Annotation, Foreign, Image, Label, stable_id
from plumbline_formats.problems import Malformed, Problems
from plumbline_formats.shapes import Box, Mask, Node, Part, Polygon, RotatedBox, Shape, Skeleton
from plumbline_formats.sidecar import KEY

# members of nearly every annotation without which it is not looked at twice
_AREA_TOLERANCE = 1e-3
_PLAIN = frozenset({"id", "image_id", "category_id", "bbox", "area", "segmentation", "iscrowd", KEY})


class Objects:
    """Makes objects of annotations.

    Args:
        labels: by category id.
        options: of the reader.
    """

    def __init__(self, labels: dict[int, Label], file: str, problems: Problems, options: Options) -> None:
        self._labels = labels
        self._file = file
        self._problems = problems
        self._keeps_crowds = options["crowd"] == "ignore"
        self._turns = bool(options["rotation"])

    def add(self, image: Image, document: Document, at: int, text: bytes) -> None:
        """Append the object of an annotation to its image.

        What cannot be understood becomes a located problem, and is left out.

        Args:
            at: its position in the file.
            text: how it is written.
        """
        members = len(document)
        if (members == 6 or (members == 7 and "iscrowd" in document)) and (box := self._ordinary_box(document, image)):
            label = self._labels[document["category_id"]].name
            id_ = stable_id(image.path, len(image.annotations), text)
            foreign = {} if document["id"] == at + 1 else _number(document["id"], at)
            # all by position: this is done for nearly every object of most files
            image.annotations.append(
                Annotation(id_, label, box, {}, 0, 0, False, False, False, "imported", None, "", "", "", foreign)
            )
            return
        count = len(image.annotations)
        try:
            self._add(image, document, at, text)
        except Malformed as error:
            del image.annotations[count:]
            self._problems.error(self._file, f"annotations[{at}]{error.place}", str(error))

    def _ordinary_box(self, document: Document, image: Image) -> Box | None:
        """The box of an annotation about which nothing needs a word or a second look; None for any other."""
        try:
            bbox, category, area = document["bbox"], document["category_id"], document["area"]
            # the sixth is how the image was found
            has_outline = document["segmentation"] or "id" not in document
        except KeyError:
            return None
        if has_outline or type(bbox) is not list or len(bbox) != 4 or type(category) is not int:
            return None
        x, y, width, height = bbox
        if (
            type(x) is type(y) is type(width) is type(height) is float
            and x >= 0 <= y
            and width > 0 < height
            and ((x + width <= image.width and y + height <= image.height) or not image.width)
            and (area == width * height or _is_area(area, width * height))
            and category in self._labels
        ):
            return Box(x, y, width, height)
        return None

    def _add(self, image: Image, document: Document, at: int, text: bytes) -> None:
        try:
            label = self._labels[document["category_id"]]
        except (KeyError, TypeError):
            raise Malformed(f"is {document.get('category_id')!r}, which no category has", ".category_id") from None
        if "keypoints" not in document and not document.get("segmentation"):
            self._append(_box(document), label, document, image, at, text)
            return
        skeleton = self._skeleton(document, label) if "keypoints" in document else None
        outline = self._segmentation(document, image, at) if document.get("segmentation") else None
        if skeleton is None:
            self._append(outline or _box(document), label, document, image, at, text)
            return
        if outline is not None:
            # an object of ours has one shape
            group = 1 + max((one.group for one in image.annotations), default=0)
            self._append(outline, label, document, image, at, text).group = group
            self._note(at, "keypoints", "the outline and the keypoints of it are two objects of one group")
        added = self._append(skeleton, label, document, image, at, text)
        if outline is not None:
            added.group = group

    def _append(self, shape: Shape, label: Label, document: Document, image: Image, at: int, text: bytes) -> Annotation:
        inspect(shape, image, self._problems, self._file, f"annotations[{at}]")
        is_plain = document.keys() <= _PLAIN
        aside = document.get(KEY)
        if aside is not None:
            annotation = Annotation("", label.name, shape)
            if not is_plain:
                self._read_rest(annotation, document)
            annotation = sidecar.restored(annotation, aside, visible_of(document) if "seen" in aside else None)
        else:
            id_ = stable_id(image.path, len(image.annotations), text)
            annotation = Annotation(id_, label.name, shape, {}, 0, 0, False, False, False, "imported")
            annotation.foreign = _number(document.get("id"), at)
            self._measure(annotation, document)
            if not is_plain:
                self._read_rest(annotation, document)
        image.annotations.append(annotation)
        return annotation

    def _read_rest(self, annotation: Annotation, document: Document) -> None:
        own = annotation.foreign.get(NAME, {}) | foreigners.kept(document, ANNOTATION_KEYS, NAME).get(NAME, {})
        if "attributes" in document:
            try:
                annotation.attributes = documents.attributes(document["attributes"])
            except Malformed as error:
                own["attributes"] = document["attributes"]
                self._problems.note(self._file, f"attributes{error.place}", f"kept, not understood: {error}")
        if "score" in document:
            score = document["score"]
            if isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1:
                annotation.confidence = float(score)
            else:
                own["score"] = score
        if own:
            annotation.foreign = {NAME: own}
        if self._turns and isinstance(annotation.shape, Box):
            self._turn(annotation)

    def _turn(self, annotation: Annotation) -> None:
        angle = annotation.attributes.get("rotation")
        box = annotation.shape
        if isinstance(angle, float) and isinstance(box, Box):
            del annotation.attributes["rotation"]
            cx, cy = box.x + box.width / 2, box.y + box.height / 2
            annotation.shape = RotatedBox(cx, cy, box.width, box.height, geometry.turn(angle))

    def _measure(self, annotation: Annotation, document: Document) -> None:
        """Keep area and bbox that are not what the shape itself says."""
        shape, area = annotation.shape, document.get("area")
        if isinstance(shape, Box):
            if area is None or _is_area(area, shape.width * shape.height):
                return
            kept = figures.measured(area, None, shape)
        else:
            kept = figures.measured(area, document.get("bbox"), shape)
        annotation.foreign.setdefault(NAME, {})[figures.MEASURED] = kept
        if self._keeps_crowds and document.get("iscrowd") == 1:
            annotation.foreign[NAME]["iscrowd"] = 1

    def _segmentation(self, document: Document, image: Image, at: int) -> Shape:
        segmentation = document["segmentation"]
        try:
            if isinstance(segmentation, list):
                return Polygon([Part(_ring(ring, f"[{at_}]")) for at_, ring in enumerate(segmentation)])
            if isinstance(segmentation, dict):
                return self._mask(segmentation, document, image, at)
        except Malformed as error:
            raise Malformed(str(error), f".segmentation{error.place}") from error
        raise Malformed(f"is of type {type(segmentation).__name__}, expected rings or run lengths", ".segmentation")

    def _mask(self, runs: Document, document: Document, image: Image, at: int) -> Mask:
        size = runs.get("size")
        if not isinstance(size, list) or len(size) != 2 or not all(type(side) is int for side in size):
            raise Malformed(f"is {size!r}, expected height and width", ".size")
        height, width = size
        if (image.width or image.height) and (width, height) != (image.width, image.height):
            raise Malformed(f"is {size}, but the image has {[image.height, image.width]}", ".size")
        if document.get("iscrowd") == 1 and not self._keeps_crowds:
            self._note(at, "iscrowd", "was crowd, taken as a mask: option crowd=ignore keeps it out of evaluations")
        try:
            return masks.of_coco(runs.get("counts"), width, height)
        except Malformed as error:
            raise Malformed(str(error), error.place or ".counts") from error

    def _skeleton(self, document: Document, label: Label) -> Skeleton | None:
        values = document["keypoints"]
        if not isinstance(values, list | None):
            raise Malformed(f"is of type {type(values).__name__}, expected a list", ".keypoints")
        if not values or not any(values):
            return None
        if not label.nodes:
            raise Malformed(f"are there, but the category {label.name!r} names none", ".keypoints")
        if len(values) != 3 * len(label.nodes):
            raise Malformed(f"needs x, y, v of {len(label.nodes)} keypoints, has {len(values)} numbers", ".keypoints")
        nodes = []
        for place, name in enumerate(label.nodes):
            x, y, visibility = values[3 * place : 3 * place + 3]
            if type(visibility) is not int or not 0 <= visibility <= 2:
                raise Malformed(f"is {visibility!r}, expected 0, 1 or 2", f".keypoints[{3 * place + 2}]")
            x, y = scalars.numbers([x, y])
            nodes.append(Node(name, x, y, visibility))
        return Skeleton(nodes)

    def _note(self, at: int, member: str, message: str) -> None:
        self._problems.note(self._file, f"annotations[{at}].{member}", message)


def _box(document: Document) -> Box:
    values = document.get("bbox")
    if not isinstance(values, list) or len(values) != 4:
        found = f"has {len(values)}" if isinstance(values, list) else "there are none"
        raise Malformed(f"needs 4 numbers, {found}", ".bbox")
    x, y, width, height = values
    if not (type(x) is type(y) is type(width) is type(height) is float):
        try:
            x, y, width, height = scalars.numbers(values)
        except Malformed as error:
            raise Malformed(str(error), f".bbox{error.place}") from error
    if width < 0 or height < 0:
        raise Malformed(f"has a negative size: {width} x {height}", ".bbox")
    return Box(x, y, width, height)


def _is_area(area: Any, computed: float) -> bool:
    """Whether a file says the area that we would write, as exactly as tools with 32-bit numbers can."""
    return (type(area) is float or type(area) is int) and abs(area - computed) <= _AREA_TOLERANCE * computed


def _number(id_: Any, at: int) -> Foreign:
    """The file's own id; one that is only the position is counted anew when it is written back."""
    return {} if id_ == at + 1 or id_ is None else {NAME: {"id": id_}}


def _ring(values: Any, place: str) -> list[float]:
    """A ring; one whose first point is repeated at the end is opened."""
    try:
        ring = scalars.points(values, 3)
    except Malformed as error:
        raise Malformed(str(error), place + error.place) from error
    return ring[:-2] if figures.is_closed(ring) else ring
