"""Owns writing of CVAT XML 1.1 for images, shape by shape, in the order of attributes that CVAT itself keeps."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from posixpath import splitext
from typing import Any

from plumbline_formats import attributes, decimals, documents, markup, masks, sidecar, xml
from plumbline_formats.archive import Target
from plumbline_formats.format import Options
from plumbline_formats.formats.cvat import geometry, objects, schema
from plumbline_formats.formats.cvat.objects import CARRIES, SOURCES
from plumbline_formats.formats.cvat.schema import NAME
from plumbline_formats.losses import Carries, LossReport
from plumbline_formats.model import Annotation, AttributeSpec, AttributeValue, Header, Image
from plumbline_formats.problems import FormatError, Malformed, Problems
from plumbline_formats.shapes import Polygon, Shape, Skeleton
from plumbline_formats.sidecar import KEY, Hidden

FILE = "annotations.xml"
_START = '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n'


class CvatWriter:
    """Writes CVAT XML; see `format.Writer`. Keeps the name of each image, since CVAT finds images by it."""

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        self.losses = LossReport()
        self._is_beside = bool(options["sidecar"])
        self._places = decimals.places(options["decimals"])
        self._action = decimals.action(self._places)
        self._stems: set[str] = set()
        self._count = 0
        aside = {"header": sidecar.of_header(header), "options": {"decimals": options["decimals"]}}
        side = f"    <{KEY}>{markup.side_car(aside)}</{KEY}>\n" if self._is_beside else ""
        self._specs = self._say_header(header)
        self._file = target.open(FILE)
        self._file.write((_START + schema.write(header, side)).encode())

    def image_name(self, image: Image) -> str:
        return f"images/{image.path}"

    def add(self, image: Image) -> None:
        self._claim(image)
        said = CARRIES.image if markup.is_sayable(image.subset) else CARRIES.image - {"subset"}
        if image.foreign and objects.image_says_foreign(image.foreign):
            said |= {"foreign"}
        carries = replace(CARRIES, image=said)
        self.losses.image(image, carries)
        if not image.annotated:
            self.losses.add("image.annotated", example=image.path)
        written, hidden = self._objects(image)
        kept = image.foreign[NAME] if "foreign" in said and image.foreign else {}
        side = ""
        if self._is_beside:
            aside = sidecar.of_image(image, carries, hidden) | ({} if image.annotated else {"annotated": False})
            side = f"    <{KEY}>{markup.side_car(aside)}</{KEY}>\n" if aside else ""
        subset = f' subset="{markup.quote(image.subset)}"' if image.subset and "subset" in said else ""
        start = (
            f'  <image id="{markup.quote(kept.get("id", str(self._count)))}" name="{markup.quote(image.path)}"{subset}'
            f' width="{image.width}" height="{image.height}"{markup.attributes(kept.get("xml", {}))}>\n'
        )
        elements = markup.elements(kept.get("elements", ()), "    ")
        self._file.write(f"{start}{''.join(written)}{elements}{side}  </image>\n".encode())
        self._count += 1

    def close(self) -> None:
        self._file.write(b"</annotations>\n")
        self._file.close()

    def _claim(self, image: Image) -> None:
        stem = splitext(image.path)[0]
        if not markup.is_sayable(image.path):
            raise FormatError(f"{image.path!r} has a character that XML cannot say: rename the image.")
        if stem in self._stems:
            raise FormatError(
                f"{image.path!r} is the second image called {stem!r}; CVAT finds images by their names without the"
                " ending: rename one."
            )
        self._stems.add(stem)

    def _say_header(self, header: Header) -> dict[str, dict[str, AttributeSpec]]:
        """Count what reading back shows to be lost; returns the attributes of labels as they read back."""
        for label in header.labels:
            if not label.name or not all(map(markup.is_sayable, (label.name, label.parent, *label.nodes))):
                raise FormatError(f"Label {label.name!r} has a character that XML cannot say: rename it.")
        written = schema.write(header, "")
        read = schema.read(xml.parse(written.encode(), FILE), FILE, Problems())
        said = {name for name in ("name", "foreign") if getattr(read, name) == getattr(header, name)}
        self.losses.header(replace(header, labels=[]), replace(CARRIES, header=frozenset(said)))
        found = {label.name: label for label in read.labels}
        for label in header.labels:
            other = found.get(label.name)
            for name in type(label).__slots__:
                is_same = other is not None and getattr(other, name) == getattr(label, name)
                if not is_same and (name != "foreign" or label.foreign):
                    self.losses.add(f"label.{name}", example=label.name)
        return {label.name: {spec.name: spec for spec in label.attributes} for label in read.labels}

    def _objects(self, image: Image) -> tuple[list[str], list[Hidden]]:
        written: list[str] = []
        hidden: list[Hidden] = []
        for at, annotation in enumerate(image.annotations):
            shape = _sayable(annotation.shape, image)
            if shape is None:
                hidden.append(Hidden(at, annotation))
                self.losses.add("object", annotation.shape.kind, example=annotation.id)
                continue
            if shape is not annotation.shape:
                self.losses.add("shape", annotation.shape.kind, "mask", annotation.id)
            written.append(self._object(annotation, shape))
        return written, hidden

    def _object(self, annotation: Annotation, shape: Shape) -> str:
        if not markup.is_sayable(annotation.label):
            raise FormatError(f"Label {annotation.label!r} has a character that XML cannot say: rename it.")
        nodes: list[dict[str, str]] = []
        where: dict[str, str] = {}
        if isinstance(shape, Skeleton) and not _is_points(annotation, shape):
            tag = "skeleton"
            nodes = [geometry.write_node(node, self._places) for node in shape.nodes]
            read: Shape = Skeleton(list(map(geometry.read_node, nodes)))
        else:
            tag, where = geometry.write(shape, self._places)
            read = geometry.read(tag, where)
        if read != shape:
            self.losses.add("precision", shape.kind, self._action, annotation.id)
        is_kept = bool(annotation.foreign) and objects.says_foreign(annotation, tag)
        said = (objects.FIELDS | {"foreign"} if is_kept else objects.FIELDS) - objects.UNSAID.get(tag, frozenset())
        carries = _carries(said)
        self.losses.annotation(annotation, carries)
        texts, all_said = self._attributes(annotation)
        side: dict[str, Any] | None = None
        if self._is_beside:
            kept = carries if all_said else _carries(said - {"attributes"})
            visible = geometry.visible(tag, annotation.label, where, nodes)
            side = sidecar.of_annotation(annotation, kept, exact=read == annotation.shape, visible=visible)
        return _element(annotation, tag, where, nodes, texts, side, is_kept)

    def _attributes(self, annotation: Annotation) -> tuple[dict[str, str], bool]:
        """The attributes as text, and whether they read back as they are."""
        texts: dict[str, str] = {}
        specs = self._specs.get(annotation.label, {})
        dropped = changed = 0
        for name, value in annotation.attributes.items():
            text = attributes.as_text(value)
            if name == KEY or not markup.is_sayable(name) or not markup.is_sayable(text):
                dropped += 1
                continue
            texts[name] = text
            changed += not _same(attributes.typed(text, specs.get(name)), value)
        if dropped:
            self.losses.add("attributes", example=annotation.id, count=dropped)
        if changed:
            self.losses.add("attribute types", "", "text", annotation.id, changed)
        return texts, not dropped and not changed


@lru_cache(64)
def _carries(said: frozenset[str]) -> Carries:
    return replace(CARRIES, annotation=said)


def _same(one: AttributeValue, other: AttributeValue) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _is_points(annotation: Annotation, shape: Skeleton) -> bool:
    return annotation.foreign.get(NAME, {}).get("points") is True and geometry.is_points(shape)


def _sayable(shape: Shape, image: Image) -> Shape | None:
    """The shape itself, the mask that a polygon with holes or of several parts becomes, or None."""
    if isinstance(shape, Skeleton) and not shape.nodes:
        return None
    if not isinstance(shape, Polygon) or (len(shape.parts) == 1 and not shape.parts[0].holes):
        return shape
    try:
        mask = masks.of_polygon(shape, image.width, image.height)
    except Malformed:
        return None
    return mask if mask.counts else None


def _element(
    annotation: Annotation,
    tag: str,
    where: dict[str, str],
    nodes: list[dict[str, str]],
    texts: dict[str, str],
    side: documents.Document | None,
    is_kept: bool,
) -> str:
    kept = annotation.foreign[NAME] if is_kept else {}
    source = kept.get("source", SOURCES[annotation.origin])
    said = [f'label="{markup.quote(annotation.label)}" source="{markup.quote(source)}"']
    if tag not in ("tag", "skeleton"):
        said.append(f'occluded="{annotation.occluded:d}"')
    turn = {name: value for name, value in where.items() if name == "rotation"}
    said += [f'{name}="{value}"' for name, value in where.items() if name not in turn]
    said += [f'rotation="{value}"' for value in turn.values()]
    if tag != "tag":
        said.append(f'z_order="{annotation.z}"')
    if annotation.group:
        said.append(f'group_id="{annotation.group}"')
    inside = "".join(f"      <points{markup.attributes(node)}>\n      </points>\n" for node in nodes)
    inside += "".join(_attribute(name, text) for name, text in texts.items())
    if side is not None:
        inside += f'      <attribute name="{KEY}">{markup.side_car(side)}</attribute>\n'
    inside += markup.elements(kept.get("elements", ()), "      ")
    return f"    <{tag} {' '.join(said)}{markup.attributes(kept.get('xml', {}))}>\n{inside}    </{tag}>\n"


def _attribute(name: str, text: str) -> str:
    return f'      <attribute name="{markup.quote(name)}">{markup.escape(text)}</attribute>\n'
