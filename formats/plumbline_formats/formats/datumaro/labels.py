"""Owns the categories and infos of Datumaro's JSON: labels with parents, attributes, colours and points."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from plumbline_formats import foreigners, scalars
from plumbline_formats.documents import Document
from plumbline_formats.model import AttributeSpec, Header, Label
from plumbline_formats.problems import Malformed

NAME = "datumaro"
_LABEL = frozenset({"name", "parent", "attributes"})
_COLOR = re.compile(r"#[0-9a-f]{6}")
# members of `Header.foreign`, by where they are in the file
PLACES = _INFOS, _CATEGORIES, _OF_LABELS = "infos", "categories", "categories.label"


def categories(labels: Sequence[Label], header: Header) -> Document:
    """What a file says of its labels; a label's number is its position."""
    foreign = header.foreign.get(NAME, {})
    rest = foreign.get(_OF_LABELS, {})
    label = {"labels": [_category(one) for one in labels], "label_groups": [], "attributes": []} | rest
    said: Document = {"label": label}
    points = [
        {"label_id": at, "labels": one.nodes, "joints": [list(edge) for edge in one.edges]}
        for at, one in enumerate(labels)
        if one.nodes
    ]
    if points:
        said["points"] = {"items": points}
    colors = [
        {"label_id": at, "r": int(one.color[1:3], 16), "g": int(one.color[3:5], 16), "b": int(one.color[5:], 16)}
        for at, one in enumerate(labels)
        if _COLOR.fullmatch(one.color)
    ]
    if colors:
        said["mask"] = {"colormap": colors}
    return foreign.get(_CATEGORIES, {}) | said


def _category(label: Label) -> Document:
    said = {"name": label.name, "parent": label.parent, "attributes": [spec.name for spec in label.attributes]}
    return foreigners.given_back(label.foreign, _LABEL, NAME) | said


def infos(header: Header) -> Document:
    said = {name: value for name in ("name", "description") if (value := getattr(header, name))}
    rest: Document = header.foreign.get(NAME, {}).get(_INFOS, {})
    return rest | said


def read_header(members: Mapping[str, Any], known: Collection[str]) -> Header:
    """The header that a file says.

    Args:
        known: outermost members that are read elsewhere.

    Raises:
        Malformed: the categories cannot be understood.
    """
    categories = _object(members.get("categories", {}), ".categories")
    of_labels = _object(categories.get("label", {}), ".categories.label")
    said = _object(members.get("infos", members.get("info", {})), ".infos")
    header = Header(labels=_labels(categories, of_labels))
    foreign: Document = {key: value for key, value in members.items() if key not in known}
    for name in ("name", "description"):
        if isinstance(said.get(name), str):
            setattr(header, name, said.pop(name))
    rest = {key: value for key, value in of_labels.items() if key != "labels" and value}
    others = {key: value for key, value in categories.items() if key not in ("label", "points", "mask")}
    foreign |= {key: value for key, value in ((_INFOS, said), (_OF_LABELS, rest), (_CATEGORIES, others)) if value}
    if foreign:
        header.foreign = {NAME: foreign}
    return header


def _labels(categories: Document, of_labels: Document) -> list[Label]:
    labels: list[Label] = []
    names: set[str] = set()
    for at, item in enumerate(_list(of_labels.get("labels", []), ".categories.label.labels")):
        place = f".categories.label.labels[{at}]"
        labels.append(_label(_object(item, place), place))
        if labels[-1].name in names:
            raise Malformed(f"is {labels[-1].name!r} for the second time", place)
        names.add(labels[-1].name)
    _read_points(_object(categories.get("points", {}), ".categories.points"), labels)
    _read_colors(_object(categories.get("mask", {}), ".categories.mask"), labels)
    return labels


def _label(item: Document, place: str) -> Label:
    name, parent = item.get("name"), item.get("parent") or ""
    if not isinstance(name, str) or not isinstance(parent, str):
        raise Malformed("needs a name and a parent that are text", place)
    attributes = _list(item.get("attributes", []), f"{place}.attributes")
    if not all(isinstance(attribute, str) for attribute in attributes):
        raise Malformed("is no list of names", f"{place}.attributes")
    specs = [AttributeSpec(attribute) for attribute in attributes]
    return Label(name, parent=parent, attributes=specs, foreign=foreigners.kept(item, _LABEL, NAME))


def _read_points(points: Document, labels: Sequence[Label]) -> None:
    for at, item in enumerate(_list(points.get("items", []), ".categories.points.items")):
        place = f".categories.points.items[{at}]"
        label = _of_id(_object(item, place), labels, place)
        nodes = _list(item.get("labels", []), f"{place}.labels")
        joints = _list(item.get("joints", []), f"{place}.joints")
        if not all(isinstance(node, str) for node in nodes):
            raise Malformed("is no list of names", f"{place}.labels")
        try:
            label.edges = [(scalars.whole(start), scalars.whole(end)) for start, end in joints]
        except (TypeError, ValueError) as error:
            raise Malformed("is no list of pairs of positions", f"{place}.joints") from error
        label.nodes = nodes


def _read_colors(mask: Document, labels: Sequence[Label]) -> None:
    for at, item in enumerate(_list(mask.get("colormap", []), ".categories.mask.colormap")):
        place = f".categories.mask.colormap[{at}]"
        channels: list[Any] = [_object(item, place).get(channel) for channel in "rgb"]
        if not all(type(channel) is int and 0 <= channel <= 255 for channel in channels):
            raise Malformed("needs r, g and b from 0 to 255", place)
        _of_id(item, labels, place).color = "#" + bytes(channels).hex()


def _of_id(item: Document, labels: Sequence[Label], place: str) -> Label:
    number = item.get("label_id")
    if type(number) is not int or not 0 <= number < len(labels):
        raise Malformed(f"is {number!r}, there are {len(labels)} labels", f"{place}.label_id")
    return labels[number]


def _object(value: Any, place: str) -> Document:
    said: Document = scalars.at(place, scalars.members, value)
    return said


def _list(value: Any, place: str) -> list[Any]:
    listed: list[Any] = scalars.at(place, scalars.items, value)
    return listed
