"""Owns writing Datumaro's JSON: one file per subset, written while images of all subsets come interleaved."""

from __future__ import annotations

from dataclasses import fields, replace
from hashlib import blake2b
from pathlib import PurePosixPath

import orjson

from plumbline_formats import archive, foreigners, sidecar
from plumbline_formats.archive import SingleTarget, Target
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.datumaro import forms, labels
from plumbline_formats.formats.datumaro.labels import NAME
from plumbline_formats.losses import Carries, LossReport
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import FormatError, Malformed
from plumbline_formats.shapes import Mask, Shape, Skeleton, Tag
from plumbline_formats.spool import Spool

DEFAULT = "default"
CARRIES = Carries(
    annotation=frozenset({"attributes", "group", "z"}),
    image=frozenset({"width", "height", "subset", "answers", "attributes"}),
    label=frozenset({"color", "parent", "attributes", "nodes", "edges"}),
    header=frozenset({"name", "description"}),
    kinds={
        "tag": "",
        "box": "",
        "rotated_box": forms.POLYGON_OF_BOX,
        "polygon": forms.MASK_OF_POLYGON,
        "polyline": "",
        "point": "",
        "skeleton": "",
        "ellipse": forms.POLYGON_OF_ELLIPSE,
        "mask": "",
    },
)
# Members that we write; others come from files of Datumaro.
ITEM = frozenset({"id", "annotations", "attr", "image", sidecar.KEY})
OBJECT = frozenset(
    {"id", "type", "attributes", "group", "label_id", "z_order", "bbox", "points", "visibility", "rle", sidecar.KEY}
)
# Of these, what Datumaro says is kept too: numbers of its own, and attributes of types that the model has not.
OWN_ID, OTHER_ATTRIBUTES, KEPT_OBJECTS, OWN_IMAGE = "id", "attributes", "annotations", "image"


class DatumaroWriter:
    """Writes a file for each subset; see `format.Writer`. Items wait in temporary files until `close`."""

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        self.losses = LossReport()
        self._target = target
        self._header = header
        self._has_sidecar = options["sidecar"] is True
        self._labels = list(header.labels)
        self._numbers = {label.name: at for at, label in enumerate(self._labels)}
        self._spools: dict[str, Spool] = {}
        self._ids: set[bytes] = set()
        self._count = 0

    def add(self, image: Image) -> None:
        subset = _file_of(image)
        archive.check_name(image.path)
        spool = self._spools.get(subset)
        if spool is None:
            spool = self._spools[subset] = Spool()
        item = self._item(image, subset)
        spool.add(orjson.dumps(item))
        self._count += 1

    def close(self) -> None:
        self._count_losses_of_header()
        for subset, spool in (self._spools or {DEFAULT: Spool()}).items():
            with self._target.open(f"annotations/{subset}.json") as file:
                file.write(orjson.dumps(self._head(subset))[:-1] + b',"items":[')
                spool.pour(file)
                file.write(b"\n]}\n")

    def image_name(self, image: Image) -> str:
        return f"images/{_file_of(image)}/{image.path}"

    def _head(self, subset: str) -> Document:
        infos = labels.infos(self._header)
        if isinstance(self._target, SingleTarget):
            # the name of the only file is not ours to choose
            infos["subset"] = subset
        rest = {
            key: value
            for key, value in self._header.foreign.get(NAME, {}).items()
            if key not in labels.PLACES and key not in MEMBERS
        }
        head = {"dm_format_version": "1.0", "media_type": 2, "infos": infos} | rest
        head["categories"] = labels.categories(self._labels, self._header)
        if self._has_sidecar:
            head[sidecar.KEY] = {"header": sidecar.of_header(self._header), "labels": len(self._header.labels)}
        return head

    def _count_losses_of_header(self) -> None:
        said = labels.read_header(self._head(DEFAULT), MEMBERS)
        own = CARRIES.header | ({"foreign"} if said.foreign == self._header.foreign else set())
        all_of_label = frozenset(field.name for field in fields(Label))
        self.losses.header(self._header, replace(CARRIES, header=frozenset(own), label=all_of_label))
        for label, read in zip(self._header.labels, said.labels, strict=False):
            for name in Label.__slots__:
                if getattr(label, name) != getattr(read, name):
                    action = "names only" if name == "attributes" else "dropped"
                    self.losses.add(f"label.{name}", action=action, example=label.name)

    def _item(self, image: Image, subset: str) -> Document:
        carries = _of_image(image)
        self.losses.image(image, carries)
        if not image.annotated:
            self.losses.add("image.annotated", example=image.path)
        hidden: list[sidecar.Hidden] = []
        objects = _captions(image)
        for at, annotation in enumerate(image.annotations):
            said = self._object(annotation, image)
            if said is None:
                hidden.append(sidecar.Hidden(at, annotation))
            else:
                objects.append(said)
        own = image.foreign.get(NAME, {})
        objects += own.get(KEPT_OBJECTS, [])
        item = foreigners.given_back(image.foreign, ITEM, NAME)
        item |= {"id": self._item_id(image, subset), "annotations": objects}
        if image.attributes or "attr" in own:
            item["attr"] = own.get("attr", {}) | image.attributes
        item["image"] = own.get(OWN_IMAGE, {}) | {"path": image.path}
        if image.width or image.height:
            item["image"]["size"] = [image.height, image.width]
        if self._has_sidecar:
            aside = sidecar.of_image(image, carries, hidden) | ({} if image.annotated else {"annotated": False})
            item[sidecar.KEY] = {"at": self._count, "image": aside}
        return item

    def _item_id(self, image: Image, subset: str) -> str:
        """Relative, as Datumaro reads nothing else; the name with its ending when two differ in that alone."""
        own = image.foreign.get(NAME, {}).get(OWN_ID)
        stem = str(PurePosixPath(image.path).with_suffix(""))
        for name in (own, stem, image.path):
            if isinstance(name, str):
                digest = blake2b(f"{subset}/{name}".encode(), digest_size=12).digest()
                if digest not in self._ids:
                    self._ids.add(digest)
                    return name
        raise FormatError(f"{image.path!r} is there twice in subset {subset!r}: Datumaro cannot tell them apart.")

    def _object(self, annotation: Annotation, image: Image) -> Document | None:
        number = self._number(annotation.label)
        nodes = self._labels[number].nodes if number is not None else []
        said = _form(annotation.shape, image, nodes)
        if said is None:
            self.losses.add("object", annotation.shape.kind, "dropped", annotation.id)
            return None
        form, becomes, exact = said
        carries = _of_object(annotation)
        self.losses.imported(annotation, carries)
        if not exact:
            code = "shape" if becomes else "precision"
            action = becomes or "last digits of float64"
            self.losses.add(code, annotation.shape.kind, action, annotation.id)
        own = annotation.foreign.get(NAME, {})
        document = {
            "id": own.get(OWN_ID, 0),
            "type": form["type"],
            "attributes": own.get(OTHER_ATTRIBUTES, {}) | annotation.attributes,
            "group": annotation.group,
            "label_id": number,
        }
        document |= form
        if not isinstance(annotation.shape, Tag):
            document["z_order"] = annotation.z
        document |= foreigners.given_back(annotation.foreign, OBJECT, NAME)
        if self._has_sidecar:
            document[sidecar.KEY] = sidecar.of_annotation(annotation, carries, exact=exact, visible=form)
        return document

    def _number(self, name: str) -> int | None:
        """Position of a label; one that the header does not declare comes after those that it does."""
        if name and name not in self._numbers:
            self._numbers[name] = len(self._labels)
            self._labels.append(Label(name))
        return self._numbers.get(name)


MEMBERS = frozenset({"dm_format_version", "media_type", "infos", "info", "categories", "items", sidecar.KEY})


def _file_of(image: Image) -> str:
    subset = image.subset or DEFAULT
    if "/" in subset or "\\" in subset:
        raise FormatError(f"Subset {subset!r} has a slash, which Datumaro does not allow: rename it.")
    return subset


def _form(shape: Shape, image: Image, nodes: list[str]) -> tuple[Document, str, bool] | None:
    """Members that say the shape, what becomes of it, and whether it reads back the same; None: it has no place."""
    try:
        form, becomes = forms.written(shape, image.width, image.height)
        # what a number that is none becomes is only seen in the written form
        read = forms.read(form, nodes)
    except (Malformed, OverflowError):
        return None
    exact = read == shape
    if not exact and not becomes:
        becomes = _CHANGES.get(type(shape), "")
    return form, becomes, exact


_CHANGES: dict[type, str] = {Mask: forms.SMALLEST_CROP, Skeleton: forms.NAMES_OF_LABEL}


def _of_image(image: Image) -> Carries:
    said = CARRIES.image
    if image.subset == DEFAULT:
        said -= {"subset"}
    return replace(CARRIES, image=said | _if_said(image, ITEM - {OWN_ID, "attr", OWN_IMAGE, KEPT_OBJECTS}))


def _of_object(annotation: Annotation) -> Carries:
    said = CARRIES.annotation | _if_said(annotation, OBJECT - {OWN_ID, OTHER_ATTRIBUTES})
    return replace(CARRIES, annotation=said - {"z"} if isinstance(annotation.shape, Tag) else said)


def _if_said(thing: Image | Annotation, known: frozenset[str]) -> frozenset[str]:
    return frozenset({"foreign"}) if foreigners.is_said(thing.foreign, known, NAME) else frozenset()


def _captions(image: Image) -> list[Document]:
    """Answers: the question is an attribute of the caption."""
    return [
        {"id": 0, "type": "caption", "attributes": {"question": question}, "group": 0, "caption": answer}
        for question, answer in image.answers.items()
    ]
