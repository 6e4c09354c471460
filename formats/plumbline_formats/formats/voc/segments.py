"""Owns the mask images of Pascal VOC: one with the class and one with the number of the object at each pixel.

The number of an object is its position among the objects of the XML file, counted from 1; 0 is background and 255 is
to be ignored. An object that has pixels is a mask, and its box only says where they lie.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from plumbline_formats import masks, pngs
from plumbline_formats.formats.voc import labelmap
from plumbline_formats.model import Annotation, Image, Label
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Box, Mask, Polygon

_MOST = 254
Indices = NDArray[np.uint8]


@dataclass(slots=True)
class Area:
    """A mask or polygon as the images say it: its box, what is seen of it (None: nothing), and what is lost."""

    box: Box
    seen: Mask | None = None
    losses: list[tuple[str, str]] = field(default_factory=list)


class Painting:
    """The two images of one image, and its areas by their position among the annotations."""

    def __init__(self, width: int, height: int, palette: list[pngs.Color]) -> None:
        self.areas: dict[int, Area] = {}
        self._classes: Indices = np.zeros((height, width), np.uint8)
        self._objects: Indices = np.zeros((height, width), np.uint8)
        self._palette = palette

    @property
    def is_painted(self) -> bool:
        return bool(self.areas)

    def classes(self) -> bytes:
        return pngs.encode(self._classes, self._palette)

    def objects(self) -> bytes:
        return pngs.encode(self._objects, pngs.colormap())

    def fill(self, mask: Mask, index: int, number: int) -> None:
        place = slice(mask.top, mask.top + mask.height), slice(mask.left, mask.left + mask.width)
        pixels = masks.to_array(mask)
        self._classes[place][pixels] = index
        self._objects[place][pixels] = number

    def seen(self, number: int) -> Mask | None:
        """What is left of an object after all were filled."""
        return area_of(self._objects == number)


class Painter:
    """Paints the areas of images whose labels are given; their positions are their classes."""

    def __init__(self, labels: list[Label]) -> None:
        self._classes = {label.name: at for at, label in enumerate(labels[:_MOST], 1)}
        colors = pngs.colormap()
        for at, label in enumerate(labels[:_MOST], 1):
            if label.color and labelmap.says_color(label):
                red, green, blue = bytes.fromhex(label.color[1:])
                colors[at] = red, green, blue
        self._palette = colors

    def paint(self, image: Image) -> Painting | None:
        """None when the image has no area, or its size is unknown."""
        filled = self._filled(image)
        if not filled:
            return None
        painting = Painting(image.width, image.height, self._palette)
        for at in sorted(filled, key=lambda at: (image.annotations[at].z, at)):
            number, mask = filled[at]
            painting.fill(mask, self._classes[image.annotations[at].label], number)
        for at, (number, mask) in filled.items():
            painting.areas[at] = _area(image.annotations[at], mask, painting.seen(number))
        return painting

    def _filled(self, image: Image) -> dict[int, tuple[int, Mask]]:
        """By position: the number among the objects of the file, and the pixels."""
        filled: dict[int, tuple[int, Mask]] = {}
        number = 0
        for at, annotation in enumerate(image.annotations):
            mask = self._mask(annotation, image)
            if mask is None and type(annotation.shape) is not Box:
                continue
            number += 1
            if mask is not None and number <= _MOST:
                filled[at] = number, mask
            elif mask is not None:
                number -= 1
        return filled

    def _mask(self, annotation: Annotation, image: Image) -> Mask | None:
        shape = annotation.shape
        if not isinstance(shape, Mask | Polygon) or annotation.label not in self._classes:
            return None
        try:
            masks.check_size(image.width, image.height)
            if isinstance(shape, Polygon):
                mask = masks.of_polygon(shape, image.width, image.height)
            else:
                masks.check_inside(shape, image.width, image.height)
                mask = masks.tight(shape)
        except Malformed:
            return None
        return mask if mask.counts else None


def _area(annotation: Annotation, mask: Mask, seen: Mask | None) -> Area:
    around = seen or mask
    area = Area(Box(around.left, around.top, around.width, around.height), seen)
    if isinstance(annotation.shape, Polygon):
        area.losses.append(("shape", "mask"))
    elif annotation.shape != mask:
        area.losses.append(("shape", "mask on its smallest crop"))
    if seen != mask:
        area.losses.append(("overlap", "without what others cover" if seen else "box, since others cover it"))
    return area


def area_of(pixels: NDArray[np.bool_]) -> Mask | None:
    """The pixels on their smallest crop; None when there are none."""
    mask = masks.tight(masks.of_array(pixels))
    return mask if mask.counts else None
