"""Owns reading of the mask images of Pascal VOC; see `segments` for what they say."""

from __future__ import annotations

import numpy as np

from plumbline_formats import masks, pngs
from plumbline_formats.archive import Source
from plumbline_formats.formats.voc import layout
from plumbline_formats.formats.voc.layout import Layout
from plumbline_formats.formats.voc.segments import area_of
from plumbline_formats.model import Annotation, Label, stable_id
from plumbline_formats.problems import Malformed, Problems
from plumbline_formats.shapes import Mask

_NOTHING = (0, 255)


class Stencil:
    """The masks of one image."""

    def __init__(self, path: str, classes: pngs.Picture | None, numbers: pngs.Picture | None) -> None:
        first = numbers or classes
        assert first is not None
        self.height, self.width = first.pixels.shape[:2]
        self._path = path
        self._classes = classes
        self._numbers = numbers
        self.labels: dict[int, str] = {}

    def mask(self, number: int) -> Mask | None:
        """The pixels of the object with this number in the XML file."""
        return None if self._numbers is None else area_of(self._numbers.pixels == number)

    def rest(self, told: list[int]) -> list[Annotation]:
        """Masks that no object of the XML file is about: by number, or by class when objects have no numbers."""
        if self._classes is None:
            return []
        picture = self._numbers or self._classes
        found = []
        for value in np.unique(picture.pixels).tolist():
            if value in _NOTHING or (picture is self._numbers and value in told):
                continue
            pixels = picture.pixels == value
            mask = area_of(pixels)
            label = self.labels.get(int(self._classes.pixels[pixels][0]))
            if mask is not None and label is not None:
                content = f"{label}\0{mask.counts}".encode()
                found.append(Annotation(stable_id(self._path, value, content), label, mask, origin="imported"))
        return found


class Stencils:
    """The mask images of a source; `is_there` says whether it has any."""

    def __init__(self, source: Source, files: Layout, labels: list[Label], problems: Problems) -> None:
        self._source = source
        self._files = files
        self._problems = problems
        self._labels = labels
        self._colors = {label.color: label.name for label in labels if label.color}
        self.is_there = any(f"/{folder}/" in f"/{name}" for name in source.names for folder in _FOLDERS)

    def of(self, stem: str, path: str) -> Stencil | None:
        """None when the image has no masks."""
        if not self.is_there:
            return None
        classes, numbers = (self._picture(f"{folder}/{stem}.png") for folder in _FOLDERS)
        if classes is None and numbers is None:
            return None
        if classes is not None and numbers is not None and classes.pixels.shape != numbers.pixels.shape:
            self._problems.error(f"{layout.OBJECTS}/{stem}.png", "", "is not of the size of the image of classes")
            return None
        stencil = Stencil(path, classes, numbers)
        if classes is not None:
            self._name(stencil, classes, f"{layout.CLASSES}/{stem}.png")
        return stencil

    def _picture(self, name: str) -> pngs.Picture | None:
        member = self._files.member(name)
        if member is None:
            return None
        try:
            picture = pngs.decode(self._source.read(member), masks.MAX_CROP_PIXELS)
            if picture.pixels.ndim != 2 or picture.pixels.dtype != np.uint8:
                raise Malformed("is no image of indices: save it with a palette")
        except Malformed as error:
            self._problems.error(member, "", str(error))
            return None
        return picture

    def _name(self, stencil: Stencil, classes: pngs.Picture, file: str) -> None:
        """Labels of the values of the image of classes: by colour, else by position in `labelmap.txt`."""
        for value in np.unique(classes.pixels).tolist():
            if value in _NOTHING:
                continue
            color = f"#{bytes(classes.palette[value]).hex()}" if value < len(classes.palette) else ""
            if color in self._colors:
                stencil.labels[value] = self._colors[color]
            elif value <= len(self._labels):
                stencil.labels[value] = self._labels[value - 1].name
            else:
                self._problems.error(file, f"value {value}", "has no label in labelmap.txt")


_FOLDERS = (layout.CLASSES, layout.OBJECTS)
