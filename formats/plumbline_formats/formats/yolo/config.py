"""Owns data.yaml, and what stands for it in older sets: class names, subsets, and the nodes of a pose.

Only plain YAML is taken: no aliases, which can stand for billions of things, no keys given twice, no objects. Scalars
are read as the text that is there, so that a class called `no` does not become false.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import orjson
import yaml

from plumbline_formats.archive import Source
from plumbline_formats.formats.yolo import layout
from plumbline_formats.formats.yolo.lines import TASKS
from plumbline_formats.problems import Malformed, Refused

_MAX_BYTES = 2**20
_HEAD = 2**16
_MAX_CLASSES = 100_000
_MAX_NODES = 1000


@dataclass(slots=True)
class Config:
    """What a set says once.

    Attributes:
        root: folder of the file inside the source, empty or ending in `/`.
        path: where the set lies, as the file says.
        names: of classes by index.
        subsets: by key of data.yaml: folders, or files that list images.
        task: one of `TASKS`, or empty when it is not said.
        nodes: by index of the class: names of the nodes of a pose.
        node_count, dimensions: of a pose; 0 when there is none.
        foreign: everything else.
    """

    file: str = ""
    root: str = ""
    path: str = ""
    names: dict[int, str] = field(default_factory=dict)
    subsets: dict[str, list[str]] = field(default_factory=dict)
    task: str = ""
    nodes: dict[int, list[str]] = field(default_factory=dict)
    node_count: int = 0
    dimensions: int = 3
    foreign: dict[str, Any] = field(default_factory=dict)

    def nodes_of(self, index: int) -> list[str]:
        """Names of the nodes of a class; numbers where nothing names them."""
        return self.nodes.get(index) or [str(at) for at in range(self.node_count)]


class _Strict(yaml.composer.Composer, yaml.constructor.BaseConstructor):
    """Neither aliases nor keys given twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):  # type: ignore[attr-defined]
            raise yaml.YAMLError("aliases (*name) are not taken: write the value itself")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        if keys.total() != len(node.value):
            raise yaml.YAMLError("a key is no text")
        twice = next((key for key, count in keys.items() if count > 1), None)
        if twice is not None:
            raise yaml.YAMLError(f"the key {twice!r} is there twice")
        return super().construct_mapping(node, deep)


class _Plain(_Strict, yaml.BaseLoader):
    """Makes nothing but text, lists and dictionaries."""


class _Typed(_Strict, yaml.SafeLoader):
    """With numbers, and yes and no."""


def find(source: Source) -> Config:
    """Raises Refused: nothing says what the classes are called, or what does cannot be understood."""
    texts = [name for name in source.names if name.endswith((".yaml", ".yml")) and says_classes(source, name)]
    if name := _nearest(texts):
        return _of_yaml(source, name)
    if name := _nearest(source.names, "obj.names") or _nearest(source.names, "classes.txt"):
        return _of_names(source, name)
    raise Refused(
        f"{source.label} has no data.yaml: the order of the classes there is the only map from numbers to labels."
    )


def says_classes(source: Source, name: str) -> bool:
    """Whether a YAML file looks like one of this format; `data.yaml` is, whatever it says."""
    if name.rpartition("/")[2] == layout.CONFIG:
        return True
    with source.open(name) as file:
        head = file.read(_HEAD)
    return head.startswith(b"names:") or b"\nnames:" in head


def _nearest(names: list[str], ending: str = "") -> str:
    """The name nearest to the top of those with an ending, `data.yaml` before others; empty when there is none."""
    found = [name for name in names if f"/{name}".endswith(f"/{ending}" if ending else "")]
    return min(found, key=lambda name: (name.count("/"), not name.endswith(layout.CONFIG), name), default="")


def _of_yaml(source: Source, name: str) -> Config:
    text = _text(source, name)
    try:
        plain = yaml.load(text, _Plain)  # noqa: S506 - makes nothing but text, lists and dictionaries
        typed = yaml.load(text, _Typed)  # noqa: S506 - as the safe loader, without aliases
    except (yaml.YAMLError, RecursionError, ValueError, TypeError, ArithmeticError) as error:
        raise Refused(f"{name} cannot be read ({' '.join(str(error).split())[:200]}): correct it.") from error
    if not isinstance(plain, dict) or "names" not in plain:
        raise Refused(f"{name} has no `names`: the order of the classes is the only map from numbers to labels.")
    try:
        return _config(name, plain, typed)
    except Malformed as error:
        raise Refused(f"{name}: {error.place.removeprefix('.') or 'it'} {error}.") from error


def _config(name: str, plain: dict[str, Any], typed: dict[str, Any]) -> Config:
    config = Config(name, name.rpartition("/")[0] + "/" if "/" in name else "", names=_names(plain["names"]))
    config.path = path if isinstance(path := plain.get("path"), str) else ""
    config.subsets = {
        key: paths
        for key, value in plain.items()
        if key not in layout.RESERVED and key != "x_plumb" and (paths := _paths(value))
    }
    if plain.get("task") in TASKS:
        config.task = plain["task"]
    if "kpt_shape" in plain:
        config.node_count, config.dimensions = _pose(plain["kpt_shape"])
        config.nodes = _nodes(plain.get("kpt_names"))
    said = {"names", "path", "nc", "kpt_shape", *config.subsets}
    said |= {key for key, is_understood in (("kpt_names", config.nodes), ("task", config.task)) if is_understood}
    config.foreign = {key: _json(typed.get(key), plain[key]) for key in plain if key not in said}
    return config


def _names(value: Any) -> dict[int, str]:
    if isinstance(value, list):
        value = {str(at): name for at, name in enumerate(value)}
    if not isinstance(value, dict):
        raise Malformed("is neither a list nor a map", ".names")
    if len(value) > _MAX_CLASSES:
        raise Malformed(f"has {len(value)} classes, at most {_MAX_CLASSES} are taken", ".names")
    names = {_index(key, ".names"): name for key, name in value.items()}
    for index, name in names.items():
        if not isinstance(name, str):
            raise Malformed("is no text", f".names[{index}]")
    if len(set(names.values())) < len(names):
        raise Malformed("has two classes of one name: give each its own", ".names")
    return dict(sorted(names.items()))


def _index(text: str, place: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Malformed(f"has the index {text[:40]!r}, expected a whole number", place)
    return int(text)


def _paths(value: Any) -> list[str]:
    if isinstance(value, str) and value:
        return [value]
    return value if isinstance(value, list) and value and all(isinstance(one, str) for one in value) else []


def _pose(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(one, str) for one in value):
        raise Malformed("is not [number of nodes, 2 or 3]", ".kpt_shape")
    count, dimensions = (_index(one, ".kpt_shape") for one in value)
    if not 0 < count <= _MAX_NODES or dimensions not in (2, 3):
        raise Malformed(f"is [{count}, {dimensions}], expected [number of nodes, 2 or 3]", ".kpt_shape")
    return count, dimensions


def _nodes(value: Any) -> dict[int, list[str]]:
    if not isinstance(value, dict):
        return {}
    return {_index(key, ".kpt_names"): _paths(names) for key, names in value.items() if isinstance(names, list)}


def _json(typed: Any, plain: Any) -> Any:
    """The value with its types when JSON has them (not dates and infinities), else as text."""
    try:
        return typed if orjson.loads(orjson.dumps(typed)) == typed else plain
    except (TypeError, ValueError, RecursionError):
        return plain


def _text(source: Source, name: str) -> str:
    try:
        return source.read(name, _MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is not UTF-8 text: save it as UTF-8.") from error


def _of_names(source: Source, name: str) -> Config:
    """A file with a class on each line, and `obj.data` beside it, which says where the lists of images are."""
    names = [line.strip() for line in _text(source, name).splitlines()]
    while names and not names[-1]:
        names.pop()
    folder = name.rpartition("/")[0]
    config = Config(name, folder + "/" if folder else "")
    try:
        config.names = _names(names)
    except Malformed as error:
        raise Refused(f"{name}{error.place.removeprefix('.names')}: {error}.") from error
    listing = f"{config.root}obj.data"
    if listing in source.names:
        pairs = (line.partition("=") for line in _text(source, listing).splitlines())
        said = {key.strip(): value.strip() for key, _, value in pairs if value.strip()}
        config.subsets = {key: [said[key]] for key in ("train", "valid", "test") if key in said}
    elif f"{config.root}train.txt" in source.names:
        config.subsets = {"train": ["train.txt"]}
    return config


def dump(document: dict[str, Any]) -> bytes:
    """YAML that any reader takes, names quoted where they would be something else than text."""
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=10**6, default_flow_style=None).encode()
