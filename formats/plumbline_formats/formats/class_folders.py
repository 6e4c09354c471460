"""Owns class folders: images in folders of their class, `<subset>/<class>/<image>`, for image classification.

The photographs themselves say it all: `images.txt` lists them for those who have only the list, and `labels.txt` the
classes. An image at the top, in no folder, has no class.
"""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_formats import lists, sidecar, sidecar_lines
from plumbline_formats.archive import Source, Target
from plumbline_formats.documents import Document
from plumbline_formats.format import SIDECAR, Format, Guess, Option, Options
from plumbline_formats.losses import Carries, LossReport
from plumbline_formats.model import Annotation, Header, Image, Label, stable_id
from plumbline_formats.problems import FormatError, Malformed, Problems, Refused
from plumbline_formats.shapes import Tag
from plumbline_formats.sidecar import Hidden
from plumbline_formats.sidecar_lines import SidecarLines

NAME = "class_folders"
SIDECAR_FILE = "images.x_plumb.jsonl"
# What tools call their subsets, and what they are called here.
SUBSETS = {name: name for name in ("train", "validation", "test")} | {
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "testing": "test",
}
CARRIES = Carries(kinds={"tag": ""})
_WITH_SUBSET = Carries(image=frozenset({"subset"}))


class ClassFolderReader:
    """Reads a tree of images; see `format.Reader`."""

    def __init__(self, source: Source, options: Options) -> None:
        self.problems = Problems()
        self._source = source
        self._has_subsets = bool(options["subsets"])
        self._aside = sidecar_lines.of_set(source, SIDECAR_FILE)
        self._names = self._list_images()
        known = lists.read(source, lists.LABELS) or []
        self._folders, folders = {}, lists.Folders()
        for label in known:
            self._folders[folders.of(label)] = label
        seen = {label for name in self._names if (label := self._split(name)[1])}
        self.header = self._make_header([*known, *sorted(seen - set(known))])
        self.problems.note(source.label, "", self._said())

    def __iter__(self) -> Iterator[Image]:
        left = dict.fromkeys(self._names)
        by_rest: dict[str, list[str]] = {}
        for name in left if self._aside else ():
            by_rest.setdefault(self._split(name)[2], []).append(name)
        for line, aside in sidecar_lines.of_images(self._source, SIDECAR_FILE, self.problems):
            found = self._moved(str(aside.get("name")), left, by_rest)
            if found is None:
                sidecar_lines.note_gone(self.problems, SIDECAR_FILE, line, aside.get("name"))
                continue
            del left[found]
            yield self._image(found, aside, f"line {line}")
        for name in left:
            yield self._image(name, {}, "")

    def _moved(self, name: str, left: dict[str, None], by_rest: dict[str, list[str]]) -> str | None:
        """Where an image is now: somebody may have put it into the folder of another class."""
        if name in left:
            return name
        twins = [twin for twin in by_rest.get(self._split(name)[2], ()) if twin in left]
        return twins[0] if len(twins) == 1 else None

    def _list_images(self) -> list[str]:
        listed = lists.read(self._source, lists.IMAGES) or []
        present = [name for name in self._source.names if lists.is_image(name)]
        if not present:
            return listed
        # the folders say what is true now, the list only the order
        order = {name: at for at, name in enumerate(listed)}
        return sorted(present, key=lambda name: (order.get(name, len(order)), name))

    def _split(self, name: str) -> tuple[str, str, str]:
        """Subset, label, and name below them."""
        first, _, rest = name.partition("/")
        subset = ""
        if self._has_subsets and "/" in rest and first.lower() in SUBSETS:
            subset, name = SUBSETS[first.lower()], rest
        folder, _, rest = name.rpartition("/") if "/" not in name else name.partition("/")
        return subset, self._folders.get(folder, folder), rest

    def _image(self, name: str, aside: Document, place: str) -> Image:
        subset, label, _ = self._split(name)
        image = Image(name, subset=subset, annotated=bool(label))
        if label:
            named = stable_id(name, 0, label.encode())
            image.annotations.append(Annotation(named, label, Tag(), origin="imported"))
        if not aside:
            return image
        try:
            return _restored(image, aside)
        except Malformed as error:
            self.problems.error(SIDECAR_FILE, place + error.place, str(error))
            return image

    def _make_header(self, names: list[str]) -> Header:
        header = Header(labels=[Label(name) for name in names])
        try:
            return sidecar.restored_header(header, self._aside["header"]) if "header" in self._aside else header
        except Malformed as error:
            raise Refused(f"{SIDECAR_FILE}: line 1{error.place}: {error}.") from error

    def _said(self) -> str:
        subsets = sorted({subset for name in self._names if (subset := self._split(name)[0])})
        found = f"{len(self._names)} images in folders of {len(self.header.labels)} classes"
        return f"{found}, subsets {', '.join(subsets)}" if subsets else found


class ClassFolderWriter:
    """Writes the list of images in the folders of their classes; see `format.Writer`."""

    def __init__(self, target: Target, header: Header, options: Options) -> None:
        self.losses = LossReport()
        self.losses.header(header, CARRIES)
        self._target = target
        self._header = header
        self._labels = dict.fromkeys(label.name for label in header.labels)
        self._folders = lists.Folders()
        for label in self._labels:
            self._folders.of(label)
        self._names: dict[str, None] = {}
        self._taken: set[str] = set()
        self._aside = SidecarLines(is_wanted=bool(options["sidecar"]))

    def add(self, image: Image) -> None:
        tag = _first_tag(image)
        if tag is not None:
            self._labels.setdefault(tag.label)
        name = self.image_name(image)
        if name.casefold() in self._taken:
            raise FormatError(f"Two images would be called {name!r} (capital letters do not count): rename one.")
        self._taken.add(name.casefold())
        self._names[name] = None
        hidden = [Hidden(at, one) for at, one in enumerate(image.annotations) if one is not tag]
        for one in hidden:
            action = "an image is in the folder of one label" if one.annotation.shape.kind == "tag" else "dropped"
            self.losses.add("object", one.annotation.shape.kind, action, one.annotation.id)
        entry = self._of_image(image, tag, hidden, name)
        if tag is not None:
            self.losses.imported(tag, CARRIES)
            kept = sidecar.of_annotation(tag, CARRIES, exact=True, visible=None)
            entry |= {"at": _position(image, tag), "label": tag.label, sidecar.KEY: kept}
        self._aside.add(entry)

    def close(self) -> None:
        self._target.write(lists.LABELS, lists.write(self._labels))
        self._target.write(lists.IMAGES, lists.write(self._names))
        self._aside.write(self._target, SIDECAR_FILE, {"header": sidecar.of_header(self._header)})

    def image_name(self, image: Image) -> str:
        path, tag = lists.check_path(image), _first_tag(image)
        if tag is None:
            return path
        return f"{_subset(image)}{self._folders.of(tag.label)}/{path}"

    def _of_image(self, image: Image, tag: Annotation | None, hidden: list[Hidden], name: str) -> Document:
        carries = _WITH_SUBSET if tag is not None and _subset(image) else CARRIES
        self.losses.image(image, carries)
        kept = sidecar.of_image(image, carries, hidden)
        if name != image.path:
            self.losses.add("image.path", action="in the folder of its class", example=image.path)
        if image.annotated != (tag is not None):
            self.losses.add("image.annotated", example=image.path)
            kept["annotated"] = image.annotated
        return {"name": name, "path": image.path, "image": kept}


def _restored(shown: Image, aside: Document) -> Image:
    """The image as it was written; when it was moved, with the label of its folder."""
    path = aside.get("path")
    if not isinstance(path, str):
        raise Malformed("is missing", ".path")
    image = Image(path, subset=shown.subset, annotated=shown.annotated)
    for annotation in shown.annotations:
        if sidecar.KEY in aside:
            annotation.origin = "human"
            annotation = sidecar.restored(annotation, aside[sidecar.KEY], None)
        image.annotations.append(annotation)
    return sidecar.restored_image(image, aside.get("image"))


def _first_tag(image: Image) -> Annotation | None:
    return next((one for one in image.annotations if isinstance(one.shape, Tag)), None)


def _position(image: Image, tag: Annotation) -> int:
    return next(at for at, one in enumerate(image.annotations) if one is tag)


def _subset(image: Image) -> str:
    """The folder of its subset; none of one that readers would take for a class."""
    return f"{image.subset}/" if SUBSETS.get(image.subset) == image.subset else ""


def _guess(source: Source) -> Guess | None:
    if SIDECAR_FILE in source.names:
        return Guess(1.0, f"{SIDECAR_FILE} is there")
    images = [name for name in source.names if lists.is_image(name)]
    folders = {name.split("/")[-2] for name in images if "/" in name}
    named = lists.Folders()
    if folders and folders <= {named.of(label) for label in lists.read(source, lists.LABELS) or ()}:
        return Guess(0.75, f"images in folders called as {lists.LABELS} says")
    if not images or not all("/" in name for name in images):
        return None
    # nothing but images in folders; annotation files beside them would mean more
    others = len(source.names) - len(images)
    return Guess(0.3 if others <= 2 else 0.1, f"{len(images)} images in folders")


FORMAT = Format(
    name=NAME,
    title="Class folders",
    summary="Images in folders of their class, for image classification.",
    ending=".zip",
    carries=CARRIES,
    open=ClassFolderReader,
    create=ClassFolderWriter,
    guess=_guess,
    read_options=(Option("subsets", True, "folders train, val, validation and test above the classes are subsets"),),
    write_options=(SIDECAR,),
)
