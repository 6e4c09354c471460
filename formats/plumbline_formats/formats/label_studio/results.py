"""Owns the results of one annotation or prediction: those with the same id are one object."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Literal

from plumbline_formats import documents, scalars, sidecar
from plumbline_formats.documents import Document
from plumbline_formats.formats.label_studio import controls, regions
from plumbline_formats.formats.label_studio.config import Config, labels_of
from plumbline_formats.formats.label_studio.writer import IMAGE, KEPT, NAME, ORIGINS, OWN_ID, OWN_LABELS, RESULT, VALUE
from plumbline_formats.inspection import inspect
from plumbline_formats.model import Annotation, Image, Origin, stable_id
from plumbline_formats.problems import Malformed, Problems
from plumbline_formats.shapes import Shape, Tag

_OF_RESULT = frozenset(
    {"id", "from_name", "to_name", "type", "value", "original_width", "original_height", "image_rotation", "score"}
    | {"meta", "origin"}
)
_BY_ORIGIN: dict[str, Origin] = {word: origin for origin, word in ORIGINS.items()}  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One annotation or prediction of a task; `at` is its position among those that are taken."""

    content: Any
    kind: Literal["annotation", "prediction"]
    at: int


class SheetReader:
    """Takes the results of the sheets of one image into it.

    Args:
        declared: labels that there are; None when any may be.
    """

    def __init__(
        self, image: Image, config: Config, declared: Collection[str] | None, problems: Problems, file: str
    ) -> None:
        self._image = image
        self._config = config
        self._declared = declared
        self._problems = problems
        self._file = file
        self._ids: set[str] = set()

    def read(self, sheet: Sheet, place: str) -> Document:
        """Take a sheet and return what it says beyond its objects. Raises Malformed: it is none."""
        content = sheet.content
        if not isinstance(content, dict) or not isinstance(content.get("result"), list):
            raise Malformed("has no list of results", place.partition("]")[2])
        kept: list[Any] = []
        for at, group in _groups(content["result"]):
            where = f"{place}.result[{at}]"
            try:
                self._take(group, sheet, at, kept, where)
            except Malformed as error:
                self._problems.error(self._file, where + error.place, str(error))
        own = {key: value for key, value in content.items() if key != "result" and value is not False}
        return own | ({KEPT: kept} if kept else {})

    def _take(self, group: list[Any], sheet: Sheet, at: int, kept: list[Any], where: str) -> None:
        if not all(map(_is_result, group)):
            raise Malformed("is no result: it needs a type, and a value that is an object")
        if any("value" not in result and _says_something(result) for result in group):
            raise Malformed("is missing", ".value")
        self._take_size(group)
        first = next((result for result in group if _kind(result) is not None), None)
        tag = next((result for result in group if _is_tag(result)), None)
        if first is not None or tag is not None:
            annotation = self._annotation(first or tag or {}, group, sheet, at, kept, where)
            self._image.annotations.append(annotation)
            return
        for result in group:
            if result.get("type") in controls.TYPES and isinstance(result.get("from_name"), str):
                self._take_answer(result, kept, where)
            else:
                self._keep(result, kept, where)

    def _keep(self, result: Document, kept: list[Any], where: str) -> None:
        if result.get("type") != "relation":
            message = f"{result.get('type')!r} is kept for Label Studio alone, it is nothing that is known here"
            self._problems.note(self._file, f"{where}.type", message)
        kept.append(result)

    def _take_size(self, group: list[Document]) -> None:
        for result in group:
            if "original_width" in result and not result.get("image_rotation"):
                width, height = regions.size(result)
                if not self._image.width:
                    self._image.width, self._image.height = width, height
                elif (width, height) != (self._image.width, self._image.height):
                    raise Malformed(f"is {width} x {height}, other results say otherwise", ".original_width")

    def _take_answer(self, result: Document, kept: list[Any], where: str) -> None:
        name, kind = result["from_name"], result["type"]
        is_multiple = name in self._config.asked_multiple
        value = scalars.at(".value", lambda said: controls.read(kind, said, is_multiple), result["value"])
        if name == controls.TAGS and kind == "choices":
            self._image.tags += value if isinstance(value, list) else [str(value)]
        elif name in self._image.answers:
            self._problems.note(self._file, where, f"{name!r} is answered already: this answer is kept aside")
            kept.append(result)
        else:
            self._image.answers[name] = controls.as_answer(value)

    def _annotation(
        self, first: Document, group: list[Document], sheet: Sheet, at: int, kept: list[Any], where: str
    ) -> Annotation:
        labels = _labels(first, group)
        label = labels[0] if labels else ""
        if self._declared is not None and label and label not in self._declared:
            raise Malformed(f"has label {label!r}, which the configuration does not declare", ".value")
        shape = self._shape(first, where)
        annotation = Annotation("", label, shape, origin=_origin(first, sheet))
        foreign = self._foreign(first, labels, sheet)
        self._identify(annotation, first, at, foreign)
        self._take_confidence(annotation, first, sheet, foreign)
        _take_author(annotation, sheet)
        for result in group:
            if result is first:
                continue
            if _kind(result) is not None:
                self._note_second(result, first, where)
                continue
            if result.get("type") in controls.TYPES and isinstance(result.get("from_name"), str):
                name = result["from_name"]
                is_multiple = name in self._config.multiple
                annotation.attributes[name] = controls.read(result["type"], result["value"], is_multiple)
            else:
                self._keep(result, kept, where)
        if foreign:
            annotation.foreign = {NAME: foreign}
        meta = first.get("meta")
        if not isinstance(meta, dict) or sidecar.KEY not in meta:
            return annotation
        annotation = replace(annotation, author="", created="", updated="")
        return sidecar.restored(annotation, meta[sidecar.KEY], _visible(first))

    def _note_second(self, result: Document, first: Document, where: str) -> None:
        """Tools repeat a region for its labels, which are taken; a region of another place is not."""
        if _kind(result) != _kind(first) or _visible(result) != _visible(first):
            self._problems.note(self._file, where, "has a second region of the same id: only its labels are taken")

    def _shape(self, first: Document, where: str) -> Shape:
        kind = _kind(first)
        if kind is None:
            return Tag()
        width, height = regions.size(first)
        shape: Shape = scalars.at(".value", lambda value: regions.read(kind, value, width, height), first["value"])
        # by `_take_size`, the image is as large as the result says
        scalars.at(".value", lambda one: inspect(one, self._image, self._problems, self._file, where), shape)
        return shape

    def _foreign(self, first: Document, labels: list[str], sheet: Sheet) -> Document:
        kind = _kind(first)
        foreign: Document = {}
        if sheet.at or (sheet.kind == "prediction" and self._image.annotated):
            foreign[sheet.kind] = sheet.at
        if len(labels) > 1:
            foreign[OWN_LABELS] = labels
        rest = {key: value for key, value in first.items() if key not in _OF_RESULT}
        usual = (f"shapes_{kind}" if kind else controls.TAG, IMAGE)
        for name, said in zip(("from_name", "to_name"), usual, strict=True):
            if first.get(name) != said:
                rest[name] = first.get(name)
        origin = first.get("origin")
        if origin is not None and not (isinstance(origin, str) and origin in _BY_ORIGIN):
            rest["origin"] = origin
        meta = first.get("meta")
        if isinstance(meta, dict) and (meta := {key: value for key, value in meta.items() if key != sidecar.KEY}):
            rest["meta"] = meta
        known = regions.members(kind) | {first["type"]} if kind else {"choices"}
        value = {key: item for key, item in first["value"].items() if key not in known}
        if kind == "keypoint" and first["value"].get("width") != regions.DOT:
            value["width"] = first["value"].get("width")
        return foreign | ({RESULT: rest} if rest else {}) | ({VALUE: value} if value else {})

    def _identify(self, annotation: Annotation, first: Document, at: int, foreign: Document) -> None:
        own = first.get("id")
        if scalars.is_uuid(own) and own not in self._ids:
            annotation.id = str(own)
        else:
            content = {key: value for key, value in first.items() if key != "meta"}
            annotation.id = stable_id(self._image.path, len(self._ids), documents.encode(content))
            if own is not None:
                foreign[OWN_ID] = own
        self._ids.add(annotation.id)

    def _take_confidence(self, annotation: Annotation, first: Document, sheet: Sheet, foreign: Document) -> None:
        score = first.get("score")
        if score is None and sheet.kind == "prediction":
            score = sheet.content.get("score")
        if score is None:
            return
        if isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1:
            annotation.confidence = float(score)
        elif "score" in first:
            foreign.setdefault(RESULT, {})["score"] = score


def _take_author(annotation: Annotation, sheet: Sheet) -> None:
    content = sheet.content
    by = content.get("completed_by") if sheet.kind == "annotation" else content.get("model_version")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    annotation.author = str(by) if isinstance(by, str | int) and not isinstance(by, bool) else ""
    for name, key in (("created", "created_at"), ("updated", "updated_at")):
        if isinstance(content.get(key), str):
            setattr(annotation, name, content[key])


def _groups(results: list[Any]) -> list[tuple[int, list[Any]]]:
    """Results of the same id together, with the position of the first."""
    groups: dict[Any, tuple[int, list[Any]]] = {}
    for at, result in enumerate(results):
        own = result.get("id") if isinstance(result, dict) else None
        key = own if isinstance(own, str) else at
        groups.setdefault(key, (at, []))[1].append(result)
    return list(groups.values())


def _is_result(result: Any) -> bool:
    """Whether a result can be looked into; relations have no value."""
    if not isinstance(result, dict) or not isinstance(result.get("type"), str):
        return False
    has_value = isinstance(result.get("value"), dict)
    return has_value or ("value" not in result and _kind(result) is None and result["type"] not in controls.TYPES)


def _kind(result: Document) -> str | None:
    """Which of `regions.TYPES` a result is; what carries only labels is none."""
    kind = str(result.get("type")).removesuffix("labels")
    return kind if kind in regions.TYPES else None


def _says_something(result: Document) -> bool:
    return _kind(result) is not None or _is_tag(result) or result.get("type") in controls.TYPES


def _is_tag(result: Document) -> bool:
    return result.get("type") == "choices" and result.get("from_name") == controls.TAG


def _labels(first: Document, group: list[Document]) -> list[str]:
    if _is_tag(first):
        listed = first["value"].get("choices")
        return [label for label in listed if isinstance(label, str)] if isinstance(listed, list) else []
    return [label for result in [first, *(one for one in group if one is not first)] for label in labels_of(result)]


def _origin(first: Document, sheet: Sheet) -> Origin:
    if sheet.kind == "prediction":
        return "model"
    said = first.get("origin")
    if said == "prediction-changed":
        return "human"
    return _BY_ORIGIN.get(said, "imported") if isinstance(said, str) else "imported"


def _visible(first: Document) -> Document:
    """What the writer took a digest of: the place without labels, or the choice."""
    kind = _kind(first)
    if kind is None:
        return {"choices": first["value"].get("choices")}
    value = {key: item for key, item in first["value"].items() if key in regions.members(kind)}
    return value | ({"width": regions.DOT} if kind == "keypoint" else {})
