"""Owns writing a set: a file of labels for each image, lists of images, data.yaml and the side-car."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from plumbline_formats import decimals, foreigners, scalars, sidecar
from plumbline_formats.archive import Target
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.yolo import aside, config, layout, lines, shown
from plumbline_formats.losses import Carries, LossReport
from plumbline_formats.model import Annotation, Header, Image
from plumbline_formats.problems import FormatError, Malformed
from plumbline_formats.shapes import Box, Polygon, Shape, Skeleton
from plumbline_formats.sidecar import Hidden
from plumbline_formats.sidecar_lines import SidecarLines

_NOTHING = Carries()


@dataclass(frozen=True, slots=True)
class _Written:
    """What shows an object: its lines, and the shape that they read back as."""

    texts: list[str]
    reads: Shape
    action: str


class YoloWriter:
    """See `format.Writer`. Writes `labels/<subset>/...txt`; the images belong under `images/<subset>/`."""

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        self.losses = LossReport()
        self._target = target
        self._header = header
        self._options = options
        self._task = str(options["task"])
        self._places = decimals.places(options["decimals"])
        self._carries = shown.carries(self._task)
        # without the image file, nothing else says the size
        self._beside = replace(self._carries, image=self._carries.image - {"width", "height"})
        self._with_box = replace(self._carries, annotation=frozenset({"foreign"}))
        self._indices = {name: at for at, name in enumerate(dict.fromkeys(label.name for label in header.labels))}
        self._nodes = {label.name: label.nodes for label in header.labels if self._task == "pose"}
        self._most_nodes = max(map(len, self._nodes.values()), default=0)
        self._lists: dict[str, list[str]] = {}
        self._label_names: set[str] = set()
        self._aside = SidecarLines(is_wanted=bool(options["sidecar"]))
        of_header = set(self._carries.header)
        if foreigners.is_said(header.foreign, layout.OURS, layout.NAME):
            of_header.add("foreign")
        self.losses.header(header, replace(self._carries, header=frozenset(of_header)))

    def image_name(self, image: Image) -> str:
        return layout.image_name(layout.folder_of(layout.key_of(image.subset)), image.path)

    def add(self, image: Image) -> None:
        name = self.image_name(image)
        labels = layout.label_name(name)
        if labels.casefold() in self._label_names:
            raise FormatError(
                f"{image.path} would have the same file of labels as another image, {labels}: rename one of them."
            )
        key = layout.key_of(image.subset)
        self._label_names.add(labels.casefold())
        self._lists.setdefault(key, []).append(name)
        carries = self._carries
        if image.subset and not key:
            carries = replace(carries, image=carries.image - {"subset"})
        self.losses.image(image, carries)
        texts, objects, hidden = self._objects(image)
        if image.annotated or texts:
            self._target.write(labels, "".join(f"{text}\n" for text in texts).encode())
        document = sidecar.of_image(image, replace(carries, image=carries.image - {"width", "height"}), hidden)
        if texts and not image.annotated:
            self.losses.add("image.annotated", example=image.path)
            document["annotated"] = False
        self._aside.add(aside.of_image(labels, document, len(texts), objects))

    def _objects(self, image: Image) -> tuple[list[str], list[Document], list[Hidden]]:
        """Lines of an image, what the side-car says of the objects on them, and objects without any."""
        texts: list[str] = []
        objects: list[Document] = []
        hidden: list[Hidden] = []
        for at, annotation in enumerate(image.annotations):
            written = self._written(annotation, image)
            if written is None:
                self.losses.add("object", annotation.shape.kind, example=annotation.id)
                hidden.append(Hidden(at, annotation))
                continue
            carries = self._with_box if _has_only_a_box(annotation) else self._carries
            self._count(annotation, written, carries)
            document = sidecar.of_annotation(
                annotation, carries, exact=written.reads == annotation.shape, visible=written.texts
            )
            objects.append(aside.object_of(len(texts) + 1, written.texts, document))
            texts += written.texts
        return texts, objects, hidden

    def _count(self, annotation: Annotation, written: _Written, carries: Carries) -> None:
        self.losses.imported(annotation, carries)
        kind = annotation.shape.kind
        if written.action:
            self.losses.add("shape", kind, written.action, annotation.id)
        elif written.reads != annotation.shape:
            if written.reads.kind != kind:
                self.losses.add("shape", kind, written.reads.kind, annotation.id)
            else:
                self.losses.add("precision", kind, decimals.action(self._places), annotation.id)

    def _written(self, annotation: Annotation, image: Image) -> _Written | None:
        """None when the object has no place."""
        if min(image.width, image.height) <= 0:
            return None
        nodes = self._nodes.get(annotation.label, [])
        whole = shown.show(annotation.shape, self._task, nodes)
        try:
            numbers = [self._numbers(shape, annotation, image) for shape in whole.shapes]
            reads = [lines.shape_of(each, self._task, image.width, image.height, nodes) for each in numbers]
        except Malformed:
            return None
        if not reads:
            return None
        index = self._indices.setdefault(annotation.label, len(self._indices))
        texts = [" ".join([str(index), *each]) for each in numbers]
        return _Written(texts, joined(reads), whole.action)

    def _numbers(self, shape: Shape, annotation: Annotation, image: Image) -> list[str]:
        box = _box_of(annotation)
        texts = lines.texts(shape, image.width, image.height, self._places, box)
        if isinstance(shape, Skeleton):
            texts += ["0", "0", "0"] * (self._most_nodes - len(shape.nodes))
        return texts

    def close(self) -> None:
        for key, names in sorted(self._lists.items()):
            self._target.write(f"{layout.folder_of(key)}.txt", "".join(f"./{name}\n" for name in names).encode())
        self._target.write(layout.CONFIG, config.dump(self._config()))
        options = {name: self._options[name] for name in ("task", "decimals")}
        header = sidecar.of_header(self._header)
        of_set = {"header": header, "options": options, "classes": list(self._indices)}
        self._aside.write(self._target, layout.SIDECAR_FILE, of_set)

    def _config(self) -> Document:
        document: Document = {key or layout.UNASSIGNED: f"{layout.folder_of(key)}.txt" for key in sorted(self._lists)}
        if set(self._lists) == {""}:
            # training needs both; without subsets, all images are in both
            document = {"train": f"{layout.UNASSIGNED}.txt", "val": f"{layout.UNASSIGNED}.txt"}
        missing = {key: f"{key}.txt" for key in ("train", "val") if key not in document}
        document = {
            "path": ".",
            **document,
            **missing,
            "task": self._task,
            "names": dict(enumerate(self._indices)),
        }
        if self._most_nodes:
            document["kpt_shape"] = [self._most_nodes, 3]
            document["kpt_names"] = {
                index: self._nodes[name] for name, index in self._indices.items() if self._nodes.get(name)
            }
        return document | foreigners.given_back(self._header.foreign, layout.OURS, layout.NAME)


def _box_of(annotation: Annotation) -> Box | None:
    """The box of a pose that a file said, where it is not the one around its nodes."""
    sides = annotation.foreign.get(layout.NAME, {}).get("box")
    if not isinstance(annotation.shape, Skeleton) or not isinstance(sides, list) or len(sides) != 4:
        return None
    try:
        return Box(*scalars.numbers(list(sides)))
    except Malformed:
        return None


def _has_only_a_box(annotation: Annotation) -> bool:
    """Whether all that is foreign to the model is written back."""
    return (
        _box_of(annotation) is not None
        and annotation.foreign.keys() == {layout.NAME}
        and len(annotation.foreign[layout.NAME]) == 1
    )


def joined(shapes: Sequence[Shape]) -> Shape:
    """The one shape of several lines: a polygon of their parts."""
    if len(shapes) == 1:
        return shapes[0]
    return Polygon([part for shape in shapes if isinstance(shape, Polygon) for part in shape.parts])
