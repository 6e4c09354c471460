"""Owns reading COCO files image by image, whatever the order of their annotations.

Memory is that of about a thousand annotations, and of some bytes for each other one.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any

import numpy as np

from plumbline_formats import archive, foreigners, sidecar
from plumbline_formats.archive import FileSource, Source
from plumbline_formats.format import Options
from plumbline_formats.formats.coco.categories import NAME, ReadCategories
from plumbline_formats.formats.coco.index import Index
from plumbline_formats.formats.coco.members import IMAGE_KEYS, TOP_KEYS
from plumbline_formats.formats.coco.objects import Objects
from plumbline_formats.formats.coco.segments import Segments
from plumbline_formats.model import Header, Image
from plumbline_formats.problems import FormatError, Malformed, Problems, Refused
from plumbline_formats.sidecar import KEY
from plumbline_formats.streams import JsonFile, open_json

_AT_ONCE = 1000
_FIRST_BYTES = 65536
_NAMED = IMAGE_KEYS - {"id"}
_SUBSET = re.compile(r"(?:instances|person_keypoints|panoptic)_(.+)\.json", re.IGNORECASE)


class CocoReader:
    """Reads all COCO files of a source, one after the other; see `format.Reader`.

    Raises:
        Refused: there is none, or one is no COCO file of instances, keypoints or segments.
    """

    def __init__(self, source: Source, options: Options) -> None:
        self.problems = Problems()
        self._options = options
        self._held = ExitStack()
        names = source.names if isinstance(source, FileSource) else coco_files(source)
        if not names:
            raise Refused(f"{source.label} has no .json file with images and annotations.")
        self._files = [
            CocoFile(self._held.enter_context(open_json(source, name)), name, source, self.problems) for name in names
        ]
        self.header = self._files[0].header
        for file in self._files[1:]:
            known = {label.name for label in self.header.labels}
            self.header.labels += [label for label in file.header.labels if label.name not in known]

    def __iter__(self) -> Iterator[Image]:
        seen: set[str] = set()
        with self._held:
            for file in self._files:
                yield from file.images(self._options, seen)


def coco_files(source: Source) -> list[str]:
    """Names of the files that look like COCO's."""
    return [name for name in source.names if name.lower().endswith(".json") and _has_members(source, name)]


def _has_members(source: Source, name: str) -> bool:
    with source.open(name) as file:
        first = file.read(_FIRST_BYTES)
    return b'"images"' in first or (b'"annotations"' in first and b'"image_id"' in first)


class CocoFile:
    """One file.

    Attributes:
        header: what it says of the set.
    """

    def __init__(self, file: JsonFile, name: str, source: Source, problems: Problems) -> None:
        self._file = file
        self._name = name
        self._source = source
        self._problems = problems
        if "" in file.lists or "" in file.members:
            message = "is a list of results without images and categories: put the list into the file they belong to"
            raise Refused(f"{name} {message}, as its 'annotations'.")
        if "images" not in file.lists and file.members.get("images") != []:
            raise Refused(f"{name} needs a list 'images': it is no COCO file of instances.")
        self._categories = ReadCategories(self._list("categories"), name, problems)
        self.header = self._header()
        # a file of images alone, as those of test sets, says that nobody has marked them
        self._has_annotations = "annotations" in file.lists or "annotations" in file.members
        subset = _SUBSET.fullmatch(name.rpartition("/")[2])
        self._subset = subset[1] if subset else ""

    def images(self, options: Options, seen: set[str]) -> Iterator[Image]:
        """In the order of the file, each with its annotations in their order.

        Args:
            seen: paths of images before, which is added to.
        """
        objects = self._objects(options)
        index = Index(self._file, self._name, self._problems)
        waiting: list[tuple[int, Image]] = []
        pending = 0
        for first, batch in self._file.batches("images"):
            for at, document in enumerate(batch, start=first):
                if index.is_known(at) and (image := self._image(document, at, seen)):
                    waiting.append((at, image))
                    pending += index.count_of(at) + 1
                if pending >= _AT_ONCE:
                    yield from self._filled(waiting, index, objects)
                    waiting, pending = [], 0
        yield from self._filled(waiting, index, objects)

    def _filled(self, images: list[tuple[int, Image]], index: Index, objects: Objects | Segments) -> list[Image]:
        """Images with their annotations, which are read in the order of the file and then handed out."""
        if not images:
            return []
        was_on = gc.isenabled()
        # thousands of objects come and go here without one cycle: to look for them costs a fifth of the time
        gc.disable()
        try:
            self._fill(images, index, objects)
        finally:
            if was_on:
                gc.enable()
        return [self._restored(image, at) for at, image in images]

    def _fill(self, images: list[tuple[int, Image]], index: Index, objects: Objects | Segments) -> None:
        wanted = np.concatenate([index.of_image(at) for at, _ in images])
        order = np.argsort(wanted, kind="stable")
        in_order = wanted[order].tolist()
        found = self._file.elements("annotations", in_order)
        texts = self._file.written("annotations", in_order)
        places = np.empty_like(order)
        places[order] = np.arange(len(order))
        given = zip(wanted.tolist(), places.tolist(), strict=True)
        for at, image in images:
            id_ = index.id_of(at)
            for position, place in islice(given, index.count_of(at)):
                document = found[place]
                if isinstance(document, dict) and document.get("image_id") == id_:
                    objects.add(image, document, position, texts[place])
                else:
                    message = "is not at the top of the annotation, or is no whole number"
                    self._problems.error(self._name, f"annotations[{position}].image_id", message)

    def _objects(self, options: Options) -> Objects | Segments:
        first = self._file.element("annotations", 0) if self._file.lists.get("annotations") else None
        if isinstance(first, dict) and "segments_info" in first:
            return Segments(self._categories.by_id, self._name, self._source, self._problems)
        return Objects(self._categories.by_id, self._name, self._problems, options)

    def _image(self, document: Any, at: int, seen: set[str]) -> Image | None:
        try:
            path = _path(document.get("file_name"), seen)
            image = Image(path, _side(document.get("width"), "width"), _side(document.get("height"), "height"))
        except Malformed as error:
            self._problems.error(self._name, f"images[{at}]{error.place}", str(error))
            return None
        seen.add(path)
        image.annotated = self._has_annotations
        image.subset = self._subset
        image.foreign = foreigners.kept(document, IMAGE_KEYS if KEY in document else _NAMED, NAME)
        if KEY in document:
            image.foreign.setdefault(NAME, {})[KEY] = document[KEY]
        return image

    def _restored(self, image: Image, at: int) -> Image:
        """The image with its side-car, which waited in `foreign` for its objects."""
        own = image.foreign.get(NAME, {})
        if KEY not in own:
            return image
        aside = own.pop(KEY)
        if not own:
            image.foreign = {}
        try:
            return sidecar.restored_image(image, aside)
        except Malformed as error:
            self._problems.error(self._name, f"images[{at}]{error.place}", str(error))
            return image

    def _list(self, name: str) -> Any:
        if name not in self._file.lists:
            return self._file.members.get(name)
        return [element for _, batch in self._file.batches(name) for element in batch]

    def _header(self) -> Header:
        aside = self._file.members.get(KEY)
        if isinstance(aside, dict) and "header" in aside:
            try:
                return sidecar.restored_header(Header(labels=self._categories.declared), aside["header"])
            except Malformed as error:
                self._problems.error(self._name, f"{KEY}.header{error.place}", str(error))
        names = (self._file.members.keys() | self._file.lists.keys()) - {"images", "annotations", "categories", KEY}
        own = {name: self._list(name) for name in sorted(names)}
        header = Header(labels=self._categories.labels)
        info = own.get("info")
        if isinstance(info, dict) and isinstance(info.get("description"), str):
            header.description = info["description"]
            own["info"] = {name: value for name, value in info.items() if name != "description"}
        own = {name: value for name, value in own.items() if value or name not in TOP_KEYS}
        header.foreign = {NAME: own} if own else {}
        return header


def _path(name: Any, seen: set[str]) -> str:
    if not isinstance(name, str) or not name:
        raise Malformed("is missing or no text", ".file_name")
    try:
        path = archive.check_name(name)
    except FormatError as error:
        raise Malformed(str(error), ".file_name") from error
    if path in seen:
        raise Malformed(f"is {path!r}, which was there before: give files of the same images one by one", ".file_name")
    return path


def _side(value: Any, name: str) -> int:
    """Pixels; 0 when the file does not say."""
    if value is None:
        return 0
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or value < 0:
        raise Malformed(f"is {value!r}, expected a whole number of pixels", f".{name}")
    return value
