"""Owns writing: a JSON file beside each image, the list of labels, and the side-car of the set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from plumbline_formats import foreigners, lists, sidecar
from plumbline_formats.archive import Target
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.labelme import figures, layout
from plumbline_formats.formats.labelme.figures import Figure
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Annotation, Header, Image
from plumbline_formats.problems import FormatError, Malformed
from plumbline_formats.sidecar import Hidden
from plumbline_formats.sidecar_lines import SidecarLines

_READABLE = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


class LabelmeWriter:
    """See `format.Writer`. Writes `<image>.json`; the images belong beside."""

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        self.losses = LossReport()
        self._target = target
        self._header = header
        self._has_sidecar = bool(options["sidecar"])
        self._labels = dict.fromkeys(label.name for label in header.labels)
        self._names: set[str] = set()
        self._aside = SidecarLines(is_wanted=self._has_sidecar)
        self.losses.header(header, layout.NOTHING)

    def image_name(self, image: Image) -> str:
        return image.path

    def add(self, image: Image) -> None:
        name = layout.document_name(image.path)
        if name.casefold() in self._names:
            raise FormatError(f"{image.path} would have the same file as another image, {name}: rename one of them.")
        self._names.add(name.casefold())
        shapes, hidden = self._shapes(image)
        line: Document = {"path": image.path}
        if image.annotated or shapes:
            self._write(name, image, shapes, hidden)
        else:
            # no file says that nobody has looked at it
            self.losses.image(image, layout.NOTHING)
            line[sidecar.KEY] = sidecar.of_image(image, layout.NOTHING, hidden)
        self._aside.add(line)

    def _write(self, name: str, image: Image, shapes: list[Document], hidden: list[Hidden]) -> None:
        flags, given_back, said = _of_image(image)
        carries = layout.carries(image=frozenset(said))
        self.losses.image(image, carries)
        document: Document = {
            "version": layout.VERSION,
            "flags": flags,
            "shapes": shapes,
            "imagePath": image.path.rpartition("/")[2],
            "imageData": None,
            "imageHeight": image.height or None,
            "imageWidth": image.width or None,
        } | given_back
        aside = sidecar.of_image(image, carries, hidden)
        if not image.annotated:
            self.losses.add("image.annotated", example=image.path)
            aside["annotated"] = False
        if self._has_sidecar:
            document[sidecar.KEY] = aside
        self._target.write(name, orjson.dumps(document, option=_READABLE))

    def _shapes(self, image: Image) -> tuple[list[Document], list[Hidden]]:
        shapes: list[Document] = []
        hidden: list[Hidden] = []
        for at, annotation in enumerate(image.annotations):
            figure = figures.of_shape(annotation.shape, image.width, image.height)
            if figure is None:
                self.losses.add("object", annotation.shape.kind, example=annotation.id)
                hidden.append(Hidden(at, annotation))
            else:
                shapes.append(self._shape(annotation, figure))
        return shapes, hidden

    def _shape(self, annotation: Annotation, figure: Figure) -> Document:
        self._labels.setdefault(annotation.label)
        given_back, is_said = _of_shape(annotation, figure)
        kind = given_back.pop("shape_type", figure.type)
        exact = self._count(annotation, figure, is_said)
        document: Document = {
            "label": annotation.label,
            "points": figure.points,
            "group_id": annotation.group or None,
            "description": "",
            "shape_type": kind,
            "flags": {name: value for name, value in annotation.attributes.items() if isinstance(value, bool)},
            "mask": figure.mask,
        } | given_back
        if self._has_sidecar:
            rest = {name: value for name, value in annotation.attributes.items() if not isinstance(value, bool)}
            carries = layout.carries(frozenset({"foreign"}) if is_said else frozenset())
            document[sidecar.KEY] = sidecar.of_annotation(
                replace(annotation, attributes=rest),
                carries,
                exact=exact,
                visible=[kind, *figure.visible[1:]],
            )
        return document

    def _count(self, annotation: Annotation, figure: Figure, is_said: bool) -> bool:
        """Count what is lost of an object; whether its shape reads back as the very same."""
        said = {"attributes"} | ({"foreign"} if is_said else set())
        self.losses.imported(annotation, layout.carries(frozenset(said)))
        others = sum(not isinstance(value, bool) for value in annotation.attributes.values())
        if others:
            self.losses.add("attributes", example=annotation.id, count=others)
        kind = annotation.shape.kind
        if figure.action:
            self.losses.add("shape", kind, figure.action, annotation.id)
            return False
        try:
            reads = figures.to_shape(figure.type, figure.points, figure.mask)
        except Malformed:
            reads = None
        if reads == annotation.shape:
            return True
        if reads is not None and reads.kind != kind:
            self.losses.add("shape", kind, reads.kind, annotation.id)
        else:
            self.losses.add("precision", kind, "17 digits", annotation.id)
        return False

    def close(self) -> None:
        self._target.write(lists.LABELS, lists.write(self._labels))
        of_set = {"header": sidecar.of_header(self._header), "labels": list(self._labels)}
        self._aside.write(self._target, layout.SIDECAR_FILE, of_set)


def _of_image(image: Image) -> tuple[dict[str, bool], Document, set[str]]:
    """Flags, keys that are given back, and which fields that says."""
    kept = dict(image.foreign.get(layout.NAME, {}))
    unset = kept.pop("flags", {})
    unset = {name: False for name, value in unset.items() if value is False} if isinstance(unset, dict) else {}
    flags = dict.fromkeys(image.tags, True)
    said = {"tags"} if len(flags) == len(image.tags) else set[str]()
    known = layout.FILE_KEYS - {"version"}
    if not kept.keys() & known and (kept or unset) and image.foreign.keys() == {layout.NAME}:
        said.add("foreign")
    return unset | flags, {key: value for key, value in kept.items() if key not in known}, said


def _of_shape(annotation: Annotation, figure: Figure) -> tuple[dict[str, Any], bool]:
    """Keys that are given back, and whether that is all that is foreign."""
    kept = annotation.foreign.get(layout.NAME, {})
    known = set(layout.SHAPE_KEYS)
    if kept.get("shape_type") == "line" and figure.type == "linestrip" and len(figure.points) == 2:
        known.discard("shape_type")
    if type(kept.get("group_id")) is int and kept["group_id"] == 0 and annotation.group:
        known.discard("group_id")
    given_back = foreigners.given_back(annotation.foreign, known, layout.NAME)
    return given_back, foreigners.is_said(annotation.foreign, known, layout.NAME) and bool(annotation.foreign)
