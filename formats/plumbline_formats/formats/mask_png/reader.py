"""Owns reading masks from PNG images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plumbline_formats import documents, lists, masks, pngs, scalars, sidecar, sidecar_lines
from plumbline_formats.archive import Source
from plumbline_formats.documents import Document
from plumbline_formats.format import Options
from plumbline_formats.formats.mask_png import layout
from plumbline_formats.formats.mask_png.layout import Entry
from plumbline_formats.model import Annotation, Header, Image, Label, stable_id
from plumbline_formats.problems import Malformed, Problems, Refused
from plumbline_formats.shapes import Mask

_COLOR_PARTS = 4
Plane = NDArray[Any]
# What an image shows: the folder of the file, the value of the pixels, their label, and the pixels.
Shown = tuple[str, int, str, Mask]


class MaskPngReader:
    """Reads mask images; see `format.Reader`.

    Raises:
        Refused: nothing in the source tells masks from other images.
    """

    def __init__(self, source: Source, options: Options) -> None:
        self.problems = Problems()
        self._source = source
        self._options = options
        self._aside = sidecar_lines.of_set(source, layout.SIDECAR_FILE)
        self._variant, said = self._find_variant()
        self.problems.note(source.label, "", f"is read as {self._variant} ({said}); option variant says otherwise")
        self._entries = layout.entries(source, self._variant)
        self._colors = self._read_colors()
        self._names = self._read_names()
        folders = lists.Folders()
        self._by_folder = {folders.of(name): name for name in self._names[1:]}
        self._empty = set(str(options["empty"]).split(",")) - {""}
        self.header = self._make_header()

    def __iter__(self) -> Iterator[Image]:
        by_path = {entry.path: entry for entry in self._entries}
        for line, aside in sidecar_lines.of_images(self._source, layout.SIDECAR_FILE, self.problems):
            entry = by_path.pop(str(aside.get("path")), None)
            if entry is None:
                sidecar_lines.note_gone(self.problems, layout.SIDECAR_FILE, line, aside.get("path"))
                continue
            yield self._image(entry, aside, f"line {line}")
        for entry in by_path.values():
            yield self._image(entry, {}, "")

    def _find_variant(self) -> tuple[str, str]:
        if (chosen := str(self._options["variant"])) != "auto":
            return chosen, "as the option says"
        options = self._aside.get("options")
        if written := options.get("variant") if isinstance(options, dict) else None:
            if written in layout.VARIANTS:
                return written, f"as {layout.SIDECAR_FILE} says"
            raise Refused(f"{layout.SIDECAR_FILE} names a variant {written!r} that is not known: remove the file.")
        variant, said = layout.recognised(self._source)
        if not variant:
            raise Refused(f"{self._source.label}: nothing says what its PNG images mean: choose the option variant.")
        return variant, said

    def _image(self, entry: Entry, aside: Document, place: str) -> Image:
        image = Image(entry.path)
        shown: list[Shown] = []
        for folder, name in sorted(entry.masks.items()):
            try:
                shown += self._read(entry, folder, name, image)
            except Malformed as error:
                self.problems.error(name, error.place, str(error))
        is_empty = entry.path.rpartition("/")[0].rpartition("/")[2] in self._empty
        image.annotated = bool(image.width) or (is_empty and not entry.masks)
        try:
            return self._restored(image, shown, aside)
        except Malformed as error:
            self.problems.error(layout.SIDECAR_FILE, place + error.place, str(error))
            return self._restored(image, shown, {})

    def _restored(self, image: Image, shown: list[Shown], aside: Document) -> Image:
        kept = {(str(one.get("plane")), str(one.get("value"))): one for one in _objects(aside)}
        placed: list[tuple[float, Annotation]] = []
        for ordinal, (folder, value, label, mask) in enumerate(shown):
            visible = documents.of_shape(mask)
            named = stable_id(image.path, ordinal, documents.encode(visible))
            one = kept.get((folder, str(value)))
            if one is None:
                placed.append((np.inf, Annotation(named, label, mask, origin="imported")))
            else:
                annotation = sidecar.restored(Annotation(named, label, mask), one.get(sidecar.KEY), visible)
                placed.append((scalars.whole(one.get("at")), annotation))
        image.annotations = [annotation for _, annotation in sorted(placed, key=lambda pair: pair[0])]
        return sidecar.restored_image(image, aside.get("image")) if aside else image

    def _read(self, entry: Entry, folder: str, name: str, image: Image) -> list[Shown]:
        plane = self._decode(name)
        height, width = plane.shape[:2]
        if image.width and (image.width, image.height) != (width, height):
            raise Malformed(f"is {width} x {height}, other masks of {entry.path} are {image.width} x {image.height}")
        image.width, image.height = width, height
        if self._variant in ("labels", "beside", "binary"):
            mask = masks.tight(masks.of_array(self._binary(plane, name)))
            if not mask.counts:
                self.problems.note(name, "", "has no pixel of an object")
                return []
            plane_name = folder if self._variant == "labels" else ""
            return [(plane_name, 1, self._by_folder.get(folder, folder) or self._only_label(), mask)]
        classes = self._indices(plane, name)
        if self._variant == "instances" and entry.instances:
            return self._instances(classes, entry.instances)
        return [("", value, self._label(value, name), mask) for value, mask in self._masks(classes, name)]

    def _instances(self, classes: Plane, name: str) -> list[Shown]:
        instances = self._indices(self._decode(name), name)
        if instances.shape != classes.shape:
            raise Malformed(f"is {instances.shape[1]} x {instances.shape[0]}, its classes are of another size")
        shown = []
        for value, mask in self._masks(instances, name):
            inside = classes[mask.top : mask.top + mask.height, mask.left : mask.left + mask.width]
            values = np.unique(inside[masks.to_array(mask)])
            if len(values) != 1 or values[0] == 0:
                self.problems.error(name, f"value {value}", f"needs pixels of one class, has {values[:5].tolist()}")
                continue
            shown.append(("", value, self._label(int(values[0]), name), mask))
        if (classes[instances == 0] % layout.IGNORE).any():
            self.problems.note(name, "", "does not count all pixels that have a class: those are left out")
        return shown

    def _decode(self, name: str) -> Plane:
        return pngs.decode(self._source.read(name)).pixels

    def _binary(self, plane: Plane, name: str) -> NDArray[np.bool_]:
        if plane.ndim == 3:
            if (plane != plane[:, :, :1]).any():
                raise Malformed("is a colour image, expected black and white")
            plane = plane[:, :, 0]
        highest = int(plane.max())
        if highest <= 1:
            return plane > 0
        threshold = int(self._options["threshold"])
        grey = (plane != 0) & (plane != highest)
        if grey.any():
            self.problems.note(
                name, "", f"has {int(grey.sum())} grey pixels: from {threshold} up (option threshold) they belong to it"
            )
        return plane >= threshold if highest >= threshold or grey.any() else plane > 0

    def _indices(self, plane: Plane, name: str) -> Plane:
        if plane.ndim == 2:
            return plane
        if not self._colors:
            raise Malformed(f"is a colour image, and there is no {layout.COLORS} that names its colours")
        packed = plane.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
        colors, inverse = np.unique(packed, return_inverse=True)
        unknown = [f"#{color:06x}" for color in colors.tolist() if color not in self._colors]
        if unknown:
            raise Malformed(f"has colours that {layout.COLORS} does not name: {', '.join(unknown[:5])}")
        indices = np.array([self._colors[color] for color in colors.tolist()], np.uint16)
        return indices[inverse].reshape(packed.shape)

    def _masks(self, plane: Plane, name: str) -> Iterator[tuple[int, Mask]]:
        """Each value but 0 and 255 with its pixels on their smallest crop, in order; by one sort of what is not 0."""
        flat = plane.ravel()
        places = np.flatnonzero(flat)
        order = places[np.argsort(flat[places], kind="stable")]
        values, starts = np.unique(flat[order], return_index=True)
        for value, pixels in zip(values.tolist(), np.split(order, starts[1:]), strict=False):
            if value == layout.IGNORE and plane.dtype == np.uint8 and not self._aside:
                self.problems.note(name, "value 255", f"means no class: {len(pixels)} pixels are left out")
                continue
            yield value, _mask_at(pixels, plane.shape[1])

    def _label(self, value: int, name: str) -> str:
        value -= value > layout.IGNORE and not self._colors
        if value < len(self._names):
            return self._names[value]
        self.problems.note(name, f"value {value}", "has no name: it is called by its number")
        return str(value)

    def _only_label(self) -> str:
        return self._names[1] if len(self._names) == 2 else str(self._options["label"])

    def _read_names(self) -> list[str]:
        """Names of the values, the first of the background."""
        names = lists.read(self._source, lists.LABELS)
        if names is None:
            return self._names_of_colors
        if names and names[0] == "__ignore__":
            names = names[1:]
        is_background = names and names[0].strip("_").lower() in ("background", "")
        if not is_background:
            self.problems.note(lists.LABELS, "line 1", "is taken for value 1, since 0 is the background")
        return names if is_background else [layout.BACKGROUND, *names]

    def _read_colors(self) -> dict[int, int]:
        """Values of colours: the first is the background when it is black or called so."""
        self._names_of_colors: list[str] = []
        colors: dict[int, int] = {}
        for number, line in enumerate(lists.read(self._source, layout.COLORS) or [], 1):
            parts = line.split(None, _COLOR_PARTS - 1)
            if not parts or line.startswith("#"):
                continue
            if len(parts) != _COLOR_PARTS or not all(part.isdecimal() and int(part) < 256 for part in parts[:3]):
                self.problems.error(layout.COLORS, f"line {number}", "needs red, green, blue and a name")
                continue
            red, green, blue = (int(part) for part in parts[:3])
            if not self._names_of_colors and (red or green or blue):
                self._names_of_colors.append(layout.BACKGROUND)
            colors[red << 16 | green << 8 | blue] = len(self._names_of_colors)
            self._names_of_colors.append(parts[3])
        return colors

    def _make_header(self) -> Header:
        names = list(self._names[1:])
        if self._variant in ("labels", "beside"):
            seen = {self._by_folder.get(label, label) for entry in self._entries for label in entry.masks if label}
            names += sorted(seen - set(names))
        if self._variant == "binary" and not names:
            names.append(self._only_label())
        header = Header(labels=[Label(name) for name in names])
        try:
            return sidecar.restored_header(header, self._aside["header"]) if "header" in self._aside else header
        except Malformed as error:
            raise Refused(f"{layout.SIDECAR_FILE}: line 1{error.place}: {error}.") from error


def _objects(aside: Document) -> list[Document]:
    objects = aside.get("objects", [])
    if not isinstance(objects, list) or not all(isinstance(one, dict) for one in objects):
        raise Malformed("is no list of objects", ".objects")
    return objects


def _mask_at(pixels: NDArray[np.int64], width: int) -> Mask:
    """The mask of positions in an image, row by row."""
    rows, columns = np.divmod(pixels, width)
    top, left = int(rows.min()), int(columns.min())
    crop = np.zeros((int(rows.max()) - top + 1, int(columns.max()) - left + 1), bool)
    crop[rows - top, columns - left] = True
    return masks.of_array(crop, left, top)
