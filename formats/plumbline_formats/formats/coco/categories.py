"""Owns COCO's categories: labels with ids that may be any numbers, parents as supercategories, skeletons.

Edges of a skeleton count from 1 in the file and from 0 in the model.
"""

from __future__ import annotations

from typing import Any

from plumbline_formats import foreigners, scalars
from plumbline_formats.documents import Document
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Label
from plumbline_formats.problems import Malformed, Problems
from plumbline_formats.shapes import Skeleton
from plumbline_formats.sidecar import KEY

NAME = "coco"
_KNOWN = frozenset({"id", "name", "supercategory", "keypoints", "skeleton", "isthing", KEY})


class Numbers:
    """Ids of one kind of thing: its own from an earlier file where that is free, else the next free one."""

    def __init__(self) -> None:
        self._last = 0
        # beyond `_last`, so that ids in sequence take no memory
        self._ahead: set[int] = set()

    def take(self, wanted: Any = None) -> int:
        """An id that nothing else has."""
        if wanted is not None and type(wanted) is int and (wanted > self._last or wanted < 1):
            if wanted == self._last + 1:
                self._last = wanted
                return wanted
            if wanted not in self._ahead:
                self._ahead.add(wanted)
                return wanted
        self._last += 1
        while self._last in self._ahead:
            self._last += 1
        return self._last


class WrittenCategories:
    """The labels of a set as categories; a label that the set does not declare becomes one when it is first used.

    Attributes:
        ids: by name of label.
    """

    def __init__(self, labels: list[Label], losses: LossReport) -> None:
        self._numbers = Numbers()
        self._losses = losses
        self._labels = {label.name: label for label in labels}
        own = {label.name: label.foreign.get(NAME, {}).get("id") for label in labels}
        # own ids first, so that a numbered one does not take them
        self.ids = {name: self._numbers.take(id_) for name, id_ in own.items() if type(id_) is int}
        self.ids |= {name: self._numbers.take() for name in own if name not in self.ids}
        self._nodes = {label.name: label.nodes for label in labels if label.nodes}
        self._undeclared: set[str] = set()

    def id_of(self, label: str) -> int:
        """The category of a label."""
        if label not in self.ids:
            self._labels[label] = Label(label)
            self.ids[label] = self._numbers.take()
            self._undeclared.add(label)
        return self.ids[label]

    def nodes_of(self, label: str, skeleton: Skeleton | None = None) -> list[str]:
        """Names of the keypoints; a label that has none gets those of its first skeleton."""
        if label not in self._nodes and skeleton:
            self._nodes[label] = [node.name for node in skeleton.nodes]
            if label not in self._undeclared:
                self._losses.add("label.nodes", "", "taken from its first skeleton", label)
        return self._nodes.get(label, [])

    def documents(self, *, panoptic: bool, sidecar: bool) -> list[Document]:
        """In the order of the labels."""
        return [self._document(label, panoptic=panoptic, sidecar=sidecar) for label in self._labels.values()]

    def _document(self, label: Label, *, panoptic: bool, sidecar: bool) -> Document:
        document: Document = {"id": self.ids[label.name], "name": label.name, "supercategory": label.parent}
        said = label.foreign.get(NAME, {})
        if not label.parent and said.get("supercategory") == label.name:
            document["supercategory"] = label.name
        if nodes := self.nodes_of(label.name):
            document["keypoints"] = nodes
            document["skeleton"] = [[start + 1, end + 1] for start, end in label.edges]
        if panoptic or "isthing" in said:
            document["isthing"] = said.get("isthing", 1)
        if sidecar and label.name in self._undeclared:
            document[KEY] = {"undeclared": True}
        return document | foreigners.given_back(label.foreign, _KNOWN, NAME)


class ReadCategories:
    """Categories as labels.

    Attributes:
        labels: in the order of the file; categories of one name are one label.
        by_id: label of each category.
        declared: without those that our writer added for labels that its set did not declare.
    """

    def __init__(self, categories: Any, file: str, problems: Problems) -> None:
        self.by_id: dict[int, Label] = {}
        self.declared: list[Label] = []
        self._by_name: dict[str, Label] = {}
        if not isinstance(categories, list):
            problems.error(file, "categories", "is missing or no list: nothing can be named")
            return
        for at, category in enumerate(categories):
            try:
                self._take(category, f"categories[{at}]", file, problems)
            except Malformed as error:
                problems.error(file, f"categories[{at}]{error.place}", str(error))

    @property
    def labels(self) -> list[Label]:
        return list(self._by_name.values())

    def _take(self, category: Any, place: str, file: str, problems: Problems) -> None:
        label = _label(category)
        id_ = category["id"]
        if id_ in self.by_id:
            raise Malformed(f"is {id_}, which another category has", ".id")
        known = self._by_name.setdefault(label.name, label)
        if known is not label:
            problems.note(file, f"{place}.name", f"{label.name!r} is there twice: both are taken as one label")
        self.by_id[id_] = known
        if known is label and KEY not in category:
            self.declared.append(label)


def _label(category: Any) -> Label:
    if not isinstance(category, dict):
        raise Malformed("is no object")
    if type(category.get("id")) is not int:
        raise Malformed(f"is {category.get('id')!r}, expected a whole number", ".id")
    name, parent = category.get("name"), category.get("supercategory") or ""
    if not isinstance(name, str):
        raise Malformed(f"is {name!r}, expected text", ".name")
    if not isinstance(parent, str):
        raise Malformed(f"is {parent!r}, expected text", ".supercategory")
    foreign = {"id": category["id"]} | foreigners.kept(category, _KNOWN, NAME).get(NAME, {})
    # many tools repeat the name; a label is not its own parent
    foreign |= {"supercategory": parent} if parent == name else {}
    foreign |= {"isthing": category["isthing"]} if "isthing" in category else {}
    label = Label(name, parent="" if parent == name else parent, foreign={NAME: foreign})
    label.nodes = _names(category.get("keypoints") or [])
    label.edges = _edges(category.get("skeleton") or [], len(label.nodes))
    return label


def _names(values: Any) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Malformed("is no list of names", ".keypoints")
    return values


def _edges(pairs: Any, count: int) -> list[tuple[int, int]]:
    if not isinstance(pairs, list):
        raise Malformed("is no list of edges", ".skeleton")
    edges = []
    for at, pair in enumerate(pairs):
        if not isinstance(pair, list) or len(pair) != 2:
            raise Malformed("is no pair of positions", f".skeleton[{at}]")
        start, end = scalars.whole(pair[0]), scalars.whole(pair[1])
        if not (1 <= start <= count and 1 <= end <= count):
            raise Malformed(f"is {pair}, expected positions from 1 to {count}", f".skeleton[{at}]")
        edges.append((start - 1, end - 1))
    return edges
