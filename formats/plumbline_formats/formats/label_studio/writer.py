"""Owns writing Label Studio's JSON, task by task, and the labelling configuration beside it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import orjson

from plumbline_formats import archive, foreigners, sidecar
from plumbline_formats.archive import SingleTarget, Target
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.label_studio import config, controls, regions
from plumbline_formats.losses import Carries, LossReport
from plumbline_formats.model import Annotation, AttributeValue, Header, Image, Label, stable_id
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Mask, Point, Shape, Tag

NAME = "label_studio"
FILE = "label_studio.json"
IMAGE = "image"
CARRIES = Carries(
    annotation=frozenset({"id", "attributes", "origin", "confidence"}),
    image=frozenset({"width", "height", "tags", "answers", "attributes"}),
    label=frozenset({"color"}),
    header=frozenset({"questions"}),
    kinds={
        "tag": "",
        "box": "",
        "rotated_box": "",
        "polygon": regions.BRUSH_OF_POLYGON,
        "point": "",
        "ellipse": "",
        "mask": "",
    },
)
# By the names of `Image.foreign` and `Annotation.foreign`: what Label Studio says beyond the model.
TASK, DATA, KEY, SHEETS, PREDICTIONS = "task", "data", "image_key", "annotations", "predictions"
OWN_ID, SHEET, PREDICTION, OWN_LABELS, RESULT, VALUE = "id", "annotation", "prediction", "labels", "result", "value"
OF_OBJECT = frozenset({OWN_ID, SHEET, PREDICTION, OWN_LABELS, RESULT, VALUE})
OF_IMAGE = frozenset({TASK, DATA, KEY, SHEETS, PREDICTIONS})
KEPT, CANCELLED = "kept", "cancelled"
_STRUCTURE = frozenset({"id", "type", "value", "original_width", "original_height", "image_rotation"})
ORIGINS = {"human": "manual", "model": "prediction"}


class LabelStudioWriter:
    """Writes a list of tasks; see `format.Writer`."""

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        self.losses = LossReport()
        self._target = target
        self._header = header
        self._has_sidecar = options["sidecar"] is True
        self._has_config = not isinstance(target, SingleTarget)
        self._declared = {label.name for label in header.labels}
        self._selects = config.selects(header.labels)
        self._asked_multiple = {q.text for q in header.questions if q.type == "multi_select" and self._has_config}
        self._questions = {question.text: question for question in header.questions}
        self._used = config.Used()
        self._has_tags = False
        self._is_first = True
        self._file = target.open(FILE)
        self._file.write(b"[")

    def add(self, image: Image) -> None:
        archive.check_name(image.path)
        self._write(self._task(image))

    def close(self) -> None:
        if self._is_first and self._has_sidecar:
            self._write({DATA: {}, "meta": {sidecar.KEY: {"header": sidecar.of_header(self._header)}}})
        self._file.write(b"\n]\n")
        self._file.close()
        labels = list(self._header.labels)
        labels += [Label(name) for name in self._undeclared()]
        undeclared = self._undeclared() if self._has_sidecar else []
        content = config.write(self._header, labels, self._used, self._has_tags, undeclared)
        if self._has_config:
            self._target.write(config.FILE, content)
        self._count_losses_of_header(config.read(content, config.FILE) if self._has_config else self._used.config)

    def _undeclared(self) -> list[str]:
        """Labels of objects so far that the set does not declare."""
        return [label.name for label in self._used.config.labels if label.name not in self._declared]

    def image_name(self, image: Image) -> str:
        return f"images/{image.path}"

    def _write(self, task: Document) -> None:
        self._file.write(b"\n" if self._is_first else b",\n")
        self._file.write(orjson.dumps(task))
        self._is_first = False

    def _count_losses_of_header(self, read: config.Config) -> None:
        every = frozenset(field.name for field in fields(Label))
        self.losses.header(self._header, replace(CARRIES, label=every))
        if read.questions != self._header.questions:
            self.losses.add("header.questions", action="as they are used")
        if any(self._header.label(one.name) is None for one in read.labels):
            self.losses.add("header.labels", action="declared as they are used")
        found = {label.name: label for label in read.labels}
        for label in self._header.labels:
            if label.name not in found:
                self.losses.add("header.labels", action="only those that are used")
                continue
            for name in Label.__slots__:
                if getattr(label, name) != getattr(found[label.name], name):
                    self.losses.add(f"label.{name}", example=label.name)

    def _task(self, image: Image) -> Document:
        own = image.foreign.get(NAME, {})
        sheets = _Sheets(image, own)
        known = len(self._undeclared())
        hidden: list[sidecar.Hidden] = []
        for at, annotation in enumerate(image.annotations):
            results = self._results(annotation, image)
            if results is None:
                hidden.append(sidecar.Hidden(at, annotation))
            else:
                sheets.add(annotation, results)
        sheets.ask(self._asked(image))
        task: Document = dict(own.get(TASK, {}))
        key = own.get(KEY, IMAGE)
        columns = {name: value for name, value in image.attributes.items() if name != key}
        task[DATA] = {key: image.path} | columns | own.get(DATA, {})
        task |= sheets.written()
        self._count_losses_of_image(image, sheets)
        if self._has_sidecar:
            aside = sidecar.of_image(image, _of_image(image, sheets.says_size), hidden)
            if sheets.is_annotated != image.annotated:
                aside["annotated"] = image.annotated
            own_aside: Document = {"header": sidecar.of_header(self._header)} if self._is_first else {}
            if undeclared := self._undeclared()[known:]:
                own_aside["undeclared"] = undeclared
            task["meta"] = task.get("meta", {}) | {sidecar.KEY: own_aside | {"image": aside}}
        return task

    def _count_losses_of_image(self, image: Image, sheets: _Sheets) -> None:
        self.losses.image(image, _of_image(image, sheets.says_size))
        if sheets.is_annotated != image.annotated:
            self.losses.add("image.annotated", action="dropped", example=image.path)

    def _results(self, annotation: Annotation, image: Image) -> list[Document] | None:
        """The region first, then its attributes; None: it has no place."""
        said = _region(annotation.shape, image, annotation.label)
        if said is None:
            self.losses.add("object", annotation.shape.kind, "dropped", annotation.id)
            return None
        first, becomes, exact = said
        carries = _of_object(annotation)
        self.losses.annotation(annotation, carries)
        if not exact:
            code, action = ("shape", becomes) if becomes else ("precision", "percent in float64")
            self.losses.add(code, annotation.shape.kind, action, annotation.id)
        own = annotation.foreign.get(NAME, {})
        visible = dict(first["value"])
        if annotation.label:
            self._used.label(annotation.label)
            listed = own.get(OWN_LABELS)
            has_more = isinstance(listed, list) and listed[:1] == [annotation.label]
            if not isinstance(annotation.shape, Tag):
                first["value"][first["type"]] = listed if has_more else [annotation.label]
        first["id"] = own.get(OWN_ID, annotation.id)
        first |= {key: value for key, value in own.get(RESULT, {}).items() if key not in _STRUCTURE}
        first["value"] |= {
            key: value for key, value in own.get(VALUE, {}).items() if _is_beside(key, visible, annotation)
        }
        if annotation.origin in ORIGINS:
            first.setdefault("origin", ORIGINS[annotation.origin])
        if annotation.confidence is not None:
            first["score"] = annotation.confidence
        results = [first, *self._attributes(annotation, first, visible)]
        if self._has_sidecar:
            aside = sidecar.of_annotation(annotation, carries, exact=exact, visible=visible)
            if any(self._is_changed(name, value) for name, value in annotation.attributes.items()):
                aside["attributes"] = annotation.attributes
            first["meta"] = first.get("meta", {}) | {sidecar.KEY: aside}
        return results

    def _attributes(self, annotation: Annotation, first: Document, visible: Document) -> list[Document]:
        changed = sum(self._is_changed(name, value) for name, value in annotation.attributes.items())
        if changed:
            self.losses.add("attribute types", "", "text", annotation.id, changed)
        results: list[Document] = []
        # the place of a region is repeated with each of its attributes, but for what is large
        place = {} if "rle" in visible or "choices" in visible else visible
        for name, value in annotation.attributes.items():
            kind, answer = controls.of_attribute(value, name in self._selects)
            self._used.attribute(name, kind, isinstance(value, list))
            asked = {"id": first["id"], "from_name": name, "to_name": first["to_name"], "type": kind}
            results.append(asked | {"value": place | {controls.member(kind): answer}})
        return results

    def _is_changed(self, name: str, value: AttributeValue) -> bool:
        kind, answer = controls.of_attribute(value, name in self._selects)
        is_multiple = self._has_config and isinstance(value, list)
        read = controls.read(kind, {controls.member(kind): answer}, is_multiple)
        return read != value or type(read) is not type(value)

    def _asked(self, image: Image) -> list[Document]:
        """Results about the whole image: its answers and its tags."""
        results: list[Document] = []
        for name, answer in image.answers.items():
            if name not in (controls.TAG, controls.TAGS):
                kind, value = controls.of_answer(answer, self._questions.get(name), self._asked_multiple)
                self._used.question(name, kind)
                results.append(_about(image, len(results), name, kind, value))
        if image.tags:
            self._has_tags = True
            results.append(_about(image, len(results), controls.TAGS, "choices", image.tags))
        return results


class _Sheets:
    """The annotations and predictions of one task, each a list of results."""

    def __init__(self, image: Image, own: Document) -> None:
        self._image = image
        self._own = own
        self._sheets: list[Document] = [_sheet(one) for one in own.get(SHEETS, [])]
        self._predictions: list[Document] = [_sheet(one) for one in own.get(PREDICTIONS, [])]
        if not self._sheets and image.annotated:
            self._sheets.append(_sheet({}))

    @property
    def is_annotated(self) -> bool:
        """Whether a reader takes the image as annotated."""
        return any(not sheet.get("was_cancelled") for sheet in self._sheets)

    @property
    def says_size(self) -> bool:
        return any("original_width" in result for sheet in self._all for result in sheet["result"])

    @property
    def _all(self) -> list[Document]:
        return self._sheets + self._predictions

    def add(self, annotation: Annotation, results: list[Document]) -> None:
        own = annotation.foreign.get(NAME, {})
        if annotation.origin == "model":
            at = own.get(PREDICTION)
            if at is None and not self._image.annotated and SHEET not in own:
                # nobody has looked at the image yet: these are what somebody will look at
                at = 0
                self._predictions = self._predictions or [_sheet({})]
            if type(at) is int and 0 <= at < len(self._predictions):
                for result in results:
                    result.pop("origin", None)
                self._predictions[at]["result"] += results
                return
        if not self._sheets:
            self._sheets.append(_sheet({}))
        sheet: Any = own.get(SHEET)
        is_there = type(sheet) is int and 0 <= sheet < len(self._sheets)
        self._sheets[sheet if is_there else 0]["result"] += results

    def ask(self, results: list[Document]) -> None:
        if results:
            if not self._sheets:
                self._sheets.append(_sheet({}))
            self._sheets[0]["result"] += results

    def written(self) -> Document:
        for sheet in self._all:
            # what was not understood stays where it was: after the rest
            sheet["result"] += sheet.pop(KEPT, [])
        cancelled = self._own.get(CANCELLED, [])
        return {SHEETS: self._sheets + cancelled} | ({PREDICTIONS: self._predictions} if self._predictions else {})


def _sheet(own: Any) -> Document:
    return (dict(own) if isinstance(own, dict) else {}) | {"result": []}


def _region(shape: Shape, image: Image, label: str) -> tuple[Document, str, bool] | None:
    """The result of a shape, what becomes of it, and whether it reads back the same; None: it has no place."""
    size = {"original_width": image.width, "original_height": image.height, "image_rotation": 0}
    if isinstance(shape, Tag):
        about = {"from_name": controls.TAG, "to_name": IMAGE, "type": "choices", "value": {"choices": [label]}}
        return (about | size if image.width > 0 and image.height > 0 else about), "", True
    try:
        kind, value, becomes = regions.written(shape, image.width, image.height)
        read = regions.read(kind, value, image.width, image.height)
    except (Malformed, OverflowError):
        return None
    exact = read == shape
    if not exact and not becomes and isinstance(shape, Mask):
        becomes = regions.SMALLEST_CROP
    type_ = f"{kind}labels" if label else kind
    result = {"from_name": f"shapes_{kind}", "to_name": IMAGE, "type": type_, "value": value} | size
    return result, becomes, exact


def _is_beside(key: str, visible: Document, annotation: Annotation) -> bool:
    """Whether a member of a value is not ours to say; the size of a keypoint on screen is Label Studio's."""
    return key not in visible or (key == "width" and isinstance(annotation.shape, Point))


def _about(image: Image, at: int, name: str, kind: str, value: Any) -> Document:
    result: Document = {
        "id": stable_id(image.path, at, name.encode()),
        "from_name": name,
        "to_name": IMAGE,
        "type": kind,
    }
    if image.width > 0 and image.height > 0:
        result |= {"original_width": image.width, "original_height": image.height, "image_rotation": 0}
    return result | {"value": {controls.member(kind): value}}


def _of_object(annotation: Annotation) -> Carries:
    own = annotation.foreign.get(NAME, {})
    said = CARRIES.annotation - {"id"} if OWN_ID in own else CARRIES.annotation
    if foreigners.is_said(annotation.foreign, (), NAME) and own.keys() <= OF_OBJECT:
        said |= {"foreign"}
    return replace(CARRIES, annotation=said)


def _of_image(image: Image, says_size: bool) -> Carries:
    own = image.foreign.get(NAME, {})
    said = CARRIES.image if says_size else CARRIES.image - {"width", "height"}
    if own.get(KEY, IMAGE) in image.attributes:
        said -= {"attributes"}
    if controls.TAG in image.answers or controls.TAGS in image.answers:
        said -= {"answers"}
    if foreigners.is_said(image.foreign, (), NAME) and own.keys() <= OF_IMAGE | {CANCELLED}:
        said |= {"foreign"}
    return replace(CARRIES, image=said)
