"""Owns which images a set has and where the labels of each lie, by the names in it and its lists. Opens lists only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from plumbline_formats import lists
from plumbline_formats.archive import Source
from plumbline_formats.formats.yolo import layout
from plumbline_formats.formats.yolo.config import Config
from plumbline_formats.problems import Problems

_USUAL = ("train", "val", "valid", "validation", "test", layout.UNASSIGNED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One image of a set.

    Attributes:
        image: name of its file, whether it is in the source or not; empty when nothing says it.
        labels: name of the file of its objects, whether it is there or not.
    """

    path: str
    image: str
    labels: str
    folder: str
    subset: str


def entries(source: Source, config: Config, problems: Problems) -> dict[str, Entry]:
    """By the name of the file of labels: as listed, then as the names in the source come."""
    return _Index(source, config, problems).entries()


class _Index:
    def __init__(self, source: Source, config: Config, problems: Problems) -> None:
        self._source = source
        self._config = config
        self._problems = problems
        self._names = frozenset(source.names)
        self._folders = {parent.as_posix() for name in self._names for parent in PurePosixPath(name).parents}
        self._found: dict[str, Entry] = {}
        self._parts = {layout.folder_of(key) for key in config.subsets} | set(_USUAL)

    def entries(self) -> dict[str, Entry]:
        prefixes: dict[str, str] = {}
        for key, values in self._config.subsets.items():
            for value in values:
                if value.endswith(".txt"):
                    self._take_list(key, value)
                elif (folder := self._resolved(value, self._folders)) is not None:
                    prefixes.setdefault(folder + "/", key)
        self._parts |= {PurePosixPath(prefix).name for prefix in prefixes} - {"images"}
        for name in self._source.names:
            within = next((key for prefix, key in prefixes.items() if name.startswith(prefix)), None)
            if lists.is_image(name) and (within or self._is_of_the_set(name)):
                self._add(name, layout.label_name(name), within)
        for name in self._source.names:
            if name.endswith(".txt") and "labels" in PurePosixPath(name).parts[:-1] and name not in self._found:
                self._add("", name, None)
        return self._apart()

    def _is_of_the_set(self, name: str) -> bool:
        return "images" in PurePosixPath(name).parts[:-1] or layout.label_name(name) in self._names

    def _take_list(self, key: str, value: str) -> None:
        name = self._resolved(value, self._names)
        if name is None:
            self._problems.note(self._config.file, key, f"names the list {value[:200]}, which is not there")
            return
        base = name.rpartition("/")[0]
        try:
            lines = self._source.read(name).decode("utf-8-sig").split("\n")
        except UnicodeDecodeError:
            self._problems.error(name, "", "is not UTF-8 text: save it as UTF-8")
            return
        for line in lines:
            if listed := line.strip():
                image = self._listed(listed, base)
                if image:
                    self._add(image, layout.label_name(image), key)

    def _listed(self, listed: str, base: str) -> str:
        """The name of a listed image, in the source if it or its labels are there."""
        parts = _normal(listed)
        if listed.startswith("./"):
            parts = _normal(f"{base}/{listed}")
        name = self._resolved("/".join(parts), self._names)
        if name is None:
            tries = ("/".join(parts[start:]) for start in range(len(parts)))
            name = next((one for one in tries if layout.label_name(one) in self._names), None)
        return "/".join(parts) if name is None else name

    def _resolved(self, value: str, known: frozenset[str] | set[str]) -> str | None:
        """A known name that a path ends in: paths of the machine where the set was made lead nowhere here."""
        parts = _normal(value)
        said = "/".join(_normal(f"{self._config.root}{self._config.path}"))
        for base in (said, self._config.root.rstrip("/"), ""):
            for start in range(len(parts)):
                name = "/".join([*([base] if base else []), *parts[start:]])
                if name in known:
                    return name
        return None

    def _add(self, image: str, labels: str, key: str | None) -> None:
        there = self._found.get(labels)
        if there is not None:
            if there.image != image:
                self._problems.error(
                    image,
                    "",
                    f"has the same file of labels as {there.image}, {labels}: give them different names",
                )
            return
        folder, path = self._apart_from(image or PurePosixPath(labels).with_suffix("").as_posix(), bool(image))
        subset = layout.subset_of(key or folder)
        self._found[labels] = Entry(path, image, labels, folder, "" if folder == layout.UNASSIGNED else subset)
        if not image:
            self._problems.note(labels, "", "has no image: its name is taken without an ending")

    def _apart_from(self, name: str, is_image: bool) -> tuple[str, str]:
        """The folder of the subset, and the path of the image in it."""
        parts = name.removeprefix(self._config.root).split("/")
        middle = "images" if is_image else "labels"
        if parts[0] == middle and len(parts) > 1:
            parts = parts[1:]
            if parts[0] in self._parts and len(parts) > 1:
                return parts[0], "/".join(parts[1:])
        elif len(parts) > 2 and parts[1] == middle and parts[0] in self._parts:
            return parts[0], "/".join(parts[2:])
        elif len(parts) > 1 and parts[0].startswith("obj_") and parts[0].endswith("_data"):
            parts = parts[1:]
        return "", "/".join(parts)

    def _apart(self) -> dict[str, Entry]:
        """With the folder in front of paths that several subsets have."""
        counts = Counter(entry.path for entry in self._found.values())
        return dict(self._renamed(counts))

    def _renamed(self, counts: Counter[str]) -> Iterator[tuple[str, Entry]]:
        for labels, entry in self._found.items():
            if counts[entry.path] > 1 and entry.folder:
                self._problems.note(entry.image, "", f"is not the only {entry.path}: its subset is kept in its path")
                entry = replace(entry, path=f"{entry.folder}/{entry.path}")
            yield labels, entry


def _normal(path: str) -> list[str]:
    """The parts of a path without `.`, and without leading upwards."""
    parts: list[str] = []
    for part in path.replace("\\", "/").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return parts
