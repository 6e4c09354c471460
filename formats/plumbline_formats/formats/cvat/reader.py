"""Owns reading of CVAT XML 1.1, for images and for video, one image in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import orjson

from plumbline_formats import attributes, documents, markup, sidecar, xml
from plumbline_formats.archive import Source
from plumbline_formats.format import Options
from plumbline_formats.formats.cvat import geometry, objects, schema
from plumbline_formats.formats.cvat.schema import NAME
from plumbline_formats.formats.cvat.tracks import Tracks
from plumbline_formats.inspection import inspect
from plumbline_formats.model import Annotation, AttributeSpec, Header, Image, stable_id
from plumbline_formats.problems import Malformed, Problems, Refused
from plumbline_formats.shapes import Shape, Skeleton
from plumbline_formats.sidecar import KEY

_TAGS = ("meta", "image", "track")
_FIRST_BYTES = 4096


def annotation_files(source: Source) -> list[str]:
    """Names of the files in a source that are CVAT's, by their first bytes."""
    return [name for name in source.names if name[-4:].lower() == ".xml" and b"<annotations" in _start(source, name)]


def _start(source: Source, name: str) -> bytes:
    with source.open(name) as file:
        return file.read(_FIRST_BYTES)


class CvatReader:
    """Reads CVAT XML; see `format.Reader`. The labels of several files are joined, in their order."""

    def __init__(self, source: Source, _options: Options) -> None:
        self.problems = Problems()
        self.header = Header()
        self._source = source
        self._files = annotation_files(source)
        if not self._files:
            raise Refused(f"{source.label} has no XML file with <annotations>: it is no CVAT XML.")
        self._sizes: dict[str, tuple[int, int]] = {}
        for at, file in enumerate(self._files):
            header = self._read_header(file)
            if at == 0:
                self.header = header
            else:
                known = {label.name for label in self.header.labels}
                self.header.labels += [label for label in header.labels if label.name not in known]
        self._specs: dict[str, dict[str, AttributeSpec]] = {
            label.name: {spec.name: spec for spec in label.attributes} for label in self.header.labels
        }
        self._unknown: set[str] = set()

    def __iter__(self) -> Iterator[Image]:
        for file in self._files:
            yield from self._images(file)

    def _read_header(self, file: str) -> Header:
        with self._source.open(file) as stream:
            for _line, element in xml.elements(stream, file, _TAGS):
                if element.tag == "meta":
                    self._sizes[file] = _size(element)
                    return self._restored_header(element, file)
                if element.tag in ("image", "track"):
                    break
        self.problems.note(file, "", "has no <meta> before its images: labels and types of attributes are unknown")
        return Header()

    def _restored_header(self, meta: Element, file: str) -> Header:
        header = schema.read(meta, file, self.problems)
        text = meta.findtext(KEY)
        if text is None:
            return header
        try:
            return sidecar.restored_header(header, orjson.loads(text)["header"])
        except (ValueError, KeyError, TypeError) as error:
            self.problems.error(file, f"meta.{KEY}", f"is a damaged side-car ({error})")
            return header

    def _images(self, file: str) -> Iterator[Image]:
        count = 0
        with self._source.open(file) as stream, Tracks() as tracks:
            for line, element in xml.elements(stream, file, _TAGS):
                if element.tag == "image":
                    image = self._image(element, count, file, line)
                    count += 1
                    if image is not None:
                        yield image
                elif element.tag == "track":
                    self._track(element, tracks, file, line)
            yield from tracks.images(*self._sizes.get(file, (0, 0)))

    def _image(self, element: Element, count: int, file: str, line: int) -> Image | None:
        said = element.attrib
        if not said.get("name"):
            self.problems.error(file, f"line {line}: image.name", "is missing")
            return None
        image = Image(said["name"], subset=said.get("subset", ""))
        for name in ("width", "height"):
            text = said.get(name, "0")
            if text.isdecimal():
                setattr(image, name, int(text))
            else:
                self.problems.error(file, f"line {line}: image.{name}", f"is {text!r}, expected whole pixels")
        kept: dict[str, Any] = {}
        if said.get("id", str(count)) != str(count):
            kept["id"] = said["id"]
        if unknown := {name: value for name, value in said.items() if name not in objects.OF_IMAGE}:
            kept["xml"] = unknown
        aside = self._shapes(element, image, kept, file, line)
        image.foreign = {NAME: kept} if kept else {}
        if aside is None:
            return image
        try:
            return sidecar.restored_image(image, orjson.loads(aside))
        except ValueError as error:
            self.problems.error(file, f"line {line}: image.{KEY}", f"is a damaged side-car ({error})")
            return image

    def _shapes(self, element: Element, image: Image, kept: dict[str, Any], file: str, line: int) -> str | None:
        """Read what is on an image; returns the text of its side-car."""
        aside = None
        for at, child in enumerate(element):
            if child.tag == KEY:
                aside = child.text or ""
            elif child.tag in geometry.NAMES:
                place = f"line {line}: {child.tag}[{at}]"
                annotation = self._object(child, child.attrib, at, image, file, place)
                if annotation is not None:
                    image.annotations.append(annotation)
            else:
                self.problems.note(file, f"line {line}: {child.tag}[{at}]", "has no place in the model; kept for CVAT")
                kept.setdefault("elements", []).append(markup.of_element(child))
        return aside

    def _track(self, track: Element, tracks: Tracks, file: str, line: int) -> None:
        """Each visible shape of a track becomes an object on its frame."""
        number = track.get("id", "")
        common = {name: track.attrib[name] for name in ("label", "source", "group_id") if name in track.attrib}
        for at, child in enumerate(track):
            place = f"line {line}: track.{child.tag}[{at}]"
            frame = child.get("frame", "")
            if child.tag not in geometry.NAMES:
                self.problems.error(file, place, "has no place in the model")
            elif not frame.isdecimal():
                self.problems.error(file, f"{place}.frame", f"is {frame!r}, expected a number")
            elif child.get("outside", "0") != "1":
                said = {name: value for name, value in child.attrib.items() if name not in ("frame", "outside")}
                image = tracks.image(int(frame), *self._sizes.get(file, (0, 0)))
                annotation = self._object(child, common | said | {"track": number}, at, image, file, place)
                if annotation is not None:
                    tracks.add(int(frame), annotation)

    def _object(
        self, element: Element, said: dict[str, str], at: int, image: Image, file: str, place: str
    ) -> Annotation | None:
        try:
            return self._annotation(element, said, at, image, file, place)
        except Malformed as error:
            self.problems.error(file, f"{place}{error.place}", str(error))
            return None

    def _annotation(
        self, element: Element, said: dict[str, str], at: int, image: Image, file: str, place: str
    ) -> Annotation:
        tag, label = element.tag, said.get("label")
        if not label:
            raise Malformed("is missing", ".label")
        nodes = [node.attrib for node in element.iterfind("points")] if tag == "skeleton" else []
        shape: Shape = Skeleton(list(map(geometry.read_node, nodes))) if nodes else geometry.read(tag, said)
        inspect(shape, image, self.problems, file, place)
        visible = geometry.visible(tag, label, said, nodes)
        source = said.get("source", "file")
        identity = stable_id(image.path, at, documents.encode([visible, said.get("track")]))
        annotation = Annotation(identity, label, shape, origin=objects.ORIGINS.get(source, "imported"))
        annotation.group, annotation.z = _whole(said, "group_id"), _whole(said, "z_order")
        annotation.occluded = said.get("occluded") == "1"
        aside = self._inside(element, annotation, said, tag)
        if label not in self._specs and label not in self._unknown:
            self._unknown.add(label)
            self.problems.note(file, f"{place}.label", f"is {label!r}, which <meta> does not declare")
        if aside is not None:
            try:
                return sidecar.restored(annotation, orjson.loads(aside), visible)
            except ValueError as error:
                raise Malformed(f"is a damaged side-car ({error})", getattr(error, "place", f".{KEY}")) from error
        return annotation

    def _inside(self, element: Element, annotation: Annotation, said: dict[str, str], tag: str) -> str | None:
        """Attributes and what is kept for CVAT; returns the text of the side-car."""
        aside = None
        kept: dict[str, Any] = {}
        specs = self._specs.get(annotation.label, {})
        for child in element:
            if child.tag == "attribute" and "name" in child.attrib:
                name, text = child.attrib["name"], child.text or ""
                if name == KEY:
                    aside = text
                else:
                    annotation.attributes[name] = attributes.typed(text, specs.get(name))
            elif not (child.tag == "points" and tag == "skeleton"):
                kept.setdefault("elements", []).append(markup.of_element(child))
        if unknown := objects.unknown(said, tag):
            kept["xml"] = unknown
        source = said.get("source")
        if source is not None and objects.SOURCES[annotation.origin] != source:
            kept["source"] = source
        if tag == "points" and isinstance(annotation.shape, Skeleton):
            kept["points"] = True
        annotation.foreign = {NAME: kept} if kept else {}
        return aside


def _whole(said: dict[str, str], name: str) -> int:
    text = said.get(name, "0")
    try:
        return int(text)
    except ValueError as error:
        raise Malformed(f"is {text!r}, expected a whole number", f".{name}") from error


def _size(meta: Element) -> tuple[int, int]:
    """Pixels of the frames of a video; 0 when it does not say."""
    found = meta.find(".//original_size")
    texts = [("" if found is None else found.findtext(name) or "") for name in ("width", "height")]
    width, height = (int(text) if text.isdecimal() else 0 for text in texts)
    return width, height
