"""Owns writing a Zillin file: the heading in Zillin's order, then images in a form of ours in the same style."""

from __future__ import annotations

from dataclasses import fields, replace

import orjson

from plumbline_formats import archive, foreigners, sidecar
from plumbline_formats.archive import Target
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.zillin import heading, marks
from plumbline_formats.formats.zillin.heading import NAME
from plumbline_formats.losses import Carries, LossReport
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Shape
from plumbline_formats.spool import Spool

FILE = "zillin.json"
CARRIES = Carries(
    annotation=frozenset({"id"}),
    image=frozenset({"width", "height", "sha256", "subset", "answers", "state"}),
    label=frozenset({"color"}),
    header=frozenset({"name", "questions", "versions"}),
    kinds={
        "box": "",
        "rotated_box": "",
        "polygon": marks.BRUSH_OF_POLYGON,
        "polyline": "",
        "point": "",
        "ellipse": marks.POLYGON_OF_ELLIPSE,
        "mask": "",
    },
)
IMAGE = frozenset(
    {"FileName", "Width", "Height", "Sha256", "Set", "Status", "Answers", "Annotations", sidecar.KEY},
)
# Kept where it is no UUID.
OWN_ID = "Id"
OBJECT = frozenset({OWN_ID, "Tool", "Type", sidecar.KEY})
FINISHED, ACCEPTED = "Finished", "ACCEPTED"
_BOM = b"\xef\xbb\xbf"


class ZillinWriter:
    """Writes one file; see `format.Writer`. Images wait in a temporary file, since tools in use come before them."""

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        self.losses = LossReport()
        self._target = target
        self._header = header
        self._has_sidecar = options["sidecar"] is True
        self._labels = list(header.labels)
        self._names = {label.name for label in header.labels}
        self._used: dict[str, set[str]] = {}
        self._points = 0
        self._spool = Spool()

    def add(self, image: Image) -> None:
        archive.check_name(image.path)
        document = self._image(image)
        self._spool.add(orjson.dumps(document))

    def close(self) -> None:
        head = heading.written(self._header, self._labels, self._used, self._points)
        self._count_losses_of_header(head)
        if self._has_sidecar:
            undeclared = len(self._labels) - len(self._header.labels)
            head[sidecar.KEY] = {"header": sidecar.of_header(self._header), "undeclared": undeclared}
        with self._target.open(FILE) as file:
            file.write(_BOM + orjson.dumps(head)[:-1] + b',"Images":[')
            self._spool.pour(file)
            file.write(b"\n]}\n")

    def image_name(self, image: Image) -> str:
        return f"images/{image.path}"

    def _count_losses_of_header(self, head: Document) -> None:
        """By reading what is written."""
        read, _strange = heading.read(head, head["Tools"], head["Questions"])
        same = {
            field.name for field in fields(Header) if getattr(read, field.name) == getattr(self._header, field.name)
        }
        every = frozenset(field.name for field in fields(Label))
        self.losses.header(self._header, replace(CARRIES, header=frozenset(same), label=every))
        found = {label.name: label for label in read.labels}
        for label in self._header.labels:
            for name in Label.__slots__:
                if getattr(label, name) != getattr(found[label.name], name):
                    action = "the tools that are used" if name == "kinds" else "dropped"
                    self.losses.add(f"label.{name}", action=action, example=label.name)

    def _image(self, image: Image) -> Document:
        carries = _of_image(image)
        self.losses.image(image, carries)
        hidden: list[sidecar.Hidden] = []
        objects = []
        for at, annotation in enumerate(image.annotations):
            said = self._object(annotation, image)
            if said is None:
                hidden.append(sidecar.Hidden(at, annotation))
            else:
                objects.append(said)
        own = image.foreign.get(NAME, {})
        objects += own.get("Annotations", [])
        document: Document = {"FileName": image.path, "Width": image.width, "Height": image.height}
        status = FINISHED if image.state == ACCEPTED else image.state
        said_of_image = (("Sha256", image.sha256), ("Set", image.subset), ("Status", status))
        document |= {key: value for key, value in said_of_image if value}
        if image.answers:
            document["Answers"] = [{"Question": name, "Answer": answer} for name, answer in image.answers.items()]
        if image.annotated or objects:
            document["Annotations"] = objects
        if image.annotated != ("Annotations" in document):
            self.losses.add("image.annotated", example=image.path)
        document |= foreigners.given_back(image.foreign, IMAGE, NAME)
        if self._has_sidecar:
            aside = sidecar.of_image(image, carries, hidden)
            document[sidecar.KEY] = aside | ({} if image.annotated else {"annotated": False})
        return document

    def _object(self, annotation: Annotation, image: Image) -> Document | None:
        said = _form(annotation.shape, image)
        if said is None:
            self.losses.add("object", annotation.shape.kind, "dropped", annotation.id)
            return None
        form, becomes, exact = said
        carries = _of_object(annotation, form["Type"])
        self.losses.imported(annotation, carries)
        if not exact:
            code, action = ("shape", becomes) if becomes else ("precision", "as written")
            self.losses.add(code, annotation.shape.kind, action, annotation.id)
        self._use(annotation.label, form["Type"])
        self._points += marks.points(form)
        own = annotation.foreign.get(NAME, {})
        document: Document = {"Id": own.get(OWN_ID, annotation.id), "Tool": annotation.label} | form
        known = OBJECT | marks.members(form["Type"])
        document |= foreigners.given_back(annotation.foreign, known, NAME)
        if self._has_sidecar:
            document[sidecar.KEY] = sidecar.of_annotation(annotation, carries, exact=exact, visible=form)
        return document

    def _use(self, label: str, type_: str) -> None:
        if label not in self._names:
            self._names.add(label)
            self._labels.append(Label(label))
            self.losses.add("header.labels", action="declared as they are used")
        self._used.setdefault(label, set()).add(type_)


def _form(shape: Shape, image: Image) -> tuple[Document, str, bool] | None:
    """Members that say the shape, what becomes of it, and whether it reads back the same; None: it has no place."""
    try:
        form, becomes = marks.written(shape, image.width, image.height)
        return form, becomes, marks.read(form) == shape
    except (Malformed, OverflowError):
        return None


def _of_image(image: Image) -> Carries:
    said = CARRIES.image - {"state"} if image.state == FINISHED else CARRIES.image
    if foreigners.is_said(image.foreign, IMAGE - {"Annotations"}, NAME):
        said |= {"foreign"}
    return replace(CARRIES, image=said)


def _of_object(annotation: Annotation, type_: str) -> Carries:
    said = CARRIES.annotation
    if OWN_ID in annotation.foreign.get(NAME, {}):
        said -= {"id"}
    if foreigners.is_said(annotation.foreign, (OBJECT | marks.members(type_)) - {OWN_ID}, NAME):
        said |= {"foreign"}
    return replace(CARRIES, annotation=said)
