"""Owns writing COCO panoptic: one PNG of segment ids for each image, and a JSON file that says what they are."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plumbline_formats import documents, foreigners, masks, pngs, sidecar
from plumbline_formats.archive import SingleTarget, Target
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.coco.categories import NAME, Numbers, WrittenCategories
from plumbline_formats.formats.coco.members import (
    WrittenFile,
    image_document,
    report_annotation,
    report_header,
    report_image,
    rest,
)
from plumbline_formats.formats.coco.segments import SEGMENT_KEYS
from plumbline_formats.geometry import to_polygon
from plumbline_formats.losses import Carries, LossReport
from plumbline_formats.model import Annotation, Header, Image
from plumbline_formats.problems import FormatError, Malformed
from plumbline_formats.shapes import Ellipse, Mask, Polygon
from plumbline_formats.sidecar import KEY, Hidden

CARRIES = Carries(
    annotation=frozenset({"foreign", "origin"}),
    image=frozenset({"width", "height", "foreign"}),
    label=frozenset({"parent", "nodes", "edges", "foreign"}),
    header=frozenset({"description", "foreign"}),
    kinds={"mask": "", "polygon": "mask", "ellipse": "mask"},
)
_ASIDE = Carries()
_FOLDER = "panoptic"
_MOST = 256**3


class PanopticWriter:
    """Writes segments; see `format.Writer`. A pixel belongs to one segment: where objects overlap, the upper one wins.

    Raises:
        FormatError: the target takes a single file.
    """

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        if isinstance(target, SingleTarget):
            raise FormatError("COCO panoptic has a PNG for each image: choose a folder or a .zip file.")
        self.losses = LossReport()
        self._target = target
        self._header = header
        self._has_sidecar = bool(options["sidecar"])
        self._file = WrittenFile()
        self._categories = WrittenCategories(header.labels, self.losses)
        self._image_ids = Numbers()
        self._names: dict[str, str] = {}
        report_header(self.losses, header, CARRIES)

    def add(self, image: Image) -> None:
        name = str(PurePosixPath(image.path).with_suffix(".png"))
        if name in self._names:
            raise FormatError(f"{image.path!r} and {self._names[name]!r} would both be {name!r}: rename one.")
        if not (0 < image.width * image.height <= masks.MAX_CROP_PIXELS):
            raise FormatError(
                f"{image.path!r} has no size, or too large a one, for a PNG of segments: give the images."
            )
        self._names[name] = image.path
        report_image(self.losses, image, CARRIES)
        image_id = self._image_ids.take(image.foreign.get(NAME, {}).get("id"))
        ids, drawn = self._drawn(image)
        segments, hidden = [], []
        for at, annotation in enumerate(image.annotations):
            segment = self._segment(annotation, ids, drawn[at]) if at in drawn else None
            if segment is None:
                self.losses.add("object", annotation.shape.kind, "dropped", annotation.id)
                hidden.append(Hidden(at, annotation))
            else:
                segments.append(segment)
        self._target.write(f"{_FOLDER}/{name}", pngs.encode(_colors(ids)))
        self._file.annotations.add({"image_id": image_id, "file_name": name, "segments_info": segments})
        self._file.images.add(image_document(image, image_id, hidden if self._has_sidecar else None))

    def close(self) -> None:
        options = {"task": "panoptic"} if self._has_sidecar else None
        self._file.close(self._target, f"{_FOLDER}.json", rest(self._header, self._categories, options, panoptic=True))

    def image_name(self, image: Image) -> str:
        return f"images/{image.path}"

    def _drawn(self, image: Image) -> tuple[NDArray[np.uint32], dict[int, tuple[int, Mask]]]:
        """The id of each pixel, and by position of the object its id and mask; higher objects are drawn last."""
        ids = np.zeros((image.height, image.width), np.uint32)
        numbers = Numbers()
        drawn: dict[int, tuple[int, Mask]] = {}
        for at, annotation in enumerate(image.annotations):
            mask = _mask_of(annotation, image)
            if mask is not None and mask.counts:
                own = annotation.foreign.get(NAME, {}).get("id")
                drawn[at] = numbers.take(own if type(own) is int and 0 < own < _MOST else None), mask
        for at in sorted(drawn, key=lambda at: (image.annotations[at].z, at)):
            id_, mask = drawn[at]
            crop = ids[mask.top : mask.top + mask.height, mask.left : mask.left + mask.width]
            crop[masks.to_array(mask)] = id_
        return ids, drawn

    def _segment(self, annotation: Annotation, ids: NDArray[np.uint32], drawn: tuple[int, Mask]) -> Document | None:
        id_, mask = drawn
        crop = ids[mask.top : mask.top + mask.height, mask.left : mask.left + mask.width]
        seen = masks.tight(masks.of_array(crop == id_, mask.left, mask.top))
        if not seen.counts:
            # wholly under other objects
            return None
        report_annotation(self.losses, annotation, CARRIES)
        self._report_shape(annotation, mask, seen)
        segment: Document = {
            "id": id_,
            "category_id": self._categories.id_of(annotation.label),
            "area": masks.area(seen),
            "bbox": list(masks.bounds(seen) or (0, 0, 0, 0)),
            "iscrowd": 0,
        }
        segment |= foreigners.given_back(annotation.foreign, SEGMENT_KEYS, NAME)
        if self._has_sidecar:
            visible: Any = documents.of_shape(seen)
            segment[KEY] = sidecar.of_annotation(annotation, _ASIDE, exact=seen == annotation.shape, visible=visible)
        return segment

    def _report_shape(self, annotation: Annotation, mask: Mask, seen: Mask) -> None:
        shape = annotation.shape
        if not isinstance(shape, Mask):
            self.losses.add("shape", shape.kind, "mask", annotation.id)
        elif mask != shape:
            self.losses.add("shape", shape.kind, "mask on its smallest crop", annotation.id)
        if seen != mask:
            self.losses.add("overlap", shape.kind, "without what is under other objects", annotation.id)


def _mask_of(annotation: Annotation, image: Image) -> Mask | None:
    """What an object covers, on its smallest crop; None when it has no place among segments."""
    shape = annotation.shape
    try:
        if isinstance(shape, Mask):
            masks.check_inside(shape, image.width, image.height)
            return masks.tight(shape)
        if isinstance(shape, Polygon | Ellipse):
            return masks.of_polygon(to_polygon(shape), image.width, image.height)
    except Malformed:
        # outside of the image, or it reaches too far to be filled
        return None
    return None


def _colors(ids: NDArray[np.uint32]) -> NDArray[np.uint8]:
    return np.stack([ids & 255, ids >> 8 & 255, ids >> 16 & 255], axis=-1).astype(np.uint8)
