"""Owns the names of files in a Pascal VOC folder: which annotation, image, mask and image set belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import splitext

from plumbline_formats.archive import Source
from plumbline_formats.problems import Problems

NAME = "voc"
ANNOTATIONS, IMAGES, SETS = "Annotations", "JPEGImages", "ImageSets"
CLASSES, OBJECTS = "SegmentationClass", "SegmentationObject"
LABELMAP, SIDECAR = "labelmap.txt", "x_plumb.jsonl"
DEFAULT_SET, DEFAULT_ENDING = "default", ".jpg"

_SET_NAMES = {"": DEFAULT_SET, "validation": "val"}
_SUBSETS = {name: subset for subset, name in _SET_NAMES.items()}
# `trainval` only repeats what the others say
_FIRST = {"train": 0, "val": 1, "test": 2, "trainval": 4}
_KINDS_OF_SETS = ("Main", "Segmentation")
_CLASS_LINE = re.compile(r"(.*?)\s+(?:-1|0|1)")


def set_name(subset: str) -> str:
    """Name of the image set of a subset."""
    return _SET_NAMES.get(subset, subset)


def subset_of(name: str) -> str:
    """The subset that an image set stands for."""
    return _SUBSETS.get(name, name)


class Layout:
    """What belongs together in a source.

    Attributes:
        annotations: names of the XML files by stem, sorted.
        sets: by stem, the image sets that list it, the most particular first.
    """

    def __init__(self, source: Source, problems: Problems) -> None:
        names = source.names
        self.prefix = _prefix(names)
        folder = f"{self.prefix}{ANNOTATIONS}/"
        is_flat = not any(name.startswith(folder) for name in names)
        if is_flat and not any(name.startswith(f"{self.prefix}{SETS}/") for name in names):
            folder = ""
        self.annotations: dict[str, str] = {}
        for name in names:
            if name[-4:].lower() != ".xml":
                continue
            if name.startswith(folder):
                self.annotations[name[len(folder) : -4]] = name
            else:
                problems.note(name, "", f"is not read: it lies outside of {folder}, import it on its own")
        self._names = names
        self._members = set(names)
        self._endings: dict[str, str] | None = None
        self.sets: dict[str, list[str]] = {}
        for file in sorted(self._set_files(), key=lambda file: (file[0], _FIRST.get(file[1], 3), file[1])):
            self._read_set(source, *file)

    def stems(self) -> Iterator[str]:
        """All images, in the order of the image sets, then those in none."""
        yield from self.sets
        yield from (stem for stem in self.annotations if stem not in self.sets)

    def image(self, stem: str) -> str:
        """Path of an image that only its image file tells; with the ending of the specification when there is none."""
        if self._endings is None:
            folder = f"{self.prefix}{IMAGES}/"
            parts = (splitext(name[len(folder) :]) for name in self._names if name.startswith(folder))
            self._endings = dict(parts)
        return stem + self._endings.get(stem, DEFAULT_ENDING)

    def member(self, name: str) -> str | None:
        """Full name of a file of the set, None when it is not there."""
        return self.prefix + name if self.prefix + name in self._members else None

    def _set_files(self) -> Iterator[tuple[int, str, str]]:
        for rank, kind in enumerate(_KINDS_OF_SETS):
            folder = f"{self.prefix}{SETS}/{kind}/"
            for name in self._names:
                if name.startswith(folder) and name.endswith(".txt"):
                    yield rank, name[len(folder) : -4], name

    def _read_set(self, source: Source, _rank: int, name: str, file: str) -> None:
        for line in source.read(file).decode("utf-8-sig", "replace").split("\n"):
            stem = line.rstrip("\r")
            if not stem:
                continue
            if stem not in self.annotations and stem.strip() in self.annotations:
                stem = stem.strip()
            if stem not in self.annotations and _CLASS_LINE.fullmatch(stem) and "_" in name:
                # lists that say for one class which images show it repeat what the annotations say
                continue
            listed = self.sets.setdefault(stem, [])
            if name not in listed:
                listed.append(name)


def _prefix(names: list[str]) -> str:
    """The folder above, such as `VOCdevkit/VOC2012/`."""
    for name in names:
        for folder in (ANNOTATIONS, SETS, CLASSES):
            if name.startswith(f"{folder}/"):
                return ""
            if (at := name.find(f"/{folder}/")) >= 0:
                return name[: at + 1]
    return ""
