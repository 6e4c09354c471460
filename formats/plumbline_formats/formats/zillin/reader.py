"""Owns reading a Zillin file: what is understood becomes images, what is not is kept and named."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from plumbline_formats import documents, foreigners, scalars, sidecar
from plumbline_formats.archive import Source
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.zillin import heading, marks
from plumbline_formats.formats.zillin.heading import NAME
from plumbline_formats.formats.zillin.writer import ACCEPTED, FINISHED, IMAGE, OBJECT
from plumbline_formats.inspection import inspect
from plumbline_formats.model import Annotation, Header, Image, stable_id
from plumbline_formats.problems import Malformed, Problems, Refused
from plumbline_formats.streams import JsonFile, open_json

_IMAGES = "Images"
# Names under which an image may say its file; only the first is documented, by us.
_FILE_NAMES = ("FileName", "Name", "ImageName", "Path")
# Lists that nobody knows are kept up to this many elements.
_KEPT = 10_000


class ZillinReader:
    """Reads images of one file; see `format.Reader`.

    Raises:
        Refused: there is no file, more than one, or its heading cannot be understood.
    """

    def __init__(self, source: Source, _options: Options) -> None:
        self.problems = Problems()
        self._opened = ExitStack()
        names = [name for name in source.names if name.endswith(".json")]
        if len(names) != 1:
            raise Refused(f"{source.label} holds {len(names)} JSON files, one of Zillin was expected.")
        self._name = names[0]
        self._json = self._opened.enter_context(open_json(source, self._name))
        self._noted: set[str] = set()
        try:
            self.header = self._read_header(self._json)
        except (Malformed, KeyError, TypeError) as error:
            place = getattr(error, "place", "").lstrip(".")
            raise Refused(f"{self._name}: {place}: {error}.") from error

    def __iter__(self) -> Iterator[Image]:
        with self._opened:
            for first, images in self._json.batches(_IMAGES):
                for at, document in enumerate(images, first):
                    place = f"{_IMAGES}[{at}]"
                    try:
                        yield self._image(document, place)
                    except Malformed as error:
                        self.problems.error(self._name, place + error.place, str(error))

    def _read_header(self, file: JsonFile) -> Header:
        if not {"ProjectName", "Tools"} & (file.members.keys() | file.lists.keys()):
            raise Malformed("has neither a ProjectName nor Tools: it is no export of Zillin")
        members = dict(file.members) | self._strange_lists(file)
        header, strange = heading.read(members, _all(file, "Tools"), _all(file, "Questions"))
        for place in strange:
            self.problems.note(self._name, place, "is not understood; it is kept for Zillin alone")
        self._declared = {label.name for label in header.labels}
        aside = file.members.get(sidecar.KEY)
        if aside is None:
            return header
        count = len(header.labels) - scalars.whole(aside["undeclared"])
        return sidecar.restored_header(replace(header, labels=header.labels[:count]), aside["header"])

    def _strange_lists(self, file: JsonFile) -> dict[str, Any]:
        kept = {}
        for name, count in file.lists.items():
            if name in heading.KNOWN:
                continue
            if count > _KEPT:
                self.problems.error(self._name, name, f"is not understood; its {count} elements are left out")
            else:
                kept[name] = _all(file, name)
        return kept

    def _image(self, document: Any, place: str) -> Image:
        if not isinstance(document, dict):
            raise Malformed("is no object")
        key = next((key for key in _FILE_NAMES if isinstance(document.get(key), str) and document[key]), None)
        if key is None:
            raise Malformed("names no file", f".{_FILE_NAMES[0]}")
        image = Image(self._path(document[key], f"{place}.{key}"), annotated="Annotations" in document)
        self._read_fields(document, image)
        known = IMAGE | {key}
        image.foreign = foreigners.kept(document, known, NAME)
        self._note_strange(document, known, place)
        kept: list[Any] = []
        for at, item in enumerate(_list(document, "Annotations")):
            where = f"{place}.Annotations[{at}]"
            try:
                self._take(item, at, image, kept, where)
            except Malformed as error:
                self.problems.error(self._name, where + error.place, str(error))
        if kept:
            image.foreign.setdefault(NAME, {})["Annotations"] = kept
        return sidecar.restored_image(image, document[sidecar.KEY]) if sidecar.KEY in document else image

    def _read_fields(self, document: Document, image: Image) -> None:
        for key, name in (("Width", "width"), ("Height", "height")):
            setattr(image, name, scalars.at(f".{key}", scalars.whole, document.get(key) or 0))
        for key, name in (("Sha256", "sha256"), ("Set", "subset"), ("Status", "state")):
            value = scalars.at(f".{key}", scalars.text, document.get(key) or "")
            setattr(image, name, ACCEPTED if key == "Status" and value == FINISHED else value)
        for at, answer in enumerate(_list(document, "Answers")):
            said = answer if isinstance(answer, dict) else {}
            question, text = said.get("Question"), said.get("Answer")
            if not isinstance(question, str) or not isinstance(text, str):
                raise Malformed("needs a Question and an Answer that are text", f".Answers[{at}]")
            image.answers[question] = text

    def _take(self, item: Any, at: int, image: Image, kept: list[Any], place: str) -> None:
        if not isinstance(item, dict):
            raise Malformed("is no object")
        if not isinstance(item.get("Type"), str) or item["Type"] not in marks.KINDS:
            self.problems.note(self._name, f"{place}.Type", f"{item.get('Type')!r} is not understood; it is kept")
            kept.append(item)
            return
        tool = item.get("Tool")
        if not isinstance(tool, str) or tool not in self._declared:
            raise Malformed(f"is {tool!r}, which is none of the Tools", ".Tool")
        shape = marks.read(item)
        inspect(shape, image, self.problems, self._name, place)
        known = OBJECT | marks.members(item["Type"])
        self._note_strange(item, known, place)
        own = item.get("Id")
        is_uuid = scalars.is_uuid(own)
        content = documents.encode({key: value for key, value in item.items() if key != sidecar.KEY})
        annotation = Annotation(
            id=str(own) if is_uuid else stable_id(image.path, at, content),
            label=tool,
            shape=shape,
            origin="imported",
            foreign=foreigners.kept(item, known - (set() if is_uuid else {"Id"}), NAME),
        )
        if sidecar.KEY in item:
            visible = {key: item[key] for key in marks.members(item["Type"]) if key in item}
            annotation = sidecar.restored(replace(annotation, origin="human"), item[sidecar.KEY], visible)
        image.annotations.append(annotation)

    def _note_strange(self, document: Mapping[str, Any], known: Collection[str], place: str) -> None:
        """Each name once, at the first place where it is."""
        level = re.sub(r"\[\d+]", "[]", place)
        for key in document:
            if key not in known and f"{level}.{key}" not in self._noted:
                self._noted.add(f"{level}.{key}")
                self.problems.note(self._name, f"{place}.{key}", "is not understood; it is kept for Zillin alone")

    def _path(self, value: str, place: str) -> str:
        relative = "/".join(part for part in value.replace("\\", "/").split("/") if part not in ("", ".", ".."))
        if not relative:
            raise Malformed(f"is {value[:80]!r}, which names no file", f".{_FILE_NAMES[0]}")
        if relative != value:
            self.problems.note(self._name, place, f"{value[:200]!r} is taken as {relative[:200]!r}")
        return relative


def _all(file: JsonFile, name: str) -> list[Any]:
    return [value for _first, values in file.batches(name) for value in values]


def _list(document: Document, name: str) -> list[Any]:
    listed: list[Any] = scalars.at(f".{name}", scalars.items, document.get(name) or [])
    return listed
