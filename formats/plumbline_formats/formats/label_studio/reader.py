"""Owns reading Label Studio's JSON: tasks as images, what people and models marked on them as objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from plumbline_formats import documents, lists, scalars, sidecar
from plumbline_formats.archive import Source
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.label_studio import config
from plumbline_formats.formats.label_studio.results import Sheet, SheetReader
from plumbline_formats.formats.label_studio.writer import (
    CANCELLED,
    DATA,
    IMAGE,
    KEY,
    NAME,
    PREDICTIONS,
    SHEETS,
    TASK,
)
from plumbline_formats.model import Header, Image
from plumbline_formats.problems import Malformed, Problems, Refused
from plumbline_formats.streams import open_json

_OF_TASK = frozenset({DATA, SHEETS, PREDICTIONS, "completions", "meta"})
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_LOCAL = "/data/local-files/"


def task_files(names: list[str]) -> list[str]:
    """JSON files of a source, in its order."""
    return [name for name in names if name.endswith(".json")]


class LabelStudioReader:
    """Reads a list of tasks; see `format.Reader`.

    Raises:
        Refused: there is no file of tasks, more than one, or it is no list.
    """

    def __init__(self, source: Source, _options: Options) -> None:
        self.problems = Problems()
        self._opened = ExitStack()
        self._name = _only_file(source)
        self._json = self._opened.enter_context(open_json(source, self._name))
        if self._json.lists.keys() - {""} or self._json.members.keys() - {""}:
            raise Refused(f"{self._name} is no list of tasks: export from Label Studio as JSON.")
        given = _config(source)
        self._has_config = given is not None
        self._config = given or self._inferred()
        self.header = self._read_header()
        self._labels = {label.name for label in self.header.labels} | self._config.undeclared

    def __iter__(self) -> Iterator[Image]:
        with self._opened:
            for first, tasks in self._json.batches(""):
                for at, task in enumerate(tasks, first):
                    place = f"[{at}]"
                    try:
                        if not _is_header_only(task):
                            yield self._image(task, place)
                    except Malformed as error:
                        self.problems.error(self._name, place + error.place, str(error))

    def _inferred(self) -> config.Config:
        """Without a configuration: what all results make use of, in one reading before the reading."""
        used = config.Used()
        for _first, tasks in self._json.batches(""):
            for task in tasks:
                undeclared = _aside(task).get("undeclared") if isinstance(task, dict) else None
                if isinstance(undeclared, list):
                    used.config.undeclared |= {name for name in undeclared if isinstance(name, str)}
                for sheet in _sheets(task) if isinstance(task, dict) else ():
                    if isinstance(sheet, dict) and isinstance(sheet.get("result"), list):
                        config.infer(sheet["result"], used)
        return used.config

    def _read_header(self) -> Header:
        shown = Header(labels=self._config.labels, questions=self._config.questions)
        first = self._json.element("", 0) if self._json.lists.get("") else {}
        aside = _aside(first).get("header") if isinstance(first, dict) else None
        if aside is None:
            return shown
        try:
            header = documents.to_header(aside)
        except Malformed as error:
            raise Refused(f"{self._name}: [0].meta.{sidecar.KEY}.header{error.place}: {error}.") from error
        # labels that somebody added since
        known = {label.name for label in header.labels}
        known |= self._config.undeclared
        header.labels += [label for label in shown.labels if label.name not in known]
        return header

    def _image(self, task: Any, place: str) -> Image:
        if not isinstance(task, dict):
            raise Malformed("is no task")
        data = task.get(DATA)
        if not isinstance(data, dict):
            raise Malformed("is no object", f".{DATA}")
        if not isinstance(task.get("meta", {}), dict | None):
            raise Malformed("is no object", ".meta")
        key = self._key(data)
        path = self._path(data[key], f"{place}.{DATA}.{key}")
        image = Image(path, annotated=False)
        foreign = _rest_of(task)
        if key != IMAGE:
            foreign[KEY] = key
        kept = {key: data[key]} if data[key] != path else {}
        for name, value in data.items():
            if name != key:
                try:
                    image.attributes[name] = documents.attribute(value)
                except Malformed:
                    kept[name] = value
        if kept:
            foreign[DATA] = kept
        self._take_sheets(task, image, foreign, place)
        if foreign:
            image.foreign = {NAME: foreign}
        aside = _aside(task)
        return sidecar.restored_image(image, aside["image"]) if "image" in aside else image

    def _take_sheets(self, task: Document, image: Image, foreign: Document, place: str) -> None:
        own: list[Document] = []
        reader = SheetReader(image, self._config, self._labels if self._has_config else None, self.problems, self._name)
        name = SHEETS if SHEETS in task or "completions" not in task else "completions"
        for at, sheet in enumerate(_listed(task, name)):
            where = f"{place}.{name}[{at}]"
            if isinstance(sheet, dict) and sheet.get("was_cancelled"):
                self.problems.note(self._name, where, "was cancelled by the annotator and is not taken")
                foreign.setdefault(CANCELLED, []).append(sheet)
                continue
            image.annotated = True
            own.append(reader.read(Sheet(sheet, "annotation", len(own)), where))
        if len(own) > 1:
            self.problems.note(self._name, f"{place}.{name}", f"{len(own)} people's objects are taken side by side")
        guessed = [
            reader.read(Sheet(sheet, "prediction", at), f"{place}.{PREDICTIONS}[{at}]")
            for at, sheet in enumerate(_listed(task, PREDICTIONS))
        ]
        for called, sheets in ((SHEETS, own), (PREDICTIONS, guessed)):
            # one that says nothing of its own is what the writer makes anyway
            if len(sheets) > 1 or any(sheets) or (sheets and called == PREDICTIONS and image.annotated):
                foreign[called] = sheets

    def _key(self, data: Document) -> str:
        """The column that names the image."""
        if self._config.image_key in data:
            return self._config.image_key
        if IMAGE in data:
            return IMAGE
        named = [key for key, value in data.items() if isinstance(value, str) and lists.is_image(value)]
        if len(named) != 1:
            raise Malformed(f"has {len(named)} columns that may be the image: add {config.FILE}", f".{DATA}")
        return named[0]

    def _path(self, value: Any, place: str) -> str:
        if not isinstance(value, str):
            raise Malformed("is no text", f".{DATA}")
        path = value
        if value.startswith(_LOCAL):
            path = parse_qs(urlsplit(value).query).get("d", [""])[0]
        elif _SCHEME.match(value):
            path = unquote(urlsplit(value).path)
        relative = "/".join(part for part in path.split("/") if part not in ("", ".", ".."))
        if not relative:
            raise Malformed(f"is {value[:80]!r}, which names no file", f".{DATA}")
        if relative != value:
            self.problems.note(self._name, place, f"{value[:200]!r} is taken as {relative[:200]!r}")
        return relative


def _only_file(source: Source) -> str:
    names = task_files(source.names)
    if len(names) != 1:
        raise Refused(f"{source.label} holds {len(names)} JSON files, one of Label Studio was expected.")
    return names[0]


def _config(source: Source) -> config.Config | None:
    name = next((name for name in source.names if name.rpartition("/")[2] == config.FILE), None)
    return None if name is None else config.read(source.read(name), name)


def _sheets(task: Document) -> list[Any]:
    named = (task.get(name) for name in (SHEETS, "completions", PREDICTIONS))
    return [sheet for sheets in named if isinstance(sheets, list) for sheet in sheets]


def _listed(task: Document, name: str) -> list[Any]:
    sheets: list[Any] = scalars.at(f".{name}", scalars.items, task.get(name, []))
    return sheets


def _aside(task: Document) -> Document:
    meta = task.get("meta")
    aside = meta.get(sidecar.KEY) if isinstance(meta, dict) else None
    return aside if isinstance(aside, dict) else {}


def _is_header_only(task: Any) -> bool:
    """What we write when there is no image, so that the header is not lost."""
    return isinstance(task, dict) and task.get(DATA) == {} and "header" in _aside(task) and "image" not in _aside(task)


def _rest_of(task: Document) -> Document:
    rest = {key: value for key, value in task.items() if key not in _OF_TASK}
    meta = task.get("meta")
    if isinstance(meta, dict):
        meta = {key: value for key, value in meta.items() if key != sidecar.KEY}
    if meta:
        rest["meta"] = meta
    return {TASK: rest} if rest else {}
