"""Owns writing masks as PNG images."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plumbline_formats import documents, geometry, lists, masks, pngs, sidecar
from plumbline_formats.archive import Target
from plumbline_formats.format import Options
from plumbline_formats.formats.mask_png import layout
from plumbline_formats.losses import Carries, LossReport
from plumbline_formats.model import Annotation, Header, Image
from plumbline_formats.problems import FormatError, Malformed
from plumbline_formats.shapes import Box, Ellipse, Mask, Polygon, RotatedBox
from plumbline_formats.sidecar import Hidden
from plumbline_formats.sidecar_lines import SidecarLines

_FILLED = (Box, RotatedBox, Polygon, Ellipse)
CARRIES = Carries(
    image=frozenset({"width", "height"}),
    kinds={"mask": "", **{shape.kind: "mask" for shape in _FILLED}},
)
_NO_SIZE = Carries()
Plane = NDArray[Any]


@dataclass(slots=True)
class _Object:
    """An annotation, its position on the image, and its pixels."""

    at: int
    annotation: Annotation
    mask: Mask


@dataclass(slots=True)
class _Group:
    """Objects that one value of one plane stands for, in the order of the image; a plane is one file."""

    plane: str
    value: int
    objects: list[_Object] = field(default_factory=list)


class MaskPngWriter:
    """Writes mask images; see `format.Writer`."""

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        self.losses = LossReport()
        self.losses.header(header, CARRIES)
        self._target = target
        self._header = header
        self._variant = str(options["variant"])
        self._labels = {label.name: at for at, label in enumerate(header.labels)}
        self._folders = lists.Folders()
        for label in self._labels:
            self._folders.of(label)
        self._paths: list[str] = []
        self._stems: set[str] = set()
        self._aside = SidecarLines(is_wanted=bool(options["sidecar"]))

    def add(self, image: Image) -> None:
        path = lists.check_path(image)
        stem = lists.stem(path)
        if stem.casefold() in self._stems:
            raise FormatError(f"The mask of {path!r} would have the name of another one: rename the image.")
        self._stems.add(stem.casefold())
        self._paths.append(path)
        hidden: list[Hidden] = []
        groups = self._groups(self._objects(image, hidden), hidden)
        planes = self._painted(image, groups)
        entries = [entry for group in groups if (entry := self._seen(group, planes[group.plane], hidden))]
        self._write(stem, groups, planes)
        carries = CARRIES if planes else _NO_SIZE
        self.losses.image(image, carries)
        if image.annotated != bool(planes):
            self.losses.add("image.annotated", example=path)
        hidden.sort(key=lambda one: one.at)
        kept = sidecar.of_image(image, carries, hidden) | (
            {} if image.annotated == bool(planes) else {"annotated": image.annotated}
        )
        self._aside.add({"path": path, "image": kept, "objects": entries})

    def close(self) -> None:
        self._target.write(lists.LABELS, lists.write([layout.BACKGROUND, *self._labels]))
        self._target.write(lists.IMAGES, lists.write(self._paths))
        of_set = {"header": sidecar.of_header(self._header), "options": {"variant": self._variant}}
        self._aside.write(self._target, layout.SIDECAR_FILE, of_set)

    def image_name(self, image: Image) -> str:
        return f"images/{image.path}"

    def _objects(self, image: Image, hidden: list[Hidden]) -> list[_Object]:
        objects = []
        for at, annotation in enumerate(image.annotations):
            mask = _mask(annotation, image)
            if mask.counts:
                objects.append(_Object(at, annotation, mask))
            else:
                self._drop(at, annotation, hidden)
        return objects

    def _drop(self, at: int, annotation: Annotation, hidden: list[Hidden], action: str = "dropped") -> None:
        self.losses.add("object", annotation.shape.kind, action, annotation.id)
        hidden.append(Hidden(at, annotation))

    def _groups(self, objects: list[_Object], hidden: list[Hidden]) -> list[_Group]:
        groups: dict[object, _Group] = {}
        for number, one in enumerate(objects, 1):
            group = self._group(number, one.annotation.label)
            group = groups.setdefault((group.plane, group.value), group)
            if group.objects:
                self._drop(one.at, one.annotation, hidden, "merged with another one of its mask image")
            group.objects.append(one)
        return list(groups.values())

    def _group(self, number: int, label: str) -> _Group:
        if self._variant == "instances":
            self._index(label)
            return _Group("", _value(number))
        if self._variant == "classes":
            return _Group("", self._index(label))
        if self._variant == "labels":
            self._index(label)
            return _Group(label, 1)
        return _Group("", 1)

    def _index(self, label: str) -> int:
        """The value of a label; one that the set does not declare comes after those that it does."""
        if label not in self._labels:
            self._labels[label] = len(self._labels)
            self._folders.of(label)
        return _value(self._labels[label] + 1)

    def _painted(self, image: Image, groups: list[_Group]) -> dict[str, Plane]:
        """The pixels of each file; an image without objects has an empty one, unless files are for labels."""
        names = {group.plane for group in groups} or ({""} if image.annotated and self._variant != "labels" else set())
        if not names or min(image.width, image.height) <= 0:
            return {}
        _check_size(image)
        deep = np.uint16 if any(group.value > layout.IGNORE for group in groups) else np.uint8
        planes: dict[str, Plane] = {name: np.zeros((image.height, image.width), deep) for name in sorted(names)}
        strokes = [(one.annotation.z, one.at, one.mask, group) for group in groups for one in group.objects]
        for _z, _at, mask, group in sorted(strokes, key=lambda stroke: stroke[:2]):
            _crop(planes[group.plane], mask)[masks.to_array(mask)] = group.value
        return planes

    def _seen(self, group: _Group, plane: Plane, hidden: list[Hidden]) -> documents.Document | None:
        """Counts what the pixels of a group do not say of its first object; returns what to keep beside them."""
        first, *others = group.objects
        around = masks.union([one.mask for one in group.objects])
        found = masks.tight(masks.of_array(_crop(plane, around) == group.value, around.left, around.top))
        annotation = first.annotation
        if not found.counts:
            self._drop(first.at, annotation, hidden, "hidden under others")
            return None
        if not isinstance(annotation.shape, Mask):
            self.losses.add("shape", annotation.shape.kind, "mask", annotation.id)
        elif found != masks.tight(annotation.shape):
            action = "mask of all objects of its image" if others else "mask without what lies under others"
            self.losses.add("overlap", "mask", action, annotation.id)
        elif found != annotation.shape:
            self.losses.add("shape", "mask", "mask on its smallest crop", annotation.id)
        self.losses.imported(annotation, CARRIES)
        exact = found == annotation.shape
        kept = sidecar.of_annotation(annotation, CARRIES, exact=exact, visible=documents.of_shape(found))
        if not self._says_label(annotation):
            self.losses.add("label", "", "dropped", annotation.id)
            kept["label"] = annotation.label
        plane_name = self._folders.of(group.plane) if group.plane else ""
        return {"plane": plane_name, "value": group.value, "at": first.at, sidecar.KEY: kept}

    def _says_label(self, annotation: Annotation) -> bool:
        return self._variant != "binary" or list(self._labels) == [annotation.label]

    def _write(self, stem: str, groups: list[_Group], planes: dict[str, Plane]) -> None:
        folder = layout.FOLDERS[self._variant]
        for name, plane in planes.items():
            if self._variant == "binary":
                self._target.write(f"{folder}{stem}.png", pngs.encode(plane > 0))
            elif self._variant == "labels":
                self._target.write(f"{folder}{self._folders.of(name)}/{stem}.png", pngs.encode(plane > 0))
            else:
                self._target.write(f"{folder}{stem}.png", _indexed(plane))
                if self._variant == "instances":
                    self._target.write(f"{layout.FOLDERS['classes']}{stem}.png", _indexed(self._classes(groups, plane)))

    def _classes(self, groups: list[_Group], instances: Plane) -> Plane:
        indices = np.zeros(max((group.value for group in groups), default=0) + 1, np.int64)
        for group in groups:
            indices[group.value] = self._index(group.objects[0].annotation.label)
        plane = indices[instances]
        return plane.astype(np.uint16 if plane.max() > layout.IGNORE else np.uint8)


def _value(number: int) -> int:
    """The number as a value of pixels, of which 255 means no class to everyone."""
    return number + (number >= layout.IGNORE)


def _mask(annotation: Annotation, image: Image) -> Mask:
    """Its pixels on their smallest crop; none when it has no area inside the image."""
    shape = annotation.shape
    try:
        if isinstance(shape, Mask):
            masks.check_inside(shape, image.width, image.height)
            return masks.tight(shape)
        if isinstance(shape, _FILLED):
            return masks.of_polygon(geometry.to_polygon(shape), image.width, image.height)
    except Malformed:
        # what cannot be drawn is reported as an object without a place
        return Mask(0, 0, 0, 0, [])
    return Mask(0, 0, 0, 0, [])


def _crop(plane: Plane, mask: Mask) -> Plane:
    return plane[mask.top : mask.top + mask.height, mask.left : mask.left + mask.width]


def _check_size(image: Image) -> None:
    if image.width * image.height > masks.MAX_CROP_PIXELS:
        raise FormatError(f"{image.path} has more than {masks.MAX_CROP_PIXELS} pixels: choose a format without images.")


def _indexed(plane: Plane) -> bytes:
    return pngs.encode(plane, pngs.colormap() if plane.dtype == np.uint8 else None)
