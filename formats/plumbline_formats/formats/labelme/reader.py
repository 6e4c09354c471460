"""Owns reading: the JSON file of each image, the list of labels, and what the side-car says of both."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from plumbline_formats import documents, foreigners, lists, scalars, sidecar, sidecar_lines, streams
from plumbline_formats.archive import Source
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.labelme import figures, layout
from plumbline_formats.inspection import inspect
from plumbline_formats.model import Annotation, Header, Image, Label, stable_id
from plumbline_formats.problems import Malformed, Problems, Refused

_MAX_BYTES = 2**26


class LabelmeReader:
    """Reads images; see `format.Reader`. Order: of the side-car, then other JSON files, then images that have none."""

    def __init__(self, source: Source, options: Options) -> None:
        self.problems = Problems()
        self._source = source
        self._names = frozenset(source.names)
        self._root = _root(source.names)
        self._documents = [name for name in source.names if name.lower().endswith(layout.ENDING)]
        self._declared = lists.read(source, self._root + lists.LABELS)
        self.header = self._header()

    def _header(self) -> Header:
        aside = sidecar_lines.of_set(self._source, self._root + layout.SIDECAR_FILE)
        names = self._declared
        if aside and (names is None or aside.get("labels") == names):
            try:
                return documents.to_header(aside.get("header"))
            except Malformed as error:
                raise Refused(f"{layout.SIDECAR_FILE}: line 1: {error.place} {error}: delete the file.") from error
        return Header(labels=[Label(name) for name in dict.fromkeys(self._used() if names is None else names)])

    def _used(self) -> Iterator[str]:
        """Labels in the order in which they are used: nothing else names them."""
        for name in self._documents:
            try:
                document = self._parsed(name)
            except Malformed:
                # said when the file is read
                continue
            for shape in document["shapes"]:
                if isinstance(shape, dict) and isinstance(shape.get("label"), str):
                    yield shape["label"]

    def __iter__(self) -> Iterator[Image]:
        left = dict.fromkeys(self._documents)
        seen: set[str] = set()
        name = self._root + layout.SIDECAR_FILE
        for number, line in sidecar_lines.of_images(self._source, name, self.problems):
            image = self._listed(line, number, left)
            if image is not None and self._is_new(image, seen):
                yield image
        for name in left:
            image = self._read(name, {})
            if image is not None and self._is_new(image, seen):
                yield image
        for name in self._source.names:
            path = name.removeprefix(self._root)
            if lists.is_image(name) and path not in seen and layout.document_name(name) not in self._names:
                yield Image(path, annotated=False)

    def _is_new(self, image: Image, seen: set[str]) -> bool:
        if image.path in seen:
            self.problems.error(image.path, "", "has two JSON files: keep one of them")
            return False
        seen.add(image.path)
        return True

    def _listed(self, line: Document, number: int, left: dict[str, None]) -> Image | None:
        """An image of which the side-car says that it was written."""
        path = line.get("path")
        if not isinstance(path, str):
            raise Refused(f"{layout.SIDECAR_FILE}: line {number} names no image: delete the file.")
        name = self._root + layout.document_name(path)
        if name in left:
            del left[name]
            return self._read(name, line.get(sidecar.KEY) or {})
        if name in self._names or sidecar.KEY not in line:
            return None
        try:
            return sidecar.restored_image(Image(path, annotated=False), line[sidecar.KEY])
        except Malformed as error:
            self.problems.error(layout.SIDECAR_FILE, f"line {number}", str(error))
            return None

    def _parsed(self, name: str) -> Document:
        if self._source.size(name) > _MAX_BYTES:
            size = self._source.size(name)
            raise Malformed(f"has {size} bytes, at most {_MAX_BYTES} are read: save it without imageData")
        try:
            document = streams.parse(self._source.read(name, _MAX_BYTES), name)
        except Refused as error:
            raise Malformed(str(error).removeprefix(f"{name}: ").removesuffix(".")) from error
        if not isinstance(document, dict) or not isinstance(document.get("shapes"), list):
            raise Malformed("has no list of shapes: it is no file of LabelMe")
        return document

    def _read(self, name: str, listed: Document) -> Image | None:
        try:
            document = self._parsed(name)
            image = Image(
                self._path_of(name, document.get("imagePath")).removeprefix(self._root),
                _size(document, "imageWidth"),
                _size(document, "imageHeight"),
            )
        except Malformed as error:
            self.problems.error(name, error.place.removeprefix("."), str(error))
            return None
        self._read_flags(name, document, image)
        self._check_data(name, document.get("imageData"), image)
        zero = _unused_group(document["shapes"])
        for at, shape in enumerate(document["shapes"]):
            try:
                annotation = self._object(shape, at, image, zero)
                inspect(annotation.shape, image, self.problems, name, f"shapes[{at}].points")
            except Malformed as error:
                self.problems.error(name, f"shapes[{at}]{error.place}", str(error))
                continue
            self._remark(name, at, annotation, shape)
            image.annotations.append(annotation)
        try:
            return sidecar.restored_image(image, document.get(sidecar.KEY, listed))
        except Malformed as error:
            self.problems.error(name, error.place.removeprefix("."), str(error))
            return image

    def _path_of(self, name: str, said: Any) -> str:
        """Where the image lies in the source: beside its JSON file where what is said leads elsewhere."""
        if not isinstance(said, str) or not said.strip("/\\. "):
            raise Malformed("is no name of an image", ".imagePath")
        folder = name.rpartition("/")[0]
        parts = folder.split("/") if folder else []
        given = said.replace("\\", "/").split("/")
        for part in given:
            if part == "..":
                if not parts:
                    break
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        else:
            path = "/".join(parts)
            if path in self._names or (not said.startswith("/") and ":" not in given[0]):
                return path
        self.problems.note(name, "imagePath", f"leads out of the set: taken for {given[-1]} beside the file")
        return f"{folder}/{given[-1]}" if folder else given[-1]

    def _read_flags(self, name: str, document: Document, image: Image) -> None:
        kept = foreigners.kept(document, layout.FILE_KEYS, layout.NAME).get(layout.NAME, {})
        if isinstance(version := document.get("version"), str) and version != layout.VERSION:
            kept["version"] = version
        try:
            flags = _flags(document)
            image.tags = [flag for flag, is_set in flags.items() if is_set]
            if unset := {flag: False for flag, is_set in flags.items() if not is_set}:
                kept["flags"] = unset
        except Malformed as error:
            self.problems.error(name, error.place.removeprefix("."), str(error))
        if kept:
            image.foreign = {layout.NAME: kept}

    def _check_data(self, name: str, data: Any, image: Image) -> None:
        """The image inside the file is not kept: whether it is another one than that beside it is said."""
        if not data:
            return
        remark = "holds the image itself, which is not kept"
        file = self._root + image.path
        if file in self._names and self._source.size(file) <= _MAX_BYTES:
            try:
                is_same = b64decode(data, validate=True) == self._source.read(file)
            except (binascii.Error, TypeError, ValueError):
                is_same = False
            remark = f"{remark}: it is {'the' if is_same else 'not the same as the'} file beside it"
        self.problems.note(name, "imageData", remark)

    def _object(self, shape: Any, at: int, image: Image, zero: int) -> Annotation:
        if not isinstance(shape, dict):
            raise Malformed("is no object")
        label = shape.get("label")
        if not isinstance(label, str):
            raise Malformed("is no text", ".label")
        kind, points, mask = (
            shape.get("shape_type") or "polygon",
            figures.pairs_of(shape.get("points")),
            shape.get("mask"),
        )
        if not isinstance(kind, str):
            raise Malformed("is no text", ".shape_type")
        foreign = foreigners.kept(shape, layout.SHAPE_KEYS, layout.NAME).get(layout.NAME, {})
        if foreign.get("description") in ("", None):
            foreign.pop("description", None)
        if kind == "line":
            foreign["shape_type"] = kind
        group = _group(shape)
        if group == 0:
            foreign["group_id"] = 0
        aside = shape.get(sidecar.KEY)
        content = documents.encode({key: value for key, value in shape.items() if key != sidecar.KEY})
        shown = Annotation(
            stable_id(image.path, at, content),
            label,
            figures.to_shape(kind, points, mask),
            attributes=dict(_flags(shape)),
            group=zero if group == 0 else group or 0,
            origin="imported" if aside is None else "human",
            foreign={layout.NAME: foreign} if foreign else {},
        )
        if aside is None:
            return shown
        if isinstance(aside, dict) and isinstance(aside.get("attributes"), dict):
            # flags are visible, and the side-car has the others
            aside = aside | {"attributes": shown.attributes | aside["attributes"]}
        return sidecar.restored(shown, aside, [kind, points, mask])

    def _remark(self, name: str, at: int, annotation: Annotation, shape: Document) -> None:
        place = f"shapes[{at}]"
        if self._declared is not None and annotation.label not in self._declared:
            self.problems.note(name, f"{place}.label", f"is {annotation.label!r}, which {lists.LABELS} does not name")
        if shape.get("shape_type") == "oriented_rectangle" and annotation.shape.kind == "polygon":
            self.problems.note(name, f"{place}.points", "make no rectangle: kept as a polygon")


def _root(names: list[str]) -> str:
    """The folder of the set in the source, as its side-car or its only list of labels says; empty or ending in `/`."""
    for file in (layout.SIDECAR_FILE, lists.LABELS):
        found = [name.removesuffix(file) for name in names if f"/{name}".endswith(f"/{file}")]
        if len(found) == 1:
            return found[0]
    return ""


def _size(document: Document, key: str) -> int:
    value = document.get(key)
    return 0 if value is None else int(scalars.at(f".{key}", scalars.whole, value))


def _flags(document: Document) -> dict[str, bool]:
    flags = document.get("flags") or {}
    if not isinstance(flags, dict) or not all(isinstance(value, bool) for value in flags.values()):
        raise Malformed("is no object of true and false", ".flags")
    return flags


def _group(shape: Document) -> int | None:
    group = shape.get("group_id")
    if group is not None and (isinstance(group, bool) or not isinstance(group, int)):
        raise Malformed(f"is {group!r}, expected a whole number or null", ".group_id")
    return group


def _unused_group(shapes: list[Any]) -> int:
    """A number for the group 0 of a file, which is a group like others there."""
    groups = [shape.get("group_id") for shape in shapes if isinstance(shape, dict)]
    return max((group for group in groups if type(group) is int), default=0) + 1
