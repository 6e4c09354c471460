"""Owns reading of Pascal VOC folders, one XML file at a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from posixpath import splitext
from typing import Any
from xml.etree.ElementTree import Element

import orjson

from plumbline_formats import documents, markup, sidecar, xml
from plumbline_formats.archive import Source
from plumbline_formats.format import Options
from plumbline_formats.formats.voc import labelmap, layout, objects, plain
from plumbline_formats.formats.voc.layout import NAME, Layout
from plumbline_formats.formats.voc.objects import CORNERS, FLAGS, KNOWN, POSE, Scale
from plumbline_formats.formats.voc.plain import PlainImage
from plumbline_formats.formats.voc.stencils import Stencil, Stencils
from plumbline_formats.inspection import inspect
from plumbline_formats.model import Annotation, AttributeValue, Header, Image, stable_id
from plumbline_formats.problems import Malformed, Problems, Refused
from plumbline_formats.shapes import Box
from plumbline_formats.sidecar import KEY

_PLAIN = frozenset({"name", "pose", "bndbox", *FLAGS})
_OF_IMAGE = frozenset({"filename", "size", "segmented", "object", KEY})
_BASES = {"one": 1, "zero": 0}
_DEPTH = "3"
_BASE_QUESTION = (
    "has a fraction or a 0, which pixels counted from 1 cannot have; taken as counted from 1 all the same: if the tool"
    " that wrote it counts from 0, import again with coord_base=zero"
)


class VocReader:
    """Reads Pascal VOC folders; see `format.Reader`."""

    def __init__(self, source: Source, options: Options) -> None:
        self.problems = Problems()
        self._source = source
        self._base = str(options["coord_base"])
        self._is_asked = False
        self._layout = Layout(source, self.problems)
        self.header = Header()
        self._unseen: dict[str, Image] = {}
        self._read_labelmap()
        self._read_sidecar()
        self._labels = {label.name for label in self.header.labels}
        self._stencils = Stencils(source, self._layout, self.header.labels, self.problems)

    def __iter__(self) -> Iterator[Image]:
        for stem in self._layout.stems():
            name = self._layout.annotations.get(stem)
            if name is None:
                yield self._without_file(stem)
            elif (image := self._image(stem, name)) is not None:
                yield image

    def _read_labelmap(self) -> None:
        if (name := self._layout.member(layout.LABELMAP)) is not None:
            self.header.labels = labelmap.read(self._source.read(name), name, self.problems)

    def _read_sidecar(self) -> None:
        if (name := self._layout.member(layout.SIDECAR)) is None:
            return
        for number, line in enumerate(self._source.read(name).split(b"\n"), 1):
            if not line:
                continue
            try:
                document = orjson.loads(line)
                if "header" in document:
                    self.header = sidecar.restored_header(self.header, document["header"])
                else:
                    image = documents.to_image(document["image"])
                    self._unseen[splitext(image.path)[0]] = image
            except (Malformed, ValueError, KeyError, TypeError) as error:
                self.problems.error(name, f"line {number}", f"is a damaged side-car ({error})")

    def _without_file(self, stem: str) -> Image:
        """An image that is only listed: nobody has looked at it, unless there are masks of it."""
        subset, foreign = self._subset(stem)
        image = self._unseen.pop(stem, None)
        if image is None:
            image = Image(self._layout.image(stem), annotated=False, foreign=foreign)
            if (stencil := self._stencils.of(stem, image.path)) is not None:
                image.width, image.height, image.annotated = stencil.width, stencil.height, True
                image.annotations = stencil.rest([])
        if layout.set_name(image.subset) != layout.set_name(subset) and subset:
            image.subset = subset
        return image

    def _subset(self, stem: str) -> tuple[str, dict[str, Any]]:
        sets = self._layout.sets.get(stem)
        if not sets:
            return "", {}
        return layout.subset_of(sets[0]), {NAME: {"sets": sets[1:]}} if len(sets) > 1 else {}

    def _image(self, stem: str, file: str) -> Image | None:
        content = self._source.read(file)
        if not self._stencils.is_there and (found := plain.read(content)) is not None:
            return self._plain_image(found, stem, file)
        try:
            root = xml.parse(content, file)
        except Refused as error:
            self.problems.error(file, "", str(error))
            return None
        if root.tag != "annotation":
            self.problems.error(file, "", f"is <{root.tag}>, expected <annotation>")
            return None
        aside = self._aside(root, file)
        image = Image(self._path(root.findtext("filename") or "", stem, file))
        image.subset, image.foreign = self._subset(stem)
        self._read_image(root, image, file)
        scale = self._scale(aside, file)
        image.annotations = self._objects(root, image, scale, stem, file)
        if aside is not None:
            try:
                return sidecar.restored_image(image, aside)
            except Malformed as error:
                self.problems.error(file, KEY, str(error))
        return image

    def _plain_image(self, found: PlainImage, stem: str, file: str) -> Image:
        subset, foreign = self._subset(stem)
        image = Image(self._path(found.name, stem, file), found.width, found.height, subset=subset, foreign=foreign)
        kept: dict[str, Any] = {} if found.depth == _DEPTH else {"depth": found.depth}
        if found.others:
            kept["elements"] = orjson.loads(_elements(found.others))
        self._keep(image, kept)
        scale = self._scale(None, file)
        for at, (label, truncated, occluded, difficult, *ends) in enumerate(found.objects):
            try:
                box = scale.box(*ends)
            except Malformed as error:
                self.problems.error(file, f"object[{at}]{error.place}", str(error))
                continue
            annotation = self._made(image, at, label, box, " ".join(ends), file)
            annotation.truncated = truncated == "1"
            annotation.occluded = occluded == "1"
            annotation.difficult = difficult == "1"
            image.annotations.append(annotation)
        return image

    def _aside(self, root: Element, file: str) -> Any:
        text = root.findtext(KEY)
        if text is None:
            return None
        try:
            return orjson.loads(text)
        except ValueError as error:
            self.problems.error(file, KEY, f"is a damaged side-car ({error})")
            return None

    def _scale(self, aside: Any, file: str) -> Scale:
        options = aside.pop("options", {}) if isinstance(aside, dict) else {}
        base = options.get("coord_base") if isinstance(options, dict) else None
        if base not in _BASES:
            base = self._base
        elif self._base not in ("auto", base):
            self.problems.note(file, KEY, f"says coord_base={base}; read with {self._base}, as you said")
            base = self._base
        self._is_asked = self._is_asked or base != "auto"
        return Scale(_BASES.get(str(base), 1), None)

    def _path(self, said: str, stem: str, file: str) -> str:
        name = said.strip("\r\n\t")
        folder, _, last = stem.rpartition("/")
        start = splitext(name)[0]
        if start == stem:
            return name
        if start == last and name:
            return f"{folder}/{name}"
        path = self._layout.image(stem)
        if name:
            self.problems.note(
                file, "filename", f"says {name!r}; the image is taken to be {path!r}, as the file is named"
            )
        return path

    def _read_image(self, root: Element, image: Image, file: str) -> None:
        kept: dict[str, Any] = {}
        size = root.find("size")
        if size is not None:
            for name in ("width", "height"):
                text = size.findtext(name)
                if text is not None and text.strip().isdecimal():
                    setattr(image, name, int(text))
                else:
                    self.problems.error(file, f"size.{name}", f"is {text!r}, expected whole pixels")
            depth = size.findtext("depth")
            if depth is not None and depth != _DEPTH:
                kept["depth"] = depth
        for child in root:
            if child.tag not in _OF_IMAGE and not (child.tag == "folder" and child.text == layout.IMAGES):
                kept.setdefault("elements", []).append(markup.of_element(child))
        self._keep(image, kept)

    def _keep(self, image: Image, kept: dict[str, Any]) -> None:
        if kept:
            image.foreign = {NAME: image.foreign.get(NAME, {}) | kept}

    def _objects(self, root: Element, image: Image, scale: Scale, stem: str, file: str) -> list[Annotation]:
        stencil = self._stencils.of(stem, image.path)
        taken: list[Annotation] = []
        numbers: list[int] = []
        for at, element in enumerate(root.iterfind("object")):
            try:
                taken.append(self._object(element, at, image, scale, file, stencil))
            except Malformed as error:
                self.problems.error(file, f"object[{at}]{error.place}", str(error))
            numbers.append(at + 1)
        return taken + (stencil.rest(numbers) if stencil else [])

    def _object(
        self, element: Element, at: int, image: Image, scale: Scale, file: str, stencil: Stencil | None
    ) -> Annotation:
        said = {child.tag: child.text for child in element}
        label, around = said.get("name"), element.find("bndbox")
        if not label:
            raise Malformed("is missing", ".name")
        if around is None:
            raise Malformed("is missing", ".bndbox")
        ends = {child.tag: child.text for child in around}
        xmin, ymin, xmax, ymax = corners = tuple(map(ends.get, CORNERS))
        box = scale.box(xmin, ymin, xmax, ymax)
        annotation = self._made(image, at, label, box, f"{xmin} {ymin} {xmax} {ymax}", file)
        for flag in FLAGS:
            text = said.get(flag, "0")
            if text != "0":
                self._flag(annotation, flag, text, at, file)
        is_plain = len(said) == len(element) and said.keys() <= _PLAIN and said.get("pose", POSE) == POSE
        seen: list[Any] = [label, *corners]
        if stencil is not None and (mask := stencil.mask(at + 1)) is not None:
            if (mask.left, mask.top, mask.width, mask.height) != (box.x, box.y, box.width, box.height):
                annotation.foreign = {NAME: {"bndbox": list(corners)}}
            annotation.shape = mask
            seen.append(documents.of_shape(mask))
        return annotation if is_plain else self._rest(annotation, element, seen)

    def _made(self, image: Image, at: int, label: str, box: Box, written: str, file: str) -> Annotation:
        """The object of a box, with what people should know of it."""
        if not self._is_asked and objects.is_suspect(written, box):
            self._is_asked = True
            self.problems.note(file, f"object[{at}].bndbox", _BASE_QUESTION)
        inspect(box, image, self.problems, file, f"object[{at}].bndbox")
        if label not in self._labels and self._labels:
            self._labels.add(label)
            self.problems.note(file, f"object[{at}].name", f"is {label!r}, which labelmap.txt does not have")
        identity = stable_id(image.path, at, f"{label}\0{written}".encode())
        return Annotation(identity, label, box, origin="imported")

    def _flag(self, annotation: Annotation, flag: str, text: str | None, at: int, file: str) -> None:
        if (text or "").strip() == "1":
            setattr(annotation, flag, True)
        elif (text or "").strip() != "0":
            self.problems.error(file, f"object[{at}].{flag}", f"is {text!r}, expected 0 or 1; not taken")

    def _rest(self, annotation: Annotation, element: Element, seen: list[Any]) -> Annotation:
        """What most objects do not have: attributes, another pose, elements of other tools, our side-car."""
        kept: dict[str, Any] = {}
        single: set[str] = set()
        aside = None
        for child in element:
            if child.tag not in KNOWN:
                kept.setdefault("elements", []).append(markup.of_element(child))
                continue
            if child.tag in single:
                raise Malformed("is there twice", f".{child.tag}")
            single.add(child.tag)
            if child.tag == "attributes":
                annotation.attributes = _attributes(child)
            elif child.tag == "pose" and child.text and child.text != POSE:
                kept["pose"] = child.text
            elif child.tag == KEY:
                aside = child.text or ""
        if kept:
            annotation.foreign = {NAME: annotation.foreign.get(NAME, {}) | kept}
        if aside is None:
            return annotation
        annotation.origin = "human"
        try:
            return sidecar.restored(annotation, orjson.loads(aside), seen)
        except ValueError as error:
            raise Malformed(f"is a damaged side-car ({error})", getattr(error, "place", f".{KEY}")) from error


@lru_cache(maxsize=16)
def _elements(text: str) -> bytes:
    """Elements of other tools as JSON, which are the same in all files of a set."""
    root = xml.parse(f"<annotation>{text}</annotation>".encode(), "")
    return orjson.dumps([markup.of_element(child) for child in root])


def _attributes(element: Element) -> dict[str, AttributeValue]:
    found: dict[str, AttributeValue] = {}
    for at, child in enumerate(element):
        name = child.findtext("name")
        if name is None:
            raise Malformed("is missing", f".attributes[{at}].name")
        found[name] = child.findtext("value") or ""
    return found
