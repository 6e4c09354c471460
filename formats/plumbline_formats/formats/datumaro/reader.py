"""Owns reading Datumaro's JSON: the files of all subsets as one stream of images."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from plumbline_formats import documents, foreigners, scalars, sidecar
from plumbline_formats.archive import Source
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.datumaro import forms, labels
from plumbline_formats.formats.datumaro.labels import NAME
from plumbline_formats.formats.datumaro.writer import (
    DEFAULT,
    ITEM,
    KEPT_OBJECTS,
    MEMBERS,
    OBJECT,
    OTHER_ATTRIBUTES,
    OWN_ID,
    OWN_IMAGE,
)
from plumbline_formats.inspection import inspect
from plumbline_formats.model import Annotation, AttributeValue, Header, Image, Label, stable_id
from plumbline_formats.problems import Malformed, Problems, Refused
from plumbline_formats.streams import JsonFile, open_json

_DRIVE = re.compile(r"^[A-Za-z]:")
_MEMBERS_OF_IMAGE = frozenset({"path", "size"})
_MEMBERS_OF_CAPTION = frozenset({"type", "caption", "attributes", "id", "group"})


def annotation_files(names: list[str]) -> list[str]:
    """Files of a source that hold items: all in a folder `annotations`, else the only JSON file there is."""
    inside = [name for name in names if name.endswith(".json") and name.split("/")[:-1][-1:] == ["annotations"]]
    return inside or [name for name in names if name.endswith(".json")]


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    subset: str
    json: JsonFile
    labels: list[Label]
    is_ours: bool


class DatumaroReader:
    """Reads the items of every file; see `format.Reader`.

    Raises:
        Refused: there is no file, or one whose outermost part cannot be understood.
    """

    def __init__(self, source: Source, _options: Options) -> None:
        self.problems = Problems()
        self.header = Header()
        self._opened = ExitStack()
        names = annotation_files(source.names)
        if not names:
            raise Refused(f"{source.label} holds no JSON file: Datumaro's are in a folder called annotations.")
        self._files = [self._open(source, name) for name in names]

    def __iter__(self) -> Iterator[Image]:
        with self._opened:
            # files of ours say the place of each image among those of all subsets
            streams = [self._items(file, at) for at, file in enumerate(self._files)]
            for _order, image in heapq.merge(*streams, key=lambda item: item[0]):
                yield image

    def _open(self, source: Source, name: str) -> _File:
        file = self._opened.enter_context(open_json(source, name))
        if "items" not in file.members and "items" not in file.lists:
            raise Refused(f"{name} has no items: it is no file of Datumaro.")
        try:
            header = labels.read_header(file.members, MEMBERS)
            declared = header.labels
            subset = header.foreign.get(NAME, {}).get("infos", {}).pop("subset", None)
            if header.foreign.get(NAME, {}).get("infos") == {}:
                del header.foreign[NAME]["infos"]
            if header.foreign.get(NAME) == {}:
                header.foreign = {}
            aside = file.members.get(sidecar.KEY)
            if aside is not None:
                shown = replace(header, labels=declared[: scalars.whole(aside["labels"])])
                header = sidecar.restored_header(shown, aside["header"])
        except (Malformed, KeyError, TypeError) as error:
            raise Refused(f"{name}: {getattr(error, 'place', '').lstrip('.')}: {error}.") from error
        self._take_header(header, name)
        stem = subset if isinstance(subset, str) else PurePosixPath(name).stem
        return _File(name, "" if stem == DEFAULT else stem, file, declared, aside is not None)

    def _take_header(self, header: Header, name: str) -> None:
        """The first file's, and what labels others have beyond it."""
        if not self.header.labels:
            self.header = header
            return
        known = {label.name for label in self.header.labels}
        new = [label for label in header.labels if label.name not in known]
        if new:
            self.problems.note(name, "categories.label", f"has {len(new)} labels that other subsets have not")
            self.header.labels += new

    def _items(self, file: _File, number: int) -> Iterator[tuple[tuple[int, int, int], Image]]:
        for first, items in file.json.batches("items"):
            for at, item in enumerate(items, first):
                place = f"items[{at}]"
                try:
                    image = self._image(item, file, place)
                except Malformed as error:
                    self.problems.error(file.name, place + error.place, str(error))
                    continue
                order = item.get(sidecar.KEY, {}).get("at") if file.is_ours else None
                yield (0, order, 0) if type(order) is int else (1, number, at), image

    def _image(self, item: Any, file: _File, place: str) -> Image:
        if not isinstance(item, dict):
            raise Malformed("is no object")
        image = self._bare_image(item, file, place)
        objects = item.get("annotations", [])
        if not isinstance(objects, list):
            raise Malformed("is no list", ".annotations")
        kept: list[Any] = []
        for at, document in enumerate(objects):
            where = f"{place}.annotations[{at}]"
            try:
                self._object(document, at, image, file, kept, where)
            except Malformed as error:
                self.problems.error(file.name, where + error.place, str(error))
        if kept:
            image.foreign.setdefault(NAME, {})[KEPT_OBJECTS] = kept
        if sidecar.KEY not in item:
            return image
        aside = item[sidecar.KEY]
        return sidecar.restored_image(image, aside.get("image") if isinstance(aside, dict) else None)

    def _bare_image(self, item: Document, file: _File, place: str) -> Image:
        name = item.get("id")
        of_image = item.get("image") or item.get("media") or {}
        if not isinstance(name, str) or not isinstance(of_image, dict):
            raise Malformed("needs an id that is text, and an image that is an object")
        path = self._path(name, of_image.get("path"), file, place)
        image = Image(path, subset=file.subset, foreign=foreigners.kept(item, ITEM, NAME))
        foreign = image.foreign.get(NAME, {})
        if name not in (path, str(PurePosixPath(path).with_suffix(""))):
            foreign[OWN_ID] = name
        if item.get("image"):
            if rest := {key: value for key, value in of_image.items() if key not in _MEMBERS_OF_IMAGE}:
                foreign[OWN_IMAGE] = rest
            _read_size(of_image.get("size"), image)
        image.attributes, others = _attributes(item.get("attr"), ".attr")
        if others:
            foreign["attr"] = others
        image.foreign = {NAME: foreign} if foreign else {}
        return image

    def _path(self, name: str, given: Any, file: _File, place: str) -> str:
        """A relative path; other tools write absolute ones, which say nothing here."""
        path = given if isinstance(given, str) and given else name
        parts = [part for part in _DRIVE.sub("", path.replace("\\", "/")).split("/") if part not in ("", ".", "..")]
        if not parts:
            raise Malformed("has no name of an image", ".image.path")
        relative = "/".join(parts)
        if relative != path:
            self.problems.note(file.name, f"{place}.image.path", f"{path!r} is taken as {relative!r}")
        return relative

    def _object(self, document: Any, at: int, image: Image, file: _File, kept: list[Any], place: str) -> None:
        if not isinstance(document, dict):
            raise Malformed("is no object")
        kind = document.get("type")
        if kind == "caption":
            self._take_caption(document, image, file, place)
        elif not isinstance(kind, str) or kind not in forms.KNOWN:
            self.problems.note(file.name, f"{place}.type", f"{kind!r} is kept for Datumaro alone, it has no shape here")
            kept.append(document)
        else:
            image.annotations.append(self._annotation(document, at, image, file, place))

    def _annotation(self, document: Document, at: int, image: Image, file: _File, place: str) -> Annotation:
        label = _label(document.get("label_id"), file.labels)
        shape = forms.read(document, label.nodes)
        inspect(shape, image, self.problems, file.name, place)
        attributes, others = _attributes(document.get("attributes"), ".attributes")
        foreign = foreigners.kept(document, OBJECT, NAME).get(NAME, {})
        if document.get("id"):
            foreign[OWN_ID] = document["id"]
        if others:
            foreign[OTHER_ATTRIBUTES] = others
        annotation = Annotation(
            id=stable_id(image.path, at, documents.encode({k: v for k, v in document.items() if k != sidecar.KEY})),
            label=label.name,
            shape=shape,
            attributes=attributes,
            group=_whole(document, "group"),
            z=_whole(document, "z_order"),
            origin="imported",
            foreign={NAME: foreign} if foreign else {},
        )
        if sidecar.KEY not in document:
            return annotation
        visible = {name: document[name] for name in _VISIBLE if name in document}
        return sidecar.restored(replace(annotation, origin="human"), document[sidecar.KEY], visible)

    def _take_caption(self, document: Document, image: Image, file: _File, place: str) -> None:
        attributes = document.get("attributes") or {}
        question = attributes.get("question") if isinstance(attributes, dict) else None
        text = document.get("caption")
        if not isinstance(text, str):
            raise Malformed("is no text", ".caption")
        if not isinstance(question, str):
            plain = sum(name.split(" ")[0] == "caption" for name in image.answers)
            question = f"caption {plain + 1}" if plain else "caption"
            self.problems.note(file.name, place, f"is taken as the answer to {question!r}")
        if question in image.answers:
            raise Malformed(f"answers {question!r} for the second time", ".attributes.question")
        image.answers[question] = text


_VISIBLE = ("type", "bbox", "points", "visibility", "rle")


def _label(number: Any, declared: list[Label]) -> Label:
    if number is None:
        return Label("")
    if type(number) is not int or not 0 <= number < len(declared):
        raise Malformed(f"is {number!r}, there are {len(declared)} labels", ".label_id")
    return declared[number]


def _whole(document: Document, name: str) -> int:
    value = document.get(name)
    if value is None:
        return 0
    if type(value) is not int:
        raise Malformed(f"is {value!r}, expected a whole number", f".{name}")
    return value


def _read_size(size: Any, image: Image) -> None:
    if size is None:
        return
    if not isinstance(size, list) or len(size) != 2:
        raise Malformed("needs height and width", ".image.size")
    image.height, image.width = (scalars.whole(side) for side in size)


def _attributes(value: Any, place: str) -> tuple[dict[str, AttributeValue], Document]:
    """Those that the model has types for, and the others."""
    if value is None:
        return {}, {}
    if not isinstance(value, dict):
        raise Malformed("is no object", place)
    taken: dict[str, AttributeValue] = {}
    others: Document = {}
    for name, item in value.items():
        try:
            taken[name] = documents.attribute(item)
        except Malformed:
            others[name] = item
    return taken, others
