"""Owns reading a set: its classes, its images, their lines, and the side-car beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plumbline_formats import documents, sidecar, sidecar_lines
from plumbline_formats.archive import Source
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.yolo import aside, config, index, layout, lines, sizes
from plumbline_formats.formats.yolo.index import Entry
from plumbline_formats.formats.yolo.writer import joined
from plumbline_formats.inspection import inspect
from plumbline_formats.model import Annotation, Header, Image, Label, stable_id
from plumbline_formats.problems import Malformed, Problems, Refused
from plumbline_formats.shapes import Shape, Skeleton

_AUTO = "auto"


class YoloReader:
    """Reads images; see `format.Reader`. Order: of the side-car, then of the lists, then of the names in the source."""

    def __init__(self, source: Source, options: Options) -> None:
        self.problems = Problems()
        self._source = source
        self._names = frozenset(source.names)
        self._config = config.find(source)
        self._set = aside.of_set(source, self._config.root)
        self._entries = index.entries(source, self._config, self.problems)
        self._size = int(options["width"]), int(options["height"])
        self._task = self._chosen(str(options["task"]))
        self.header = self._header()

    def _chosen(self, task: str) -> str:
        if task != _AUTO:
            return task
        said = self._set.options.get("task") if self._set else None
        if said in lines.TASKS:
            return str(said)
        return self._config.task or ("pose" if self._config.node_count else _AUTO)

    def _header(self) -> Header:
        is_pose = self._task == "pose"
        names = self._config.names
        all_named = bool(self._config.nodes)
        labels = [
            Label(name, nodes=list(self._config.nodes.get(at, []) if all_named else self._config.nodes_of(at)))
            if is_pose
            else Label(name)
            for at, name in names.items()
        ]
        shown = Header(labels=labels, foreign={layout.NAME: self._config.foreign} if self._config.foreign else {})
        if self._set is None or self._set.classes != list(names.values()):
            return shown
        try:
            return documents.to_header(self._set.header)
        except Malformed as error:
            raise Refused(f"{layout.SIDECAR_FILE}: line 1: {error.place} {error}: delete the file.") from error

    def __iter__(self) -> Iterator[Image]:
        left = dict(self._entries)
        root = self._config.root
        for number, record in aside.of_images(self._source, root, self.problems):
            entry = left.pop(root + record["labels"], None)
            if entry is None:
                sidecar_lines.note_gone(self.problems, root + layout.SIDECAR_FILE, number, record["labels"])
                continue
            yield self._image(entry, record, number)
        for entry in left.values():
            yield self._image(entry, None, 0)

    def _image(self, entry: Entry, record: Document | None, number: int) -> Image:
        width, height = self._size_of(entry, record)
        image = Image(entry.path, width, height, subset=entry.subset, annotated=entry.labels in self._names)
        texts = self._texts(entry) if image.annotated else []
        if texts and min(width, height) <= 0:
            where = "it has no image file in the source" if entry.image not in self._names else "its size is unknown"
            message = f"{where}, and numbers mean nothing without a size: give the images, or options width and height"
            self.problems.error(entry.labels, "", message)
            image.annotated, texts = False, []
        groups = (
            aside.matched([text for _, text in texts], record) if record else [(None, [at]) for at in range(len(texts))]
        )
        for one, span in groups:
            annotation = self._object(entry, image, [texts[at] for at in span], one)
            if annotation is not None:
                image.annotations.append(annotation)
        if record is None:
            return image
        try:
            return sidecar.restored_image(image, record[sidecar.KEY])
        except Malformed as error:
            self.problems.error(layout.SIDECAR_FILE, f"line {number}", str(error))
            return image

    def _size_of(self, entry: Entry, record: Document | None) -> tuple[int, int]:
        if entry.image in self._names:
            try:
                return sizes.size_of(self._source, entry.image)
            except Malformed as error:
                self.problems.note(entry.image, "", str(error))
        said = record[sidecar.KEY] if record else {}
        width, height = said.get("width"), said.get("height")
        if isinstance(width, int) and isinstance(height, int) and min(width, height) > 0:
            return width, height
        return self._size

    def _texts(self, entry: Entry) -> list[tuple[int, str]]:
        """Lines that say something, with their numbers."""
        try:
            text = self._source.read(entry.labels).decode("utf-8-sig")
        except UnicodeDecodeError:
            self.problems.error(entry.labels, "", "is not UTF-8 text: save it as UTF-8")
            return []
        numbered = ((number, line.strip()) for number, line in enumerate(text.split("\n"), 1))
        return [(number, line) for number, line in numbered if line]

    def _object(
        self, entry: Entry, image: Image, texts: list[tuple[int, str]], record: Document | None
    ) -> Annotation | None:
        shapes: list[Shape] = []
        labels: list[str] = []
        foreign: Document = {}
        for number, text in texts:
            try:
                label, shape = self._line(text.split(), image, foreign)
                inspect(shape, image, self.problems, entry.labels, f"line {number}")
            except Malformed as error:
                self.problems.error(entry.labels, f"line {number}", str(error))
                return None
            labels.append(label)
            shapes.append(shape)
        number, text = texts[0]
        shown = Annotation(
            stable_id(entry.path, number, text.encode()),
            labels[0],
            joined(shapes),
            origin="human" if record else "imported",
            foreign={layout.NAME: foreign} if foreign else {},
        )
        if record is None:
            return shown
        try:
            return sidecar.restored(shown, record.get(sidecar.KEY), [text for _, text in texts])
        except Malformed as error:
            self.problems.error(entry.labels, f"line {number}", str(error))
            return replace(shown, origin="imported")

    def _line(self, tokens: list[str], image: Image, foreign: Document) -> tuple[str, Shape]:
        at = lines.class_of(tokens[0])
        label = self._config.names.get(at)
        if label is None:
            known = f"0 to {max(self._config.names)}" if self._config.names else "none"
            raise Malformed(f"is of class {at}, which {self._config.file} does not name (it names {known})")
        if self._task == "pose" and not self._config.node_count:
            raise Malformed(f"is a pose, and {self._config.file} has no kpt_shape: add [number of nodes, 2 or 3]")
        nodes = self._config.nodes_of(at)
        dimensions = self._config.dimensions
        shape = lines.shape_of(tokens[1:], self._task, image.width, image.height, nodes, dimensions)
        if isinstance(shape, Skeleton):
            self._check_count(tokens)
            box = lines.shape_of(tokens[1:5], "detect", image.width, image.height)
            if not lines.is_around(box, shape, max(image.width, image.height)):
                foreign["box"] = [getattr(box, name) for name in ("x", "y", "width", "height")]
        return label, shape

    def _check_count(self, tokens: list[str]) -> None:
        expected = 5 + self._config.node_count * self._config.dimensions
        if len(tokens) != expected:
            raise Malformed(f"needs {expected} numbers, has {len(tokens)}")
