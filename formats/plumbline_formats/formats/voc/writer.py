"""Owns writing of Pascal VOC folders: an XML file for each image that somebody looked at, image sets, and masks."""

from __future__ import annotations

from dataclasses import replace
from posixpath import splitext

from plumbline_formats import attributes, decimals, documents, markup, sidecar
from plumbline_formats.archive import Target, check_name
from plumbline_formats.format import Options
from plumbline_formats.formats.voc import labelmap, layout, objects
from plumbline_formats.formats.voc.layout import NAME
from plumbline_formats.formats.voc.objects import CARRIES, Scale
from plumbline_formats.formats.voc.segments import Painter, Painting
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Annotation, Header, Image
from plumbline_formats.problems import FormatError
from plumbline_formats.shapes import Box
from plumbline_formats.sidecar import KEY, Hidden

_WITH_FOREIGN = CARRIES.annotation | {"foreign"}
_UNSEEN = replace(CARRIES, image=frozenset({"subset"}))
_TO_TEXT = "text"


class VocWriter:
    """Writes Pascal VOC folders; see `format.Writer`. Keeps the stem of each image, for the image sets."""

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        self.losses = LossReport()
        self._target = target
        self._header = header
        self._options = {name: options[name] for name in ("coord_base", "decimals", "masks")}
        self._is_beside = bool(options["sidecar"])
        places = decimals.places(options["decimals"])
        self._scale = Scale(1 if options["coord_base"] == "one" else 0, places)
        self._action = decimals.action(places)
        self._painter = Painter(header.labels) if options["masks"] else None
        self._stems: set[str] = set()
        self._sets: dict[str, list[str]] = {layout.DEFAULT_SET: []}
        self._segmented: dict[str, list[str]] = {}
        self._folded = {layout.DEFAULT_SET: layout.DEFAULT_SET}
        self._unseen: list[bytes] = []
        self._say_header()

    def _say_header(self) -> None:
        self.losses.header(replace(self._header, labels=[]), CARRIES)
        for label in self._header.labels:
            if not labelmap.is_sayable(label):
                self.losses.add("header.labels", example=label.name)
                continue
            said = CARRIES.label if labelmap.says_color(label) else frozenset()
            said |= {"foreign"} if labelmap.says_foreign(label) else frozenset()
            self.losses.header(Header(labels=[label]), replace(CARRIES, label=said))

    def image_name(self, image: Image) -> str:
        return f"{layout.IMAGES}/{image.path}"

    def add(self, image: Image) -> None:
        stem = self._claim(image)
        listed = self._list(image, stem)
        if not image.annotated and not image.annotations:
            self._leave_out(image, listed)
            return
        carried = CARRIES.image if listed else CARRIES.image - {"subset"}
        if image.foreign and _says_foreign(image):
            carried |= {"foreign"}
        carries = CARRIES if carried == CARRIES.image else replace(CARRIES, image=carried)
        self.losses.image(image, carries)
        if not image.annotated:
            self.losses.add("image.annotated", example=image.path)
        painting = self._painter.paint(image) if self._painter else None
        if painting and painting.is_painted:
            self._segmented.setdefault(layout.set_name(image.subset) if listed else layout.DEFAULT_SET, []).append(stem)
            self._target.write(f"{layout.CLASSES}/{stem}.png", painting.classes())
            self._target.write(f"{layout.OBJECTS}/{stem}.png", painting.objects())
        written, hidden = self._objects(image, painting)
        side = ""
        if self._is_beside:
            aside: documents.Document = {"options": self._options} | sidecar.of_image(image, carries, hidden)
            aside |= {} if image.annotated else {"annotated": False}
            side = f"\t<{KEY}>{markup.side_car(aside)}</{KEY}>\n"
        self._target.write(
            f"{layout.ANNOTATIONS}/{stem}.xml",
            _document(image, written, side, bool(painting and painting.is_painted)).encode(),
        )

    def close(self) -> None:
        for kind, sets in (("Main", self._sets), ("Segmentation", self._segmented)):
            for name, stems in sets.items():
                if stems:
                    content = "".join(f"{stem}\n" for stem in stems).encode()
                    self._target.write(f"{layout.SETS}/{kind}/{name}.txt", content)
        self._target.write(layout.LABELMAP, labelmap.write([*filter(labelmap.is_sayable, self._header.labels)]))
        if self._is_beside:
            first = {"header": sidecar.of_header(self._header), "options": self._options}
            self._target.write(layout.SIDECAR, b"\n".join([documents.encode(first), *self._unseen, b""]))

    def _claim(self, image: Image) -> str:
        stem = splitext(image.path)[0]
        if not markup.is_sayable(image.path) or "\n" in stem or "\r" in stem:
            raise FormatError(f"{image.path!r} has a character that Pascal VOC cannot say: rename the image.")
        folded = stem.casefold()
        if folded in self._stems:
            raise FormatError(
                f"{image.path!r} is the second image called {stem!r}; Pascal VOC tells images apart by their names"
                " without the ending: rename one."
            )
        self._stems.add(folded)
        return stem

    def _list(self, image: Image, stem: str) -> bool:
        """Put the image into its set; False when no set can say its subset."""
        name = layout.set_name(image.subset)
        if name not in self._sets and not self._is_set(name):
            self._sets[layout.DEFAULT_SET].append(stem)
            return False
        self._sets.setdefault(name, []).append(stem)
        for other in _other_sets(image):
            if other != name and (other in self._sets or self._is_set(other)):
                self._sets.setdefault(other, []).append(stem)
        return layout.subset_of(name) == image.subset

    def _is_set(self, name: str) -> bool:
        try:
            check_name(name)
        except FormatError:
            return False
        return "\n" not in name and self._folded.setdefault(name.casefold(), name) == name

    def _leave_out(self, image: Image, is_listed: bool) -> None:
        """An image that nobody has looked at is only listed; the lists do not say endings and sizes."""
        self.losses.image(image, _UNSEEN if is_listed else replace(_UNSEEN, image=frozenset()))
        if splitext(image.path)[1] != layout.DEFAULT_ENDING:
            self.losses.add("image.path", action="known from the image file alone", example=image.path)
        if self._is_beside:
            self._unseen.append(documents.encode({"image": documents.of_image(image)}))

    def _objects(self, image: Image, painting: Painting | None) -> tuple[list[str], list[Hidden]]:
        written: list[str] = []
        hidden: list[Hidden] = []
        for at, annotation in enumerate(image.annotations):
            shape = annotation.shape
            if painting and at in painting.areas:
                written.append(self._area(annotation, painting, at))
            elif type(shape) is Box:
                written.append(self._box(annotation, shape))
            else:
                hidden.append(Hidden(at, annotation))
                self.losses.add("object", shape.kind, example=annotation.id)
        return written, hidden

    def _box(self, annotation: Annotation, box: Box) -> str:
        corners = self._scale.corners(box)
        exact = not (box.x % 1 or box.y % 1 or box.width % 1 or box.height % 1) or self._scale.box(*corners) == box
        if not exact:
            self.losses.add("precision", box.kind, self._action, annotation.id)
        return self._object(annotation, corners, exact, [annotation.label, *corners])

    def _area(self, annotation: Annotation, painting: Painting, at: int) -> str:
        area = painting.areas[at]
        corners = self._scale.corners(area.box)
        for code, action in area.losses:
            self.losses.add(code, annotation.shape.kind, action, annotation.id)
        seen: list[object] = [
            annotation.label,
            *corners,
            *([documents.of_shape(area.seen)] if area.seen else []),
        ]
        return self._object(annotation, corners, not area.losses, seen)

    def _object(self, annotation: Annotation, corners: objects.Corners, exact: bool, seen: list[object]) -> str:
        if not markup.is_sayable(annotation.label):
            raise FormatError(f"Label {annotation.label!r} has a character that XML cannot say: rename it.")
        said = _WITH_FOREIGN if annotation.foreign and objects.says_foreign(annotation) else CARRIES.annotation
        carries = CARRIES if said is CARRIES.annotation else replace(CARRIES, annotation=said)
        self.losses.imported(annotation, carries)
        is_text = not annotation.attributes or self._say_attributes(annotation)
        if not self._is_beside:
            return objects.write(annotation, corners, None)
        kept = carries if is_text else replace(carries, annotation=said - {"attributes"})
        aside = sidecar.of_annotation(annotation, kept, exact=exact, visible=seen)
        return objects.write(annotation, corners, aside)

    def _say_attributes(self, annotation: Annotation) -> bool:
        """Count the values that become text or cannot be said; True when there are none."""
        said = {name: value for name, value in annotation.attributes.items() if objects.is_sayable(name, value)}
        if dropped := len(annotation.attributes) - len(said):
            self.losses.add("attributes", example=annotation.id, count=dropped)
        if changed := attributes.become_text(said):
            self.losses.add("attribute types", "", _TO_TEXT, annotation.id, changed)
        return not dropped and not changed


def _document(image: Image, written: list[str], side: str, is_segmented: bool) -> str:
    kept = image.foreign[NAME] if image.foreign and _says_foreign(image) else {}
    known = {element["name"] for element in kept.get("elements", ())}
    folder = "" if "folder" in known else f"\t<folder>{layout.IMAGES}</folder>\n"
    return (
        f"<annotation>\n{folder}\t<filename>{markup.escape(image.path)}</filename>\n"
        f"{markup.elements(kept.get('elements', ()), chr(9))}"
        f"\t<size>\n\t\t<width>{image.width}</width>\n\t\t<height>{image.height}</height>\n"
        f"\t\t<depth>{markup.escape(kept.get('depth', '3'))}</depth>\n\t</size>\n"
        f"\t<segmented>{is_segmented:d}</segmented>\n{''.join(written)}{side}</annotation>\n"
    )


def _other_sets(image: Image) -> list[str]:
    return image.foreign[NAME].get("sets", []) if image.foreign and _says_foreign(image) else []


def _says_foreign(image: Image) -> bool:
    kept = image.foreign.get(NAME, {})
    elements, depth, sets = kept.get("elements", []), kept.get("depth", ""), kept.get("sets", [])
    return (
        set(image.foreign) == {NAME}
        and set(kept) <= {"elements", "depth", "sets"}
        and isinstance(depth, str)
        and markup.is_sayable(depth)
        and isinstance(sets, list)
        and all(isinstance(name, str) for name in sets)
        and markup.are_elements(elements)
        and not {"filename", "size", "segmented", "object", KEY} & {element["name"] for element in elements}
    )
